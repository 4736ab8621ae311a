"""Names in order, from the beginning of each of their words: what a half-typed word may become."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from designs.folding import spelled
from designs.vocabulary import Entry, Vocabulary

Meant = TypeVar("Meant")


class Opening(NamedTuple, Generic[Meant]):
    start: str  # the name from one of its words on
    is_whole: bool
    meant: Meant


class Openings(Generic[Meant]):
    def __init__(self, names: Iterable[tuple[str, Meant]]) -> None:
        found = (
            Opening(" ".join(words[at:]), at == 0, meant)
            for name, meant in names
            for words in [name.split()]
            for at in range(len(words))
        )
        self.all = sorted(found, key=lambda opening: opening.start)

    def beginning(self, start: str) -> Iterator[Opening[Meant]]:
        at = bisect_left(self.all, start, key=lambda opening: opening.start)
        for opening in islice(self.all, at, None):
            if not opening.start.startswith(start):
                return
            yield opening


@lru_cache(maxsize=2)
def openings_of(known: Vocabulary) -> Openings[tuple[Entry, str]]:
    """What is shown is the name, or the word itself where it is of another script."""
    offered = [entry for entries in known.by_kind.values() for entry in entries]
    roman = ((spelled(word), (entry, entry.name)) for entry in offered for word in (entry.name, *entry.synonyms))
    native = ((spelled(word), (entry, word)) for entry in offered for words in entry.native.values() for word in words)
    return Openings([*roman, *native])
