"""What people search for is counted: of nobody, none lost, at hardly any cost."""

import time
from datetime import UTC, datetime, timedelta
from runpy import run_path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from config.testing.crowd import at_once, process
from designs import searches
from designs.models import Search
from designs.searches import flush, popular, prune, remember

pytestmark = pytest.mark.django_db
TEN = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def committed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's own transaction never commits; what waits for a commit is done at once."""
    if connection.in_atomic_block:
        monkeypatch.setattr(transaction, "on_commit", lambda work: work())


def counts() -> dict[str, tuple[int, int]]:
    return {row.text: (row.count, row.found) for row in Search.objects.all()}


def a_search(text: str, **facts: Any) -> Search:
    return Search.objects.create(**{"text": text, "found": 0, **facts})


class TestWhatIsKept:
    @pytest.mark.parametrize("text", ["lehnga choli", " Lehnga   CHOLI ", "LEHNGA\u200b choli", "lehnga\0 choli"])
    def test_spellings_of_one_text_are_one(self, text: str) -> None:
        remember("lehnga choli", 0)
        remember(text, 0)
        assert counts() == {"lehnga choli": (2, 0)}

    @pytest.mark.parametrize("text", ["लहंगा चोली", "<script>alert(1)</script>", "x" * 100, "saree 12345", "50% off_"])
    def test_whatever_people_type_is_kept(self, text: str) -> None:
        remember(text, 0)
        assert counts() == {text: (1, 0)}

    @pytest.mark.parametrize(
        "text",
        [
            "asha@example.com",
            "asha\uff20example",
            "98765 4321 0",
            "call ९८७६५४",
            "saree 123456",
            "x" * 101,
            "ß" * 60,  # longer when it is folded
            "",
            "  \u200b ",
            "\0",
        ],
    )
    @pytest.mark.parametrize("found", [0, 3])
    def test_what_may_name_somebody_or_is_no_search_is_not(self, text: str, found: int) -> None:
        remember(text, found)
        flush()
        assert counts() == {}

    def test_half_a_letter_is_left_out(self) -> None:
        remember("saree\ud800", 0)
        assert counts() == {"saree": (1, 0)}

    def test_nobody_is_attached(self) -> None:
        assert not [column for column in Search._meta.get_fields() if column.is_relation]


