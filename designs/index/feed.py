"""Which designs changed since the last look, exactly, without a clock.

Numbers of changes are given when they are written, but transactions commit in any order: 12 may be seen before 11. A
number that was passed over is a hole, and holes are looked into again. A rolled-back transaction leaves its hole for
ever, so a hole is forgotten after a while; no transaction may last longer than that.
"""

import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple, Self

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from config import statements
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
        rows = statements.rows("changes", unseen, list(self._unseen()))
        fresh = [(number, design) for number, design in rows if self._is_unseen(number)]
        return {design for _, design in fresh}, self.having_seen([number for number, _ in fresh])

    def having_seen(self, numbers: Sequence[int]) -> Self:
        """Of numbers in their order."""
        now, top = time.monotonic(), max([self.top, *numbers[-1:]])
        holes = [hole for hole in self.holes if now - hole.noticed < LONGEST_TRANSACTION]
        holes += [Hole(self.top + 1, top, now)] if top > self.top else []
        left = tuple(part for hole in holes for part in parts(hole, numbers))
        return self._replace(top=top, holes=left, looked=now)

    def _unseen(self) -> Iterator[int]:
        """As `unseen` takes it."""
        if len(self.holes) > MOST_HOLES:
            yield self.holes[0].first - 1
            return
        yield self.top
        for hole in self.holes:
            yield from (hole.first, hole.last)

    def _is_unseen(self, number: int) -> bool:
        place = bisect_right(self.holes, number, key=lambda hole: hole.first) - 1
        return number > self.top or (place >= 0 and number <= self.holes[place].last)


def unseen(values: Sequence[int]) -> QuerySet[Change, Any]:
    """What was written after the first of these numbers, or from one to the next of each pair that follows."""
    top, *holes = values
    wanted = Q(pk__gt=top)
    for first, last in zip(holes[::2], holes[1::2], strict=True):
        wanted |= Q(pk__range=(first, last))
    return Change.objects.filter(wanted).order_by("pk").values_list("pk", "design_id")


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
