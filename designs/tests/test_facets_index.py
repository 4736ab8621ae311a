"""What is kept in memory follows the rows: every change, from every process, in whatever order it commits."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from config.testing.crowd import at_once
from config.testing.gallery import a_design, a_picture
from designs import index, services, vocabulary
from designs.index import Index, feed, following
from designs.index.feed import Feed
from designs.index.following import build
from designs.index.state import State
from designs.models import Change, Design, ForbiddenMoveError
from designs.tests.reference import MAKERS, STATUSES, TAGS, a_catalogue, known_terms, seeded

pytestmark = pytest.mark.django_db
QUICKLY = settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True)
def looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(index, "LOOK_EVERY", 0.0)
    index.forget()
    yield
    index.forget()


def known(state: State) -> dict[int, tuple[set[Any], list[tuple[str, str]]]]:
    """All that a state says of each design."""
    found: dict[int, tuple[set[Any], list[tuple[str, str]]]] = {
        design: (set(), [names.spellings.all[names.by_slot[slot]] for names in state.names.values()])
        for slot, design in enumerate(state.ids)
    }
    for mark, members in state.sets.items():
        for slot in state.slots(members):
            found[state.ids[slot]][0].add(mark)
    return {design: facts for design, facts in found.items() if facts[0]}


def tagged(state: State) -> dict[str, set[int]]:
    return {tag: {state.ids[slot] for slot in state.slots(state.tagged([tag.casefold()]))} for tag in TAGS}


# --- Following ----------------------------------------------------------------------------------------------------
def do_something(random: Random) -> None:
    """One of all that may happen to designs and words."""
    designs = list(Design.objects.order_by("pk"))
    design = random.choice(designs) if designs else None
    choice = random.choice(["create", "move", "move", "change", "feature", "remove", "merge"])
    if choice == "create" or design is None:
        services.create(some_facts(random) | {"pictures": [a_picture()]}, by=None)
    elif choice == "move":
        try_to_move(design, random)
    elif choice == "change":
        services.change(design, some_facts(random), by=None)
    elif choice == "feature":
        design.feature(on=random.random() < 0.5)
    elif choice == "remove":
        services.remove(design)
    else:
        merge_two(random)


def try_to_move(design: Design, random: Random) -> None:
    verb = getattr(design, random.choice(["publish", "hide", "reject", "withdraw", "submit"]))
    try:
        verb()
    except ForbiddenMoveError:
        return


def some_facts(random: Random) -> dict[str, Any]:
    entries = [vocabulary.current().by_id[term.pk] for term in random.sample(known_terms(), 4)]
    kinds = {entry.kind: [one for one in entries if one.kind == entry.kind] for entry in entries}
    price = random.choice([None, 0, 5, 10**15])
    return {
        "title": "Red",
        "terms": kinds,
        "tags": random.sample(TAGS, 1),
        "designer_name": random.choice(["", *MAKERS]),
        "collection_name": random.choice(["", "Bridal"]),
        "audience": random.choice(["", "women", "men"]),
        "status": random.choice(STATUSES),
        "price_min": price,
        "price_max": price,
    }


def merge_two(random: Random) -> None:
    colours = [term for term in known_terms() if term.kind == "colour" and term.is_active]
    if len(colours) > 1:
        one, other = random.sample(colours, 2)
        one.merge(other)
        vocabulary.forget()


@pytest.mark.drill
@QUICKLY
@given(seed=st.integers(0, 10**9), size=st.integers(0, 8))
@example(seed=1, size=8)
def test_following_gives_what_reading_everything_anew_gives(asha: User, seed: int, size: int) -> None:
    random, often, seldom = seeded(seed), Index(), Index()
    with transaction.atomic():
        vocabulary.forget()
        a_catalogue(random, size, asha)
        tagged(often.current())
        tagged(seldom.current())
        for _ in range(8):
            do_something(random)
            often.current()
        fresh = build()
        for followed in (often.current(), seldom.current()):
            assert known(followed) == known(fresh)
            assert tagged(followed) == tagged(fresh)
        transaction.set_rollback(True)
    vocabulary.forget()


def test_a_state_somebody_counts_in_never_changes() -> None:
    design, kept = a_design(designer_name="Ritu Kumar"), Index()
    before = kept.current()
    facts = known(before)
    services.change(design, {"designer_name": "Anokhi", "audience": "men"}, by=None)
    assert known(kept.current()) != facts
    assert known(before) == facts


def test_nothing_is_read_when_nothing_happened(django_assert_num_queries: Any) -> None:
    a_design()
    kept = Index()
    before = kept.current()
    with django_assert_num_queries(1):
        assert kept.current() is before


def test_it_looks_once_a_second(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    kept, now = Index(), [1_000.0]
    monkeypatch.setattr(index, "LOOK_EVERY", 1.0)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    kept.current()
    design = a_design()
    with django_assert_num_queries(0):
        assert known(kept.current()) == {}
    now[0] += 1.0
    assert set(known(kept.current())) == {design.pk}


def test_who_comes_while_somebody_looks_gets_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Index()
    before = kept.current()
    with kept.lock:
        assert kept.current() is before


def test_who_must_not_miss_anything_waits_for_a_look_but_not_for_a_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Index()
    with kept.lock:
        assert kept.up_to_date() is None
    before = kept.up_to_date()
    soon = threading.Timer(0.01, kept.lock.release)
    kept.lock.acquire()
    soon.start()
    assert kept.up_to_date() is before
    monkeypatch.setattr(index, "PATIENCE", 0.001)
    with kept.lock:
        assert kept.up_to_date() is None


def test_a_look_that_began_after_the_question_answers_it(django_assert_num_queries: Any) -> None:
    kept = Index()
    before = kept.current()
    kept.looked = time.monotonic() + 60
    with django_assert_num_queries(0):
        assert kept.up_to_date() is before
    kept.looked = 0.0
    a_design()
    assert kept.up_to_date() is not before


def test_a_look_that_fails_answers_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Index()
    before = kept.current()
    looked = kept.looked
    a_design()
    with monkeypatch.context() as broken:
        broken.setattr(following, "read", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            kept.up_to_date()
    assert (kept.state, kept.looked) == (before, looked)


def test_a_look_that_fails_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Index()
    kept.current()
    a_design()
    with monkeypatch.context() as broken:
        broken.setattr(following, "read", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            kept.current()
    assert len(known(kept.current())) == 1


@pytest.mark.parametrize("why", ["many", "stale"])
def test_after_a_long_time_or_very_many_changes_all_is_read_anew(why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, design = Index(), a_design()
    kept.current()
    services.change(design, {"title": "Blue"}, by=None)
    a_design()
    if why == "stale":
        Change.objects.all().delete()
        monkeypatch.setattr(feed, "STALE_AFTER", 0.0)
    else:
        monkeypatch.setattr(following, "REBUILD_ABOVE", 1)
    state = kept.current()
    assert (len(known(state)), state.late) == (2, {})


def test_a_huge_id_costs_no_more_than_a_small_one() -> None:
    kept, small = Index(), a_design()
    kept.current()
    huge = a_design(pk=2**52)
    between = a_design(pk=2**51)
    state = kept.current()
    assert set(known(state)) == {small.pk, between.pk, huge.pk}
    assert max(members.bit_length() for members in state.sets.values()) == 3


# --- The feed -----------------------------------------------------------------------------------------------------
@QUICKLY
@given(st.permutations(range(1, 13)), st.data())
def test_every_change_is_seen_once_in_whatever_order_they_commit(order: list[int], data: st.DataObject) -> None:
    with transaction.atomic():
        first = (Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1_000
        seen: list[int] = []
        at = Feed.start()
        while order:
            some = data.draw(st.integers(1, len(order)))
            Change.objects.bulk_create([Change(pk=first + number, design_id=number) for number in order[:some]])
            order = order[some:]
            fresh, at = at.look()
            seen += fresh
        assert sorted(seen) == list(range(1, 13))
        assert at.look()[0] == set()
        transaction.set_rollback(True)


def test_many_holes_are_read_through_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST_HOLES", 2)
    at, everybody = Feed.start(), range(1_000_000, 1_000_020)
    Change.objects.bulk_create([Change(pk=number, design_id=number) for number in everybody if number % 3 == 0])
    fresh, at = at.look()
    assert fresh == {number for number in everybody if number % 3 == 0}
    Change.objects.bulk_create([Change(pk=number, design_id=number) for number in everybody if number % 3])
    assert at.look()[0] == {number for number in everybody if number % 3}


def test_a_hole_that_stays_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    at = Feed.start()
    Change.objects.create(pk=1_000_000, design_id=1)
    _, at = at.look()
    assert at.holes
    monkeypatch.setattr(feed, "LONGEST_TRANSACTION", 0.0)
    assert at.look()[1].holes == ()


def test_what_was_under_way_at_the_start_is_seen() -> None:
    Change.objects.create(pk=1_000_001, design_id=1)
    at = Feed.start()
    Change.objects.create(pk=1_000_000, design_id=2)
    assert at.look()[0] == {2}


def test_old_changes_are_pruned_and_nobody_reads_them_again() -> None:
    hours_ago = timezone.now() - timedelta(hours=2)
    Change.objects.create(pk=1_000_000, design_id=1, at=hours_ago)
    Change.objects.create(pk=1_000_001, design_id=2)
    assert Feed.start().look()[0] == set()
    assert feed.prune() == 1
    assert list(Change.objects.values_list("design_id", flat=True)) == [2]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_what_commits_late_is_not_missed() -> None:
    design, other, kept = a_design(), a_design(), Index()
    told, may_commit = threading.Event(), threading.Event()

    def hide_slowly() -> None:
        with transaction.atomic():
            Design.objects.get(pk=design.pk).hide()
            told.set()
            assert may_commit.wait(10)

    def meanwhile() -> None:
        assert told.wait(10)
        kept.current()
        other.hide()
        assert active(kept) == {design.pk}
        may_commit.set()

    at_once(lambda number: (hide_slowly, meanwhile)[number](), 2)
    assert active(kept) == set()


@pytest.mark.django_db(transaction=True)
def test_twenty_who_ask_at_once_build_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    a_design()
    built, kept = iter(range(20)), Index()
    monkeypatch.setattr(index, "LOOK_EVERY", 60.0)
    monkeypatch.setattr(index, "build", lambda: (next(built), build())[1])
    states = at_once(lambda _: kept.current(), 20)
    assert (next(built), len({id(state) for state in states})) == (1, 1)


def active(kept: Index) -> set[int]:
    state = kept.current()
    return {state.ids[slot] for slot in state.slots(state.having("status", "active"))}
