"""Which designs changed since the last look, exactly, without a clock.

Numbers of changes are given when they are written, but transactions commit in any order: 12 may be seen before 11. A
number that was passed over is a hole, and holes are looked into again. A rolled-back transaction leaves its hole for
ever, so a hole is forgotten after a while; no transaction may last longer than that.
"""

import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple, Self

from django.db.models import Max, Q
from django.utils import timezone

from designs.models import Change

KEPT = timedelta(hours=1)
LONGEST_TRANSACTION = 45 * 60.0
STALE_AFTER = 50 * 60.0  # what was not seen by then may have been pruned
MOST_HOLES = 50  # in one query; with more of them everything from the first one on is read again


class Hole(NamedTuple):
    first: int
    last: int
    noticed: float


class Feed(NamedTuple):
    """Up to where the changes were seen. Never changed: a look that fails later is made again."""

    top: int
    holes: tuple[Hole, ...]
    looked: float

    @classmethod
    def start(cls) -> Self:
        """Before the designs are read: what commits meanwhile is read twice rather than never."""
        old = Change.objects.filter(at__lt=timezone.now() - KEPT).aggregate(top=Max("pk"))["top"] or 0
        recent = Change.objects.filter(pk__gt=old).order_by("pk").values_list("pk", flat=True)
        return cls(old, (), time.monotonic()).having_seen(list(recent))

    @property
    def is_stale(self) -> bool:
        return time.monotonic() - self.looked > STALE_AFTER

    def look(self) -> tuple[set[int], Self]:
        rows = Change.objects.filter(self._unseen()).order_by("pk").values_list("pk", "design_id")
        fresh = [(number, design) for number, design in rows if self._is_unseen(number)]
        return {design for _, design in fresh}, self.having_seen([number for number, _ in fresh])

    def having_seen(self, numbers: Sequence[int]) -> Self:
        """Of numbers in their order."""
        now, top = time.monotonic(), max([self.top, *numbers[-1:]])
        holes = [hole for hole in self.holes if now - hole.noticed < LONGEST_TRANSACTION]
        holes += [Hole(self.top + 1, top, now)] if top > self.top else []
        left = tuple(part for hole in holes for part in parts(hole, numbers))
        return self._replace(top=top, holes=left, looked=now)

    def _unseen(self) -> Q:
        if len(self.holes) > MOST_HOLES:
            return Q(pk__gte=self.holes[0].first)
        wanted = Q(pk__gt=self.top)
        for hole in self.holes:
            wanted |= Q(pk__range=(hole.first, hole.last))
        return wanted

    def _is_unseen(self, number: int) -> bool:
        place = bisect_right(self.holes, number, key=lambda hole: hole.first) - 1
        return number > self.top or (place >= 0 and number <= self.holes[place].last)


def parts(hole: Hole, numbers: Sequence[int]) -> Iterator[Hole]:
    """What is left of a hole when these numbers were seen."""
    first = hole.first
    for number in numbers[bisect_left(numbers, hole.first) : bisect_right(numbers, hole.last)]:
        if first < number:
            yield Hole(first, number - 1, hole.noticed)
        first = number + 1
    if first <= hole.last:
        yield Hole(first, hole.last, hole.noticed)


def prune() -> int:
    """Changes that every process has seen or will make up for by reading all designs anew."""
    return Change.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
