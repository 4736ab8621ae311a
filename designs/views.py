"""The doors of designs: the list, one, featured, and what curators write."""

from functools import cached_property
from hashlib import blake2b
from typing import Any

from django.core.cache import cache
from django.db.models import DateTimeField
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.permissions import Approved, Requires
from accounts.views import done, me
from config import switches
from config.api.errors import Refusal, detail
from config.api.filters import choice, whole_number
from config.api.pagination import COUNT_UP_TO, PAGING, Keyset, PageOrCursor, Slice, Sort, filters_of
from config.api.repeats import repeatable
from config.api.serializers import Message
from config.api.views import Door
from designs import cards, filters, index, listing, matching, searches, serializers, services, views_counter, vocabulary
from designs.listing import Cut
from designs.models import Design, Status
from designs.search import Search
from designs.search.pages import FoundPages

SORTS = {
    "newest": Sort("newest", "published_at"),
    "oldest": Sort("oldest", "published_at", descending=False),
    "popular": Sort("popular", "like_count"),
    "most_viewed": Sort("most_viewed", "view_count"),
    "price": Sort("price", "price_from", descending=False),
    "-price": Sort("-price", "price_to"),
    "title": Sort("title", "title_key", descending=False),
    "relevance": Sort("relevance", "published_at"),
}
# What was never published has no date of it.
UNPUBLISHED = {
    "newest": Sort("newest", "created_at"),
    "oldest": Sort("oldest", "created_at", descending=False),
    "relevance": Sort("relevance", "created_at"),
}
HEARTED = Sort("hearted", "hearted_at", column=DateTimeField())  # the default among one's own hearts
PLAIN = {"q", "per_page", "limit", "fields", "sort", "total"}
TOTAL_SECONDS = 10
MOST_FEATURED = 50


class Pages(PageOrCursor):
    """The same filters within seconds are counted once. Who counts knows what is found, and names it when it is few."""

    results_name = "designs"

    def __init__(self, asked: filters.Asked, user: User) -> None:
        self.asked, self.user = asked, user
        self.counted: tuple[int, bool] | None = None

    @cached_property
    def found(self) -> matching.Found | None:
        """None while the index is being read: then the database counts."""
        state = index.up_to_date()
        return matching.matching_in(state, self.asked, self.user, vocabulary.current()) if state else None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        whose = request.user.pk if "favorited" in request.query_params else ""
        asked = blake2b(f"{whose}:{filters_of(request)}".encode(), digest_size=16).hexdigest()
        self.counted = cache.get(f"total:{asked}")
        rows = super().paginate_queryset(queryset, request, view)
        if self.counted:
            cache.add(f"total:{asked}", self.counted, TOTAL_SECONDS)
        return rows

    def slice(self, queryset: Any, keyset: Keyset, size: int, cursor: str, skip: int) -> Slice:
        cut = Cut(size + 1, skip, keyset.read(Design, cursor) if cursor else ())
        return keyset.sliced(self.rows(keyset, cut), size)

    def rows(self, keyset: Keyset, cut: Cut) -> list[cards.Row]:
        wanted = filters.wanted(self.asked)
        some = (
            matching.first_of(self.found.state, self.found.members, keyset.sort, cut)
            if wanted.narrows and self.found
            else None
        )
        if some is not None:
            known = filters.wanted(filters.Asked(status=self.asked.status))
            rows = listing.rows(known, self.user, keyset, cut, some.numbers)
            if some.are_all or len(rows) == cut.size:
                return rows
        return listing.rows(wanted, self.user, keyset, cut)

    def total_of(self, queryset: Any, request: Request) -> tuple[int, bool]:
        if not self.counted and self.found:
            number = self.found.members.bit_count()
            self.counted = (min(number, COUNT_UP_TO), number > COUNT_UP_TO)
        elif not self.counted:
            self.counted = super().total_of(listing.found(self.asked, self.user), request)
        return (self.counted[0], self.counted[1])


class DesignDoor(Door):
    shows_pictures = True

    def get_permissions(self) -> list[Any]:
        """Reading is for approved people, writing for curators."""
        safe_method = self.request.method in {"GET", "HEAD"}
        return [Approved() if safe_method else Requires("designs.edit")()]


