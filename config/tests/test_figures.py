"""Figures by the day: right over midnight and time zones, counted once, the same for the door and the page."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Session, User
from accounts.services import erase
from config.analytics import days, figures, rollups, tasks
from config.analytics.models import Day, Snapshot
from config.demo import making
from config.testing.cast import Phone
from config.testing.gallery import a_design, people
from designs import index
from designs.models import DailyStat, Design, Search
from favorites.models import Favorite

pytestmark = [pytest.mark.django_db, pytest.mark.drill]
DOOR = "/api/admin/analytics"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOON.date()
MOST_QUERIES = 10


@pytest.fixture(autouse=True)
def noon(facets_at_once: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def desk(phone: Phone, meera: User) -> Phone:
    User.objects.filter(pk=meera.pk).update(date_joined=NOON - timedelta(days=400))
    return phone.of(meera)


def ago(number: int) -> date:
    return TODAY - timedelta(days=number)


def seen(design: Design, day: date, views: int) -> None:
    DailyStat.objects.create(design=design, day=day, views=views)


def kept(design: Design, *moments: datetime) -> None:
    users = people(len(moments))
    Favorite.objects.bulk_create(
        [Favorite(user=user, design=design, created_at=at) for user, at in zip(users, moments, strict=True)]
    )
    User.objects.filter(pk__in=[user.pk for user in users]).update(date_joined=NOON - timedelta(days=399))


def joined(*moments: datetime) -> None:
    for user, at in zip(people(len(moments)), moments, strict=True):
        User.objects.filter(pk=user.pk).update(date_joined=at)


def ask(desk: Phone, **query: Any) -> dict[str, Any]:
    answer = desk.get(DOOR, query)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def counts(by_day: list[dict[str, Any]]) -> dict[str, int]:
    return {one["date"]: one["count"] for one in by_day if one["count"]}


# --- The door -----------------------------------------------------------------------------------------------------
def test_the_whole_answer(desk: Phone, meera: User, pooja: User) -> None:
    design = a_design(title="Red Banarasi", featured=True, featured_at=NOON, view_count=12)
    hidden = a_design(title="Not yet", status="draft")
    seen(design, ago(1), 7)
    seen(design, TODAY, 2)
    seen(hidden, TODAY, 3)
    kept(design, NOON - timedelta(days=1))
    Search.objects.create(text="saree", found=3, count=9)
    Search.objects.create(text="iphone", found=0, count=4)
    empty = [{"date": ago(n).isoformat(), "count": 0} for n in range(6, 1, -1)]
    yesterday, today = ago(1).isoformat(), TODAY.isoformat()
    assert ask(desk, days=7) == {
        "total_users": 3,
        "total_designs": 1,
        "total_views": 12,
        "total_likes": 1,
        "active_users": 2,
        "featured_designs": 1,
        "pending_users": 1,
        "popular_categories": [],
        "recent_activity": [
            {"title": "Red Banarasi", "created_at": "2026-11-20T12:00:00Z", "activity_type": "design_published"},
            {
                "title": "1 person registered",
                "created_at": "2026-11-20T00:00:00Z",
                "activity_type": "people_registered",
            },
        ],
        "views_by_day": [*empty, {"date": yesterday, "count": 7}, {"date": today, "count": 5}],
        "likes_by_day": [*empty, {"date": yesterday, "count": 1}, {"date": today, "count": 0}],
        "registrations_by_day": [*empty, {"date": yesterday, "count": 0}, {"date": today, "count": 1}],
        "top_designs": [
            {"id": design.pk, "title": "Red Banarasi", "views": 9},
            {"id": hidden.pk, "title": "Not yet", "views": 3},
        ],
        "top_searches": [{"text": "saree", "count": 9}],
        "searches_without_results": [{"text": "iphone", "count": 4}],
    }


@pytest.mark.parametrize(("asked", "length"), [({}, 30), ({"days": "7"}, 7), ({"days": "90"}, 90)])
def test_a_row_for_each_day_also_for_empty_ones(desk: Phone, asked: dict[str, str], length: int) -> None:
    found = ask(desk, **asked)
    wanted = [ago(n).isoformat() for n in range(length - 1, -1, -1)]
    for name in ("views_by_day", "likes_by_day", "registrations_by_day"):
        assert [one["date"] for one in found[name]] == wanted


@pytest.mark.parametrize("query", ["days=8", "days=0", "days=", "days=a", "days=030", "page=2", "day=7"])
def test_what_nobody_offers_is_refused(desk: Phone, query: str) -> None:
    answer = desk.get(f"{DOOR}?{query}")
    code = "validation_error" if query.startswith("days") else "unknown_parameter"
    assert (answer.status_code, answer.json()["error"]) == (400, code)


def test_an_empty_gallery_has_figures(desk: Phone) -> None:
    found = ask(desk)
    assert (found["total_designs"], found["total_views"], found["total_likes"]) == (0, 0, 0)
    assert found["top_designs"] == found["recent_activity"] == found["popular_categories"] == []


def test_no_name_of_a_person_is_told(desk: Phone, pooja: User) -> None:
    assert b"pooja" not in desk.get(DOOR).content


def test_it_costs_ten_queries_at_most_with_1_design_and_with_20(desk: Phone, meera: User, steady: None) -> None:
    desk.logout()
    desk.holding(meera)
    for more in (1, 19):
        for _ in range(more):
            seen(a_design(), ago(1), 1)
        rollups.forget()
        ask(desk)
        with CaptureQueriesContext(connection) as queries:
            ask(desk)
        assert len(queries) <= MOST_QUERIES, [query["sql"] for query in queries]


# --- Days ---------------------------------------------------------------------------------------------------------
def test_hearts_and_registrations_belong_to_their_day_to_the_last_moment(desk: Phone) -> None:
    midnight, moment = datetime(2026, 11, 18, tzinfo=UTC), timedelta(microseconds=1)
    kept(a_design(), midnight - moment, midnight, midnight + timedelta(days=1) - moment, midnight + timedelta(days=1))
    joined(midnight - moment, midnight)
    found = ask(desk, days=7)
    assert counts(found["likes_by_day"]) == {"2026-11-17": 1, "2026-11-18": 2, "2026-11-19": 1}
    assert counts(found["registrations_by_day"]) == {"2026-11-17": 1, "2026-11-18": 1}


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Kolkata", "2026-11-19"), ("UTC", "2026-11-18"), ("America/New_York", "2026-11-18")]
)
def test_a_day_begins_at_midnight_of_the_gallery(desk: Phone, zone: str, day: str) -> None:
    at = datetime(2026, 11, 18, 19, tzinfo=UTC)  # half past midnight in India
    with override_settings(TIME_ZONE=zone):
        kept(a_design(), at)
        joined(at)
        found = ask(desk, days=7)
    assert counts(found["likes_by_day"]) == counts(found["registrations_by_day"]) == {day: 1}


def test_today_is_the_gallery_s_today(desk: Phone) -> None:
    with override_settings(TIME_ZONE="Asia/Kolkata"), time_machine.travel(datetime(2026, 11, 20, 22, tzinfo=UTC)):
        kept(a_design(), timezone.now())
        found = ask(desk, days=7)
    assert found["likes_by_day"][-1] == {"date": "2026-11-21", "count": 1}


def test_a_day_with_a_change_of_the_clock_is_a_day(desk: Phone) -> None:
    with override_settings(TIME_ZONE="America/New_York"):
        kept(a_design(), *(datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in range(3, 24)))
        found = ask(desk)
    assert counts(found["likes_by_day"]) == {"2026-10-31": 1, "2026-11-01": 20}


def test_what_happens_today_is_found_by_indexes(meera: User) -> None:
    """In empty tables PostgreSQL would rather read everything."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = User.objects.filter(pk=meera.pk).values(**dict(figures.of_open_day(0, TODAY))).explain()
    for name in ("daily_stat_day", "favorite_by_day", "user_joined"):
        assert name in plan


