"""Names in order, from the beginning of each of their words: what a half-typed word may become."""

import sys
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from designs.folding import spelled
from designs.index.names import Names, Spellings
from designs.vocabulary import Entry, Vocabulary

Meant = TypeVar("Meant")
LAST = chr(sys.maxunicode)


class Opening(NamedTuple, Generic[Meant]):
    start: str  # the name from one of its words on
    is_whole: bool
    meant: Meant


class Term(NamedTuple):
    entry: Entry
    shown: str  # its name, or the word itself where it is of another script
    is_synonym: bool


class Openings(Generic[Meant]):
    def __init__(self, names: Iterable[tuple[str, Meant]]) -> None:
        found = (
            Opening(" ".join(words[at:]), at == 0, meant)
            for name, meant in names
            for words in [name.split()]
            for at in range(len(words))
        )
        self.all = sorted(found, key=lambda opening: opening.start)

    def beginning(self, start: str) -> list[Opening[Meant]]:
        first, behind = (
            bisect_left(self.all, edge, key=lambda opening: opening.start) for edge in (start, start + LAST)
        )
        return self.all[first:behind]


@lru_cache(maxsize=2)
def openings_of(known: Vocabulary) -> Openings[Term]:
    return Openings(
        (spelled(word), term) for entries in known.by_kind.values() for entry in entries for word, term in called(entry)
    )


def called(entry: Entry) -> Iterator[tuple[str, Term]]:
    yield entry.name, Term(entry, entry.name, is_synonym=False)
    for word in entry.synonyms:
        yield word, Term(entry, entry.name, is_synonym=True)
    for words in entry.native.values():
        for word in words:
            yield word, Term(entry, word, is_synonym=False)


def is_far(opening: Opening[Term], start: str) -> bool:
    """A synonym that is hardly typed is a surprise: nobody sees why a saree blouse is offered for `sar`."""
    is_hardly_typed = 3 * len(start.strip()) < 2 * len(opening.start)
    return opening.meant.is_synonym and (not opening.is_whole or is_hardly_typed)


def in_script_of(word: str, entry: Entry) -> str | None:
    if word.isascii():
        return entry.name
    scripts = ((script(name), name) for names in ([entry.name], *entry.native.values()) for name in names)
    return next((name for written, name in scripts if written == script(word)), None)


def script(word: str) -> str:
    """Latin, Devanagari, Tamil ..."""
    return unicodedata.name(word[0], "").partition(" ")[0]


# --- Names of makers and collections ----------------------------------------------------------------------------
@lru_cache(maxsize=4)
def openings_of_names(spellings: Spellings, how_many: int) -> Openings[str]:  # noqa: ARG001 - grown, it is read anew
    return Openings((key, key) for key in spellings.of_key)


def spelling(names: Names, key: str, members: int) -> str:
    """As most of these designs write it."""
    if key in names.spellings.spelled_variously:
        return names.top(members, 1, ())[0][1]
    return names.spellings.all[names.spellings.of_key[key][0]][1]
