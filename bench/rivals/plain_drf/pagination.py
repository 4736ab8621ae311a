"""PageNumberPagination, whose exact count is replaced by the contract's: counting stops at 10,000."""

from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response

COUNT_UP_TO = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg] # generic in the stubs only
    @cached_property
    def found(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: COUNT_UP_TO + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self.found, COUNT_UP_TO)

    def page(self, number: Any) -> Any:
        """Past the end there is an empty page, not a 404."""
        first = (max(1, int(number)) - 1) * self.per_page
        return Page(self.object_list[first : first + self.per_page], int(number), self)


class Pages(PageNumberPagination):
    django_paginator_class = CappedPaginator
    page_size = 20
    page_size_query_param = "per_page"
    max_page_size = 100

    def get_paginated_response(self, data: Any) -> Response:
        assert self.page is not None  # noqa: S101 - DRF has paginated before it asks
        paginator: Any = self.page.paginator
        facts = {
            "total": paginator.count,
            "total_is_capped": paginator.found > COUNT_UP_TO,
            "page": self.page.number,
            "per_page": paginator.per_page,
            "total_pages": paginator.num_pages if paginator.count else 0,
        }
        return Response({"designs": data, **facts, "next_cursor": None, "search": None})