# --- Closing ------------------------------------------------------------------------------------------------------
def test_days_that_nobody_closed_are_closed_by_whoever_looks(desk: Phone) -> None:
    seen(a_design(), ago(3), 5)
    assert not Day.objects.exists()
    assert counts(ask(desk, days=7)["views_by_day"]) == {ago(3).isoformat(): 5}
    assert list(Day.objects.values_list("day", flat=True)) == [ago(n) for n in range(13, 0, -1)]


def test_a_gap_is_closed_and_nothing_else_is_counted_again(desk: Phone) -> None:
    design = a_design()
    seen(design, ago(3), 5)
    ask(desk)
    Day.objects.filter(day=ago(3)).delete()
    DailyStat.objects.update(views=8)
    seen(design, ago(2), 100)
    assert counts(ask(desk)["views_by_day"]) == {ago(3).isoformat(): 8}


def test_a_closed_day_stays_as_it_was(desk: Phone) -> None:
    design = a_design()
    kept(design, NOON - timedelta(days=2))
    joined(NOON - timedelta(days=2))
    before = ask(desk, days=7)
    Favorite.objects.all().delete()
    for person in User.objects.exclude(username="meera"):
        erase(person)
    after = ask(desk, days=7)
    for name in ("likes_by_day", "registrations_by_day"):
        assert after[name] == before[name]
        assert counts(after[name]) == {ago(2).isoformat(): 1}


