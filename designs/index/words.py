"""Which words stand in the titles of designs, in the names of their makers, and in what else is written about them.

For each word the slots of the designs that have it. What was read first stays as it is; designs that changed since are
void there and stand in `fresh`, so that following a change costs as much as that design has words.
"""

import re
from array import array
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile
from typing import Any, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from designs import sounds
from designs.folding import stems
from designs.index import bits

TITLE, BESIDE, NAME, TEXT = PLACES = range(4)
COLUMNS = ("pk", "title", "designer_name", "collection_name", "tags", "short_description", "description")
LONG = "long_description"
SPARSE = 32  # a word in fewer than one of so many designs is kept as a list of slots
MOST_OF_TEXT = 400  # words of one design; what a book hides behind them is not found
MOST_KEPT = 2_000  # answers about words, of one state
NAMED = (TITLE, BESIDE, NAME)
SPOKEN = 3  # a shorter sound says too little
NOBODY: frozenset[int] = frozenset()

WITH = re.compile(r"\b(?:(?:with|for)\b|w/)", re.IGNORECASE)

Postings = dict[str, Any]  # word -> its designs, packed


class Written(NamedTuple):
    """The words of one design, each once, in the best place where it stands. By `PLACES`."""

    title: set[str]
    beside: set[str]  # what the title says behind "with": a dupatta, which makes a kurta no dupatta
    name: set[str]
    text: set[str]


def read(designs: Any) -> Iterator[tuple[int, Written]]:
    """Of a QuerySet of designs."""
    for number, title, maker, line, *texts in designs.values_list(*COLUMNS, LONG).iterator(chunk_size=2_000):
        head, *tail = WITH.split(title, maxsplit=1)
        in_title = set(stems(head))
        beside = set(stems(tail[0])) - in_title if tail else set()
        in_name = set(stems(f"{maker} {line}")) - in_title if maker or line else set()
        in_text = set(islice(stems(" ".join(texts)), MOST_OF_TEXT)) - in_title - beside - in_name
        yield number, Written(in_title, beside, in_name, in_text)


class Lexicon:
    """All words of titles and names but numbers, which are not misspelt. Only ever grows."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words = sorted(word for word in words if not word.isdecimal())
        self.known = set(self.words)
        self.by_sound: dict[str, list[str]] = defaultdict(list)
        for word in self.words:
            self.by_sound[sounds.key(word)].append(word)

    def learn(self, words: Iterable[str]) -> None:
        for word in words:
            if word not in self.known and not word.isdecimal():
                self.known.add(word)
                insort(self.words, word)
                self.by_sound[sounds.key(word)].append(word)

    def beginning(self, start: str) -> Iterator[str]:
        words = self.words
        return takewhile(lambda word: word.startswith(start), islice(words, bisect_left(words, start), None))


class Words:
    """Never changed: a change makes another one, which shares what was read first."""

    def __init__(self, base: tuple[Postings, ...], lexicon: Lexicon, size: int) -> None:
        self.base, self.lexicon, self.size = base, lexicon, size
        self.void = 0
        self.fresh: tuple[dict[str, frozenset[int]], ...] = tuple({} for _ in PLACES)
        self.written: dict[int, Written] = {}  # of the slots in `fresh`
        self.kept: dict[tuple[int, str], int] = {}

    # --- Sets --------------------------------------------------------------------------------------------------
    def having(self, place: int, word: str) -> int:
        """Designs with this word there."""
        if word not in self.base[place] and word not in self.fresh[place]:
            return 0
        found = self.kept.get((place, word))
        if found is None:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            found = self.kept[place, word] = self._having(place, word)
        return found

    def _having(self, place: int, word: str) -> int:
        members = unpacked(self.base[place].get(word, 0), self.size)
        return members & ~self.void | bits.set_of(self.fresh[place].get(word, NOBODY), self.size)

    def having_all(self, place: int, words: Iterable[str]) -> int:
        found = -1
        for word in words:
            found &= self.having(place, word)
            if not found:
                break
        return max(found, 0)

    def anywhere(self, word: str) -> bool:
        return any(self.having(place, word) for place in PLACES)

    def frequency(self, word: str) -> int:
        """In how many titles and names of makers, about."""
        return sum(length(self.base[place].get(word, 0)) + len(self.fresh[place].get(word, NOBODY)) for place in NAMED)

    # --- Other words -------------------------------------------------------------------------------------------
    def sounding(self, word: str) -> list[str]:
        key = sounds.key(word)
        return self.lexicon.by_sound.get(key, []) if len(key) >= SPOKEN else []

    def near(self, word: str, most: int) -> list[tuple[str, int]]:
        """Within so many slips of the finger, and how many those are."""
        return within(most, word, self.lexicon.words)

    # --- Following ---------------------------------------------------------------------------------------------
    def after(self, size: int, touched: Iterable[int], rows: dict[int, Written]) -> "Words":
        """These slots changed; those with rows have these words now."""
        following = Words(self.base, self.lexicon, size)
        following.written = {slot: words for slot, words in self.written.items() if slot not in touched} | rows
        following.void = self.void | bits.set_of(touched, size)
        fresh: tuple[dict[str, frozenset[int]], ...] = tuple(words.copy() for words in self.fresh)
        for slot in touched:
            for words, gone in zip(fresh, self.written.get(slot, ()), strict=False):
                words.update({word: words[word] - {slot} for word in gone})
            for words, come in zip(fresh, rows.get(slot, ()), strict=False):
                words.update({word: words.get(word, NOBODY) | {slot} for word in come})
        following.fresh = fresh
        for written in rows.values():
            self.lexicon.learn(set().union(*written[:TEXT]))
        return following


def within(most: int, word: str, among: Iterable[str]) -> list[tuple[str, int]]:
    found = process.extract(word, among, scorer=OSA.distance, score_cutoff=most, limit=None)  # type: ignore[arg-type] # its stub knows only similarities
    return [(near, int(apart)) for near, apart, _ in found]


def length(found: Any) -> int:
    if isinstance(found, int):
        return found.bit_count() if found >= 0 else 1
    return len(found)


def build(rows: Iterable[tuple[int, Written]], size: int) -> Words:
    """Of slots and their words."""
    found: list[dict[str, array[int]]] = [defaultdict(lambda: array("I")) for _ in PLACES]
    for slot, written in rows:
        for words, postings in zip(written, found, strict=True):
            for word in words:
                postings[word].append(slot)
    base = tuple(packed(postings, size) for postings in found)
    return Words(base, Lexicon(set().union(*base[:TEXT])), size)


def packed(postings: "dict[str, array[int]]", size: int) -> Postings:
    return {word: pack(slots, size) for word, slots in postings.items()}


def pack(slots: "array[int]", size: int) -> "int | array[int]":
    """A set of bits; where that would waste room a list of slots, or of one slot its complement."""
    if len(slots) == 1:
        return ~slots[0]
    return slots if len(slots) * SPARSE < size else bits.set_of(slots, size)


def unpacked(found: "int | array[int]", size: int) -> int:
    if isinstance(found, int):
        return found if found >= 0 else 1 << ~found
    return bits.set_of(found, size)
