"""The vocabulary in memory: what a word means, whoever spells it."""

import difflib
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from designs import vocabulary
from designs.folding import spelled
from designs.models import Term

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def term(slug: str, kind: str = "style", **facts: Any) -> Term:
    return Term.objects.create(kind=kind, slug=slug, **{"name": slug.replace("-", " ").title(), **facts})


def meant(kind: str, text: str) -> str | None:
    found = vocabulary.current().find(kind, text)
    return found.slug if found else None


@pytest.mark.parametrize(
    ("kind", "text", "slug"),
    [
        ("category", "saree", "saree"),
        ("category", "SAREE", "saree"),
        ("category", " sari ", "saree"),
        ("category", "साड़ी", "saree"),
        ("category", "सा\u095cी", "saree"),  # one letter instead of a letter and its dot
        ("category", "சேலை", "saree"),
        ("category", "half_saree", "half-saree"),
        ("category", "Half-Saree", "half-saree"),
        ("category", "half  saree", "half-saree"),
        ("season", "all season", "all-season"),
        ("colour", "haldi", "haldi-yellow"),
        ("occasion", "haldi", "haldi"),
        ("category", "suit set", "salwar-suit"),  # two are called so: the first in order
    ],
)
def test_a_word_is_understood_in_every_spelling(kind: str, text: str, slug: str) -> None:
    assert meant(kind, text) == slug


@pytest.mark.parametrize(
    ("kind", "text"),
    [("category", "spaceship"), ("fabric", "saree"), ("category", ""), ("smell", "x"), ("style", "x" * 300)],
)
def test_a_word_nobody_knows_means_nothing(kind: str, text: str) -> None:
    assert meant(kind, text) is None


def test_joiners_that_some_keyboards_set_change_nothing() -> None:
    term("ksha", native={"hi": ["क्‍षा"]})
    assert meant("style", "क्षा") == "ksha"


class TestWhoIsMeant:
    def test_a_merged_slug_leads_to_what_it_was_merged_into_step_by_step(self) -> None:
        one, two, three = term("one"), term("two"), term("three")
        one.merge(two)
        two.merge(three)
        assert [meant("style", slug) for slug in ("one", "two", "three")] == ["three"] * 3

    def test_a_retired_term_is_found_by_its_slug_and_its_words(self) -> None:
        term("boho-chic", synonyms=["hippie"]).retire()
        assert meant("style", "boho-chic") == meant("style", "hippie") == "boho-chic"

    def test_an_active_term_wins_over_a_retired_one(self) -> None:
        term("aaa", synonyms=["gypsy"], position=1).retire()
        term("bbb", synonyms=["gypsy"], position=2)
        assert meant("style", "gypsy") == "bbb"

    def test_a_name_wins_over_a_synonym_and_a_slug_over_both(self) -> None:
        term("aaa", synonyms=["ddd", "ccc"], position=1)
        term("bbb", name="Ccc", position=2)
        term("ddd", position=3)
        assert (meant("style", "ccc"), meant("style", "ddd")) == ("bbb", "ddd")

    def test_rows_merged_in_a_circle_hang_nobody(self) -> None:
        one, two = term("one", is_active=False), term("two", is_active=False)
        Term.objects.filter(pk=one.pk).update(merged_into=two)
        Term.objects.filter(pk=two.pk).update(merged_into=one)
        vocabulary.forget()
        assert meant("style", "one") in {"one", "two"}


class TestChildren:
    def test_a_parent_comes_with_all_below_it_itself_first(self) -> None:
        top = term("top")
        middle = term("middle", parent=top)
        low, gone = term("low", parent=middle), term("gone", parent=top, is_active=False)
        words = vocabulary.current()
        found = words.with_children(words.by_id[top.pk])
        assert (found[0], set(found)) == (top.pk, {top.pk, middle.pk, low.pk, gone.pk})
        assert words.with_children(words.by_id[low.pk]) == [low.pk]

    def test_what_was_merged_belongs_to_it(self) -> None:
        one, two = term("one"), term("two")
        one.merge(two)
        words = vocabulary.current()
        assert words.with_children(words.by_id[two.pk]) == [two.pk, one.pk]

    def test_a_circle_ends(self) -> None:
        one = term("one")
        two = term("two", parent=one)
        Term.objects.filter(pk=one.pk).update(parent=two)
        vocabulary.forget()
        words = vocabulary.current()
        assert set(words.with_children(words.by_id[one.pk])) == {one.pk, two.pk}
        assert words.shown_parent(words.by_id[one.pk]) == "two"

    def test_a_retired_parent_is_not_shown_the_one_above_it_is(self) -> None:
        top = term("top")
        middle = term("middle", parent=top, is_active=False)
        low = term("low", parent=middle)
        words = vocabulary.current()
        assert words.by_id[low.pk].parent == "middle"
        assert words.shown_parent(words.by_id[low.pk]) == "top"
        assert words.shown_parent(words.by_id[top.pk]) is None


@pytest.mark.parametrize(
    ("kind", "text", "near"),
    [
        ("category", "sarre", "saree"),
        ("colour", "Maron", "maroon"),
        ("category", "लहंगाा", "lehenga"),
        ("style", "qqqq", None),
    ],
)
def test_a_slip_of_the_finger_has_a_nearest_word(kind: str, text: str, near: str | None) -> None:
    assert vocabulary.current().nearest(kind, text) == near


def test_nobody_is_sent_to_a_retired_word() -> None:
    term("zebra-print").retire()
    assert vocabulary.current().nearest("style", "zebra-prin") is None


def test_the_nearest_of_some_options_is_theirs() -> None:
    assert vocabulary.nearest_of("Womens", ["women", "men"]) == "women"
    assert vocabulary.nearest_of("xyz", ["women", "men"]) is None


