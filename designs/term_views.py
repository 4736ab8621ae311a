"""The doors of the vocabulary: what there is to filter by, and how much of it is shown."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from django.core import signing
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from config.api.errors import Refusal, detail, wrong
from config.api.filters import whole_number
from config.api.pagination import BARE_DEFAULT, BARE_MOST, LONGEST_CURSOR, PAGING, BareList, page_size
from config.api.views import Door
from designs import index, vocabulary
from designs.folding import spelled
from designs.models import Design, Kind, Term
from designs.vocabulary import Entry, Vocabulary, in_order

PAGED = [
    OpenApiParameter("page", int, default=1),
    OpenApiParameter("per_page", int, default=BARE_DEFAULT, description=f"At most {BARE_MOST}."),
    OpenApiParameter("cursor", str, description="From the `Link` of the page before."),
]


class TermShown(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Kind.choices)
    slug = serializers.CharField()
    name = serializers.CharField()
    native = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    hex = serializers.CharField(allow_null=True)
    family = serializers.CharField(allow_null=True)
    parent = serializers.CharField(  # type: ignore[assignment] # a declared field leaves the class
        allow_null=True, help_text="The slug of the term above it, of the same kind."
    )
    count = serializers.IntegerField(help_text="Designs that carry it, or a term below it.")


class CategoryShown(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()
    cover_url = serializers.CharField(allow_null=True, help_text="Of its newest design.")


class EntryPages(BareList):
    """Pages of what lies in memory. The cursor is where a page ended: what comes and goes meanwhile shifts nothing."""

    def __init__(self, bound_to: str = "") -> None:
        self.bound_to = bound_to
        self.signer = signing.Signer(salt="cursor of terms")

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """`queryset` is a list of entries, in their order."""
        size = page_size(request, BARE_DEFAULT, BARE_MOST)
        start = self.start(queryset, request, size)
        rows = list(queryset[start : start + size])
        self.headers = {"X-Total-Count": str(len(queryset))}
        if start + size < len(queryset):
            here = remove_query_param(request.build_absolute_uri(), "page")
            self.headers["Link"] = f'<{replace_query_param(here, "cursor", self.cursor(rows[-1]))}>; rel="next"'
        return rows

    def start(self, entries: Sequence[Entry], request: Request, size: int) -> int:
        cursor = request.query_params.get("cursor", "")
        if cursor and "page" in request.query_params:
            raise wrong("cursor", "invalid", "Send a page or a cursor, not both.")
        if cursor:
            return bisect_right(entries, self.read(cursor), key=in_order)
        return (whole_number(request, "page", 1, 1, 10**9) - 1) * size

    def cursor(self, entry: Entry) -> str:
        return self.signer.sign_object([self.bound_to, *in_order(entry)])

    def read(self, cursor: str) -> tuple[Any, ...]:
        try:
            bound_to, *place = self.signer.unsign_object(cursor[:LONGEST_CURSOR])
        except (signing.BadSignature, ValueError):
            raise Refusal("invalid_cursor") from None
        if bound_to != self.bound_to:
            raise Refusal("invalid_cursor", "This cursor was made for another kind.")
        return tuple(place)


class Terms(Door):
    query = PAGING | {"kind"}

    @extend_schema(
        summary="The words of the field",
        responses=TermShown(many=True),
        parameters=[OpenApiParameter("kind", str, many=True, explode=False, enum=Kind.values), *PAGED],
    )
    def get(self, request: Request) -> Response:
        kinds, words = kinds_of(request), vocabulary.current()
        pages = EntryPages(",".join(kinds))
        entries = [entry for kind in kinds for entry in words.by_kind.get(kind, ())]
        rows = pages.paginate_queryset(entries, request)
        found = counts(words, rows)
        return pages.get_paginated_response([term(entry, words, found[entry.id]) for entry in rows])


class Categories(Door):
    query = PAGING
    shows_pictures = True

    @extend_schema(summary="The categories, each with a cover", responses=CategoryShown(many=True), parameters=PAGED)
    def get(self, request: Request) -> Response:
        words, pages = vocabulary.current(), EntryPages()
        rows = pages.paginate_queryset(words.by_kind.get(Kind.CATEGORY, ()), request)
        found, newest = counts(words, rows), newest_designs()
        shown = [category(entry, words.with_children(entry), found, newest) for entry in rows]
        return pages.get_paginated_response(shown)


def kinds_of(request: Request) -> list[str]:
    """A comma or a repetition: each of these. None: all."""
    asked = [part for given in request.query_params.getlist("kind") for part in given.split(",") if part.strip()]
    for kind in asked:
        if spelled(kind) not in Kind.values:
            raise unknown_kind(kind)
    wanted = {spelled(kind) for kind in asked}
    return [kind for kind in Kind.values if kind in wanted or not wanted]


def unknown_kind(kind: str) -> Refusal:
    near = vocabulary.nearest_of(kind, Kind.values)
    hint = f"Did you mean {near}?" if near else f"Known are {', '.join(Kind.values)}."
    message = f"There is no kind {kind[:60]!r}. {hint}"
    return Refusal("unknown_value", message, details=[detail("kind", "unknown_value", message)])


def term(entry: Entry, words: Vocabulary, count: int) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "slug": entry.slug,
        "name": entry.name,
        "native": entry.native,
        "hex": entry.hex or None,
        "family": entry.family or None,
        "parent": words.shown_parent(entry),
        "count": count,
    }


def category(entry: Entry, below: list[int], found: dict[int, int], newest: dict[int, Design]) -> dict[str, Any]:
    of_these = [newest[number] for number in below if number in newest]
    latest = max(of_these, key=lambda design: (design.published_at, design.pk), default=None)
    return {
        "slug": entry.slug,
        "name": entry.name,
        "count": found[entry.id],
        "cover_url": latest.cover.thumbnail_url if latest and latest.cover else None,
    }


def newest_designs() -> dict[int, Design]:
    """Of each category that is carried itself, the newest active design, with its cover.

    The newest by first category stands at the end of an index; only who is nobody's first category looks further.
    """
    newest_first = Design.objects.filter(status="active").order_by("-published_at", "-pk").values("pk")
    as_first, at_all = newest_first.filter(category=OuterRef("slug")), newest_first.filter(terms=OuterRef("pk"))
    newest = Coalesce(Subquery(as_first[:1]), Subquery(at_all[:1]))
    of_category = dict(Term.objects.filter(kind=Kind.CATEGORY).values_list("pk", newest))
    cover = [f"cover__{name}" for name in ("object_key", "width", "height", "edition")]
    designs = Design.objects.select_related("cover").only("published_at", *cover).in_bulk(of_category.values())
    return {term: designs[design] for term, design in of_category.items() if design in designs}


def counts(words: Vocabulary, entries: Iterable[Entry]) -> dict[int, int]:
    """How many active designs carry each term or one below it, as the facets count them."""
    state = index.current()
    shown = state.having("status", "active")
    return {entry.id: (state.with_one_of(words.with_children(entry)) & shown).bit_count() for entry in entries}
