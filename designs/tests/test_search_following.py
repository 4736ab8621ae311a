"""What is known of words follows the designs: every change, from every process, as if all had been read anew."""

import threading
import time
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from config.testing.crowd import at_once
from config.testing.gallery import a_design, a_picture
from designs import changes, index, search, services, vocabulary
from designs.index import Index, following
from designs.index.following import build, words_of
from designs.index.state import State
from designs.index.words import NAME, PLACES, TEXT, TITLE, Words
from designs.models import Change, Design, Maker, Status
from designs.tests.reference import seeded

pytestmark = pytest.mark.django_db
QUICKLY = settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
Known = dict[tuple[int, str], set[int]]


@pytest.fixture(autouse=True)
def looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(index, "LOOK_EVERY", 0.0)
    index.forget()
    yield
    index.forget()


def every_word(words: Words) -> set[str]:
    return {word for place in PLACES for word in (*words.base[place], *words.fresh[place])}


def known(state: State) -> Known:
    """Which designs have which word where."""
    words = state.all_words
    sets = {(place, word): words.having(place, word) for place in PLACES for word in every_word(words)}
    return {key: {state.ids[slot] for slot in state.slots(members)} for key, members in sets.items() if members}


def read_anew() -> State:
    state = build()
    state.words = words_of(state)
    return state


def assert_it_followed(kept: Index) -> None:
    followed, fresh = kept.searchable(), read_anew()
    assert known(followed) == known(fresh)
    assert set(fresh.all_words.lexicon.words) <= set(followed.all_words.lexicon.words)


def found(kept: Index, text: str) -> set[int]:
    state = kept.searchable()
    hits = search.look_for(text, state.having("status", Status.ACTIVE), state, vocabulary.current()).hits
    return {state.ids[slot] for slot in state.slots(hits.members)}


def made(title: str, **facts: Any) -> Design:
    return services.create({"title": title, "pictures": [a_picture()], **facts}, by=None)


@pytest.fixture
def kept() -> Index:
    """That read everything before: what comes now is followed."""
    made("Zebrani", designer_name="Ritu Kumar", description="Handmade in Kutch.")
    made("Peacock")
    kept = Index()
    kept.searchable()
    return kept


def the(title: str) -> Design:
    return Design.objects.get(title=title)


# --- One change ---------------------------------------------------------------------------------------------------
def test_a_new_design_is_found_at_once(kept: Index) -> None:
    design = made("Qwilla", designer_name="Orvane", tags=["borax"])
    for text in ("qwilla", "orvane", "borax"):
        assert found(kept, text) == {design.pk}
    assert_it_followed(kept)


def test_a_new_title_is_found_and_the_old_one_is_not(kept: Index) -> None:
    design = the("Zebrani")
    services.change(design, {"title": "Qwilla with borax"}, by=None)
    assert (found(kept, "qwilla"), found(kept, "borax"), found(kept, "zebrani")) == ({design.pk}, {design.pk}, set())
    services.change(design, {"title": "Zebrani"}, by=None)
    assert (found(kept, "qwilla"), found(kept, "zebrani")) == (set(), {design.pk})
    assert_it_followed(kept)


@pytest.mark.parametrize("name", ["description", "short_description", "long_description"])
def test_a_new_text_is_found_and_the_old_one_is_not(kept: Index, name: str) -> None:
    design = the("Zebrani")
    services.change(design, {"description": ""}, by=None)
    services.change(design, {name: "Qwilla."}, by=None)
    assert (found(kept, "qwilla"), found(kept, "handmade kutch")) == ({design.pk}, set())
    assert_it_followed(kept)


def test_a_word_that_moves_from_the_title_to_the_text_moves(kept: Index) -> None:
    design = the("Zebrani")
    services.change(design, {"title": "Gown", "description": "zebrani"}, by=None)
    state = kept.searchable()
    slot = state.slot(design.pk)
    assert slot is not None
    assert state.all_words.having(TITLE, "zebrani") == 0
    assert state.all_words.having(TEXT, "zebrani") == 1 << slot