@pytest.mark.parametrize("kind", vocabulary.KINDS)
@pytest.mark.parametrize(
    "text", ["sarre", "haldi outfit for mehndi night", "पैठणी साड़ी", "georgete", "search 25", "", "b"]
)
def test_looking_at_fewer_words_finds_what_difflib_finds_among_all(kind: str, text: str) -> None:
    words = {spelled(word): one.slug for one in vocabulary.current().by_kind[kind] for word in vocabulary.said(one)}
    near = difflib.get_close_matches(spelled(text), words, n=1, cutoff=vocabulary.LOOSELY)
    assert vocabulary.closest(spelled(text), words, vocabulary.LOOSELY) == next(iter(near), None)


def test_families_hold_their_colours() -> None:
    words = vocabulary.current()
    reds = {words.by_id[number].slug for number in words.of_family("Red")}
    assert {"red", "maroon", "wine"} <= reds
    assert (words.families()[0], words.of_family("plaid")) == ("red", [])


def test_a_family_of_retired_colours_only_is_not_offered_but_understood() -> None:
    lonely = term("neon-lime", "colour", family="neon")
    lonely.retire()
    words = vocabulary.current()
    assert "neon" not in words.families()
    assert words.of_family("neon") == [lonely.pk]


def test_audiences_hold_their_categories() -> None:
    words = vocabulary.current()
    assert set(words.audiences) == {"women", "men", "kids", "unisex"}
    assert words.by_id[words.audiences["men"][0]].audience == "men"


def test_a_kind_lists_its_active_terms_in_their_order() -> None:
    term("zzz", "season", position=0, name="AAA")
    term("gone", "season", is_active=False)
    assert [entry.slug for entry in vocabulary.current().by_kind["season"]][:2] == ["zzz", "summer"]
    assert len(vocabulary.current().by_kind["season"]) == 7


def test_an_entry_says_everything_about_its_term() -> None:
    lehenga = Term.objects.get(slug="lehenga")
    row = term("x", "category", parent=lehenga, synonyms=["y"], native={"hi": ["ज़"]}, audience="women", position=3)
    assert vocabulary.current().by_id[row.pk] == vocabulary.Entry(
        id=row.pk,
        kind="category",
        slug="x",
        name="X",
        native={"hi": ["ज़"]},
        hex="",
        family="",
        parent="lehenga",
        audience="women",
        position=3,
        is_active=True,
        synonyms=("y",),
    )


class TestReading:
    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        now = [1_000.0]
        vocabulary.forget()
        monkeypatch.setattr("designs.vocabulary.time.monotonic", lambda: now[0])
        return now

    def asked(self) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            vocabulary.current()
        return [query["sql"] for query in asked]

    def test_the_first_question_reads_all_and_the_next_second_asks_nothing(self, clock: list[float]) -> None:
        assert len(self.asked()) == 1
        clock[0] += 0.9
        assert self.asked() == []

    def test_then_one_cheap_query_a_second_while_nothing_changes(self, clock: list[float]) -> None:
        was = vocabulary.current()
        clock[0] += 1
        assert [("COUNT" in sql, "synonyms" in sql) for sql in self.asked()] == [(True, False)]
        assert self.asked() == []
        assert vocabulary.current() is was

    def test_what_another_process_changed_is_seen_within_a_second(self, clock: list[float]) -> None:
        saree = Term.objects.get(slug="saree")
        kept = vocabulary.current()
        saree.add_synonyms("nivi")
        vocabulary._kept = (clock[0], clock[0], vocabulary.State(342, None), kept)  # as if the other one had saved it
        assert meant("category", "nivi") is None
        clock[0] += 1
        assert meant("category", "nivi") == "saree"

    def test_what_escaped_the_quick_look_is_seen_within_a_minute(self, clock: list[float]) -> None:
        vocabulary.current()
        Term.objects.filter(slug="saree").update(synonyms=["nivi"])
        clock[0] += 59
        assert meant("category", "nivi") is None
        clock[0] += 1
        assert meant("category", "nivi") == "saree"

    def test_what_this_process_saves_is_seen_at_once(self) -> None:
        vocabulary.current()
        term("brand-new")
        assert meant("style", "brand new") == "brand-new"

    def test_an_empty_table_is_a_vocabulary_too(self) -> None:
        Term.objects.all().delete()
        vocabulary.forget()
        words = vocabulary.current()
        assert (words.families(), words.by_kind, words.find("style", "boho")) == ([], {}, None)


class TestSounding:
    @pytest.mark.parametrize(
        ("kind", "text", "slug"),
        [
            ("category", "lehngaa", "lehenga"),
            ("category", "duppattaa", "dupatta"),
            ("weave", "kanjeevaramm", "kanjivaram"),
            ("craft", "chickankaree", "chikankari"),
            ("craft", "bandhanee", "bandhani"),
            ("colour", "laall", "red"),
        ],
    )
    def test_a_spelling_nobody_listed_is_understood_by_its_sound(self, kind: str, text: str, slug: str) -> None:
        assert meant(kind, text) is None
        found = vocabulary.current().sounding(kind, text)
        assert found
        assert found.slug == slug

    def test_what_two_things_sound_like_is_neither(self) -> None:
        term("mukund"), term("mukond")
        vocabulary.forget()
        assert vocabulary.current().sounding("style", "mookund") is None

    @pytest.mark.parametrize("text", ["", "!", "ab", "x" * 300, "🦄"])
    def test_what_says_nothing_sounds_like_nothing(self, text: str) -> None:
        assert vocabulary.current().sounding("category", text) is None
