"""GET /api/terms and GET /api/categories: what there is to filter by, and how much of it is shown."""

import re
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Session, User
from config import switches
from config.testing.cast import Phone
from designs import cards, index, term_views, vocabulary
from designs.models import Design, DesignTerm, Status, Term
from uploads.models import Picture

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TERMS, CATEGORIES = "/api/terms", "/api/categories"
serial = count(1)


def counts() -> dict[int, int]:
    words = vocabulary.current()
    found = term_views.counts(words, [entry for entries in words.by_kind.values() for entry in entries])
    return {number: carried for number, carried in found.items() if carried}


@pytest.fixture
def app(phone: Phone, asha: User) -> Phone:
    return phone.holding(asha)


def term(slug: str, kind: str = "category") -> Term:
    return Term.objects.get(kind=kind, slug=slug)


def picture() -> Picture:
    key = f"designs/2026/11/{next(serial)}.webp"
    return Picture.objects.create(object_key=key, size=1, width=900, height=1200, edition=1)


def design(*slugs: str, status: str = Status.ACTIVE, kind: str = "category") -> Design:
    cover = picture()
    row = Design.objects.create(title="Red Banarasi", status=status, published_at=timezone.now(), cover=cover)
    row.pictures.create(picture=cover)
    for position, slug in enumerate(slugs):
        DesignTerm.objects.create(design=row, term=term(slug, kind), position=position)
    cards.write([row.pk])
    return row


