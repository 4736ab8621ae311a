"""What a search text means: terms in every spelling and script, phrases before words, small words not at all."""

from typing import Any

import pytest

from accounts.models import User
from config.testing.cast import Phone
from config.testing.gallery import a_picture
from designs import index, services, vocabulary
from designs.models import Design, Term
from designs.search.query import Reading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facets_at_once"), pytest.mark.once]
DOOR = "/api/designs"


def design(title: str, maker: str = "", **slugs: str) -> Design:
    known = vocabulary.current()
    terms = {kind: [e for e in known.by_kind[kind] if e.slug in given.split()] for kind, given in slugs.items()}
    facts = {"title": title, "terms": terms, "pictures": [a_picture()], "designer_name": maker}
    return services.create(facts, by=None)


def understood(text: str) -> list[tuple[str, str, str]]:
    state = index.searchable()
    reading = Reading(state, vocabulary.current(), state.having("status", "active"))
    return [(part.text, part.meant, part.how) for part in reading.parts(text)]


def found(phone: Phone, text: str, **more: str) -> list[str]:
    answer = phone.get(DOOR, {"q": text, **more})
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["designs"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Saree", [("saree", "Saree", "name")]),
        ("lehnga", [("lehnga", "Lehenga", "synonym")]),
        ("lehngaa", [("lehngaa", "Lehenga", "spelling")]),
        ("साड़ी", [("साड़ी", "Saree", "synonym")]),
        ("laal saari", [("laal", "Red", "synonym"), ("saari", "Saree", "synonym")]),
        ("half saree", [("half saree", "Half Saree", "name")]),
        ("chaniya choli for navratri", [("chaniya choli", "Chaniya Choli", "name"), ("navratri", "Navratri", "name")]),
        ("what to wear for haldi", [("haldi", "Haldi Yellow, Haldi", "name")]),
        ("Zebrani", [("zebrani", "zebrani", "unknown")]),
        ("for the", [("for", "for", "text"), ("the", "the", "text")]),
        ('"saree" AND NEAR( *', [("saree", "Saree", "name"), ("near", "near", "unknown")]),
        ("🦄!!!", []),
    ],
)
def test_it_is_understood(text: str, words: list[tuple[str, str, str]]) -> None:
    assert [(word, how) for word, _, how in understood(text)] == [(word, how) for word, _, how in words]
    for (_, meant, _), (_, wanted, _) in zip(understood(text), words, strict=True):
        assert set(wanted.split(", ")) <= set(meant.split(", "))


@pytest.fixture
def shop(phone: Phone, asha: User) -> Phone:
    design("Festive six yards", category="saree", colour="red", occasion="wedding")
    design("Kanchi pattu", category="saree", weave="kanjivaram", maker="Meenakshi Silks")
    design("Flared and bright", category="ghagra", colour="maroon")
    design("Red carpet gown")
    return phone.holding(asha)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("saree", ["Kanchi pattu", "Festive six yards"]),
        ("साड़ी", ["Kanchi pattu", "Festive six yards"]),
        ("laal saari", ["Festive six yards", "Kanchi pattu"]),  # first what has both
        ("red", ["Red carpet gown", "Festive six yards", "Flared and bright"]),  # maroon is a red
        ("lehenga", ["Flared and bright"]),  # a ghagra is one
        ("lehngaa", ["Flared and bright"]),
        ("kanjeevaramm", ["Kanchi pattu"]),
        ("meenakshi saree", ["Kanchi pattu", "Festive six yards"]),
        ("saree for wedding", ["Festive six yards", "Kanchi pattu"]),
        ("pattu", ["Kanchi pattu"]),
        ("iphone charger", []),
        ("%", []),
        ("🦄🦄🦄", []),
        ("!!!???", []),
        ("' OR 1=1 --", []),
    ],
)
def test_it_is_found(shop: Phone, text: str, titles: list[str]) -> None:
    assert found(shop, text) == titles


def test_it_goes_with_filters_sorts_facets_and_cursors(shop: Phone) -> None:
    assert found(shop, "saree", colour="red") == ["Festive six yards"]
    assert found(shop, "saree", sort="title") == ["Festive six yards", "Kanchi pattu"]
    facets = shop.get(f"{DOOR}/facets", {"q": "saari"}).json()
    assert facets["total"] == 2
    first = shop.get(DOOR, {"q": "saree", "cursor": "", "per_page": "1"}).json()
    second = shop.get(DOOR, {"q": "saree", "cursor": first["next_cursor"], "per_page": "1"}).json()
    assert {row["title"] for row in first["designs"] + second["designs"]} == {"Festive six yards", "Kanchi pattu"}


def test_the_answer_says_how_it_was_understood(shop: Phone) -> None:
    assert shop.get(DOOR, {"q": "bright lehngaa Zebrani"}).json()["search"] == {
        "text": "bright lehngaa Zebrani",
        "words": [
            {"word": "bright", "as": "bright", "how": "text"},
            {"word": "lehngaa", "as": "Lehenga", "how": "spelling"},
            {"word": "zebrani", "as": "zebrani", "how": "unknown"},
        ],
        "not_understood": ["zebrani"],
        "did_you_mean": "bright lehenga zebrani",
        "with_every_word": 1,
    }
    assert shop.get(DOOR).json()["search"] is None


def test_a_synonym_that_staff_add_works_at_once(shop: Phone) -> None:
    assert found(shop, "zebrani") == []
    saree = Term.objects.get(kind="category", slug="saree")
    saree.synonyms = [*saree.synonyms, "zebrani"]
    saree.save()
    assert found(shop, "zebrani") == ["Kanchi pattu", "Festive six yards"]


def test_hidden_designs_are_not_found(shop: Phone) -> None:
    assert found(shop, "saree")
    Design.objects.update(status="inactive")  # and no process heard of it
    assert found(shop, "saree") == []


@pytest.mark.parametrize("text", ["x" * 300, "(" * 300, "\u202esaree", "🦄" * 100, "सा" * 150, " ", "\\", "%_%"])
def test_whatever_is_typed_is_only_text(shop: Phone, text: str) -> None:
    assert shop.get(DOOR, {"q": text}).status_code == 200


def test_it_stays_the_same_question(shop: Phone, django_assert_max_num_queries: Any) -> None:
    found(shop, "saree")
    with django_assert_max_num_queries(4):  # who; whether something changed; what is liked; the page
        found(shop, "laal saari for wedding")