class Designs(DesignDoor):
    query = PAGING | filters.PARAMETERS | {"sort", "fields"}

    @extend_schema(
        operation_id="api_designs_list",
        parameters=[
            *[OpenApiParameter(name, str) for name in sorted(filters.PARAMETERS)],
            OpenApiParameter("sort", str, enum=list(SORTS)),
            OpenApiParameter("fields", str, description="Only these fields of each design, with commas."),
            OpenApiParameter("page", int),
            OpenApiParameter("per_page", int),
            OpenApiParameter("cursor", str),
            OpenApiParameter("total", bool),
        ],
        responses=serializers.DesignPage,
        summary="Designs, found by ceremony, colour, fabric, craft and maker",
    )
    def get(self, request: Request) -> Response:
        asked, chosen = filters.read(request), fields(request)
        self.asked = asked
        pages, searched = self.pages(asked, me(request))
        rows = pages.paginate_queryset(None, request, self)
        designs = [pick(cards.shown(row), chosen) for row in rows]
        if searched and is_plain(request):
            searches.remember(asked.q, searched.hits.members.bit_count())
        return Response({"designs": designs, **pages.facts, "search": searched.shown() if searched else None})

    def pages(self, asked: filters.Asked, user: User) -> tuple[PageOrCursor, Search | None]:
        if not asked.q:
            return Pages(asked, user), None
        found = matching.matching(asked, user, vocabulary.current())
        return FoundPages(asked, user, found.searched, found.state), found.searched

    def get_sort(self) -> Sort:
        asked = self.asked
        default = "relevance" if asked.q else "hearted" if asked.favorited else "newest"
        options = {**SORTS, "hearted": HEARTED} if asked.favorited else SORTS
        name = choice(self.request, "sort", default, options)
        if name == "relevance" and not asked.q:
            message = "sort=relevance needs a search text in q."
            raise Refusal("validation_error", message, details=[detail("sort", "invalid_choice", message)])
        return options[name] if self.asked.status == Status.ACTIVE else UNPUBLISHED.get(name, options[name])

    @extend_schema(request=serializers.DesignBody, responses={201: serializers.DesignObject}, summary="Make a design")
    @repeatable
    def post(self, request: Request) -> Response:
        design = services.create(checked(request), by=me(request))
        return Response(fresh(request, design.pk).shown(), status=201)


class OneDesign(DesignDoor):
    query = {"fields"}

    @extend_schema(responses=serializers.DesignObject, summary="One design; counts a view")
    def get(self, request: Request, pk: int) -> Response:
        chosen, found = fields(request), fresh(request, pk)
        design = found.shown()
        design["view_count"] += views_counter.seen(pk, me(request).pk, found.waiting)
        return Response(pick(design, chosen))

    @extend_schema(request=serializers.DesignBody, responses=serializers.DesignObject, summary="Change a design")
    def put(self, request: Request, pk: int) -> Response:
        design = get_object_or_404(Design, pk=pk)
        services.change(design, checked(request, design), by=me(request))
        return Response(fresh(request, pk).shown())

    @extend_schema(request=serializers.DesignBody, responses=serializers.DesignObject, summary="Change a design")
    def patch(self, request: Request, pk: int) -> Response:
        return self.put(request, pk)

    @extend_schema(responses=Message, summary="Delete a design and the pictures that nothing else shows")
    def delete(self, request: Request, pk: int) -> Response:
        services.remove(get_object_or_404(Design, pk=pk))
        return done("Design deleted successfully")


class Featured(DesignDoor):
    query = {"limit", "fields"}

    @extend_schema(
        parameters=[OpenApiParameter("limit", int)],
        responses=serializers.DesignObject(many=True),
        summary="What staff put first, the latest choice leading",
    )
    def get(self, request: Request) -> Response:
        limit = whole_number(request, "limit", switches.current().featured_designs_limit, 1, MOST_FEATURED)
        chosen = fields(request)
        return Response([pick(cards.shown(design), chosen) for design in listing.featured(me(request), limit)])


def is_plain(request: Request) -> bool:
    """The first page of a search and nothing else: what somebody asked, and not how they looked through it."""
    return {name for name, value in request.query_params.items() if value} <= PLAIN


def fresh(request: Request, pk: int) -> listing.One:
    found = listing.one(pk, me(request))
    if found is None:
        raise Http404
    return found


def checked(request: Request, design: Design | None = None) -> dict[str, Any]:
    body = serializers.DesignBody(design, data=request.data, partial=design is not None)
    body.is_valid(raise_exception=True)
    facts: dict[str, Any] = body.validated_data
    return facts


def fields(request: Request) -> set[str] | None:
    if "fields" not in request.query_params:
        return None
    chosen = {name.strip() for name in request.query_params["fields"].split(",") if name.strip()}
    for name in chosen - set(serializers.FIELDS):
        raise filters.unknown_value("fields", name, vocabulary.nearest_of(name, serializers.FIELDS))
    return {"id", *chosen}


def pick(design: dict[str, Any], chosen: set[str] | None) -> dict[str, Any]:
    return design if chosen is None else {name: value for name, value in design.items() if name in chosen}
