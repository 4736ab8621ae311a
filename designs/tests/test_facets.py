"""GET /api/designs/facets: exactly what the list would answer for each further choice."""

from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from config.limits.stores import store
from config.testing.cast import Phone
from config.testing.gallery import a_design, a_picture
from designs import index, services, vocabulary
from designs.folding import folded
from designs.models import Design, Status, Term
from designs.tests.reference import MAKERS, SORTS, Reference, a_catalogue, a_query, known_terms, seeded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facets_at_once")]
DOOR, LIST = "/api/designs/facets", "/api/designs"


@pytest.fixture
def meera_phone(meera: User) -> Phone:
    return Phone().holding(meera)


def design(title: str = "Red", **facts: Any) -> Design:
    words = vocabulary.current()
    terms = {kind: [words.find(kind, slug) for slug in slugs] for kind, slugs in facts.pop("terms", {}).items()}
    return services.create({"title": title, "pictures": [a_picture()], "terms": terms, **facts}, by=None)


def facets(phone: Phone, query: Any = "") -> dict[str, Any]:
    answer = phone.get(DOOR, query) if isinstance(query, dict) else phone.get(f"{DOOR}?{query}")
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


def counts(entries: list[dict[str, Any]]) -> dict[str, int]:
    return {entry["value"]: entry["count"] for entry in entries}


def test_the_answer_is_the_contracts(asha_phone: Phone) -> None:
    design(
        terms={"category": ["saree"], "colour": ["red"]},
        designer_name="Ritu Kumar",
        audience="women",
        price_min=100_000,
        price_max=200_000,
    )
    red = Term.objects.get(kind="colour", slug="red")
    body = facets(asha_phone, "colour=red")
    shown = {name: entries for name, entries in body.pop("facets").items() if entries}
    assert body == {"total": 1, "total_is_capped": False, "price": {"min": 100_000, "max": 200_000}}
    assert shown == {
        "category": [{"value": "saree", "name": "Saree", "count": 1, "hex": None, "selected": False}],
        "colour": [{"value": "red", "name": "Red", "count": 1, "hex": red.hex, "selected": True}],
        "colour_family": [{"value": "red", "name": "Red", "count": 1, "hex": None, "selected": False}],
        "audience": [{"value": "women", "name": "Women", "count": 1, "hex": None, "selected": False}],
        "designer_name": [{"value": "Ritu Kumar", "name": "Ritu Kumar", "count": 1, "hex": None, "selected": False}],
    }


def test_an_empty_gallery_has_empty_facets(asha_phone: Phone) -> None:
    body = facets(asha_phone)
    assert (body["total"], body["price"]) == (0, {"min": None, "max": None})
    assert not any(body["facets"].values())


def test_a_range_with_one_end_stands_for_it(asha_phone: Phone) -> None:
    design(price_max=200_000)
    assert facets(asha_phone)["price"] == {"min": 200_000, "max": 200_000}


def test_a_facet_ignores_its_own_filter_and_no_other(asha_phone: Phone) -> None:
    design(terms={"category": ["saree"], "colour": ["red"]})
    design(terms={"category": ["saree"], "colour": ["gold"]})
    design(terms={"category": ["lehenga"], "colour": ["gold"]})
    found = facets(asha_phone, "colour=red")["facets"]
    assert counts(found["colour"]) == {"gold": 2, "red": 1}
    assert counts(found["category"]) == {"saree": 1}


def test_a_parent_counts_each_design_once(asha_phone: Phone) -> None:
    design(terms={"category": ["ghagra", "chaniya-choli"]})
    assert counts(facets(asha_phone)["facets"]["category"]) == {"lehenga": 1, "ghagra": 1, "chaniya-choli": 1}


def test_what_is_selected_stays_when_nothing_is_left(asha_phone: Phone) -> None:
    design(terms={"colour": ["red"]})
    query = {"colour": "gold", "audience": "kids", "designer_name": "Nobody", "colour_family": "gold"}
    found = facets(asha_phone, query)["facets"]
    for name, value in {**query, "designer_name": "nobody"}.items():
        assert (value, 0, True) in [(one["value"], one["count"], one["selected"]) for one in found[name]]


def test_a_retired_term_is_offered_only_to_who_selected_it(asha_phone: Phone) -> None:
    design(terms={"motif": ["paisley"]})
    Term.objects.get(kind="motif", slug="paisley").retire()
    vocabulary.forget()
    assert facets(asha_phone)["facets"]["motif"] == []
    assert counts(facets(asha_phone, "motif=paisley")["facets"]["motif"]) == {"paisley": 1}


def test_makers_are_the_fifty_most_frequent_then_by_name(asha_phone: Phone) -> None:
    for number in range(55):
        Design.objects.filter(pk=a_design().pk).update(
            designer_name=f"Maker {number:02}", designer_key=f"maker {number:02}"
        )
    Design.objects.filter(pk=a_design().pk).update(designer_name="Maker 54", designer_key="maker 54")
    index.forget()
    found = [
        entry["value"]
        for entry in facets(asha_phone, {"audience": "", "designer_name": "MAKER 53"})["facets"]["designer_name"]
    ]
    assert found == ["Maker 54", *(f"Maker {number:02}" for number in range(49)), "Maker 53"]


