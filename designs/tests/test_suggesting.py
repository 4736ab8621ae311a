"""What is suggested to somebody who types: what it becomes, in their script, and only what would be found."""

from typing import Any

import pytest

from accounts.models import User
from config.testing.cast import Phone
from config.testing.gallery import a_picture
from designs import services, vocabulary
from designs.models import Design, Search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facets_at_once"), pytest.mark.once]
LIST, DOOR = "/api/designs", "/api/designs/suggest"
FILTERS = {"maker": "designer_name", "collection": "collection_name", "title": "q", "search": "q"}
TYPED = ["s", "sa", "saree", "saree ", "red sa", "lal ", "lehn", "lehngaa re", "mee", "meenakshi ", "br", "साड", "लाल "]

WANTED = [
    ("sa", "Saree"),
    ("saree", "Saree"),
    ("sarees", "Saree"),
    ("sari", "Saree"),  # as the vocabulary calls it
    ("lal", "Red"),
    ("साड", "साड़ी"),
    ("புட", "புடவை"),
    ("red sa", "red saree"),
    ("Red sa", "Red saree"),
    ("lal sa", "lal saree"),
    ("लाल सा", "लाल साड़ी"),
    ("gota pat", "Gota Patti"),
    ("what to wear for hal", "what to wear for haldi"),
    ("silk", "Silk"),  # before all that have silk in their names
    ("kid", "Kids"),
    ("brig", "Bright"),
    ("red brig", "red bright"),
    ("mee", "Meenakshi Silks"),
    ("red mee", "red Meenakshi Silks"),
    ("noor", "Bridal Noor"),
    ("gota ", "Gota Patti"),
]
SLIPS = [
    ("lehn", "Lehenga", None),
    ("lehgn", "Lehenga", "lehenga"),
    ("lehngaa", "Lehenga", "lehenga"),
    ("lehngaa re", "lehenga red", "lehenga red"),
    ("lehngaa ", "lehenga red", "lehenga"),
    ("what to wear for haldii", "what to wear for haldi", "what to wear for haldi"),
    ("kanj sa", "kanjivaram saree", "kanjivaram saree"),  # half typed, then on
    ("saree", "Saree", None),
    ("Sarees", "Saree", None),
    ("sari", "Saree", None),
    ("lal sa", "lal saree", None),
]
NOTHING = ["zzz", "sxe", "🦄", "!!!", "  ", "", "a" * 300, "%", "saree zzz"]


def design(title: str, *, maker: str = "", line: str = "", audience: str = "", **slugs: str) -> Design:
    known = vocabulary.current()
    terms = {kind: [e for e in known.by_kind[kind] if e.slug in given.split()] for kind, given in slugs.items()}
    named = {"designer_name": maker, "collection_name": line, "audience": audience}
    return services.create({"title": title, "terms": terms, "pictures": [a_picture()], **named}, by=None)


def hidden(one: Design) -> Design:
    return services.change(one, {"status": "inactive"}, by=None)


@pytest.fixture
def shop(phone: Phone, asha: User) -> Phone:
    design("Festive six yards", category="saree", colour="red", fabric="silk", occasion="wedding")
    design("Kanchi pattu", category="saree", colour="green", fabric="silk", weave="kanjivaram", maker="Meenakshi Silks")
    design("Plain drape", category="saree", colour="red", fabric="cotton", maker="Meenakshi Silks", line="Bridal Noor")
    design("Flared and bright", category="lehenga", colour="red", craft="gota-patti", occasion="haldi")
    design("Bright kurta with brocade", category="kurta", colour="yellow", audience="kids", craft="gota-patti")
    return phone.holding(asha)


def suggested(phone: Phone, text: str) -> dict[str, Any]:
    answer = phone.get(DOOR, {"q": text})
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def completions(phone: Phone, text: str) -> list[str]:
    return [one["text"] for one in suggested(phone, text)["completions"]]


def a_popular_search(text: str, count: int = 50) -> Search:
    return Search.objects.create(text=text, found=3, count=count)


# --- What it becomes --------------------------------------------------------------------------------------------
def test_the_answer_has_the_shape_of_the_contract(shop: Phone) -> None:
    assert suggested(shop, "lehe") == {
        "completions": [{"text": "Lehenga", "type": "category", "value": "lehenga", "count": 1}],
        "did_you_mean": None,
    }


def test_the_first_completion_is_what_one_wants(shop: Phone, subtests: pytest.Subtests) -> None:
    for typed, first in WANTED:
        with subtests.test(typed):
            assert completions(shop, typed)[:1] == [first]


def test_behind_a_space_comes_what_narrows_it(shop: Phone) -> None:
    """What most of these have first; of each kind in turn, and none that was said."""
    found = suggested(shop, "saree ")["completions"]
    assert [(one["text"], one["type"], one["count"]) for one in found[:2]] == [
        ("saree red", "colour", 2),
        ("saree silk", "fabric", 3),
    ]
    assert "category" not in {one["type"] for one in found}
    assert completions(shop, "red ")[:2] == ["red saree", "red lehenga"]
    assert "red green" not in completions(shop, "red ")
    assert completions(shop, "लाल ")[0] == "लाल साड़ी"


def test_a_whole_word_is_completed_and_narrowed(shop: Phone) -> None:
    assert completions(shop, "saree")[:2] == ["Saree", "saree red"]


def test_nothing_is_offered_twice(shop: Phone) -> None:
    design("Saree sari saris", category="saree")
    design("Sarree", category="saree")  # and no slip of a title
    assert [text.lower() for text in completions(shop, "sar")] == ["saree"]
    assert completions(shop, "lehenga cho") == ["Lehenga"]


