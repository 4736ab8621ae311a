"""Each rule by which a search text is understood, on a small catalogue."""

import time
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from config.testing.gallery import a_picture
from config.testing.ground import rows_for_many
from designs import index, search, services, vocabulary
from designs.index.state import State
from designs.models import Design, Status, Term
from designs.search import Search
from designs.search.query import MOST_WORDS, SHORTEST_BEGINNING, Part, Reading

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("shop", "facets_at_once")]
SHELF = [
    *[("Silk saree with zari border", "", {"category": "saree", "fabric": "silk"})] * 3,
    *[("Flared", "", {"category": "kurta", "style": "anarkali"})] * 2,
    *[("Phulkaree Sarong", "", {})] * 3,  # as all sellers of this shop write it
    *[("भटकैया", "", {})] * 3,
    ("Six yards", "Meenakshi Silks", {"category": "saree", "weave": "banarasi"}),
    ("Kashmiri kanee", "Zebrani Looms", {"category": "shawl", "weave": "kani"}),  # one seller's spelling
    ("Swirl", "", {"category": "salwar-suit", "colour": "mustard"}),
]
SOON = 0.5  # seconds
TYPED = ["sarees", "kani", "shawl", "xq", "slik", "half", "gala", "bandh", "a", "sar", "लहगा", "men's", "🦄", "के"]
Understood = list[tuple[str, str, str]]


def design(title: str, maker: str = "", **slugs: str) -> Design:
    known = vocabulary.current()
    terms = {kind: [entry for entry in [known.find(kind, slug)] if entry] for kind, slug in slugs.items()}
    facts = {"title": title, "designer_name": maker, "pictures": [a_picture()], "terms": terms}
    return services.create(facts, by=None)


@pytest.fixture(scope="module")
def shop(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with rows_for_many(django_db_blocker):
        for title, maker, slugs in SHELF:
            design(title, maker, **slugs)
        yield


def a_reading(state: State | None = None) -> Reading:
    known = state or index.searchable()
    return Reading(known, vocabulary.current(), known.having("status", Status.ACTIVE))


def parts(text: str) -> list[Part]:
    return a_reading().parts(text)


def understood(text: str) -> Understood:
    return [(part.text, part.meant, part.how) for part in parts(text)]


def sought(text: str) -> Search:
    state = index.searchable()
    return search.look_for(text, state.having("status", Status.ACTIVE), state, vocabulary.current())


def titles(text: str) -> list[str]:
    state = index.searchable()
    found = [state.ids[slot] for slot in state.slots(sought(text).hits.members)]
    return list(Design.objects.filter(pk__in=found).order_by("pk").values_list("title", flat=True))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("half saree", [("half saree", "Half Saree", "name")]),
        (
            "red half saree silk",
            [("red", "Red", "name"), ("half saree", "Half Saree", "name"), ("silk", "Silk", "name")],
        ),
        ("saree half", [("saree half", "Half Saree", "name")]),
        ("langa voni", [("langa voni", "Half Saree", "synonym")]),
        ("langa", [("langa", "Lehenga", "synonym")]),
        ("gota patti work", [("gota patti work", "Gota Patti", "synonym")]),
        ("gota", [("gota", "Gota Patti", "synonym")]),
        ("tie & dye", [("tie dye", "Bandhani", "synonym")]),
        ("haldi yellow", [("haldi yellow", "Haldi Yellow", "name")]),
    ],
)
def test_the_longest_phrase_comes_first(text: str, words: Understood) -> None:
    assert understood(text) == words


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("bandh gala", "Bandhgala"),
        ("band hgala", "Bandhgala"),  # written in one
        ("gotta  patti", "Gota Patti"),
        ("chaniyacholi", "Chaniya Choli"),
        ("jacket nehru", "Nehru Jacket"),
        ("choli chaniya", "Chaniya Choli"),
    ],
)
def test_pairs_may_be_joined_or_the_other_way_round(text: str, meant: str) -> None:
    assert [part.meant for part in parts(text)] == [meant]


@pytest.mark.parametrize(
    ("text", "meant"),
    [("sarees", "Saree"), ("chaniya cholis", "Chaniya Choli"), ("nehru jackets", "Nehru Jacket"), ("shawls", "Shawl")],
)
def test_a_plural_is_its_term(text: str, meant: str) -> None:
    (part,) = parts(text)
    assert (part.meant, part.how) in {(meant, "name"), (meant, "synonym")}


@pytest.mark.parametrize(
    ("text", "audience"),
    [
        *[("women", "women"), ("ladies", "women"), ("woman's", "women"), ("महिला", "women"), ("aurat", "women")],
        *[("men", "men"), ("men's", "men"), ("gents", "men"), ("पुरुष", "men"), ("mard", "men")],
        *[("kids", "kids"), ("girls", "kids"), ("boy's", "kids"), ("बच्चे", "kids"), ("toddlers", "kids")],
    ],
)
def test_who_wears_it_is_an_audience(text: str, audience: str) -> None:
    for asked in (f"{text} red", f"red {text}"):
        assert {part.audience for part in parts(asked)} == {"", audience}


