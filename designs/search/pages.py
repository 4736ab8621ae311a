"""Pages of what was found: the best first, or in another order of the list."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from rest_framework.request import Request

from accounts.models import User
from config.api.errors import Refusal
from config.api.pagination import Keyset, PageOrCursor, Slice
from designs import filters, listing
from designs.filters import Asked
from designs.index.state import State
from designs.listing import Cut
from designs.matching import Some, first_of
from designs.models import Design
from designs.search import Search, popular, ranking

SPARE = 5  # for those that were hidden within the last second
FIRST_STEP, LONGEST_STEP = 500, 10_000


class FoundPages(PageOrCursor):
    """Rows are read with all filters but the search, so nothing is shown that changed a moment ago."""

    results_name = "designs"

    def __init__(self, asked: Asked, user: User, search: Search, state: State) -> None:
        self.asked, self.user, self.search, self.state = asked, user, search, state
        self.wanted = filters.wanted(asked)

    def total_of(self, queryset: Any, request: Request) -> tuple[int, bool]:
        return self.search.hits.members.bit_count(), False

    def slice(self, queryset: Any, keyset: Keyset, size: int, cursor: str, skip: int) -> Slice:
        if keyset.sort.name == "relevance":
            return self.best(keyset, size, self.place(keyset, cursor) if cursor else skip)
        cut = Cut(size + 1, skip, keyset.read(Design, cursor) if cursor else ())
        return keyset.sliced(self.sorted(keyset, cut), size)

    def sorted(self, keyset: Keyset, cut: Cut) -> list[Any]:
        members = self.search.hits.members
        if keyset.sort.name == "hearted":
            some: Some | None = Some(self.state.numbers(members), are_all=True)
        else:
            some = first_of(self.state, members, keyset.sort, cut)
        if some:
            rows = listing.rows(self.wanted, self.user, keyset, cut, some.numbers)
            if some.are_all or len(rows) == cut.size:
                return rows
        walked = self.walked(keyset, cut)
        return [row for _, row in islice(self.still_there(walked, cut.size), cut.size)]

    def best(self, keyset: Keyset, size: int, skip: int) -> Slice:
        slots = ranking.in_order_from(self.search.hits, skip, popular.of(self.state))
        numbers = (self.state.ids[slot] for slot in slots)
        rows = list(islice(self.still_there(numbers, size), size))
        seen = skip + rows[-1][0] if rows else 0
        more = len(rows) == size and seen < self.search.hits.members.bit_count()
        return Slice([row for _, row in rows], keyset.signed(seen) if more else None)

    def still_there(self, numbers: Iterable[int], size: int) -> Iterator[tuple[int, Any]]:
        """The rows of these numbers, in this order, each with its place; but for those that changed a moment ago."""
        todo, place = iter(numbers), 0
        while some := list(islice(todo, size + SPARE)):
            rows = listing.of_numbers(self.wanted, self.user, some)
            for number in some:
                place += 1
                if number in rows:
                    yield place, rows[number]

    def place(self, keyset: Keyset, cursor: str) -> int:
        match keyset.opened(cursor):
            case [int(place)]:
                return place
        raise Refusal("invalid_cursor")

    def walked(self, keyset: Keyset, cut: Cut) -> Iterator[int]:
        """Through the order of the list, passing over what was not found."""
        start, skip = cut.after, cut.skip
        held = self.search.hits.members.to_bytes(self.state.size // 8 + 1, "little")
        rows = keyset.ordered(Design.objects.filter(status=self.asked.status)).values_list(keyset.sort.field, "pk")
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