def test_a_word_that_was_said_is_not_said_again(shop: Phone) -> None:
    assert completions(shop, "saree sar") == []


def test_a_synonym_is_offered_only_when_most_of_it_is_typed(shop: Phone) -> None:
    design("Flying", category="blouse")  # also called a saree blouse
    assert completions(shop, "sare") == ["Saree"]
    assert "Blouse" in completions(shop, "saree blo")


# --- What others searched ---------------------------------------------------------------------------------------
def test_what_others_searched_is_offered(shop: Phone) -> None:
    a_popular_search("saree for wedding")
    a_popular_search("saree", 90)  # is there already
    found = suggested(shop, "sar")["completions"]
    wanted = {"text": "Saree for wedding", "type": "search", "value": "saree for wedding", "count": 1}
    assert [one["text"] for one in found][:2] == ["Saree", "Saree for wedding"]
    assert found[1] == wanted
    assert "saree for wedding" in completions(shop, "saree ")


def test_a_search_that_finds_nothing_any_more_or_says_something_unknown_is_not_offered(shop: Phone) -> None:
    a_popular_search("saree chiffon")
    a_popular_search("saree zebrani")
    assert completions(shop, "sar") == ["Saree"]


# --- Slips ------------------------------------------------------------------------------------------------------
def test_slips_are_mended(shop: Phone, subtests: pytest.Subtests) -> None:
    for typed, first, meant in SLIPS:
        with subtests.test(typed):
            answer = suggested(shop, typed)
            assert ([one["text"] for one in answer["completions"]][:1], answer["did_you_mean"]) == ([first], meant)


def test_what_means_nothing_has_no_completions(shop: Phone, subtests: pytest.Subtests) -> None:
    for typed in NOTHING:
        with subtests.test(typed[:20]):
            assert suggested(shop, typed) == {"completions": [], "did_you_mean": None}


# --- Counts -----------------------------------------------------------------------------------------------------
@pytest.mark.drill
def test_each_finds_as_many_as_it_says(shop: Phone, subtests: pytest.Subtests, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "standard": {"rate": 1_000, "store": "memory"}}
    a_popular_search("saree for wedding")
    for typed in TYPED:
        with subtests.test(typed):
            found = suggested(shop, typed)["completions"]
            assert 0 < len(found) <= 10
            for one in found:
                looked = shop.get(LIST, {"q": one["text"]}).json()["search"]
                assert one["count"] == looked["with_every_word"] > 0, one
                assert shop.get(LIST, {FILTERS.get(one["type"], one["type"]): one["value"]}).json()["designs"], one


# --- What is hidden ---------------------------------------------------------------------------------------------
def test_nothing_hidden_is_told(shop: Phone) -> None:
    for _ in range(4):
        hidden(design("Zebrani wonder", maker="Secret Atelier", line="Unseen Line", category="sharara"))
    a_popular_search("zebrani")
    a_popular_search("zebrani saree")
    for typed in ["z", "zebr", "zebrani", "zebranii", "saree zebranii ", "sec", "secret at", "uns", "shara", "red zeb"]:
        told = str(suggested(shop, typed)).lower()
        assert not [word for word in ("zebrani", "secret", "unseen", "sharara") if word in told], typed


def test_a_name_is_written_as_those_write_it_who_are_shown(shop: Phone) -> None:
    for _ in range(3):
        hidden(design("Kept back", maker="MEENAKSHI silks"))
    assert completions(shop, "meen") == ["Meenakshi Silks"]


def test_it_follows_what_is_hidden_and_made(shop: Phone) -> None:
    assert completions(shop, "lehe") == ["Lehenga"]
    hidden(Design.objects.get(title="Flared and bright"))
    assert completions(shop, "lehe") == []
    design("Another", category="lehenga", maker="Lehenga House")
    assert completions(shop, "lehe") == ["Lehenga", "Lehenga House"]


def test_an_empty_gallery_suggests_nothing(phone: Phone, asha: User) -> None:
    a_popular_search("saree")
    phone.holding(asha)
    for typed in ("s", "saree ", "lehngaa"):
        assert suggested(phone, typed) == {"completions": [], "did_you_mean": None}


# --- The door ---------------------------------------------------------------------------------------------------
def test_what_makes_no_sense_is_refused_as_by_the_list(shop: Phone, subtests: pytest.Subtests) -> None:
    for query in ({"q": "a" * 301}, {"q": "a\0b"}, {"text": "a"}):
        with subtests.test(str(query)[:20]):
            answer, of_list = shop.get(DOOR, query), shop.get(LIST, query)
            assert (answer.status_code, answer.json()["error"]) == (400, of_list.json()["error"])


def test_whatever_is_typed_is_only_text(shop: Phone, subtests: pytest.Subtests) -> None:
    for text in ('"saree" AND NEAR( *', "' OR 1=1 --", "%_\\", "\u202esaree", "\u017faree", "सा" * 150, "a b " * 74):
        with subtests.test(text[:20]):
            suggested(shop, text)
            suggested(shop, f"{text} ")


def test_typing_has_a_limit_of_its_own(shop: Phone, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "suggest": {"rate": 2, "store": "memory"}}
    assert [shop.get(DOOR, {"q": "sa"}).status_code for _ in range(3)] == [200, 200, 429]
    assert shop.get("/api/designs").status_code == 200


@pytest.mark.usefixtures("steady")
def test_it_asks_the_database_hardly_anything(
    shop: Phone, subtests: pytest.Subtests, django_assert_max_num_queries: Any
) -> None:
    for typed in ("s", "red saree ", "lehngaa re"):
        suggested(shop, typed)
        with subtests.test(typed), django_assert_max_num_queries(3):  # who; what changed; what others searched
            suggested(shop, typed)
