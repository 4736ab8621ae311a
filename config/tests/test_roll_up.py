"""`manage.py roll_up`: days are closed once, however often and by however many, and again only when asked."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from config.analytics import days, rollups
from config.analytics.models import Day, Snapshot
from config.testing.crowd import at_once
from config.testing.gallery import a_design, hearts, people
from designs import views_counter
from designs.models import DailyStat
from favorites.models import Favorite

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
YESTERDAY = date(2026, 11, 19)


def roll_up(*words: str) -> str:
    out = io.StringIO()
    call_command("roll_up", *words, stdout=out, verbosity=0)
    return out.getvalue()


def views_of_days() -> dict[str, int]:
    return {str(day.day): day.views for day in Day.objects.all() if day.views}


@pytest.mark.django_db
class TestTheCommand:
    @pytest.fixture(autouse=True)
    def noon(self) -> object:
        with time_machine.travel(NOON, tick=False):
            yield

    def test_it_closes_every_day_since_the_beginning(self) -> None:
        DailyStat.objects.create(design=a_design(), day=date(2026, 9, 1), views=3)
        assert roll_up() == "80 days closed; as of 2026-11-20 12:00.\n"
        closed = Day.objects.values_list("day", flat=True)
        assert (closed[0], closed[79], len(closed)) == (date(2026, 9, 1), YESTERDAY, 80)
        assert views_of_days() == {"2026-09-01": 3}

    def test_a_second_run_finds_nothing_to_do(self) -> None:
        DailyStat.objects.create(design=a_design(), day=YESTERDAY, views=3)
        roll_up()
        before = list(Day.objects.values())
        assert roll_up().startswith("0 days closed")
        assert (list(Day.objects.values()), Snapshot.objects.count()) == (before, 1)

    def test_an_empty_gallery_has_nothing_to_close(self) -> None:
        assert roll_up().startswith("0 days closed")

    def test_it_begins_where_it_is_told(self) -> None:
        DailyStat.objects.create(design=a_design(), day=date(2026, 9, 1), views=3)
        assert roll_up("--from", "2026-11-18").startswith("2 days closed")
        assert Day.objects.count() == 2

    def test_it_takes_the_views_that_wait_along(self) -> None:
        design = a_design()
        with time_machine.travel(datetime(2026, 11, 19, 23, 59, tzinfo=UTC), tick=False):
            views_counter.append(design.pk, people(1)[0].pk, datetime(2026, 11, 19, 23, 59, tzinfo=UTC))
        roll_up()
        assert views_of_days() == {"2026-11-19": 1}

    def test_what_comes_late_counts_when_it_is_asked_again(self) -> None:
        design = a_design()
        roll_up("--from", "2026-11-15")
        DailyStat.objects.create(design=design, day=YESTERDAY, views=4)
        DailyStat.objects.create(design=design, day=date(2026, 11, 17), views=2)
        roll_up("--from", "2026-11-15")
        assert views_of_days() == {}
        assert roll_up("--again", "2026-11-18..2026-11-19").startswith("2 days closed")
        assert views_of_days() == {"2026-11-19": 4}
        roll_up("--again", "2026-11-17")
        assert views_of_days() == {"2026-11-17": 2, "2026-11-19": 4}

    def test_hearts_that_were_taken_back_are_gone_when_it_is_asked_again(self) -> None:
        hearts(a_design(), 2)
        Favorite.objects.update(created_at=NOON - timedelta(days=1))
        roll_up("--from", "2026-11-19")
        Favorite.objects.first().delete()  # type: ignore[union-attr] # there are two
        assert Day.objects.get().hearts == 2
        roll_up("--again", "2026-11-19")
        assert Day.objects.get().hearts == 1

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--again", "2026-11-20"], "2026-11-20 is not over yet; the last day that is over is 2026-11-19."),
            (["--again", "2026-11-18..2026-11-30"], "2026-11-30 is not over yet"),
            (["--again", "2026-11-19..2026-11-18"], "must begin before it ends"),
            (["--from", "yesterday"], "must be a day like 2026-11-21, not 'yesterday'"),
            (["--again", ".."], "must be a day like"),
        ],
    )
    def test_it_says_what_it_does_not_understand(self, words: list[str], said: str) -> None:
        with pytest.raises(CommandError, match=said):
            roll_up(*words)
        assert not Day.objects.exists()

    def test_long_spans_are_counted_in_parts_and_none_is_left_out(self) -> None:
        design = a_design()
        spans = [date(2026, 10, 1) + timedelta(days=n) for n in range(40)]
        DailyStat.objects.bulk_create([DailyStat(design=design, day=day, views=n + 1) for n, day in enumerate(spans)])
        Day.objects.create(day=spans[20], views=1_000, hearts=0, registrations=0)
        roll_up()
        wanted = {str(day): n + 1 for n, day in enumerate(spans)} | {str(spans[20]): 1_000}
        assert views_of_days() == wanted


@pytest.mark.django_db(transaction=True)
def test_six_at_once_leave_one_row_for_each_day() -> None:
    design = a_design()
    for n in range(1, 31):
        DailyStat.objects.create(design=design, day=days.last_closed() - timedelta(days=n), views=n)
    at_once(lambda _: roll_up(), 6)
    assert Day.objects.count() == 31
    assert sorted(Day.objects.values_list("views", flat=True)) == list(range(31))
    assert Snapshot.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_six_who_look_at_once_close_each_day_once() -> None:
    DailyStat.objects.create(design=a_design(), day=days.last_closed(), views=5)
    first = days.last_closed() - timedelta(days=20)
    answers = at_once(lambda _: [day.views for day in rollups.since(first)], 6)
    assert answers == [[0] * 20 + [5]] * 6
    assert Day.objects.count() == 21
