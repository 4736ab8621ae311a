"""GET /api/designs/{id}/similar: what shares the most, the rarer the better, and why."""

import math
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from config.testing.cast import Phone
from config.testing.gallery import a_picture
from designs import index, services, similar, vocabulary
from designs.models import Design, Kind, Status, Term
from designs.similar import CLOSE_COLOUR, COLLECTION, FAR, MAKER, POINTS, WEIGHTS
from designs.tests.reference import Plain, Reference, a_catalogue, seeded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facets_at_once")]


def design(title: str, *slugs: str, **facts: Any) -> Design:
    """`banarasi`, `red` ...: words of whatever kind."""
    words = vocabulary.current()
    terms: dict[str, list[vocabulary.Entry]] = {}
    for slug in slugs:
        entry = next(entry for entry in words.by_id.values() if entry.slug == slug)
        terms.setdefault(entry.kind, []).append(entry)
    return services.create({"title": title, "pictures": [a_picture()], "terms": terms, **facts}, by=None)


def near(phone: Phone, one: Design, query: str = "") -> list[dict[str, Any]]:
    answer = phone.get(f"/api/designs/{one.pk}/similar?{query}")
    assert answer.status_code == 200, answer.json()
    return list(answer.json())


def titles(phone: Phone, one: Design, query: str = "") -> list[str]:
    return [found["title"] for found in near(phone, one, query)]


def reasons(phone: Phone, one: Design) -> list[tuple[str, str]]:
    return [(reason["code"], reason["text"]) for reason in near(phone, one)[0]["reasons"]]


def test_each_is_a_design_as_everywhere_and_says_why(asha_phone: Phone) -> None:
    one, other = design("One", "saree", "banarasi"), design("Other", "banarasi")
    (found,) = near(asha_phone, one)
    assert found.pop("reasons") == [{"code": "same_weave", "text": "Both are Banarasi"}]
    assert found == asha_phone.get(f"/api/designs/{other.pk}").json() | {"view_count": 0}


def test_rare_words_say_more_than_common_ones(asha_phone: Phone) -> None:
    one = design("One", "saree", "patola", "zari")
    for number in range(4):
        design(f"Zari {number}", "zari")
    design("Patola", "patola")
    assert titles(asha_phone, one)[0] == "Patola"


def test_a_word_below_says_more_than_the_one_above(asha_phone: Phone) -> None:
    one = design("One", "ghagra")
    design("Choli", "chaniya-choli")
    design("Ghagra", "ghagra")
    design("Saree", "saree")
    found = near(asha_phone, one)
    assert [(row["title"], row["reasons"][0]["text"]) for row in found] == [
        ("Ghagra", "Same garment: Ghagra"),
        ("Choli", "Same garment: Lehenga"),
    ]
    assert [len(row["reasons"]) for row in found] == [1, 1]


def test_close_colours_count_by_how_close_they_are(asha_phone: Phone) -> None:
    one = design("One", "maroon")
    design("Far", "navy-blue")
    design("Close", "burgundy")
    design("Same", "maroon")
    assert titles(asha_phone, one) == ["Same", "Close"]
    assert near(asha_phone, one)[1]["reasons"] == [
        {"code": "close_colour", "text": "Close in colour: Maroon and Burgundy"}
    ]
    assert near(asha_phone, one)[0]["reasons"] == [{"code": "same_colour", "text": "Same colour: Maroon"}]


def test_without_a_word_for_it_the_colour_of_the_cover_counts(asha_phone: Phone) -> None:
    one = design("One", pictures=[a_picture(dominant_colour=Term.objects.get(kind="colour", slug="maroon").hex)])
    design("Maroon", "maroon")
    assert reasons(asha_phone, one) == [("close_colour", "Close in colour: Maroon")]


def test_lines_and_makers_count_and_names_of_others_do_not(asha_phone: Phone) -> None:
    names = {"designer_name": "Anokhi", "collection_name": "Diwali 2026"}
    one, same = design("One", **names), design("Same line", **names)
    design("Same maker", designer_name="Anokhi")
    design("Same name", designer_name="Else", collection_name="Diwali 2026")
    assert titles(asha_phone, one) == ["Same line", "Same maker"]
    assert reasons(asha_phone, one) == [
        ("same_collection", "Same collection: Diwali 2026"),
        ("same_maker", "Same maker: Anokhi"),
    ]
    assert near(asha_phone, same)[0]["id"] == one.pk


def test_four_reasons_are_enough_the_best_first(asha_phone: Phone) -> None:
    words = ["saree", "banarasi", "zari", "katan-silk", "wedding", "red", "paisley"]
    one = design("One", *words, designer_name="Anokhi")
    design("Other", *words, designer_name="Anokhi")
    found = reasons(asha_phone, one)
    assert [code for code, _ in found] == ["same_category", "same_weave", "same_craft", "same_fabric"]


def test_of_equals_the_newest_comes_first(asha_phone: Phone) -> None:
    one = design("One", "saree")
    others = [design("Other", "saree").pk for _ in range(5)]
    assert [row["id"] for row in near(asha_phone, one, "limit=3")] == others[:1:-1]


@pytest.mark.parametrize("status", [status for status in Status.values if status != Status.ACTIVE])
def test_what_is_hidden_is_never_shown(asha_phone: Phone, meera: User, status: str) -> None:
    one, other = design("One", "saree"), design("Hidden", "saree", status=status)
    assert near(asha_phone, one) == []
    assert near(Phone().holding(meera), one) == []
    assert asha_phone.get(f"/api/designs/{other.pk}/similar").status_code == 404
    assert titles(Phone().holding(meera), other) == ["One"]


