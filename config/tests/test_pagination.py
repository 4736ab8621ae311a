"""Pages and cursors: every row once, whatever is equal, added or removed meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.signing import Signer
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import User
from config.api.pagination import Keyset, Sort
from config.testing.cast import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.urls("config.testing.probes")]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEWEST = Sort("newest", "date_joined")
NAME = Sort("name", "username", descending=False)


def crowd(number: int, *, minutes: int = 0, start: int = 0) -> list[User]:
    """People who joined `minutes` apart; with 0 all at the same moment."""
    return User.objects.bulk_create(
        User(username=f"p{n:05}", date_joined=NOON + timedelta(minutes=minutes * n))
        for n in range(start, start + number)
    )


def scroll(phone: Phone, path: str, key: str = "results") -> list[int]:
    """Follow the cursor to the end."""
    seen: list[int] = []
    page = phone.get(path).json()
    while True:
        seen += [row["id"] for row in page[key]]
        if not page["next_cursor"]:
            return seen
        assert len(seen) < 5_000, "the cursor runs in circles"
        page = phone.get(f"{path}&cursor={page['next_cursor']}").json()


@pytest.fixture(autouse=True)
def _wide_limits(settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "anonymous": {"rate": 10_000, "store": "memory"}}


class TestCursor:
    @pytest.mark.parametrize("sort", ["newest", "oldest", "name"])
    def test_1500_rows_of_one_moment_are_seen_exactly_once(self, phone: Phone, sort: str) -> None:
        people = crowd(1_500)
        seen = scroll(phone, f"/api/probe/pages?per_page=100&sort={sort}&total=false")
        assert len(seen) == 1_500
        assert set(seen) == {user.pk for user in people}

    def test_what_is_added_or_removed_while_scrolling_disturbs_nobody_else(self, phone: Phone) -> None:
        people = crowd(300)
        first = phone.get("/api/probe/pages?per_page=100").json()
        crowd(50, minutes=1, start=400)  # newer
        gone = {user.pk for user in people[10:20]}
        User.objects.filter(pk__in=gone).delete()
        rest = scroll(phone, f"/api/probe/pages?per_page=100&cursor={first['next_cursor']}&total=false")
        seen = [row["id"] for row in first["results"]] + rest
        assert sorted(seen) == sorted(
            {user.pk for user in people} - gone | ({row["id"] for row in first["results"]} & gone)
        )

    def test_microseconds_are_kept(self, phone: Phone) -> None:
        User.objects.bulk_create(
            User(username=f"p{n}", date_joined=NOON + timedelta(microseconds=n)) for n in range(10)
        )
        assert len(set(scroll(phone, "/api/probe/pages?per_page=3&total=false"))) == 10

    @pytest.mark.parametrize("cursor", ["garbage", "", " ", "a" * 5_000, "%00", "é"])
    def test_garbage_is_400_or_no_cursor_at_all(self, phone: Phone, cursor: str) -> None:
        answer = phone.get("/api/probe/pages", {"cursor": cursor})
        if cursor:
            assert (answer.status_code, answer.json()["success"]) == (400, False)
        else:
            assert answer.status_code == 200

    def test_something_else_we_signed_is_no_cursor(self, phone: Phone) -> None:
        answer = phone.get("/api/probe/pages", {"cursor": Signer(salt="x").sign_object([1, 2, 3])})
        assert answer.json()["error"] == "invalid_cursor"

    @pytest.mark.parametrize("other", ["sort=oldest", "status=approved", "status=pending&sort=name"])
    def test_a_cursor_of_another_list_is_refused(self, phone: Phone, other: str) -> None:
        crowd(5)
        cursor = phone.get("/api/probe/pages?per_page=2").json()["next_cursor"]
        answer = phone.get(f"/api/probe/pages?{other}&cursor={cursor}")
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_cursor")

    def test_a_cursor_and_a_page_together_are_refused(self, phone: Phone) -> None:
        crowd(5)
        cursor = phone.get("/api/probe/pages?per_page=2").json()["next_cursor"]
        assert phone.get(f"/api/probe/pages?page=2&cursor={cursor}").status_code == 400

    def test_the_page_size_may_change_on_the_way(self, phone: Phone) -> None:
        crowd(5)
        cursor = phone.get("/api/probe/pages?per_page=2").json()["next_cursor"]
        assert len(phone.get(f"/api/probe/pages?per_page=3&cursor={cursor}").json()["results"]) == 3

    def test_the_comparison_is_one_row_value_that_an_index_can_serve(self) -> None:
        [user] = crowd(1)
        keyset = Keyset(NEWEST, "")
        sql = str(keyset.after(User.objects.all(), keyset.cursor(user)).query)
        assert '("accounts_user"."date_joined", "accounts_user"."id") <' in sql

    @hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(moments=st.lists(st.integers(0, 3), max_size=12), size=st.integers(1, 5), descending=st.booleans())
    def test_slices_put_together_are_the_plain_list(self, moments: list[int], size: int, descending: bool) -> None:
        User.objects.all().delete()
        User.objects.bulk_create(
            User(username=f"h{n}", date_joined=NOON + timedelta(days=day)) for n, day in enumerate(moments)
        )
        keyset = Keyset(Sort("any", "date_joined", descending=descending), "")
        plain = sorted(User.objects.all(), key=lambda user: (user.date_joined, user.pk), reverse=descending)
        seen: list[User] = []
        cursor: str | None = ""
        while cursor is not None:
            rows, cursor = keyset.cut(User.objects.all(), size, cursor=cursor)
            seen += rows
        assert seen == plain


class TestPages:
    def test_the_whole_answer(self, phone: Phone) -> None:
        crowd(5, minutes=1)
        answer = phone.get("/api/probe/pages?page=2&per_page=2").json()
        cursor = answer.pop("next_cursor")
        assert isinstance(cursor, str)
        assert [row["username"] for row in answer.pop("results")] == ["p00002", "p00001"]
        assert answer == {"total": 5, "total_is_capped": False, "page": 2, "per_page": 2, "total_pages": 3}

    def test_an_empty_list_has_no_pages(self, phone: Phone) -> None:
        assert phone.get("/api/probe/pages").json() == {
            "results": [],
            "total": 0,
            "total_is_capped": False,
            "page": 1,
            "per_page": 20,
            "total_pages": 0,
            "next_cursor": None,
        }

    def test_past_the_end_is_an_empty_page(self, phone: Phone) -> None:
        crowd(3)
        answer = phone.get("/api/probe/pages?page=9")
        assert (answer.status_code, answer.json()["results"]) == (200, [])

    def test_too_deep_is_refused_with_the_hint(self, phone: Phone) -> None:
        answer = phone.get("/api/probe/pages?page=102&per_page=100")
        assert (answer.status_code, answer.json()["error"]) == (400, "page_too_deep")
        assert "cursor" in answer.json()["message"]
        assert phone.get("/api/probe/pages?page=101&per_page=100").status_code == 200

    def test_counting_stops_at_the_cap(self, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("config.api.pagination.COUNT_UP_TO", 10)
        crowd(12)
        answer = phone.get("/api/probe/pages").json()
        assert (answer["total"], answer["total_is_capped"]) == (10, True)

    def test_cursor_mode_counts_only_when_asked(self, phone: Phone, django_assert_num_queries: Any) -> None:
        crowd(5)
        cursor = phone.get("/api/probe/pages?per_page=2").json()["next_cursor"]
        with django_assert_num_queries(1):
            answer = phone.get(f"/api/probe/pages?per_page=2&cursor={cursor}").json()
        assert (answer["page"], answer["total"], answer["total_pages"]) == (None, None, None)
        assert phone.get(f"/api/probe/pages?per_page=2&cursor={cursor}&total=true").json()["total"] == 5

    @pytest.mark.parametrize(
        "query", ["page=0", "page=-1", "page=x", "page=1.5", "page=٣", "per_page=0", "per_page=1000000", "total=maybe"]
    )
    def test_numbers_out_of_bounds_are_named(self, phone: Phone, query: str) -> None:
        answer = phone.get(f"/api/probe/pages?{query}")
        assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")
        assert answer.json()["details"][0]["field"] == query.split("=", maxsplit=1)[0]

    def test_limit_is_another_name_for_per_page(self, phone: Phone) -> None:
        crowd(3)
        assert len(phone.get("/api/probe/pages?limit=2").json()["results"]) == 2
        assert phone.get("/api/probe/pages?limit=2&per_page=3").status_code == 400


class TestBareLists:
    def test_link_and_count_lead_through_the_whole_list(self, phone: Phone) -> None:
        people = crowd(250)
        answer = phone.get("/api/probe/bare")
        assert answer["X-Total-Count"] == "250"
        seen = [row["id"] for row in answer.json()]
        while "Link" in answer:
            url, rel = answer["Link"].split("; ")
            assert rel == 'rel="next"'
            assert "cursor" in parse_qs(urlsplit(url[1:-1]).query)
            answer = phone.get(url[1:-1])
            seen += [row["id"] for row in answer.json()]
        assert sorted(seen) == sorted(user.pk for user in people)

    def test_removing_while_scrolling_skips_nothing(self, phone: Phone) -> None:
        crowd(30)
        first = phone.get("/api/probe/bare?per_page=10")
        User.objects.filter(pk__in=[row["id"] for row in first.json()]).delete()
        rest = phone.get(first["Link"].split(">")[0][1:])
        assert len(rest.json()) == 10

    def test_two_hundred_are_the_most(self, phone: Phone) -> None:
        assert phone.get("/api/probe/bare?per_page=200").status_code == 200
        assert phone.get("/api/probe/bare?per_page=201").status_code == 400


class TestNames:
    @pytest.mark.parametrize(
        ("query", "hint"),
        [
            ("pgae=2", "Did you mean page?"),
            ("skip=20", "Did you mean page?"),
            ("offset=5", "page"),
            ("zzz=1", "Known are"),
        ],
    )
    def test_an_unknown_parameter_is_refused_with_the_nearest(self, phone: Phone, query: str, hint: str) -> None:
        answer = phone.get(f"/api/probe/pages?{query}")
        assert (answer.status_code, answer.json()["error"]) == (400, "unknown_parameter")
        assert hint in answer.json()["message"]

    def test_what_browsers_and_campaigns_add_is_ignored(self, phone: Phone) -> None:
        assert phone.get("/api/probe/pages?_=1&utm_source=x&x_debug=1").status_code == 200