def test_a_garment_of_an_audience_is_that_garment() -> None:
    assert understood("men's kurta") == [("mens kurta", "Men Kurta", "name")]
    assert understood("girl's lehenga") == [("girls lehenga", "Girls Lehenga", "name")]
    assert understood("women's kurta") == [("womens kurta", "Kurta", "synonym")]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("show me the best saree for a wedding online", ["saree", "wedding"]),
        ("haldi ke liye saree", ["haldi", "saree"]),
        ("saree with blouse", ["saree with blouse"]),  # inside of a phrase they count
        ("for the", ["for", "the"]),  # and where there is nothing else
    ],
)
def test_small_words_say_nothing(text: str, left: list[str]) -> None:
    assert [part.text for part in parts(text)] == left


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("kani shawl", ["Kani", "Shawl"]),
        ("kani shawls", ["Kani", "Shawl"]),
        ("banarasi sarees", ["Banarasi", "Saree"]),
        ("banarasi silk", ["Banarasi", "Silk"]),
        ("lehenga choli", ["Lehenga"]),  # a garment needs no other one
        ("maroon red", ["Maroon"]),  # of the same kind
        ("zari work", ["Zari"]),
    ],
)
def test_the_head_of_a_phrase_counts_when_it_is_of_another_kind(text: str, meant: list[str]) -> None:
    assert [part.meant for part in parts(text)] == meant


def test_a_rare_spelling_of_a_seller_is_what_it_sounds_like_and_stays_itself() -> None:
    (part,) = parts("kanee")
    assert (part.meant, part.how, part.words) == ("Kani", "spelling", ("kanee",))
    assert titles("kanee") == ["Kashmiri kanee"]


def test_a_word_of_designs_is_text() -> None:
    for word in ("zebrani", "swirls", "border", "Meenakshi"):
        assert [part.how for part in parts(word)] == ["text"]


@pytest.mark.parametrize("word", ["phulkaree", "sarong"])
def test_what_many_titles_say_is_never_corrected(word: str) -> None:
    assert understood(word) == [(word, word, "text")]
    assert sought(word).meant is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *[("kurtaa", "Kurta"), ("sadee", "Saree"), ("lehngaa", "Lehenga"), ("kanjevram", "Kanjivaram")],
        *[("gota pati", "Gota Patti"), ("ghaghra cholee", "Ghagra"), ("लेहँगा", "Lehenga")],
        ("meenakshee", "meenakshi"),  # a maker
    ],
)
def test_what_sounds_the_same_is_the_same(text: str, meant: str) -> None:
    (part,) = parts(text)
    assert (part.meant, part.how) == (meant, "spelling")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *[("anrkali", "Anarkali"), ("mustrad", "Mustard"), ("slawar", "Salwar Suit"), ("kutra", "Kurta")],
        *[("dupatya", "Dupatta"), ("swril", "swirl"), ("sareee", "Saree")],
        *[("chnadreri", "Chanderi"), ("lehnegsa", "Lehenga"), ("bnaarsi", "Banarasi")],  # two slips
        *[("लहगा", "Lehenga")],
    ],
)
def test_the_slip_of_a_finger_is_forgiven(text: str, meant: str) -> None:
    (part,) = parts(text)
    assert (part.meant, part.is_mended, part.corrected) == (meant, True, meant.lower())


def test_somebody_is_asked_whether_that_was_meant_where_it_finds_something() -> None:
    assert sought("silk slawar").meant == "silk salwar suit"
    assert sought("silk kutra xyz").meant == "silk kurta xyz"
    assert sought("silk salwar").meant is None
    assert sought("red dupatya").meant is None, "nobody sells one"


@pytest.mark.parametrize("text", ["ssk", "rde", "xaeee", "kxrxz", "smxkl"])
def test_too_many_slips_for_so_short_a_word_are_not(text: str) -> None:
    assert [part.how for part in parts(text)] == ["unknown"]


def test_a_correction_may_begin_a_phrase() -> None:
    (part,) = parts("chanyia choli")
    assert (part.text, part.meant) == ("chanyia choli", "Chaniya Choli")


@pytest.mark.parametrize(
    "text",
    ["electric scooter", "protein powder", "weather tomorrow", "iphone charger", "digital", "collar", "fibre", "gudi"],
)
def test_a_correction_ends(text: str) -> None:
    """A word that stands only inside of phrases leads to another such word, and that one back."""
    assert parts(text)
    assert parts(f"{text} saree")[-1].meant == "Saree"


