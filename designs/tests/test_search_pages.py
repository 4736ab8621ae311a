"""Pages of what was found: each hit once, in any order of the list, with every filter, whatever changes meanwhile."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.core import signing
from pytest_django import DjangoDbBlocker

from accounts.models import User
from config.testing.cast import Phone, make_asha
from config.testing.gallery import a_design, hearts, multiplied
from config.testing.ground import rows_for_many
from designs import index, matching, vocabulary
from designs.models import Design
from designs.search import pages
from designs.tests.reference import SORTS, Query, Reference, a_catalogue, a_query, ordered, seeded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facets_at_once"), pytest.mark.drill]
DOOR = "/api/designs"
TEXTS = ["silk", "red", "red silk", "zari work", "elan", "ritu kumar wedding"]
SIZE = 11
Rows = list[int]


class Scene(NamedTuple):
    asha: User
    reference: Reference


@pytest.fixture(scope="module")
def everything(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with rows_for_many(django_db_blocker):
        vocabulary.forget()
        asha = make_asha()
        a_catalogue(seeded(11), 90, asha)
        yield Scene(asha, Reference(asha))


@pytest.fixture
def reference(everything: Scene) -> Reference:
    return everything.reference


@pytest.fixture
def shop(everything: Scene, db: None, settings: Any) -> Phone:
    settings.LIMITS = {**settings.LIMITS, "standard": {**settings.LIMITS["standard"], "rate": 10**6}}
    return Phone().holding(everything.asha)


def asked(shop: Phone, **query: Any) -> Any:
    answer = shop.get(DOOR, {"fields": "id", **query})
    assert answer.status_code == 200, answer.content
    return answer.json()


def ids(body: Any) -> Rows:
    return [row["id"] for row in body["designs"]]


def at_once(shop: Phone, text: str, **query: Any) -> Rows:
    """All on one page."""
    body = asked(shop, q=text, per_page=100, **query)
    assert body["next_cursor"] is None, "the catalogue is small enough"
    return ids(body)


def scrolled(shop: Phone, **query: Any) -> Rows:
    found: Rows = []
    cursor = ""
    while True:
        body = asked(shop, cursor=cursor, **query)
        found += ids(body)
        if body["next_cursor"] is None:
            return found
        assert len(body["designs"]) == query["per_page"], "only the last page may be short"
        cursor = body["next_cursor"]


def paged(shop: Phone, **query: Any) -> Rows:
    first = asked(shop, page=1, **query)
    found = ids(first)
    for number in range(2, first["total_pages"] + 1):
        found += ids(asked(shop, page=number, **query))
    return found


# --- Each once ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", TEXTS)
def test_scrolling_shows_every_hit_once_in_one_order(shop: Phone, text: str) -> None:
    whole = at_once(shop, text)
    assert len(whole) == len(set(whole)) > 5
    assert asked(shop, q=text)["total"] == len(whole)
    for size in (SIZE, len(whole)):
        assert scrolled(shop, q=text, per_page=size) == whole
    assert paged(shop, q=text, per_page=SIZE) == whole


def test_what_is_worth_the_same_is_scrolled_by_hearts_and_age(shop: Phone) -> None:
    """The border between the liked and the others lies inside of a page, and hearts of others lie between."""
    made = [a_design(title="Zebrani") for _ in range(12)]
    for place, count in ((2, 1), (5, 3), (7, 1), (9, 2)):
        hearts(made[place], count)
    numbers = [made[place].pk for place in (5, 9, 7, 2, 11, 10, 8, 6, 4, 3, 1, 0)]
    index.forget()
    for size in (1, 5):
        assert scrolled(shop, q="zebrani", per_page=size) == numbers
        assert paged(shop, q="zebrani", per_page=size) == numbers


def test_of_many_alike_each_is_shown_once(shop: Phone) -> None:
    multiplied(a_design(title="Zebrani"), 1_200)
    hearts(a_design(title="Zebrani"), 1)
    body = asked(shop, q="zebrani")
    assert (body["total"], body["total_is_capped"], body["total_pages"]) == (1_202, False, 61)
    found = scrolled(shop, q="zebrani", per_page=100)
    assert (len(found), len(set(found))) == (1_202, 1_202)


# --- In another order ---------------------------------------------------------------------------------------------
def expected(reference: Reference, members: Rows, sort: str) -> Rows:
    held = set(members)
    rows = [row for row in reference.matching([]) if row.design.pk in held]
    return [row.design.pk for row in ordered(rows, sort)]


@pytest.fixture(params=["listed", "walked"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """By the numbers of all that were found, or through the order of the list, in steps that end anywhere."""
    if request.param == "walked":
        monkeypatch.setattr(matching, "MOST_NAMED", 3)
        monkeypatch.setattr(pages, "FIRST_STEP", 5)
        monkeypatch.setattr(pages, "LONGEST_STEP", 11)
    return str(request.param)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_is_the_plain_sort_of_what_was_found(shop: Phone, reference: Reference, sort: str) -> None:
    wanted = expected(reference, at_once(shop, "silk"), sort)
    assert at_once(shop, "silk", sort=sort) == wanted
    assert scrolled(shop, q="silk", sort=sort, per_page=SIZE) == wanted
    assert paged(shop, q="silk", sort=sort, per_page=SIZE) == wanted
    assert asked(shop, q="silk", sort=sort, per_page=1)["total"] == len(wanted) > 2 * SIZE


@pytest.mark.usefixtures("way")
def test_sorts_go_with_filters(shop: Phone, reference: Reference) -> None:
    reds = {row.design.pk for row in reference.matching([("colour_family", "red")])}
    for sort in ("newest", "price", "title"):
        members = at_once(shop, "silk", colour_family="red")
        assert members
        assert set(members) <= reds
        wanted = expected(reference, members, sort)
        assert scrolled(shop, q="silk", colour_family="red", sort=sort, per_page=2) == wanted


@pytest.mark.usefixtures("way")
def test_ones_own_hearts_are_searched_in_the_order_they_were_given(shop: Phone, reference: Reference) -> None:
    kept = scrolled(shop, favorited=1, per_page=SIZE)
    found = at_once(shop, "silk", favorited=1)
    assert len(found) > 4
    wanted = [number for number in kept if number in set(found)]
    assert scrolled(shop, q="silk", favorited=1, sort="hearted", per_page=3) == wanted


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "title"])
def test_curators_page_through_drafts(shop: Phone, meera: User, sort: str) -> None:
    for number in range(9):
        Design.objects.create(title=f"Zebrani {number}", status="draft")
    index.forget()
    curator = Phone().holding(meera)
    whole = at_once(curator, "zebrani", status="draft", sort=sort)
    assert len(whole) == 9
    assert whole == sorted(whole, reverse=sort in {"relevance", "newest"})
    assert scrolled(curator, q="zebrani", status="draft", sort=sort, per_page=2) == whole


# --- With filters -------------------------------------------------------------------------------------------------
def by_name(query: Query) -> dict[str, Any]:
    return {name: [value for other, value in query if other == name] for name, _ in query}


def test_facets_count_what_the_list_shows_under_any_filters(shop: Phone, reference: Reference) -> None:
    """What a search drops to fill a page depends on what filters leave: it may find more under a filter, never less."""
    random, counted = seeded(5), 0
    unfiltered = {text: set(at_once(shop, text)) for text in TEXTS}
    for _ in range(30):
        text, query = random.choice(TEXTS), a_query(random, most=2)
        found = at_once(shop, text, **by_name(query))
        facets = shop.get(f"{DOOR}/facets", {"q": text, **by_name(query)}).json()
        assert facets["total"] == len(found), (text, query)
        allowed = {row.design.pk for row in reference.matching(query)}
        assert set(found) <= allowed, (text, query)
        assert unfiltered[text] & allowed <= set(found), (text, query)
        counted += bool(found and query)
    assert counted > 5, "something was compared"


def test_a_facet_of_a_search_counts_its_hits(shop: Phone) -> None:
    """Of one word there is nothing to drop, so each choice finds what it says."""
    facets = shop.get(f"{DOOR}/facets", {"q": "elan"}).json()["facets"]
    entries = [(kind, entry) for kind in ("category", "colour", "audience") for entry in facets[kind]]
    assert len(entries) > 5
    for kind, entry in entries:
        assert asked(shop, q="elan", **{kind: entry["value"]})["total"] == entry["count"]


# --- Cursors and pages that are wrong -----------------------------------------------------------------------------
def refused(shop: Phone, **query: Any) -> tuple[int, str]:
    answer = shop.get(DOOR, query)
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_a_cursor_belongs_to_its_search(shop: Phone, sort: str) -> None:
    cursor = asked(shop, q="silk", sort=sort, per_page=2, cursor="")["next_cursor"]
    assert ids(asked(shop, q="silk", sort=sort, per_page=5, fields="id,title", cursor=cursor))
    for other in ({"q": "red"}, {"q": "silk", "colour": "red"}, {"q": "silk", "sort": "title"}, {}):
        query = {"sort": sort if other.get("q") else "newest", **other}
        assert refused(shop, per_page=2, cursor=cursor, **query) == (400, "invalid_cursor"), other


@pytest.mark.parametrize("sort", ["relevance", "newest", "price", "title"])
def test_a_forged_cursor_is_refused(shop: Phone, sort: str) -> None:
    cursor = asked(shop, q="silk", sort=sort, per_page=2, cursor="")["next_cursor"]
    value, signature = cursor.rsplit(":", 1)
    binding, *_ = signing.Signer(salt="cursor").unsign_object(cursor)
    another_key = signing.Signer(key="x", salt="cursor").sign_object([binding, 3])
    another_salt = signing.Signer(salt="else").sign_object([binding, 3])
    made_up = ["garbage", "0", "-1", "🦄", "x" * 5_000, f"{value[:-1]}:{signature}", f"{value}:{signature[:-1]}x"]
    for forged in [*made_up, value, another_key, another_salt]:
        assert refused(shop, q="silk", sort=sort, cursor=forged) == (400, "invalid_cursor"), forged


def test_a_cursor_and_a_page_are_one_too_many(shop: Phone) -> None:
    cursor = asked(shop, q="silk", per_page=2, cursor="")["next_cursor"]
    assert refused(shop, q="silk", cursor=cursor, page=2) == (400, "validation_error")


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_pages_end(shop: Phone, sort: str) -> None:
    body = asked(shop, q="silk", sort=sort, page=100, per_page=100)
    assert (body["designs"], body["next_cursor"]) == ([], None)
    assert body["total"] == len(at_once(shop, "silk"))
    assert refused(shop, q="silk", sort=sort, page=102, per_page=100) == (400, "page_too_deep")


def test_what_means_nothing_has_an_empty_page(shop: Phone) -> None:
    for sort in ("relevance", "newest"):
        body = asked(shop, q="xyzzy", sort=sort)
        assert (body["designs"], body["total"], body["total_pages"], body["next_cursor"]) == ([], 0, 0, None)


# --- What changes meanwhile ---------------------------------------------------------------------------------------
@pytest.fixture
def looked(shop: Phone, monkeypatch: pytest.MonkeyPatch) -> Rows:
    """What was found a moment ago; the index does not look again."""
    found = at_once(shop, "silk")
    monkeypatch.setattr(index, "LOOK_EVERY", 60.0)
    return found


def vanish(numbers: Rows, how: str) -> None:
    gone = Design.objects.filter(pk__in=numbers)
    if how == "deleted":
        gone.delete()
    else:
        gone.update(status=how)


@pytest.mark.parametrize("how", ["inactive", "draft", "deleted"])
def test_who_was_hidden_a_moment_ago_is_not_shown_and_the_page_is_full(shop: Phone, looked: Rows, how: str) -> None:
    hidden = [looked[place] for place in (0, 2, 3, SIZE + 1)]
    vanish(hidden, how)
    left = [number for number in looked if number not in hidden]
    assert scrolled(shop, q="silk", per_page=SIZE) == left
    assert ids(asked(shop, q="silk", per_page=SIZE)) == left[:SIZE]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("how", ["inactive", "deleted"])
def test_in_every_order_they_are_not_shown(shop: Phone, reference: Reference, looked: Rows, how: str) -> None:
    vanish(looked[:9], how)
    for sort in ("newest", "price", "title"):
        assert scrolled(shop, q="silk", sort=sort, per_page=SIZE) == expected(reference, looked[9:], sort)


def test_at_the_end_of_the_list_they_leave_no_cursor(shop: Phone, looked: Rows) -> None:
    vanish(looked[-2:], "inactive")
    body = asked(shop, q="silk", per_page=len(looked) - 2)
    assert ids(body) == looked[:-2]
    if body["next_cursor"]:
        assert asked(shop, q="silk", per_page=5, cursor=body["next_cursor"])["designs"] == []
