"""Staff read moments by the clock of the gallery (TIME_ZONE), and days begin by it; the API speaks UTC."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.test import override_settings

from accounts.models import User
from config.audit.models import Entry
from config.testing.cast import Phone
from config.testing.gallery import a_design
from designs import views_counter
from designs.models import DailyStat, View

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EVENING = datetime(2026, 11, 18, 19, 40, tzinfo=UTC)  # ten past one, on the day after, in India
TRAIL = "/admin/audit/entry/"


@pytest.fixture
def _india() -> Iterator[None]:
    with override_settings(TIME_ZONE="Asia/Kolkata"):
        yield


def page(phone: Phone, meera: User, path: str) -> str:
    answer = phone.of(meera).get(path)
    assert answer.status_code == 200
    return answer.getvalue().decode()  # of a file too


@pytest.fixture
def entry(meera: User) -> Entry:
    return Entry.objects.create(
        at=EVENING, by=meera.pk, what="design.published", kind="designs.design", key="1", name="Red Banarasi"
    )


@pytest.mark.usefixtures("_india", "entry")
def test_staff_read_the_gallery_s_clock_and_are_told_once_which_it_is(phone: Phone, meera: User) -> None:
    shown = page(phone, meera, TRAIL)
    assert "19 Nov 2026, 01:10" in shown
    assert shown.count("Times are those of Asia/Kolkata (UTC+05:30).") == shown.count("Asia/Kolkata") == 1
    assert "2026-11-19T01:10:00+05:30" in page(phone, meera, f"{TRAIL}download/")


@pytest.mark.usefixtures("_india")
def test_an_age_tells_its_moment_by_the_gallery_s_clock(phone: Phone, meera: User, pooja: User) -> None:
    User.objects.filter(pk=pooja.pk).update(date_joined=EVENING)
    assert 'title="19 November 2026, 01:10"' in page(phone, meera, "/admin/accounts/user/")


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize(("zone", "day"), [("Asia/Kolkata", 19), ("UTC", 18), ("America/New_York", 18)])
def test_a_day_of_the_trail_is_a_day_of_the_gallery(phone: Phone, meera: User, zone: str, day: int) -> None:
    with override_settings(TIME_ZONE=zone):
        found = [
            one
            for one in (17, 18, 19, 20)
            if "Red Banarasi" in page(phone, meera, f"{TRAIL}?since=2026-11-{one}&until=2026-11-{one}")
        ]
    assert found == [day]


@pytest.mark.usefixtures("_india")
def test_the_api_speaks_utc(asha_phone: Phone, asha: User) -> None:
    User.objects.filter(pk=asha.pk).update(date_joined=EVENING)
    assert asha_phone.get("/api/auth/me").json()["created_at"] == "2026-11-18T19:40:00Z"


@pytest.mark.usefixtures("_india")
def test_a_view_is_of_the_gallery_s_day(asha_phone: Phone) -> None:
    design = a_design()
    assert asha_phone.get(f"/api/designs/{design.pk}").status_code == 200
    View.objects.update(at=EVENING, folded=False)
    DailyStat.objects.all().delete()
    views_counter.fold()
    assert list(DailyStat.objects.values_list("day", "views")) == [(date(2026, 11, 19), 1)]


@pytest.mark.parametrize(("zone", "told"), [("UTC", "UTC"), ("Asia/Kathmandu", "Asia/Kathmandu (UTC+05:45)")])
def test_the_clock_s_name(zone: str, told: str, phone: Phone, meera: User) -> None:
    with override_settings(TIME_ZONE=zone):
        assert f"Times are those of {told}." in page(phone, meera, "/admin/switches/")