def test_no_word_of_the_vocabulary_is_read_for_ever() -> None:
    words = sorted(vocabulary.current().single_words)[::12]
    reading = a_reading()
    for word, slip in product(words, ("", "x")):
        assert reading.parts(word[:2] + slip + word[2:])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("silksaree", [("silk", "Silk", "name"), ("saree", "Saree", "name")]),
        ("redlehnga", [("red", "Red", "name"), ("lehnga", "Lehenga", "synonym")]),
        ("phulkareesaree", [("phulkaree", "phulkaree", "text"), ("saree", "Saree", "name")]),
        ("redsaree silk", [("red", "Red", "name"), ("saree", "Saree", "name"), ("silk", "Silk", "name")]),
        ("zxsaree", [("zxsaree", "zxsaree", "unknown")]),  # a half has three letters
    ],
)
def test_two_words_grown_together_are_two(text: str, words: Understood) -> None:
    assert understood(text) == words


@pytest.mark.parametrize(
    ("text", "first"),
    [("sar", "Saree"), ("silk sar", "Saree"), ("anar", "Anarkali"), ("mee", "meenakshi"), ("swi", "swirl")],
)
def test_a_last_word_may_be_a_beginning(text: str, first: str) -> None:
    part = parts(text)[-1]
    assert (part.meant.split(", ")[0], part.how) == (first, "beginning")


def test_only_the_last_word_is_a_beginning_and_only_from_three_letters() -> None:
    assert ("sar", "sar", "unknown") in understood("sar silk")
    assert [part.how for part in parts("sa")] == ["unknown"]
    assert [part.how for part in parts("sar"[:SHORTEST_BEGINNING])] == ["beginning"]


def test_a_beginning_is_of_what_designs_have() -> None:
    assert [part.how for part in parts("achk")] == ["unknown"], "nobody sells an achkan"


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("xyzzy", ["xyzzy"]),
        ("silk xyzzy", ["xyzzy"]),
        ("xyzzy qwrtp saree", ["xyzzy", "qwrtp"]),
        ("silk xyzzy saree qwrtp", ["xyzzy", "qwrtp"]),
    ],
)
def test_where_half_or_more_means_nothing_nothing_is_found(text: str, unknown: list[str]) -> None:
    found = sought(text)
    assert (found.hits.members, found.shown()["not_understood"]) == (0, unknown)
    assert found.meant is None


def test_where_less_than_half_means_nothing_the_rest_is_found_and_it_is_said() -> None:
    found = sought("silk xyzzy saree")
    assert found.hits.with_every_part == sought("silk saree").hits.with_every_part > 0
    assert found.shown()["not_understood"] == ["xyzzy"]


def test_what_is_typed_in_latin_letters_is_not_corrected_into_another_script() -> None:
    assert [part.how for part in parts("bhatkaiya")] == ["unknown"]
    assert understood("भटकेया") == [("भटकेया", "भटकैया", "typo")]


def test_what_is_typed_in_another_script_may_be_a_word_in_latin_letters() -> None:
    assert [part.meant for part in parts("स्वर्ल")] == ["swirl"]


def test_scripts_may_be_mixed() -> None:
    assert [part.meant for part in parts("लाल sari")] == ["Red", "Saree"]


def test_a_synonym_of_staff_works_at_once() -> None:
    assert [part.how for part in parts("qwrtpla")] == ["unknown"]
    shawl = Term.objects.get(kind="category", slug="shawl")
    shawl.synonyms = [*shawl.synonyms, "qwrtpla", "six feet"]
    shawl.save()
    vocabulary.forget()
    assert understood("qwrtpla") == [("qwrtpla", "Shawl", "synonym")]
    assert understood("feet six") == [("feet six", "Shawl", "synonym")]
    assert titles("six feet") == ["Kashmiri kanee"]


def test_a_retired_term_is_still_understood() -> None:
    Term.objects.get(kind="category", slug="shawl").retire()
    vocabulary.forget()
    assert understood("shawls") == [("shawls", "Shawl", "name")]
    assert titles("shawl") == ["Kashmiri kanee"]
    assert [part.meant for part in parts("kani shawl")] == ["Kani"], "but a phrase has no such head any more"


def test_of_a_merged_term_the_words_mean_the_other() -> None:
    shawl, dupatta = (Term.objects.get(kind="category", slug=slug) for slug in ("shawl", "dupatta"))
    shawl.merge(dupatta)
    vocabulary.forget()
    assert understood("chadar")[0][1] == "Dupatta"
    assert titles("dupatta") == ["Kashmiri kanee"]


def test_of_very_many_words_the_first_are_read() -> None:
    assert len(parts("red " * (MOST_WORDS + 10))) == MOST_WORDS


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.lists(st.sampled_from(TYPED), max_size=8),
        st.lists(st.text(max_size=12), max_size=4),
    )
)
@example(["\ud800", "\0", "''", "\u202e"])
def test_whatever_is_typed_is_read_once_and_in_its_order(words: list[str]) -> None:
    text = " ".join(words)
    reading = a_reading(index.index.state)
    started = time.process_time()
    found = reading.parts(text)
    assert time.process_time() - started < SOON
    assert all(part.how != "unknown" or not part.entries for part in found)
    assert found == reading.parts(text)
