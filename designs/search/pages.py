"""Pages of what was found: the best first, or in another order of the list."""

from collections.abc import Iterable, Iterator
from itertools import islice
from math import isqrt
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from config.api.errors import Refusal
from config.api.pagination import Keyset, PageOrCursor, Slice
from designs.index.state import State
from designs.models import Design
from designs.search import Search, popular, ranking

SPARE = 5  # for those that were hidden within the last second
FEW, MOST_LISTED = 200, 10_000  # numbers in one statement; of more the list is walked, which then meets them often
LISTED_COST = 8  # rows that are walked meanwhile
FIRST_STEP, LONGEST_STEP = 500, 10_000


class FoundPages(PageOrCursor):
    """The QuerySet has all filters but the search, so nothing is shown that changed a moment ago."""

    results_name = "designs"

    def __init__(self, search: Search, state: State, status: str) -> None:
        self.search, self.state, self.status = search, state, status

    def total_of(self, queryset: QuerySet[Any], request: Request) -> tuple[int, bool]:
        return self.search.hits.members.bit_count(), False

    def slice(self, queryset: QuerySet[Any], keyset: Keyset, size: int, cursor: str, skip: int) -> Slice:
        if keyset.sort.name == "relevance":
            return self.best(queryset, keyset, size, self.place(keyset, cursor) if cursor else skip)
        members = self.search.hits.members
        if self.are_few(members.bit_count(), skip + size) or keyset.sort.name == "hearted":
            numbers = [self.state.ids[slot] for slot in self.state.slots(members)]
            return keyset.cut(queryset.filter(pk__in=numbers), size, cursor=cursor, skip=skip)
        start = keyset.read(Design, cursor) if cursor else None
        walked = self.walked(keyset, start, skip)
        rows = [row for _, row in islice(self.still_there(queryset, walked, size), size + 1)]
        return Slice(rows[:size], keyset.cursor(rows[size - 1]) if len(rows) > size else None)

    def are_few(self, found: int, wanted: int) -> bool:
        """Whether naming all of them costs less than walking until so many were met."""
        return found <= min(MOST_LISTED, max(FEW, isqrt(wanted * self.state.size // LISTED_COST)))

    def best(self, queryset: QuerySet[Any], keyset: Keyset, size: int, skip: int) -> Slice:
        slots = ranking.in_order_from(self.search.hits, skip, popular.slots(self.state))
        numbers = (self.state.ids[slot] for slot in slots)
        rows = list(islice(self.still_there(queryset, numbers, size), size))
        seen = skip + rows[-1][0] if rows else 0
        more = len(rows) == size and seen < self.search.hits.members.bit_count()
        return Slice([row for _, row in rows], keyset.signed(seen) if more else None)

    def still_there(self, queryset: QuerySet[Any], numbers: Iterable[int], size: int) -> Iterator[tuple[int, Any]]:
        """The rows of these numbers, in this order, each with its place; but for those that changed a moment ago."""
        todo, place = iter(numbers), 0
        while some := list(islice(todo, size + SPARE)):
            rows = {row.pk: row for row in queryset.filter(pk__in=some)}
            for number in some:
                place += 1
                if number in rows:
                    yield place, rows[number]

    def place(self, keyset: Keyset, cursor: str) -> int:
        match keyset.opened(cursor):
            case [int(place)]:
                return place
        raise Refusal("invalid_cursor")

    def walked(self, keyset: Keyset, start: Any, skip: int) -> Iterator[int]:
        """Through the order of the list, passing over what was not found."""
        held = self.search.hits.members.to_bytes(self.state.size // 8 + 1, "little")
        rows = keyset.ordered(Design.objects.filter(status=self.status)).values_list(keyset.sort.field, "pk")
        step = FIRST_STEP
        while True:
            some = list((keyset.behind(rows, *start) if start else rows)[:step])
            for _, number in some:
                slot = self.state.slot(number)
                if slot is not None and held[slot >> 3] >> (slot & 7) & 1:
                    if skip:
                        skip -= 1
                    else:
                        yield number
            if len(some) < step:
                return
            start, step = some[-1], min(2 * step, LONGEST_STEP)
