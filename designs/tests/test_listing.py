"""GET /api/designs: filters, sorts, pages, cursors, and what must never be seen."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from config import switches
from config.testing.cast import Phone
from config.testing.gallery import a_design, a_picture, hearts, multiplied
from designs import index, services, vocabulary
from designs.models import Design, Status
from uploads.models import Picture

pytestmark = pytest.mark.django_db
DOOR = "/api/designs"


def design(title: str = "Red", **facts: Any) -> Design:
    words = vocabulary.current()
    kinds = {kind: [words.find(kind, slug) for slug in facts.pop(kind)] for kind in list(facts) if kind in KINDS}
    made = services.create({"title": title, "pictures": [a_picture()], "terms": kinds, **facts}, by=None)
    assert all(entry for entries in kinds.values() for entry in entries)
    return made


KINDS = {"category", "colour", "occasion", "fabric", "weave"}


def titles(phone: Phone, query: str = "") -> list[str]:
    answer = phone.get(f"{DOOR}?{query}")
    assert answer.status_code == 200, answer.json()
    return [row["title"] for row in answer.json()["designs"]]


def test_the_page_is_the_contracts(asha_phone: Phone) -> None:
    first, second = design("One"), design("Two")
    body = asha_phone.get(DOOR).json()
    ids = [row["id"] for row in body.pop("designs")]
    assert ids == [second.pk, first.pk]
    assert body == {
        "total": 2,
        "total_is_capped": False,
        "page": 1,
        "per_page": 20,
        "total_pages": 1,
        "next_cursor": None,
        "search": None,
    }


def test_an_empty_gallery_has_no_pages(asha_phone: Phone) -> None:
    body = asha_phone.get(DOOR).json()
    assert (body["designs"], body["total"], body["total_pages"]) == ([], 0, 0)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("category=saree", {"saree"}),
        ("category=SAARI", {"saree"}),
        ("category=%E0%A4%B8%E0%A4%BE%E0%A4%A1%E0%A4%BC%E0%A5%80", {"saree"}),
        ("category=lehenga", {"lehenga", "ghagra"}),  # a parent includes its children
        ("category=saree,lehenga", {"saree", "lehenga", "ghagra"}),
        ("category=saree&category=ghagra", {"saree", "ghagra"}),
        ("colour=laal", {"saree"}),
        ("colour_family=red", {"saree", "lehenga"}),
        ("category=saree&colour=gold", {"saree"}),
        ("category=lehenga&colour=gold", set()),
        ("audience=women", {"lehenga"}),
        ("designer_name=ritu%20kumar", {"ghagra"}),
        ("tag=SILK", {"saree"}),
        ("price_min=600000", {"lehenga"}),
        ("price_max=500000", {"saree"}),
        ("featured=true", {"ghagra"}),
        ("featured=0", {"saree", "lehenga"}),
        ("created_after=2000-01-01", {"saree", "lehenga", "ghagra"}),
        ("created_before=2000-01-01T00:00:00Z", set()),
        ("q=sar", {"saree"}),
        ("utm_source=x&_=1", {"saree", "lehenga", "ghagra"}),
    ],
)
def test_filters(asha_phone: Phone, query: str, expected: set[str]) -> None:
    design("saree", category=["saree"], colour=["red", "gold"], tags=["Silk"], price_range="2000 - 5000")
    design("lehenga", category=["lehenga"], colour=["maroon"], audience="women", price_min=700_000)
    design("ghagra", category=["ghagra"], colour=["navy-blue"], designer_name="Ritu Kumar", featured=True)
    assert set(titles(asha_phone, query)) == expected


@pytest.mark.parametrize(
    ("query", "status", "code", "near"),
    [
        ("page=0", 400, "validation_error", ""),
        ("per_page=1000000", 400, "validation_error", ""),
        ("cursor=garbage", 400, "invalid_cursor", ""),
        ("sort=password", 400, "validation_error", ""),
        ("sort=relevance", 400, "validation_error", ""),
        ("featured=maybe", 400, "validation_error", ""),
        ("colour=redd", 400, "unknown_value", "red"),
        ("category=sareee", 400, "unknown_value", "aree"),
        ("audience=wimen", 400, "unknown_value", "women"),
        ("catgory=saree", 400, "unknown_parameter", "category"),
        ("offset=20", 400, "unknown_parameter", "page"),
        ("price_min=cheap", 400, "validation_error", ""),
        ("created_after=yesterday", 400, "validation_error", ""),
        ("fields=title,password", 400, "unknown_value", ""),
        ("status=draft", 403, "admin_required", ""),
        ("page=9999", 400, "page_too_deep", ""),
        ("q=" + "x" * 301, 400, "validation_error", ""),
        ("tag=%00", 400, "parse_error", ""),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    asha_phone: Phone, query: str, status: int, code: str, near: str
) -> None:
    answer = asha_phone.get(f"{DOOR}?{query}")
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert near in answer.json()["message"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["c", "B", "a"]),
        ("oldest", ["a", "B", "c"]),
        ("popular", ["B", "c", "a"]),
        ("most_viewed", ["c", "a", "B"]),
        ("price", ["c", "a", "B"]),
        ("-price", ["a", "c", "B"]),
        ("title", ["a", "B", "c"]),
    ],
)
def test_sorts(asha_phone: Phone, sort: str, expected: list[str]) -> None:
    for name, price, likes, views in (("a", 900, 1, 5), ("B", None, 9, 1), ("c", 100, 5, 9)):
        made = design(name, price_min=price)
        Design.objects.filter(pk=made.pk).update(view_count=views)
        hearts(made, likes)
    assert titles(asha_phone, f"sort={sort}") == expected
    walked, cursor = [], ""
    while cursor is not None:
        body = asha_phone.get(f"{DOOR}?sort={sort}&per_page=1&cursor={cursor}").json()
        walked += [row["title"] for row in body["designs"]]
        cursor = body["next_cursor"]
    assert walked == expected


def test_drafts_are_paged_by_when_they_were_made(meera: User) -> None:
    curator = Phone().holding(meera)
    for number in range(3):
        services.create({"title": str(number), "status": "draft"}, by=meera)
    first = curator.get(f"{DOOR}?status=draft&per_page=2").json()
    rest = curator.get(f"{DOOR}?status=draft&per_page=2&cursor={first['next_cursor']}").json()
    assert [row["title"] for row in [*first["designs"], *rest["designs"]]] == ["2", "1", "0"]


def test_a_range_with_one_end_is_found_by_it(asha_phone: Phone) -> None:
    design("under 2000", price_range="under 2000")
    design("from 5000", price_range="above 5000")
    assert titles(asha_phone, "price_max=200000") == ["under 2000"]
    assert titles(asha_phone, "price_min=500000") == ["from 5000"]


def test_a_cursor_belongs_to_its_filters_and_its_sort(asha_phone: Phone) -> None:
    for number in range(3):
        design(str(number))
    cursor = asha_phone.get(f"{DOOR}?per_page=1").json()["next_cursor"]
    for other in ("sort=title", "featured=false"):
        assert asha_phone.get(f"{DOOR}?per_page=1&cursor={cursor}&{other}").json()["error"] == "invalid_cursor"


def test_only_asked_fields_are_sent(asha_phone: Phone) -> None:
    design()
    (row,) = asha_phone.get(f"{DOOR}?fields=title,colours").json()["designs"]
    assert set(row) == {"id", "title", "colours"}


@pytest.mark.parametrize("status", [status for status in Status.values if status != "active"])
def test_hidden_designs_are_nowhere(asha_phone: Phone, meera: User, status: str) -> None:
    hidden = design("hidden", category=["saree"], featured=True, status="active")
    services.move(hidden, status, None)
    assert titles(asha_phone) == []
    assert asha_phone.get(f"{DOOR}/{hidden.pk}").status_code == 404
    assert asha_phone.get(f"{DOOR}/featured").json() == []
    assert titles(Phone().holding(meera), f"status={status}") == ["hidden"]
    assert Phone().holding(meera).get(f"{DOOR}/{hidden.pk}").status_code == 200


def test_featured_leads_with_the_latest_choice(asha_phone: Phone, meera: User) -> None:
    for number in range(12):
        design(str(number), featured=True)
    assert [row["title"] for row in asha_phone.get(f"{DOOR}/featured").json()] == [str(n) for n in range(11, 1, -1)]
    assert len(asha_phone.get(f"{DOOR}/featured?limit=3").json()) == 3
    assert asha_phone.get(f"{DOOR}/featured?limit=51").status_code == 400


@pytest.mark.drill
@pytest.mark.parametrize("rows", [1, 100])
def test_a_list_is_identity_and_page(asha_phone: Phone, rows: int, subtests: pytest.Subtests) -> None:
    for number in range(rows):
        design(str(number), category=["saree"], colour=["red"], featured=True, designer_name=f"Maker {number}")
    filtered = "?category=saree&colour=red&sort=popular"  # changes are looked for, too
    for query, asked in (("", 2), (filtered, 3), ("/featured", 2), ("?cursor=", 2)):
        with subtests.test(query):
            asha_phone.get(f"{DOOR}{query}")
            switches.current()
            vocabulary.current()
            with CaptureQueriesContext(connection) as queries:
                assert asha_phone.get(f"{DOOR}{query}").status_code == 200
            assert len(queries) == asked, "\n".join(query["sql"] for query in queries)


def test_a_detail_is_identity_design_and_view(asha_phone: Phone) -> None:
    made = design()
    asha_phone.get(f"{DOOR}/{made.pk}")
    switches.current()
    with CaptureQueriesContext(connection) as queries:
        assert asha_phone.get(f"{DOOR}/{made.pk}").json()["title"] == "Red"
    assert len(queries) <= 3, "\n".join(query["sql"] for query in queries)


@pytest.mark.drill
def test_scrolling_30_000_designs_shows_each_that_stayed_exactly_once(asha_phone: Phone, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "standard": {**settings.LIMITS["standard"], "rate": 10**6}}
    now, cover = timezone.now(), a_picture()
    multiplied(a_design(cover=cover, published_at=now - timedelta(days=1)), 9_999)
    for group in range(20):
        multiplied(a_design(cover=cover, published_at=now - timedelta(hours=group)), 999)
    before = set(Design.objects.values_list("pk", flat=True))
    hidden = sorted(before)[::150]
    seen: list[int] = []
    cursor: str | None = ""
    for step in range(10_000):
        body = asha_phone.get(f"{DOOR}?per_page=100&fields=id&cursor={cursor}").json()
        seen += [row["id"] for row in body["designs"]]
        if step % 6 == 0 and step // 6 < 50:
            meddle(cover, now, hidden[step // 6 * 4 : step // 6 * 4 + 4])
        cursor = body["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)), "none twice"
    assert before - set(hidden) <= set(seen), "each that stayed is seen"
    assert Design.objects.count() == 30_500


def meddle(cover: Picture, now: Any, hidden: list[int]) -> None:
    Design.objects.bulk_create(
        Design(title="new", status="active", cover=cover, published_at=now + timedelta(seconds=n)) for n in range(10)
    )
    Design.objects.filter(pk__in=hidden).update(status="inactive")


def test_while_the_index_is_being_read_the_database_counts(asha_phone: Phone) -> None:
    design("saree", category=["saree"])
    with index.index.lock:
        page = asha_phone.get(DOOR, {"category": "saree"}).json()
    assert (len(page["designs"]), page["total"]) == (1, 1)


def test_what_was_made_a_moment_ago_is_listed_and_counted(asha_phone: Phone) -> None:
    for number in range(1, 4):
        design(f"saree {number}", category=["saree"])
        page = asha_phone.get(DOOR, {"category": "saree", "price_min": "0", "per_page": str(number)}).json()
        assert page["total"] == 0
        page = asha_phone.get(DOOR, {"category": "saree", "tag": "", "created_before": f"2100-01-0{number}"}).json()
        assert (len(page["designs"]), page["total"]) == (number, number)