class TestWithoutResults:
    def test_it_is_written_at_once_with_the_moment(self) -> None:
        with time_machine.travel(TEN, tick=False):
            remember("lehnga", 0)
        with time_machine.travel(TEN + timedelta(hours=1), tick=False):
            remember("lehnga", 0)
        row = Search.objects.get()
        assert (row.count, row.last_seen) == (2, TEN + timedelta(hours=1))

    def test_it_is_one_statement(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(3):  # with the beginning and the end of its own transaction
            remember("lehnga", 0)

    @pytest.mark.django_db(transaction=True)
    def test_a_transaction_that_is_rolled_back_counts_nothing(self) -> None:
        with transaction.atomic():
            remember("lehnga", 0)
            assert counts() == {}
            transaction.set_rollback(True)
        assert counts() == {}

    @pytest.mark.django_db(transaction=True)
    def test_of_many_at_once_none_is_lost(self) -> None:
        def ask(number: int) -> None:
            for _ in range(5):
                remember("lehnga", 0)
                remember(f"choli {number % 3}", 0)

        at_once(ask, 12)
        assert counts() == {"lehnga": (60, 0), "choli 0": (20, 0), "choli 1": (20, 0), "choli 2": (20, 0)}

    @pytest.mark.drill
    @pytest.mark.django_db(transaction=True)
    def test_of_several_processes_none_is_lost(self) -> None:
        code = "from designs.searches import remember\nfor _ in range(20): remember('lehnga', 0)"

        def ask(_: int) -> str:
            return process(code).stderr

        assert at_once(ask, 2) == ["", ""]
        assert counts() == {"lehnga": (40, 0)}

    @pytest.mark.parametrize("found", [0, 1])
    def test_a_database_that_fails_fails_no_search(
        self, found: int, monkeypatch: pytest.MonkeyPatch, production_log: Any
    ) -> None:
        def fail() -> Any:
            raise OperationalError("database is locked")

        monkeypatch.setattr(connection, "cursor", fail)
        remember("lehnga", found)
        flush()
        monkeypatch.undo()
        assert counts() == {}
        assert "searches_not_counted" in production_log.getvalue()
        assert "lehnga" not in production_log.getvalue()


class TestWithResults:
    def test_it_waits_in_memory(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            remember("saree", 3)
            remember("Saree", 4)
        flush()
        assert counts() == {"saree": (2, 4)}
        flush()
        assert counts() == {"saree": (2, 4)}

    def test_many_texts_are_written_together(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(searches, "MOST_WAITING", 3)
        for text in ("saree", "lehenga", "saree"):
            remember(text, 1)
        assert counts() == {}
        remember("kurta", 1)
        assert counts() == {"saree": (2, 1), "lehenga": (1, 1), "kurta": (1, 1)}

    def test_the_first_after_half_a_minute_writes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        remember("saree", 1)
        monkeypatch.setattr(searches.memory, "written", time.monotonic() - 30)
        remember("kurta", 1)
        assert counts() == {"saree": (1, 1), "kurta": (1, 1)}
        remember("kurta", 1)
        assert counts()["kurta"] == (1, 1)

    @pytest.mark.django_db(transaction=True)
    def test_of_many_at_once_none_is_lost(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(searches, "MOST_WAITING", 2)

        def ask(number: int) -> None:
            for text in ("saree", "lehenga", "kurta")[:: 1 if number % 2 else -1]:
                remember(text, 1)

        at_once(ask, 12)
        flush()
        assert counts() == {"saree": (12, 1), "lehenga": (12, 1), "kurta": (12, 1)}

    def test_a_worker_that_stops_writes_what_waits(self) -> None:
        remember("saree", 1)
        run_path("config/gunicorn.conf.py")["worker_exit"](None, None)
        assert counts() == {"saree": (1, 1)}

    def test_what_was_gathered_before_does_not_hide_what_came_after(self) -> None:
        remember("saree", 3)
        remember("saree", 0)
        flush()
        assert counts() == {"saree": (2, 0)}


class TestSettling:
    def test_it_leaves_the_work_list_and_stays_away(self) -> None:
        row = a_search("xyz")
        assert row.settle()
        assert not row.settle()
        remember("xyz", 0)
        assert not Search.objects.without_results().exists()
        assert Search.objects.settled().get().count == 2

    def test_it_waits_again_when_it_found_something_and_then_nothing(self) -> None:
        a_search("xyz").settle()
        remember("xyz", 2)
        flush()
        assert not Search.objects.settled().exists()
        assert Search.objects.successful().get().text == "xyz"
        remember("xyz", 0)
        assert Search.objects.without_results().get().settled_at is None

    def test_it_is_put_back(self) -> None:
        row = a_search("xyz")
        row.settle()
        assert row.reopen()
        assert not row.reopen()
        assert Search.objects.without_results().get() == row


class TestPruning:
    def test_what_nobody_repeated_for_long_goes(self) -> None:
        old, fresh = datetime.now(UTC) - timedelta(days=91), datetime.now(UTC) - timedelta(days=89)
        a_search("once", last_seen=old)
        a_search("once, of late", last_seen=fresh)
        a_search("twice", last_seen=old, count=2)
        assert prune() == 1
        assert set(counts()) == {"once, of late", "twice"}

    def test_when_there_are_too_many_those_asked_least_go(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(searches, "MOST_KEPT", 2)
        now = datetime.now(UTC)
        for count, text in ((1, "b"), (5, "d"), (1, "a"), (2, "c")):
            a_search(text, count=count, last_seen=now - timedelta(minutes=len(counts())))
        assert prune() == 2
        assert set(counts()) == {"c", "d"}

    def test_the_command_of_every_minute_does_it(self) -> None:
        a_search("once", last_seen=datetime.now(UTC) - timedelta(days=91))
        call_command("fold_views", "--dry-run")
        assert counts()
        call_command("fold_views")
        assert not counts()


class TestPopular:
    @pytest.fixture(autouse=True)
    def asked(self) -> None:
        for text, count, found in [
            ("saree", 9, 3),
            ("sari red", 20, 1),
            ("sarong", 4, 5),
            ("sar pech", 30, 0),
            ("साड़ी", 6, 2),
            ("100% silk", 7, 2),
        ]:
            a_search(text, count=count, found=found)

    @pytest.mark.parametrize(
        ("prefix", "found"),
        [
            ("sa", [("sari red", 20), ("saree", 9)]),
            (" SARE\0", [("saree", 9)]),
            ("सा", [("साड़ी", 6)]),
            ("100%", [("100% silk", 7)]),
            ("%", []),
            ("_", []),
            ("x" * 300, []),
        ],
    )
    def test_what_begins_so_and_finds_something(self, prefix: str, found: list[tuple[str, int]]) -> None:
        assert popular(prefix, 5) == found

    def test_the_most_asked_come_first_and_no_more_than_wanted(self) -> None:
        assert popular("", 2) == [("sari red", 20), ("saree", 9)]