def test_a_maker_who_is_renamed_is_found_by_the_new_name(kept: Index) -> None:
    design, maker = the("Zebrani"), Maker.objects.get(name="Ritu Kumar")
    assert found(kept, "ritu") == {design.pk}
    maker.rename("Qwilla Looms")
    assert (found(kept, "ritu"), found(kept, "qwilla")) == (set(), {design.pk})
    assert_it_followed(kept)


def test_who_is_hidden_keeps_the_words_and_is_not_found(kept: Index) -> None:
    design = the("Zebrani")
    design.hide()
    assert found(kept, "zebrani") == set()
    assert kept.searchable().all_words.having(TITLE, "zebrani")
    design.publish()
    assert found(kept, "zebrani") == {design.pk}
    assert_it_followed(kept)


def test_who_is_deleted_has_no_words(kept: Index) -> None:
    services.remove(the("Zebrani"))
    assert found(kept, "zebrani") == found(kept, "ritu") == set()
    assert not kept.searchable().all_words.anywhere("zebrani")
    assert_it_followed(kept)


def test_a_change_of_another_process_is_followed(kept: Index) -> None:
    design = the("Zebrani")
    Design.objects.filter(pk=design.pk).update(title="Qwilla", designer_name="Orvane")
    assert found(kept, "qwilla") == found(kept, "orvane") == {design.pk}
    assert found(kept, "zebrani") == set()


def test_a_change_by_sql_is_followed(kept: Index) -> None:
    design = the("Peacock")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE designs_design SET title = 'Qwilla' WHERE id = %s", [design.pk])
    assert found(kept, "qwilla") == {design.pk}


# --- Very many ----------------------------------------------------------------------------------------------------
def test_everything_is_read_anew_when_somebody_says_so(kept: Index) -> None:
    Design.objects.filter(title="Zebrani").update(title="Qwilla")
    new = a_design(title="Qwilla, too")
    changes.tell_everybody()
    assert found(kept, "qwilla") == {the("Qwilla").pk, new.pk}
    state = kept.searchable()
    assert (state.late, state.all_words.written, state.all_words.void) == ({}, {}, 0)


