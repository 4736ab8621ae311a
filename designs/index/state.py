"""What is known about all designs at one moment. A state is never changed: a change makes another one, so a request
counts in one state from its first number to its last, and readers need no lock.
"""

import time
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from designs.index import bits
from designs.index.feed import Feed
from designs.index.names import Names
from designs.index.rows import ORDERS, Mark
from designs.index.words import Words
from designs.models import DesignTag

COUNT_EVERY = 60.0
MOST_TAGS = 200  # sets of tags are made when somebody asks for them


class State:
    def __init__(
        self, feed: Feed, ids: "array[int]", sets: dict[Mark, int], names: dict[str, Names], late: dict[int, int]
    ) -> None:
        self.feed, self.ids, self.sets, self.names = feed, ids, sets, names
        self.late = late  # id -> slot of those that came after the first reading, in any order
        self.tags: dict[str, int] = {}
        self.unions: dict[tuple[int, ...], int] = {}
        self.ready: tuple[object, Any] | None = None  # the answer without filters, and its vocabulary
        self.words: Words | None = None  # read when somebody searches
        self.liked: tuple[list[int], Any] | None = None  # of searches
        self.counts: dict[str, tuple[float, Counter[int]]] = {}

    @property
    def size(self) -> int:
        return len(self.ids)

    @property
    def all_words(self) -> Words:
        """Of a searchable state."""
        if self.words is None:
            raise RuntimeError("Ask for index.searchable().")
        return self.words

    def slot(self, design: int) -> int | None:
        if design in self.late:
            return self.late[design]
        first_read = len(self.ids) - len(self.late)
        slot = bisect_left(self.ids, design, 0, first_read)
        return slot if slot < first_read and self.ids[slot] == design else None

    def set_of(self, designs: Iterable[int]) -> int:
        """Those that are not known yet are left out."""
        slots = (self.slot(design) for design in designs)
        return bits.set_of((slot for slot in slots if slot is not None), self.size)

    def slots(self, found: int) -> list[int]:
        return list(bits.members(found))

    def numbers(self, found: int) -> list[int]:
        return [self.ids[slot] for slot in bits.members(found)]

    def having(self, what: str, value: Any) -> int:
        return self.sets.get((what, value), 0)

    def with_any(self, terms: Iterable[int]) -> int:
        found = 0
        for number in terms:
            found |= self.having("term", number)
        return found

    def with_one_of(self, terms: Sequence[int]) -> int:
        """Of a term and those below it: asked again and again."""
        if len(terms) == 1:
            return self.having("term", terms[0])
        asked = tuple(terms)
        if asked not in self.unions:
            self.unions[asked] = self.with_any(asked)
        return self.unions[asked]

    def frequency(self, column: str, key: str) -> int:
        """Of a maker or a collection, about: how many designs had it within the last minute."""
        counted, now = self.counts.get(column), time.monotonic()
        if counted is None or now - counted[0] > COUNT_EVERY:
            counted = self.counts[column] = (now, Counter(self.names[column].by_slot))
        return sum(counted[1][number] for number in self.names[column].spellings.of_key.get(key, ()))

    def planes(self, name: str) -> list[int]:
        top = max((bit for what, bit in self.sets if what == name), default=-1)
        return [self.having(name, bit) for bit in range(top + 1)]

    def leading(self, among: int, column: str, most: int, after: Any, *, descending: bool) -> int | None:
        """All that can be the first `most` of these by a column, and who ties with them; None when it is not followed.

        `after` is the column's value in the row before them.
        """
        if column not in ORDERS:
            return None
        name, number_of = ORDERS[column]
        planes = self.planes(name)
        if after is not None and descending:
            among &= ~bits.at_least(planes, number_of(after) + 1, among)
        elif after is not None:
            among = bits.at_least(planes, number_of(after), among)
        sure, tied = bits.foremost(planes, among, most, highest=descending)
        return sure | tied

    def tagged(self, keys: Iterable[str]) -> int:
        found = 0
        for key in keys:
            found |= self._tagged(key)
        return found

    def _tagged(self, key: str) -> int:
        if key not in self.tags:
            for oldest in list(islice(self.tags, max(0, len(self.tags) - MOST_TAGS + 1))):
                self.tags.pop(oldest, None)
            carrying = DesignTag.objects.filter(key=key).values_list("design_id", flat=True)
            self.tags[key] = self.set_of(carrying)
        return self.tags[key]