def test_a_name_is_shown_as_most_of_its_designs_spell_it(asha_phone: Phone) -> None:
    for name in ("ritu kumar", "Ritu Kumar", "Ritu Kumar"):
        Design.objects.filter(pk=a_design().pk).update(designer_name=name, designer_key="ritu kumar")
    index.forget()
    assert counts(facets(asha_phone)["facets"]["designer_name"]) == {"Ritu Kumar": 3}


@pytest.mark.parametrize("status", [status for status in Status.values if status != Status.ACTIVE])
def test_what_is_hidden_is_counted_for_nobody_but_editors(asha_phone: Phone, meera_phone: Phone, status: str) -> None:
    design(terms={"colour": ["red"]}, status=status)
    for query in ("", "colour=red", "colour_family=red", "tag=x", "q=red"):
        assert facets(asha_phone, query)["total"] == 0
        assert not any(one["count"] for entries in facets(asha_phone, query)["facets"].values() for one in entries)
    assert asha_phone.get(f"{DOOR}?status={status}").json()["error"] == "admin_required"
    assert counts(facets(meera_phone, f"status={status}")["facets"]["colour"]) == {"red": 1}


def test_a_refusal_is_the_lists(asha_phone: Phone, phone: Phone) -> None:
    for query in ("colour=reed", "color=red", "price_min=-1", "audience=woman", "status=activ", "page=1&color=red"):
        ours, lists = asha_phone.get(f"{DOOR}?{query}").json(), asha_phone.get(f"{LIST}?{query}").json()
        assert (ours["error"], ours["details"][0]["code"]) == (lists["error"], lists["details"][0]["code"])
    assert Phone().get(DOOR).json()["error"] == "token_missing"


def test_the_same_answer_is_not_sent_twice(asha_phone: Phone) -> None:
    design()
    first = asha_phone.get(DOOR)
    assert asha_phone.get(DOOR, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304


def test_a_search_narrows(asha_phone: Phone) -> None:
    for title in ("Pallu of silk", "Pallu of cotton", "Blue"):
        design(title, terms={"colour": ["red"]})
    body = facets(asha_phone, "q=pallu")
    assert (body["total"], body["total_is_capped"], counts(body["facets"]["colour"])) == (2, False, {"red": 2})


@pytest.mark.parametrize("how_many", [1, 100])
def test_it_costs_one_query_beside_identity_and_what_is_looked_at_each_second(
    asha_phone: Phone, how_many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(how_many):
        a_design()
    facets(asha_phone)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        facets(asha_phone, "audience=women&price_min=5&designer_name=x")
    asked = [query["sql"] for query in queries if "designs_" in query["sql"]]
    assert len(asked) == 1
    assert "designs_change" in asked[0]
    monkeypatch.setattr(index, "LOOK_EVERY", 60.0)
    with CaptureQueriesContext(connection) as queries:
        facets(asha_phone, "audience=women&price_min=5&designer_name=x")
    assert [query["sql"] for query in queries if "designs_" in query["sql"]] == []


# --- Exactly what a plain reference counts ------------------------------------------------------------------------
def flat(body: dict[str, Any]) -> dict[str, Any]:
    """Counts by value; names without their spelling."""
    names = {"designer_name", "collection_name"}
    found = {
        name: {folded(value) if name in names else value: count for value, count in counts(entries).items()}
        for name, entries in body["facets"].items()
    }
    return {**body, "facets": found}


def change_the_words(random: Random) -> None:
    terms = known_terms()
    red, maroon = (Term.objects.get(kind="colour", slug=slug) for slug in ("red", "maroon"))
    if random.random() < 0.5:
        maroon.merge(red)
    random.choice(terms).retire()
    if random.random() < 0.5:
        Term.objects.filter(kind="occasion", slug="haldi").update(
            parent=Term.objects.get(kind="occasion", slug="wedding")
        )
    vocabulary.forget()


@pytest.mark.drill
@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller seed is no simpler catalogue
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10**9), size=st.integers(0, 40))
@example(seed=1, size=40)
def test_every_filter_gives_exactly_what_a_plain_reference_finds(asha: User, seed: int, size: int) -> None:
    random, phone = seeded(seed), Phone().of(asha)
    with transaction.atomic():
        forget_everything()
        a_catalogue(random, size, asha)
        change_the_words(random)
        reference = Reference(asha)
        for sort in SORTS:
            query = a_query(random)
            where: dict[str, Any] = {name: [value for other, value in query if other == name] for name, _ in query}
            answer = phone.get(LIST, {**where, "sort": sort, "per_page": 100, "fields": "id"}).json()
            expected = reference.ids(query, sort)
            assert [row["id"] for row in answer["designs"]] == expected, (query, sort)
            assert answer["total"] == len(expected)
            assert flat(phone.get(DOOR, where).json()) == reference.facets(query), query
        transaction.set_rollback(True)
    forget_everything()


def forget_everything() -> None:
    from django.core.cache import cache

    index.forget()
    vocabulary.forget()
    cache.clear()
    store("memory").clear()


def test_the_reference_knows_all_makers_there_are() -> None:
    assert len({folded(name) for name in MAKERS}) == 3
