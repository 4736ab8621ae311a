"""A page by a statement that was compiled once is the page of the plain QuerySet, for every shape of a question."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from config import statements
from config.api.pagination import Keyset
from config.testing.gallery import a_picture
from designs import cards, filters, listing, matching, services, vocabulary
from designs.filters import Asked
from designs.listing import Cut
from designs.models import Design, Kind
from designs.views import HEARTED, SORTS, Pages

pytestmark = pytest.mark.django_db
SLUGS = {"category": ["saree", "lehenga", "ghagra"], "colour": ["red", "gold", "navy-blue"], "fabric": ["silk"]}
MOMENTS = [None, datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)]


@pytest.fixture
def gallery(asha: User) -> User:
    for number in range(24):
        terms = {kind: [entry_of(kind, slugs[number % len(slugs)])] for kind, slugs in SLUGS.items() if number % 5}
        facts: dict[str, Any] = {"price_min": 1_000 * (number % 4), "price_max": 9_000} if number % 3 else {}
        facts |= {"designer_name": f"Maker {number % 3}", "collection_name": "Line"} if number % 2 else {}
        facts |= (
            {"audience": "women", "tags": ["Silk", "new"], "sizes": ["S", "M"], "featured": True} if number % 4 else {}
        )
        made = services.create(
            {"title": f"T {number % 7}", "pictures": [a_picture()], "terms": terms, **facts}, by=None
        )
        if number % 6 == 0:
            made.favorites.create(user=asha)
    Design.objects.filter(pk__in=Design.objects.values("pk")[:3]).update(status="inactive")
    return asha


def entry_of(kind: str, slug: str) -> Any:
    return vocabulary.current().find(kind, slug)


@st.composite
def questions(draw: st.DrawFn) -> Asked:
    some = {kind: draw(st.lists(st.sampled_from(slugs), max_size=2, unique=True)) for kind, slugs in SLUGS.items()}
    return Asked(
        terms={kind: [entry_of(kind, slug) for slug in slugs] for kind, slugs in some.items() if slugs},
        families=draw(st.sampled_from([[], ["red"], ["red", "blue"]])),
        audiences=draw(st.sampled_from([[], ["women"], ["men", "women"]])),
        tags=draw(st.sampled_from([[], ["silk"], ["silk", "old"]])),
        names=draw(st.sampled_from([{}, {"designer_key": ["maker 1"]}, {"collection_key": ["line", "x"]}])),
        price_min=draw(st.sampled_from([None, 0, 2_000])),
        price_max=draw(st.sampled_from([None, 2_000])),
        featured=draw(st.sampled_from([None, True, False])),
        favorited=draw(st.sampled_from([None, True, False])),
        created_after=draw(st.sampled_from(MOMENTS)),
        created_before=draw(st.sampled_from(MOMENTS)),
        status=draw(st.sampled_from(["active", "active", "inactive"])),
    )


@pytest.mark.drill
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_each_shape_answers_as_the_plain_queryset(gallery: User, data: st.DataObject) -> None:
    asked = data.draw(questions())
    offered = [sort for name, sort in SORTS.items() if name != "relevance"] + [HEARTED] * bool(asked.favorited)
    keyset = Keyset(data.draw(st.sampled_from(offered)), "")
    size, skip = data.draw(st.integers(1, 6)), data.draw(st.integers(0, 3))
    wanted = filters.wanted(asked)
    plain = list(keyset.ordered(listing.found(asked, gallery)))
    first = listing.rows(wanted, gallery, keyset, Cut(size, skip))
    assert [cards.shown(row) for row in first] == [cards.shown(row) for row in plain[skip : skip + size]]
    if first:
        after = keyset.read(Design, keyset.cursor(first[-1]))
        place = skip + len(first)
        following = listing.rows(wanted, gallery, keyset, Cut(size, after=after))
        assert [row.pk for row in following] == [row.pk for row in plain[place : place + size]]
    everybody = [row.pk for row in plain]
    named = listing.rows(wanted, gallery, keyset, Cut(size, skip), everybody)
    assert [row.pk for row in named] == everybody[skip : skip + size]
    some = [row.pk for row in plain[:4]] + [10**9]
    assert set(listing.of_numbers(wanted, gallery, some)) == set(some[:-1])


@pytest.fixture
def crowd(gallery: User) -> User:
    """Enough for a page to be named by numbers; some published in the same second, some with the same price."""
    cover, now = a_picture(), timezone.now()
    designs = Design.objects.bulk_create(
        Design(
            title=f"C {number % 9}",
            status="active",
            cover=cover,
            featured=bool(number % 3),
            price_min=100 * (number % 7) if number % 4 else None,
            published_at=now - timedelta(seconds=number % 11 // 2, microseconds=number * 7 % 13),
        )
        for number in range(60)
    )
    Design.objects.filter(pk__in=[one.pk for one in designs[5:9]]).update(price_max=650, title="late")
    return gallery


@pytest.mark.drill
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), spare=st.sampled_from([0, 5]))
def test_pages_named_by_the_index_are_those_of_the_plain_queryset(
    crowd: User, data: st.DataObject, spare: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "SPARE", spare)
    filters_of = st.sampled_from(
        [Asked(featured=True), Asked(featured=False), Asked(price_min=0), Asked(price_max=500)]
    )
    asked = data.draw(filters_of)
    keyset = Keyset(SORTS[data.draw(st.sampled_from(sorted(SORTS)))], "")
    cut = Cut(data.draw(st.integers(1, 6)), data.draw(st.integers(0, 4)))
    plain = [row.pk for row in keyset.ordered(listing.found(asked, crowd))]
    first = Pages(asked, crowd).rows(keyset, cut)
    assert [row.pk for row in first] == plain[cut.skip : cut.skip + cut.size]
    place = cut.skip + len(first)
    while first:
        after = keyset.read(Design, keyset.cursor(first[-1]))
        first = Pages(asked, crowd).rows(keyset, Cut(cut.size, after=after))
        assert [row.pk for row in first] == plain[place : place + cut.size]
        place += len(first)
    assert place >= len(plain)


def test_designs_hidden_in_the_same_moment_make_no_page_shorter(crowd: User) -> None:
    keyset, asked = Keyset(SORTS["newest"], ""), Asked(featured=True)
    before = list(keyset.ordered(listing.found(asked, crowd)).values_list("pk", flat=True))
    pages = Pages(asked, crowd)
    assert pages.found
    Design.objects.filter(pk__in=before[: matching.SPARE + 1]).update(status="inactive")
    assert [row.pk for row in pages.rows(keyset, Cut(4))] == before[matching.SPARE + 1 :][:4]


def test_fresh_values_go_where_the_old_ones_were(gallery: User) -> None:
    before = len(statements._made)
    for slug in ("red", "gold"):
        asked = Asked(terms={Kind.COLOUR: [entry_of("colour", slug)]})
        found = listing.rows(filters.wanted(asked), gallery, Keyset(SORTS["newest"], ""), Cut(50))
        assert {row.colour for row in found} == {slug}
    assert len(statements._made) <= before + 1


def test_a_value_that_changes_the_sql_is_refused() -> None:
    with pytest.raises(RuntimeError, match="belongs to the shape"):
        statements.rows("odd", lambda values: Design.objects.values_list("pk")[: values[0]], [5])
    with pytest.raises(TypeError, match="no stand-in"):
        statements.rows("odd", lambda values: Design.objects.filter(featured=values[0]).values_list("pk"), [True])


def test_what_can_never_be_found_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert statements.rows("none", lambda _: Design.objects.filter(pk__in=[]).values_list("pk"), []) == []
