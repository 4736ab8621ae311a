"""How a state is made, and how the next one follows from it."""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from designs import changes
from designs.index import bits, words
from designs.index.feed import Feed
from designs.index.names import Names, Spellings
from designs.index.rows import NUMBERS, Mark, Row, digits, marks, numbers, read
from designs.index.state import State
from designs.index.words import Words
from designs.models import Design, DesignTag

CHUNK = 500
REBUILD_ABOVE = 5_000  # so many changes at once that reading everything is quicker
MOST_FRESH = 20_000  # designs whose words were read after the first time


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


def words_of(state: State) -> Words:
    rows = words.read(Design.objects.order_by("pk"))
    slots = ((state.slot(number), written) for number, written in rows)
    return words.build(((slot, written) for slot, written in slots if slot is not None), state.size)


def rebuilt(state: State) -> State:
    fresh = build()
    if state.words:
        fresh.words = words_of(fresh)
    return fresh


def followed(state: State) -> State:
    """The state as it is now: the same one when nothing happened."""
    if state.feed.is_stale:
        return rebuilt(state)
    changed, feed = state.feed.look()
    late = len(changed) + (len(state.words.written) if state.words else 0)
    if changes.EVERYTHING in changed or len(changed) > max(REBUILD_ABOVE, state.size // 4) or late > MOST_FRESH:
        return rebuilt(state)
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
    following.counts = state.counts.copy()
    if state.words:
        following.words = follow_words(following, state.words, changed)
    return following


def follow_words(state: State, known: Words, changed: Collection[int]) -> Words:
    touched = {slot for design in changed if (slot := state.slot(design)) is not None}
    rows = (row for some in chunks(sorted(changed)) for row in words.read(Design.objects.filter(pk__in=some)))
    slots = ((state.slot(number), written) for number, written in rows)
    return known.after(state.size, touched, {slot: written for slot, written in slots if slot is not None})


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
