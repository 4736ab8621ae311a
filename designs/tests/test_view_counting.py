"""Views: each person once an hour, counted in batches, none lost and none twice, whatever happens meanwhile."""

import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import F, OuterRef, Sum

from accounts import erasure
from accounts.models import User
from config.testing.crowd import at_once, process
from config.testing.gallery import a_design, hearts, people
from designs import views_counter
from designs.models import DailyStat, Design, View
from designs.views_counter import fold, seen, unfolded

pytestmark = pytest.mark.django_db
TEN = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


class Never:
    def is_due(self, pause: float) -> bool:
        return False


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """No fold starts by itself, unless a test is about that."""
    monkeypatch.setattr(views_counter, "soon", Never())


@pytest.fixture
def design() -> Design:
    return a_design()


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(TEN, tick=False) as clock:
        yield clock


def counted(design: Design) -> int:
    """Folded, and the days agree."""
    views: int = Design.objects.values_list("view_count", flat=True).get(pk=design.pk)
    assert views == (DailyStat.objects.filter(design=design).aggregate(sum=Sum("views"))["sum"] or 0)
    return views


def waiting() -> int:
    return View.objects.filter(folded=False).count()


def fold_all() -> int:
    """After everybody else is gone. A killed process's locks may outlive it by a moment."""
    found, deadline = fold(), time.monotonic() + 10
    while waiting() and time.monotonic() < deadline:
        time.sleep(0.05)
        found += fold()
    return found


class TestTheSamePersonWithinTheHour:
    def see(self, clock: Any, design: Design, user: User, *minutes: int) -> int:
        for minute in minutes:
            clock.move_to(TEN + timedelta(minutes=minute))
            seen(design.pk, user.pk)
            fold()
        return counted(design)

    @pytest.mark.parametrize(
        ("minutes", "views"),
        [
            ([0, 0], 1),
            ([0, 59], 1),
            ([59, 61], 1),  # across the full hour
            ([30, 89], 1),
            ([0, 60], 2),
            ([0, 61], 2),
            ([0, 59, 61], 2),  # the second look counted nothing, so it began no hour
            ([0, 61, 122, 130], 3),
        ],
    )
    def test_counts_once(self, clock: Any, design: Design, asha: User, minutes: list[int], views: int) -> None:
        assert self.see(clock, design, asha, *minutes) == views

    def test_two_people_are_two(self, clock: Any, design: Design, asha: User, meera: User) -> None:
        self.see(clock, design, asha, 0)
        assert self.see(clock, design, meera, 0) == 2

    def test_two_designs_are_two(self, clock: Any, design: Design, asha: User) -> None:
        other = a_design()
        self.see(clock, other, asha, 0)
        assert (self.see(clock, design, asha, 0), counted(other)) == (1, 1)

    def test_a_fold_in_between_does_not_make_him_new(self, clock: Any, design: Design, asha: User) -> None:
        for minute in (0, 20, 40):
            clock.move_to(TEN + timedelta(minutes=minute))
            seen(design.pk, asha.pk)
            fold()
        assert counted(design) == 1

    def test_it_is_one_statement(self, design: Design, asha: User, django_assert_num_queries: Any) -> None:
        for _ in range(2):
            with django_assert_num_queries(1):
                seen(design.pk, asha.pk)