def test_what_was_hidden_just_now_is_not_shown_and_another_takes_its_place(
    asha_phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = design("One", "saree"), design("Other", "saree")
    newest = design("Newest", "saree")
    near(asha_phone, one)
    monkeypatch.setattr(index, "LOOK_EVERY", 60.0)
    newest.hide()
    assert [row["id"] for row in near(asha_phone, one, "limit=1")] == [other.pk]


def test_refusals(asha_phone: Phone) -> None:
    one = design("One", "saree")
    for query, code in {"limit=0": "out_of_range", "limit=51": "out_of_range", "limits=1": "unknown_parameter"}.items():
        answer = asha_phone.get(f"/api/designs/{one.pk}/similar?{query}")
        assert (answer.status_code, answer.json()["details"][0]["code"]) == (400, code)
    assert asha_phone.get("/api/designs/999999/similar").status_code == 404
    assert Phone().get(f"/api/designs/{one.pk}/similar").json()["error"] == "token_missing"


def test_fields_are_picked_and_reasons_stay(asha_phone: Phone) -> None:
    one, other = design("One", "saree"), design("Other", "saree")
    (found,) = near(asha_phone, one, "fields=title")
    assert found == {
        "id": other.pk,
        "title": "Other",
        "reasons": [{"code": "same_category", "text": "Same garment: Saree"}],
    }


@pytest.mark.parametrize("how_many", [1, 20])
def test_it_costs_the_design_its_page_and_what_is_looked_at_each_second(
    asha_phone: Phone, how_many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary, "CACHED_SECONDS", 3600)  # its own look, which belongs to no door
    one = design("One", "saree")
    for _ in range(how_many):
        design("Other", "saree")
    near(asha_phone, one)
    with CaptureQueriesContext(connection) as queries:
        assert len(near(asha_phone, one, "limit=50")) == how_many
    asked = [query["sql"] for query in queries if "designs_" in query["sql"]]
    assert len(asked) == 3


# --- Exactly what a plain reference adds up -----------------------------------------------------------------------
class Scores:
    """One design after the other, term by term."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.shown = [row for row in reference.rows if row.design.status == "active"]

    def rarity(self, weight: float, carriers: list[Plain]) -> int:
        return round(POINTS * weight * math.log1p(len(self.shown) / max(len(carriers), 1)))

    def of(self, one: Plain, other: Plain) -> int:
        shared = [term for term in self.with_those_above(one) if self.reference.carries(other, term)]
        return sum(self.worth(term) for term in shared) + self.colours(one, other) + self.names(one, other)

    def with_those_above(self, row: Plain) -> set[Term]:
        known = {term.pk: term for term in self.reference.terms}
        found, todo = set(), list(row.terms)
        while todo:
            term = todo.pop()
            found.add(term)
            todo += [known[term.parent_id]] if term.parent_id else []
        return found

    def worth(self, term: Term) -> int:
        worth = self.rarity(WEIGHTS[Kind(term.kind)], [row for row in self.shown if self.reference.carries(row, term)])
        if not term.parent:
            return worth
        above = [row for row in self.shown if self.reference.carries(row, term.parent)]
        return max(0, worth - self.rarity(WEIGHTS[Kind(term.kind)], above))

    def colours(self, one: Plain, other: Plain) -> int:
        mine = [term.hex for term in one.terms if term.kind == "colour" and term.hex] or ["#800000"]
        theirs = [term.hex for term in other.terms if term.kind == "colour" and term.hex]
        apart = min((similar.distance(a, b) for a in mine for b in theirs), default=FAR)
        return round(POINTS * CLOSE_COLOUR * max(0.0, 1 - apart / FAR))

    def names(self, one: Plain, other: Plain) -> int:
        score = 0
        for name, weight in (("designer_id", MAKER), ("collection_id", COLLECTION)):
            if not self.same(one, other, name):
                continue
            score += self.rarity(weight, [row for row in self.shown if self.same(one, row, name)])
        return score

    @staticmethod
    def same(one: Plain, other: Plain, name: str) -> bool:
        wanted = ["designer_id"] if name == "designer_id" else ["designer_id", "collection_key"]
        needed = "designer_id" if name == "designer_id" else "collection_key"
        return bool(getattr(one.design, needed)) and all(
            getattr(one.design, column) == getattr(other.design, column) for column in wanted
        )


@pytest.mark.drill
@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10**9), size=st.integers(1, 25), most=st.integers(1, 12))
@example(seed=1, size=25, most=12)
def test_scores_and_order_are_a_plain_references(asha: User, seed: int, size: int, most: int) -> None:
    with transaction.atomic():
        index.forget()
        vocabulary.forget()
        a_catalogue(seeded(seed), size, asha)
        reference = Reference(asha)
        scores = Scores(reference)
        for one in reference.rows[:5]:
            others = [(scores.of(one, row), row.design.pk) for row in scores.shown if row is not one]
            expected = sorted([pair for pair in others if pair[0]], reverse=True)[:most]
            found = similar.nearest(one.design, most, index.current(), vocabulary.current())
            assert [(near.score, near.id) for near in found] == expected
            assert all(near.reasons for near in found)
        transaction.set_rollback(True)
    vocabulary.forget()


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("#000000", "#FFFFFF", 100),
        ("#FF0000", "#00FF00", 170.6),
        ("#800000", "#800000", 0),
        ("#0A0A0A", "#0B0B0B", 0.3),
    ],
)
def test_distances_are_cie_lab(one: str, other: str, apart: float) -> None:
    assert similar.distance(one, other) == pytest.approx(apart, abs=0.15)
