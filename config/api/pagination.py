"""Two ways through a list, both exact: numbered pages, and a cursor that shows every row once.

DRF's own CursorPagination loops for ever when many rows share the first sort value, so the keyset is ours: it compares
`(sort value, id)` as one row value, and the cursor is signed and bound to the sort and the filters it came from.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, ClassVar, NamedTuple

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import F, Field, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan, TupleLookupMixin
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from config import switches
from config.api.errors import Refusal, wrong
from config.api.filters import boolean, whole_number

PAGING = frozenset({"page", "per_page", "limit", "cursor", "total"})
# What may change from one page to the next without making it another list.
NOT_BINDING = PAGING | {"fields"}
DEEPEST = 10_000
COUNT_UP_TO = 10_000
BARE_DEFAULT, BARE_MOST = 100, 200
LONGEST_CURSOR = 1_000


class RowValue(TupleLookupMixin):
    """`(a, b) < (x, y)` on SQLite as well. Django would write `a < x OR (a = x AND b < y)` there, past any index."""

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        return super(TupleLookupMixin, self).as_sql(compiler, connection)  # type: ignore[misc] # the lookup behind the mixin


class Below(RowValue, TupleLessThan): ...


class Above(RowValue, TupleGreaterThan): ...


@dataclass(frozen=True)
class Sort:
    """One order of a list: a column that is never null, and the id where it is equal."""

    name: str
    field: str
    descending: bool = True
    column: Field[Any, Any] | None = None  # where the field is an annotation

    def read(self, row: Any) -> str:
        value = getattr(row, self.field)
        return value.isoformat() if isinstance(value, datetime) else str(value)

    def parse(self, model: type[Model], text: str) -> Any:
        column: Any = self.column or model._meta.get_field(self.field)
        return getattr(column, "output_field", column).to_python(text)  # of a generated column


class Slice(NamedTuple):
    rows: list[Any]
    next_cursor: str | None


@dataclass(frozen=True)
class Keyset:
    sort: Sort
    bound_to: str

    def ordered(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        sign = "-" if self.sort.descending else ""
        return queryset.order_by(f"{sign}{self.sort.field}", f"{sign}pk")

    def cut(self, queryset: QuerySet[Any], size: int, *, cursor: str = "", skip: int = 0) -> Slice:
        ordered = self.ordered(queryset)
        if cursor:
            ordered = self.after(ordered, cursor)
        return self.sliced(list(ordered[skip : skip + size + 1]), size)

    def sliced(self, rows: list[Any], size: int) -> Slice:
        """Of one row more than the page has, when there is one."""
        return Slice(rows[:size], self.cursor(rows[size - 1]) if len(rows) > size else None)

    def after(self, queryset: QuerySet[Any], cursor: str) -> QuerySet[Any]:
        return self.behind(queryset, *self.read(queryset.model, cursor))

    def behind(self, queryset: QuerySet[Any], value: Any, pk: Any) -> QuerySet[Any]:
        beyond = Below if self.sort.descending else Above
        return queryset.filter(beyond(Tuple(F(self.sort.field), F("pk")), (value, pk)))

    def cursor(self, row: Any) -> str:
        return self.signed(self.sort.read(row), row.pk)

    def read(self, model: type[Model], cursor: str) -> tuple[Any, Any]:
        value, pk = self.opened(cursor)
        try:
            return self.sort.parse(model, value), pk
        except (ValueError, ValidationError):
            raise Refusal("invalid_cursor") from None

    def signed(self, *place: Any) -> str:
        return signing.Signer(salt="cursor").sign_object([self._binding(), *place])

    def opened(self, cursor: str) -> list[Any]:
        try:
            binding, *place = signing.Signer(salt="cursor").unsign_object(cursor[:LONGEST_CURSOR])
        except (signing.BadSignature, ValueError):
            raise Refusal("invalid_cursor") from None
        if binding != self._binding():
            raise Refusal("invalid_cursor", "This cursor was made for another order or other filters.")
        return place

    def _binding(self) -> str:
        return blake2b(f"{self.sort.name}?{self.bound_to}".encode(), digest_size=6).hexdigest()


def filters_of(request: Request) -> str:
    """The filters of this request in one spelling, so that a cursor can be bound to them."""
    pairs = [(name, value) for name, values in request.query_params.lists() for value in values]
    return repr(sorted(pair for pair in pairs if pair[0] not in NOT_BINDING))


def page_size(request: Request, default: int, most: int) -> int:
    """`per_page`, or `limit` as its other name."""
    sizes = [whole_number(request, name, 0, 1, most) for name in ("per_page", "limit")]
    if all(sizes) and sizes[0] != sizes[1]:
        raise wrong("limit", "invalid", "per_page and limit are the same thing; send one of them.")
    return max(sizes) or min(default, most)


def capped_count(queryset: QuerySet[Any]) -> tuple[int, bool]:
    """Counting stops at 10,000: nobody pages further, and a million rows are not walked for a number."""
    found = queryset.order_by()[: COUNT_UP_TO + 1].count()
    return min(found, COUNT_UP_TO), found > COUNT_UP_TO


class Paged(BasePagination):
    """What both kinds of list share. A list door offers `get_sort()`."""

    def cut(
        self, queryset: QuerySet[Any], request: Request, view: APIView | None, size: int
    ) -> tuple[Slice, int | None]:
        """The rows asked for, and the number of their page (None behind a cursor)."""
        cursor = request.query_params.get("cursor", "")
        if cursor and "page" in request.query_params:
            raise wrong("cursor", "invalid", "Send a page or a cursor, not both.")
        page = whole_number(request, "page", 1, 1, 10**9)
        if (page - 1) * size > DEEPEST:
            raise Refusal("page_too_deep")
        sort: Sort = view.get_sort()  # type: ignore[union-attr] # every list door has it
        keyset = Keyset(sort, filters_of(request))
        return self.slice(queryset, keyset, size, cursor, (page - 1) * size), None if cursor else page

    def slice(self, queryset: QuerySet[Any], keyset: Keyset, size: int, cursor: str, skip: int) -> Slice:
        return keyset.cut(queryset, size, cursor=cursor, skip=skip)


class PageOrCursor(Paged):
    """`{<results_name>, total, total_is_capped, page, per_page, total_pages, next_cursor}`."""

    results_name: ClassVar[str] = "results"

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        switch = switches.current()
        size = page_size(request, switch.pagination_default_size, switch.pagination_max_size)
        found, page = self.cut(queryset, request, view, size)
        self.facts: dict[str, Any] = {"page": page, "per_page": size}
        wanted = boolean(request, "total", default=page is not None)
        self.facts |= self.totals(self.total_of(queryset, request) if wanted else None, size)
        self.facts["next_cursor"] = found.next_cursor
        return found.rows

    def total_of(self, queryset: QuerySet[Any], request: Request) -> tuple[int, bool]:
        return capped_count(queryset)

    @staticmethod
    def totals(counted: tuple[int, bool] | None, size: int) -> dict[str, Any]:
        if counted is None:
            return {"total": None, "total_is_capped": False, "total_pages": None}
        total, capped = counted
        return {"total": total, "total_is_capped": capped, "total_pages": math.ceil(total / size)}

    def get_paginated_response(self, data: Any) -> Response:
        return Response({self.results_name: data, **self.facts})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        number = {"type": ["integer", "null"]}
        return {
            "type": "object",
            "required": [self.results_name, "per_page", "total_is_capped"],
            "properties": {
                self.results_name: schema,
                "total": number,
                "total_is_capped": {"type": "boolean"},
                "page": number,
                "per_page": {"type": "integer"},
                "total_pages": number,
                "next_cursor": {"type": ["string", "null"]},
            },
        }


class BareList(Paged):
    """A bare array; `X-Total-Count` counts it and `Link` leads on by cursor."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        found, _ = self.cut(queryset, request, view, page_size(request, BARE_DEFAULT, BARE_MOST))
        self.headers = {"X-Total-Count": str(queryset.order_by().count())}
        if found.next_cursor:
            here = remove_query_param(request.build_absolute_uri(), "page")
            self.headers["Link"] = f'<{replace_query_param(here, "cursor", found.next_cursor)}>; rel="next"'
        return found.rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response(data, headers=self.headers)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return schema
