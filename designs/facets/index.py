"""What filters ask about designs, in memory, as sets of bits: one for each term, status, audience, digit of a price.

A design has a slot; its id would do, until an import brings a huge one. About 13 KB for a set of 100,000 designs and
500 sets make 10 MB in each process, 90 MB for a million. A state is never changed: a change makes another one, so a
request counts in one state from its first number to its last, and readers need no lock.
"""

import threading
import time
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from designs.facets import bits
from designs.facets.feed import Feed
from designs.facets.names import Names, Spellings
from designs.facets.rows import NUMBERS, Mark, Row, digits, marks, numbers, read
from designs.models import Design, DesignTag

LOOK_EVERY = 1.0
CHUNK = 500
MOST_TAGS = 200  # sets of tags are made when somebody asks for them
REBUILD_ABOVE = 5_000  # so many changes at once that reading everything is quicker


class State:
    def __init__(
        self, feed: Feed, ids: "array[int]", sets: dict[Mark, int], names: dict[str, Names], late: dict[int, int]
    ) -> None:
        self.feed, self.ids, self.sets, self.names = feed, ids, sets, names
        self.late = late  # id -> slot of those that came after the first reading, in any order
        self.tags: dict[str, int] = {}
        self.unions: dict[tuple[int, ...], int] = {}
        self.ready: tuple[object, Any] | None = None  # the answer without filters, and its vocabulary

    @property
    def size(self) -> int:
        return len(self.ids)

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

    def planes(self, name: str) -> list[int]:
        top = max((bit for what, bit in self.sets if what == name), default=-1)
        return [self.having(name, bit) for bit in range(top + 1)]

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


# --- Made once, and followed ------------------------------------------------------------------------------------
def build() -> State:
    feed = Feed.start()
    slots: dict[Mark, array[int]] = defaultdict(lambda: array("I"))
    ids, columns = array("q"), [array("q") for _ in NUMBERS]
    makers, lines = Names(Spellings(), array("I")), Names(Spellings(), array("I"))
    for slot, row in enumerate(read(Design.objects.order_by("pk"))):
        ids.append(row.id)
        makers.by_slot.append(makers.spellings.number(row.designer_key, row.designer_name))
        lines.by_slot.append(lines.spellings.number(row.collection_key, row.collection_name))
        for column, number in zip(columns, numbers(row), strict=True):
            column.append(number)
        for mark in marks(row):
            slots[mark].append(slot)
    sets = {mark: bits.set_of(found, len(ids)) for mark, found in slots.items()}
    for name, column in zip(NUMBERS, columns, strict=True):
        sets |= {(name, bit): plane for bit, plane in enumerate(bits.planes_of(column)) if plane}
    return State(feed, ids, sets, {"designer_key": makers, "collection_key": lines}, {})


def followed(state: State) -> State:
    """The state as it is now: the same one when nothing happened."""
    if state.feed.is_stale:
        return build()
    changed, feed = state.feed.look()
    if len(changed) > max(REBUILD_ABOVE, state.size // 4):
        return build()
    if changed:
        return after(state, feed, changed)
    state.feed = feed
    return state


def after(state: State, feed: Feed, changed: Collection[int]) -> State:
    """These designs are read again; those that are not found are gone."""
    rows = [row for some in chunks(sorted(changed)) for row in read(Design.objects.filter(pk__in=some))]
    ids, late = with_new_ones(state, [row.id for row in rows])
    names = {name: Names(kept.spellings, kept.by_slot[:]) for name, kept in state.names.items()}
    following = State(feed, ids, {}, names, late)
    follow_names(following, changed, rows)
    touched = following.set_of(changed)
    found: dict[Mark, list[int]] = defaultdict(list)
    for row in rows:
        for mark in (*marks(row), *digits(row)):
            found[mark].append(row.id)
    following.sets = replaced(following, state.sets, touched, found)
    known = state.tags.copy()  # others may be adding to it
    following.tags = replaced(following, known, touched, tags_of(changed, known))
    return following


def with_new_ones(state: State, designs: list[int]) -> tuple["array[int]", dict[int, int]]:
    ids, late = state.ids[:], state.late.copy()
    for design in designs:
        if state.slot(design) is None:
            late[design] = len(ids)
            ids.append(design)
    return ids, late


def follow_names(state: State, changed: Iterable[int], rows: list[Row]) -> None:
    found = {row.id: row for row in rows}
    for name, (spellings, by_slot) in state.names.items():
        by_slot.extend([0] * (state.size - len(by_slot)))
        spelled = name.replace("_key", "_name")
        for design in changed:
            row, slot = found.get(design), state.slot(design)
            if slot is not None:
                by_slot[slot] = spellings.number(getattr(row, name), getattr(row, spelled)) if row else 0


def replaced(state: State, sets: dict[Any, int], touched: int, found: dict[Any, list[int]]) -> dict[Any, int]:
    """Each set without the touched designs, and with those found to belong to it."""
    kept = {mark: members & ~touched for mark, members in sets.items()}
    for mark, designs in found.items():
        kept[mark] = kept.get(mark, 0) | state.set_of(designs)
    return kept


def tags_of(changed: Collection[int], known: Collection[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    if known:
        for some in chunks(sorted(changed)):
            rows = DesignTag.objects.filter(design__in=some, key__in=list(known)).values_list("key", "design_id")
            for key, design in rows:
                found[key].append(design)
    return found


def chunks(numbers: list[int]) -> Iterator[list[int]]:
    return (numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK))


class Index:
    """Of one process. Whoever asks first builds it; whoever comes meanwhile waits, and later nobody does."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.state: State | None = None
        self.looked = 0.0

    def current(self) -> State:
        state = self.state
        if state is not None and time.monotonic() - self.looked < LOOK_EVERY:
            return state
        if not self.lock.acquire(blocking=state is None) and state is not None:
            return state  # somebody is looking right now
        try:
            return self._look()
        finally:
            self.lock.release()

    def _look(self) -> State:
        now, state = time.monotonic(), self.state
        if state is None or now - self.looked >= LOOK_EVERY:
            state = build() if state is None else followed(state)
            self.state, self.looked = state, now
        return state

    def forget(self) -> None:
        """Read afresh next time."""
        self.state = None


index = Index()
current, forget = index.current, index.forget