class TestFolding:
    def test_until_then_a_view_waits_and_is_shown_beside_the_count(self, design: Design, asha: User) -> None:
        shown = F("view_count") + unfolded(OuterRef("pk"))
        for view in (0, 1):
            assert Design.objects.values_list(shown).get() == (view,)
            seen(design.pk, asha.pk)
        assert Design.objects.values_list(F("view_count") + unfolded(design.pk)).get() == (1,)
        assert counted(design) == 0
        fold()
        assert Design.objects.values_list(shown).get() == (counted(design),) == (1,)

    def test_twice_is_the_same_as_once(self, design: Design, asha: User) -> None:
        seen(design.pk, asha.pk)
        assert [fold(), fold()] == [1, 0]
        assert counted(design) == 1

    def test_many_designs_in_many_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(views_counter, "BATCH", 7)
        designs, crowd = [a_design() for _ in range(5)], people(10)
        for number, design in enumerate(designs):
            for user in crowd[number:]:
                seen(design.pk, user.pk)
        assert fold() == 40
        assert [counted(design) for design in designs] == [10, 9, 8, 7, 6]

    def test_it_stops_at_the_limit(self, design: Design) -> None:
        for user in people(5):
            seen(design.pk, user.pk)
        assert (fold(limit=2), waiting(), counted(design)) == (2, 3, 2)

    def test_each_view_belongs_to_its_day(self, clock: Any, design: Design) -> None:
        for hours, user in enumerate(people(20)):
            clock.move_to(TEN + timedelta(hours=hours))
            seen(design.pk, user.pk)
        fold()
        days = DailyStat.objects.order_by("day").values_list("day", "views")
        assert list(days) == [(TEN.date(), 14), (TEN.date() + timedelta(days=1), 6)]

    def test_it_adds_to_what_was_counted_before(self, asha: User) -> None:
        design = a_design(view_count=500)  # came with an import
        seen(design.pk, asha.pk)
        fold()
        assert Design.objects.get().view_count == 501
        assert DailyStat.objects.get().views == 1

    def test_it_moves_no_updated_at(self, design: Design, asha: User) -> None:
        seen(design.pk, asha.pk)
        fold()
        assert Design.objects.get().updated_at == design.updated_at

    def test_views_are_forgotten_after_an_hour(self, clock: Any, design: Design, asha: User, meera: User) -> None:
        seen(design.pk, asha.pk)
        fold()
        clock.shift(timedelta(minutes=59))
        seen(design.pk, meera.pk)
        fold()
        assert View.objects.count() == 2
        clock.shift(timedelta(minutes=1))
        fold()
        assert [view.user for view in View.objects.all()] == [meera]
        assert counted(design) == 2

    def test_old_ones_that_nobody_folded_are_counted_first(self, clock: Any, design: Design, asha: User) -> None:
        seen(design.pk, asha.pk)
        clock.shift(timedelta(days=3))
        assert (fold(), counted(design), View.objects.count()) == (1, 1, 0)

    def test_of_what_fails_nothing_is_counted(
        self, design: Design, asha: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen(design.pk, asha.pk)
        with monkeypatch.context() as broken:
            broken.setattr(views_counter, "add_to_days", lambda _: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                fold()
        assert (waiting(), counted(design)) == (1, 0)
        fold()
        assert counted(design) == 1

    @pytest.mark.parametrize("designs", [1, 20])
    def test_it_asks_as_much_for_one_design_as_for_twenty(self, designs: int, django_assert_num_queries: Any) -> None:
        for user in people(designs):
            seen(a_design().pk, user.pk)
        around = 2 + (connection.vendor == "postgresql")  # a savepoint, and its patience
        with django_assert_num_queries(around + 5):  # designs; views; folded; added; added to their days
            views_counter.fold_some(1_000)


class TestWhoGoes:
    def test_the_views_of_somebody_who_is_erased_stay_counted(self, design: Design, asha: User, meera: User) -> None:
        for user in (asha, meera):
            seen(design.pk, user.pk)
        erasure.erase(asha)
        fold()
        assert counted(design) == 2
        assert set(View.objects.values_list("user", flat=True)) == {None, meera.pk}

    def test_a_design_takes_its_views_along(self, design: Design, asha: User) -> None:
        other = a_design()
        for each in (design, other):
            seen(each.pk, asha.pk)
        design.delete()
        assert (fold(), counted(other), waiting()) == (1, 1, 0)

    def test_a_view_of_a_design_that_is_deleted_in_the_same_moment_is_forgotten(self, asha: User) -> None:
        seen(999_999, asha.pk)
        assert (fold(), View.objects.count()) == (0, 0)

    @pytest.mark.django_db(transaction=True)
    def test_a_view_by_somebody_who_is_erased_in_the_same_moment_is_no_crash(self, design: Design) -> None:
        seen(design.pk, 999_999)
        assert View.objects.count() == 0


class TestByItself:
    def test_a_view_starts_one_fold_a_little_later(
        self,
        design: Design,
        settings: Any,
        monkeypatch: pytest.MonkeyPatch,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        from config.testing.errands import AtOnce

        settings.TASKS = {"default": {"BACKEND": f"{AtOnce.__module__}.{AtOnce.__name__}"}}
        monkeypatch.setattr(AtOnce, "laid_aside", [])
        monkeypatch.setattr(views_counter, "soon", views_counter.Soon())
        with django_capture_on_commit_callbacks(execute=True):
            for user in people(3):
                seen(design.pk, user.pk)
        assert (len(AtOnce.laid_aside), counted(design)) == (1, 0)  # the request waited for nothing
        AtOnce.run_what_is_due()
        assert counted(design) == 3

    def test_at_most_once_in_ten_seconds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        soon, now = views_counter.Soon(), [100.0]
        monkeypatch.setattr("time.monotonic", lambda: now[0])
        found = []
        for seconds in (0, 1, 9, 11, 12, 30):
            now[0] = 100.0 + seconds
            found.append(soon.is_due(10))
        assert found == [True, False, False, True, False, True]

    def test_a_design_that_all_look_at_is_counted_sooner(self, design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
        started: list[float] = []
        monkeypatch.setattr(views_counter, "after_commit", lambda *_, later: started.append(later))
        monkeypatch.setattr(views_counter, "soon", views_counter.Soon())
        for user, waiting in zip(people(4), (0, views_counter.MANY - 1, views_counter.MANY, 999), strict=True):
            seen(design.pk, user.pk, waiting)
        assert started == [10, 1]

    def test_a_look_that_counts_nothing_starts_nothing(
        self, design: Design, asha: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen(design.pk, asha.pk)
        monkeypatch.setattr(views_counter, "after_commit", lambda *_, **__: pytest.fail("started"))
        monkeypatch.setattr(views_counter, "soon", views_counter.Soon())
        seen(design.pk, asha.pk)


class TestCommand:
    def test_it_says_how_many(self, design: Design, asha: User, capsys: Any) -> None:
        seen(design.pk, asha.pk)
        call_command("fold_views", dry_run=True)
        call_command("fold_views")
        call_command("fold_views")
        assert capsys.readouterr().out == "1 views wait.\n1 views counted.\n0 views counted.\n"

    def test_it_stops_at_the_limit(self, design: Design, capsys: Any) -> None:
        for user in people(3):
            seen(design.pk, user.pk)
        call_command("fold_views", limit=2)
        assert capsys.readouterr().out == "2 views counted.\n"

    def test_it_explains_itself(self, capsys: Any) -> None:
        with pytest.raises(SystemExit, match="0"):
            call_command("fold_views", "--help")
        assert "every minute" in " ".join(capsys.readouterr().out.split())


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_four_hundred_views_of_one_design_by_sixteen_threads(self, design: Design) -> None:
        crowd = people(400)

        def look(number: int) -> None:
            for user in crowd[number * 25 : number * 25 + 25]:
                seen(design.pk, user.pk)
                connection.close()  # a request each; there are fewer connections than threads

        at_once(look, 16)
        assert (waiting(), fold(), fold(), counted(design)) == (400, 400, 0, 400)

    def test_one_person_on_sixteen_phones_is_one(self, design: Design, asha: User) -> None:
        at_once(lambda _: seen(design.pk, asha.pk), 16)
        assert (fold(), counted(design)) == (1, 1)

    def test_folding_while_viewing_and_liking_and_deleting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(views_counter, "BATCH", 20)
        liked, deleted, *designs = [a_design() for _ in range(5)]
        crowd, still_looking = people(60), [0, 1, 2, 3]

        def look(number: int) -> None:
            for user in crowd[number::4]:
                for design in (liked, deleted, *designs):
                    seen(design.pk, user.pk)
            still_looking.remove(number)

        def meddle(_: int) -> None:
            hearts(liked, 30)
            deleted.delete()

        def keep_folding(_: int) -> None:
            while still_looking:
                fold()

        jobs = [look, look, look, look, meddle, keep_folding, keep_folding]
        at_once(lambda number: jobs[number](number), len(jobs))
        fold_all()
        assert [counted(design) for design in (liked, *designs)] == [60] * 4
        assert Design.objects.get(pk=liked.pk).like_count == 30

    def test_eight_folders_at_once_count_nothing_twice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(views_counter, "BATCH", 10)
        designs = [a_design() for _ in range(4)]
        for user in people(50):
            for design in designs:
                seen(design.pk, user.pk)
        folded = at_once(lambda _: fold(), 8)
        assert sum(folded) + fold_all() == 200
        assert [counted(design) for design in designs] == [50] * 4

    def test_people_are_erased_while_their_views_are_folded(self) -> None:
        designs, crowd = [a_design() for _ in range(10)], people(6)
        for user in crowd:
            for design in designs:
                seen(design.pk, user.pk)
                design.favorites.create(user=user)
        at_once(lambda number: erasure.erase(crowd[number]) if number < 6 else fold(), 9)
        fold_all()
        assert [counted(design) for design in designs] == [6] * 10
        assert set(Design.objects.values_list("like_count", flat=True)) == {0}

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole file")
    def test_a_fold_waits_for_nobody(self, design: Design, asha: User) -> None:
        other = a_design()
        for each in (design, other):
            seen(each.pk, asha.pk)
        with transaction.atomic():
            Design.objects.filter(pk=design.pk).update(title="Somebody is at it")
            [folded] = at_once(lambda _: fold(), 1)
        assert (folded, counted(other), counted(design)) == (1, 1, 0)
        assert (fold(), counted(design)) == (1, 1)

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole file")
    def test_a_day_that_is_being_deleted_is_left_for_the_next_fold(self, design: Design) -> None:
        first, second = people(2)
        seen(design.pk, first.pk)
        fold()
        seen(design.pk, second.pk)
        with transaction.atomic():
            DailyStat.objects.select_for_update().get()
            assert at_once(lambda _: fold(), 1) == [0]
        assert (fold(), counted(design)) == (1, 2)


def test_other_troubles_of_the_database_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: int) -> list[Any]:
        raise OperationalError("the server is away")

    monkeypatch.setattr(views_counter, "take", away)
    with pytest.raises(DatabaseError, match="away"):
        fold()


SEES_AND_DIES = """
from designs.views_counter import seen
for user in sys.argv[2:]:
    seen(int(sys.argv[1]), int(user))
    print(user, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
DIES_FOLDING = """
from designs import views_counter
views_counter.BATCH = 10
whole, left = getattr(views_counter, sys.argv[1]), [int(sys.argv[2])]
def dies(*arguments):
    left[0] -= 1
    whole(*arguments)
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
setattr(views_counter, sys.argv[1], dies)
views_counter.fold()
"""


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
class TestKill9:
    def test_right_after_a_view_was_taken(self, design: Design) -> None:
        crowd = people(12)
        done = process(SEES_AND_DIES, design.pk, *[user.pk for user in crowd])
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert len(done.stdout.split()) == 12
        assert (fold_all(), counted(design)) == (12, 12)

    @pytest.mark.parametrize("place", ["add_to_designs", "add_to_days"])
    @pytest.mark.parametrize("batch", [1, 2])
    def test_in_the_middle_of_a_fold(self, place: str, batch: int) -> None:
        designs = [a_design() for _ in range(2)]
        for user in people(15):
            for design in designs:
                seen(design.pk, user.pk)
        done = process(DIES_FOLDING, place, batch)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert waiting() == 30 - 10 * (batch - 1)
        fold_all()
        assert [counted(design) for design in designs] == [15, 15]