@pytest.mark.parametrize("why", ["REBUILD_ABOVE", "MOST_FRESH"])
def test_after_very_many_changes_everything_is_read_anew(
    kept: Index, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    monkeypatch.setattr(following, why, 2)
    Design.objects.filter(title="Peacock").update(title="Borax")
    Change.objects.all().delete()  # nobody heard of it
    for number in range(2):
        made(f"Qwilla {number}")
    assert (len(found(kept, "qwilla")), found(kept, "borax")) == (2, set())
    for number in range(2, 5):
        made(f"Qwilla {number}")
    assert (len(found(kept, "qwilla")), len(found(kept, "borax"))) == (5, 1)
    assert kept.searchable().all_words.written == {}


def test_whoever_only_filters_reads_no_words(kept: Index) -> None:
    filtering = Index()
    filtering.current()
    made("Qwilla")
    assert filtering.current().words is None
    assert len(found(filtering, "qwilla")) == 1
    assert_it_followed(filtering)


def test_a_state_somebody_searches_in_never_changes(kept: Index) -> None:
    before = kept.searchable()
    facts, slots = known(before), before.size
    services.change(the("Zebrani"), {"title": "Qwilla", "designer_name": "Orvane"}, by=None)
    made("Borax")
    services.remove(the("Peacock"))
    assert known(kept.searchable()) != facts
    assert (known(before), before.size) == (facts, slots)
    before.all_words.kept.clear()
    assert known(before) == facts, "and not because it was remembered"


# --- Anything -----------------------------------------------------------------------------------------------------
TITLES = ["Red silk saree", "silk kurta with zari dupatta", "लाल साड़ी", "Élan, men's", "", "for her", "a" * 200]
NAMES = ["", "Ritu Kumar", "Silk House", "ÉLAN"]


def some_facts(random: Random) -> dict[str, Any]:
    facts = {
        "title": random.choice(TITLES),
        "designer_name": random.choice(NAMES),
        "collection_name": random.choice(NAMES),
        "description": random.choice(TITLES),
        "long_description": random.choice(TITLES),
        "tags": random.sample(["zari", "silk", "new in"], 1),
    }
    return {name: facts[name] for name in random.sample(list(facts), random.randint(1, len(facts)))}


def do_something(random: Random) -> None:
    design = random.choice([None, *Design.objects.order_by("pk")])
    choice = random.choice(["create", "change", "change", "change", "hide", "remove", "rename", "everything"])
    if choice == "create" or design is None:
        made(**{"title": "Silk", **some_facts(random)}, status=random.choice(["active", "draft"]))
    elif choice == "change":
        services.change(design, some_facts(random), by=None)
    elif choice == "hide":
        _ = design.hide() if design.status == Status.ACTIVE else None
    elif choice == "remove":
        services.remove(design)
    elif choice == "everything":
        changes.tell_everybody()
    else:
        Design.objects.filter(pk=design.pk).update(title=random.choice(TITLES))


@pytest.mark.drill
@QUICKLY
@given(seed=st.integers(0, 10**9), size=st.integers(0, 6))
@example(seed=1, size=6)
def test_following_gives_what_reading_everything_anew_gives(seed: int, size: int) -> None:
    random, often, seldom = seeded(seed), Index(), Index()
    with transaction.atomic():
        for _ in range(size):
            made(**{"title": "Silk", **some_facts(random)})
        often.searchable()
        seldom.searchable()
        for step in range(10):
            do_something(random)
            if step % 2:
                assert_it_followed(often)
            else:
                often.current()
        assert_it_followed(often)
        assert_it_followed(seldom)
        transaction.set_rollback(True)


# --- At once ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_what_changes_while_words_are_read_is_not_lost(monkeypatch: pytest.MonkeyPatch, asha: User) -> None:
    """Between the reading of the rows and that of the words designs are retitled, made and deleted."""
    for number in range(6):
        made(f"Zebrani {number}")
    rows_read, changed = threading.Event(), threading.Event()
    kept = Index()

    def words_of_slowly(state: State) -> Words:
        rows_read.set()
        assert changed.wait(10)
        return words_of(state)

    def change_them() -> None:
        assert rows_read.wait(10)
        services.change(the("Zebrani 0"), {"title": "Qwilla"}, by=None)
        services.remove(the("Zebrani 1"))
        made("Orvane")
        changed.set()

    monkeypatch.setattr(index, "words_of", words_of_slowly)
    at_once(lambda number: (kept.searchable, change_them)[number](), 2)
    monkeypatch.setattr(index, "words_of", words_of)
    for title in ("Qwilla", "Orvane"):
        assert found(kept, title) == {the(title).pk}
    assert len(found(kept, "zebrani")) == 4
    assert_it_followed(kept)


@pytest.mark.django_db(transaction=True)
def test_many_search_while_one_writes_and_each_sees_a_whole_state() -> None:
    """A design is always called one of two things, in its title and in its text alike."""
    design, kept = made("Qwilla", designer_name="Qwilla"), Index()
    kept.searchable()
    written = threading.Event()

    def write() -> None:
        for number in range(8):
            name = ("Orvane", "Qwilla")[number % 2]
            services.change(design, {"title": name, "designer_name": name, "description": name}, by=None)
            made(f"Borax {number}")
        written.set()

    def ask() -> list[Any]:
        wrong: list[Any] = []
        while not written.is_set():
            state = kept.searchable()
            words = state.all_words
            one, other = (words.having(TITLE, name) for name in ("qwilla", "orvane"))
            if one & other or (one | other).bit_count() != 1 or words.having(NAME, "qwilla") & other:
                wrong.append((one, other))
            time.sleep(0.001)  # three who never pause leave the writer no turn
        return wrong

    answers = at_once(lambda number: write() if number == 0 else ask(), 4)
    assert answers == [None, [], [], []]
    assert len(found(kept, "borax")) == 8
    assert_it_followed(kept)


@pytest.mark.django_db(transaction=True)
def test_twenty_who_search_at_once_read_the_words_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made("Zebrani")
    read, kept = iter(range(20)), Index()
    monkeypatch.setattr(index, "LOOK_EVERY", 60.0)
    monkeypatch.setattr(index, "words_of", lambda state: (next(read), words_of(state))[1])
    states = at_once(lambda _: kept.searchable(), 20)
    assert (next(read), len({id(state.words) for state in states})) == (1, 1)