def by_slug(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200
    return {entry["slug"]: entry for entry in answer.json()}


class TestTerms:
    def test_each_says_what_a_filter_needs(self, app: Phone) -> None:
        design("ghagra")
        assert by_slug(app.get(TERMS, {"kind": "category"}))["ghagra"] == {
            "kind": "category",
            "slug": "ghagra",
            "name": "Ghagra",
            "native": {"hi": ["घाघरा"], "gu": ["ઘાઘરો"], "mr": ["घागरा"], "pa": ["ਘੱਗਰਾ"]},
            "hex": None,
            "family": None,
            "parent": "lehenga",
            "count": 1,
        }
        red = by_slug(app.get(TERMS, {"kind": "colour"}))["red"]
        assert (red["hex"], red["family"], red["parent"], red["count"]) == ("#C8102E", "red", None, 0)

    def test_kinds_come_in_their_order_and_terms_in_theirs(self, app: Phone) -> None:
        answer = app.get(TERMS, {"kind": "season"})
        assert [entry["slug"] for entry in answer.json()][:2] == ["summer", "monsoon"]
        both = app.get(TERMS, {"kind": "motif,season"}).json()
        assert [entry["kind"] for entry in both] == ["season"] * 6 + ["motif"] * 10
        assert app.get(f"{TERMS}?kind=motif&kind=season").json() == both

    def test_a_client_gets_all_of_them_page_by_page(self, app: Phone) -> None:
        seen, url = [], f"{TERMS}?per_page=200"
        while url:
            answer = app.get(url)
            assert answer["X-Total-Count"] == "342"
            seen += answer.json()
            url = next(iter(re.findall(r'<([^>]+)>; rel="next"', answer.get("Link", ""))), "")
        assert len({(entry["kind"], entry["slug"]) for entry in seen}) == len(seen) == 342

    def test_pages_are_numbered_too_and_past_the_end_is_empty(self, app: Phone) -> None:
        every = app.get(TERMS, {"per_page": "20"}).json()
        assert app.get(TERMS, {"limit": "10", "page": "2"}).json() == every[10:]
        assert app.get(TERMS, {"page": "99"}).json() == []
        assert len(app.get(TERMS).json()) == 100

    def test_what_is_added_while_scrolling_shifts_nothing(self, app: Phone) -> None:
        first = app.get(TERMS, {"kind": "season", "per_page": "2"})
        Term.objects.create(kind="season", slug="first", name="First", position=0)
        rest = app.get(re.findall(r"<([^>]+)>", first["Link"])[0].replace("per_page=2", "per_page=50"))
        assert [entry["slug"] for entry in first.json() + rest.json()] == [
            entry.slug for entry in vocabulary.current().by_kind["season"] if entry.slug != "first"
        ]

    def test_a_retired_term_is_not_offered_and_its_children_stand_alone(self, app: Phone) -> None:
        term("lehenga").retire()
        found = by_slug(app.get(TERMS, {"kind": "category"}))
        assert "lehenga" not in found
        assert found["ghagra"]["parent"] is None

    @pytest.mark.parametrize(
        ("kind", "hint"), [("color", "Did you mean colour?"), ("smell", "Known are category"), ("x" * 500, "Known are")]
    )
    def test_an_unknown_kind_is_refused_with_the_nearest(self, app: Phone, kind: str, hint: str) -> None:
        answer = app.get(TERMS, {"kind": kind})
        body = answer.json()
        assert (answer.status_code, body["error"], body["details"][0]["field"]) == (400, "unknown_value", "kind")
        assert hint in body["message"]

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ({"kinds": "colour"}, "unknown_parameter"),
            ({"skip": "3"}, "unknown_parameter"),
            ({"per_page": "201"}, "validation_error"),
            ({"page": "0"}, "validation_error"),
            ({"cursor": "rubbish"}, "invalid_cursor"),
            ({"cursor": "x", "page": "2"}, "validation_error"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, app: Phone, query: dict[str, str], code: str) -> None:
        answer = app.get(TERMS, query)
        assert (answer.status_code, answer.json()["error"]) == (400, code)

    def test_a_cursor_belongs_to_its_kind(self, app: Phone) -> None:
        link = app.get(TERMS, {"kind": "season", "per_page": "2"})["Link"]
        other = re.findall(r"<([^>]+)>", link)[0].replace("kind=season", "kind=motif")
        assert app.get(other).json()["error"] == "invalid_cursor"


class TestCounts:
    def test_a_design_with_a_parent_and_its_child_counts_once(self) -> None:
        design("lehenga", "ghagra", "chaniya-choli")
        design("ghagra")
        found = counts()
        assert [found.get(term(slug).pk) for slug in ("lehenga", "ghagra", "chaniya-choli", "saree")] == [2, 2, 1, None]

    @pytest.mark.parametrize("status", [status for status in Status if status != Status.ACTIVE])
    def test_what_is_not_shown_never_counts(self, app: Phone, status: str) -> None:
        design("saree", status=status)
        assert counts() == {}
        saree = by_slug(app.get(CATEGORIES))["saree"]
        assert (saree["count"], saree["cover_url"]) == (0, None)

    def test_designs_of_a_merged_term_count_for_the_other_one(self) -> None:
        design("kurti")
        term("kurti").merge(term("saree"))
        stray = design("saree")
        stray.uses.update(term=term("kurti"))  # saved by somebody who had not heard of the merger
        assert counts()[term("saree").pk] == 2

    def test_terms_in_a_circle_hang_nobody(self) -> None:
        design("ghagra")
        Term.objects.filter(slug="lehenga").update(parent=term("ghagra"))
        assert counts() == {term("ghagra").pk: 1, term("lehenga").pk: 1}


class TestCategories:
    def test_each_has_its_count_and_the_cover_of_its_newest_design(self, app: Phone) -> None:
        design("saree")
        newest = design("saree")
        design("saree", status=Status.INACTIVE)
        assert newest.cover
        assert by_slug(app.get(CATEGORIES))["saree"] == {
            "slug": "saree",
            "name": "Saree",
            "count": 2,
            "cover_url": newest.cover.thumbnail_url,
        }

    def test_a_design_of_a_child_is_the_face_of_its_parent(self, app: Phone) -> None:
        design("lehenga")
        newest = design("ghagra")
        found = by_slug(app.get(CATEGORIES))
        assert newest.cover
        assert found["lehenga"]["cover_url"] == found["ghagra"]["cover_url"] == newest.cover.thumbnail_url

    def test_a_second_category_counts_as_well(self, app: Phone) -> None:
        both = design("saree", "dupatta")
        found = by_slug(app.get(CATEGORIES))
        assert both.cover
        assert (found["dupatta"]["count"], found["dupatta"]["cover_url"]) == (1, both.cover.thumbnail_url)

    def test_of_two_that_were_published_at_once_the_later_one_is_shown(self, app: Phone) -> None:
        pair = [design("saree"), design("saree")]
        Design.objects.update(published_at=timezone.now())
        assert pair[1].cover
        assert by_slug(app.get(CATEGORIES))["saree"]["cover_url"] == pair[1].cover.thumbnail_url

    def test_they_come_in_their_order_with_their_number(self, app: Phone) -> None:
        answer = app.get(CATEGORIES)
        slugs = [entry["slug"] for entry in answer.json()]
        assert slugs == [entry.slug for entry in vocabulary.current().by_kind["category"]]
        assert (len(slugs), answer["X-Total-Count"], "Link" in answer) == (62, "62", False)

    def test_private_pictures_keep_the_answer_out_of_caches(self, app: Phone, settings: Any) -> None:
        settings.PICTURES_PRIVATE = True
        assert app.get(CATEGORIES)["Cache-Control"] == "no-store"
        assert "no-store" not in app.get(TERMS)["Cache-Control"]


@pytest.mark.parametrize("door", [TERMS, CATEGORIES])
def test_strangers_and_people_who_wait_learn_nothing(phone: Phone, pooja: User, door: str) -> None:
    assert phone.get(door).status_code == 401
    assert phone.holding(pooja).get(door).json()["error"] == "account_pending"


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(
    ("door", "words"),
    [
        (TERMS, "who asks"),
        (CATEGORIES, "who asks; the newest of each; its cover"),
    ],
)
def test_one_design_costs_as_many_queries_as_twenty(app: Phone, door: str, words: str, rows: int) -> None:
    for number in range(rows):
        design(["saree", "lehenga", "kurta"][number % 3])
    Session.objects.update(confirmed_at=timezone.now())
    for kept in (switches, vocabulary, index):
        kept.current()  # each is looked after once a second, whoever asks
    with CaptureQueriesContext(connection) as asked:
        assert app.get(door).status_code == 200
    queries = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert len(queries) == len(words.split("; ")), "\n".join(queries)