def test_today_is_never_closed_and_always_as_it_is(desk: Phone) -> None:
    design = a_design()
    for wanted in (1, 2):
        kept(design, NOON)
        assert ask(desk, days=7)["likes_by_day"][-1]["count"] == wanted
    assert not Day.objects.filter(day__gte=TODAY).exists()


def test_yesterday_stays_open_for_an_hour_so_that_late_views_count(desk: Phone) -> None:
    design = a_design()
    with time_machine.travel(datetime(2026, 11, 20, 0, 59, tzinfo=UTC)):
        seen(design, ago(1), 5)
        assert counts(ask(desk, days=7)["views_by_day"]) == {ago(1).isoformat(): 5}
        DailyStat.objects.update(views=6)
        assert counts(ask(desk, days=7)["views_by_day"]) == {ago(1).isoformat(): 6}
        assert not Day.objects.filter(day=ago(1)).exists()
    with time_machine.travel(datetime(2026, 11, 20, 1, 1, tzinfo=UTC)):
        assert counts(ask(desk, days=7)["views_by_day"]) == {ago(1).isoformat(): 6}
        assert Day.objects.filter(day=ago(1)).exists()


def test_the_most_viewed_of_a_period_are_added_up_from_its_days(desk: Phone) -> None:
    first, second, old = a_design(title="One"), a_design(title="Two"), a_design(title="Old")
    for design, day, views in [(first, 0, 3), (first, 1, 3), (second, 2, 5), (old, 8, 99)]:
        seen(design, ago(day), views)
    gone = a_design()
    seen(gone, ago(1), 50)
    ask(desk)
    gone.delete()
    assert [(one["title"], one["views"]) for one in ask(desk, days=7)["top_designs"]] == [("One", 6), ("Two", 5)]


def test_only_so_many_of_a_day_are_kept(desk: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    from config.analytics import counting

    monkeypatch.setattr(counting, "TOPS", 2)
    designs = [a_design() for _ in range(4)]
    for views, design in enumerate(designs, start=1):
        seen(design, ago(1), views)
    rollups.since(ago(1))
    assert Day.objects.get(day=ago(1)).tops == [[designs[3].pk, 4], [designs[2].pk, 3]]


# --- The period before --------------------------------------------------------------------------------------------
def read(meera: User, length: int = 7) -> figures.Figures:
    return figures.read(meera, length)


def test_the_period_before_is_as_long_and_ends_where_this_one_begins(desk: Phone, meera: User) -> None:
    design = a_design()
    for day, views in ((0, 1), (6, 11), (7, 5), (13, 5), (14, 1_000)):
        seen(design, ago(day), views)
    found = read(meera)
    assert (found.sum("views"), found.change("views")) == (12, 20)


def test_nothing_is_compared_with_nothing(desk: Phone, meera: User) -> None:
    seen(a_design(), ago(1), 5)
    assert read(meera).change("views") is None


def test_nothing_is_compared_with_a_time_before_the_gallery(desk: Phone, meera: User) -> None:
    design = a_design()
    seen(design, ago(1), 5)
    seen(design, ago(8), 1)
    User.objects.update(date_joined=NOON - timedelta(days=9))
    assert read(meera).change("views") is None


def test_active_people_are_compared_with_the_snapshot_of_then(desk: Phone, meera: User) -> None:
    assert read(meera).change_of_active is None
    Snapshot.objects.create(day=ago(8), at=NOON, facts={"active": {"7": 4, "30": 9, "90": 9}})
    found = read(meera)
    assert (found.active, found.change_of_active) == (1, -75)


# --- What takes long ----------------------------------------------------------------------------------------------
def test_people_are_active_who_signed_in_came_back_or_kept_something(desk: Phone) -> None:
    Session.objects.all().delete()
    User.objects.update(last_login=None)
    phone, admin, heart, gone = people(4)
    long = NOON + timedelta(days=100)
    moments = {"created_at": NOON - timedelta(days=80), "expires_at": long, "ends_at": long}
    Session.objects.create(user=phone, rotated_at=NOON - timedelta(days=6), **moments)
    Session.objects.create(user=phone, rotated_at=NOON - timedelta(days=2), **moments)
    Session.objects.create(user=gone, rotated_at=NOON - timedelta(days=40), **moments)
    User.objects.filter(pk=admin.pk).update(last_login=NOON - timedelta(days=1))
    Favorite.objects.create(user=heart, design=a_design(), created_at=NOON - timedelta(days=20))
    assert rollups.snap().facts["active"] == {"7": 2, "30": 3, "90": 4}


def test_a_snapshot_is_taken_when_there_is_none_and_used_while_it_is_young(desk: Phone) -> None:
    design = a_design(view_count=5)
    assert ask(desk)["total_views"] == 5
    Design.objects.filter(pk=design.pk).update(view_count=6)
    assert ask(desk)["total_views"] == 5
    rollups.snap()
    assert (ask(desk)["total_views"], Snapshot.objects.count()) == (6, 1)


def test_who_joins_after_the_snapshot_is_counted_at_once(desk: Phone) -> None:
    assert ask(desk)["total_users"] == 1
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        people(2)
        assert ask(desk)["total_users"] == 3
        rollups.snap()
        assert ask(desk)["total_users"] == 3


def test_an_old_snapshot_is_taken_anew_behind_the_answer(desk: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[None] = []
    monkeypatch.setattr(tasks.soon, "snap", lambda: asked.append(None))
    ask(desk)
    ask(desk)
    assert asked == []
    with time_machine.travel(NOON + timedelta(minutes=11), tick=False):
        ask(desk)
    assert asked == [None]


def test_while_the_index_is_read_the_snapshot_tells_what_the_catalogue_holds(
    desk: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_design(category="saree", featured=True, featured_at=NOON, designer_name="Ritu Kumar")
    a_design(category="saree", status="draft")
    rollups.snap()
    monkeypatch.setattr(index, "up_to_date", lambda: None)
    found = ask(desk)
    assert (found["total_designs"], found["featured_designs"]) == (1, 1)
    assert found["popular_categories"] == [{"category": "saree", "count": 1}]


def test_a_demo_has_a_past_though_the_days_were_closed_before(desk: Phone, tmp_path: Path) -> None:
    assert counts(ask(desk)["views_by_day"]) == {}
    with override_settings(DATA_DIR=tmp_path):
        making.create(making.Wanted(designs=4, users=5, seed=3, pictures=1, width=60), NOON)
    assert len(counts(ask(desk)["views_by_day"])) > 20


def test_open_days_end_yesterday_or_today() -> None:
    assert (days.still_open(), days.last_closed()) == ([TODAY], ago(1))
