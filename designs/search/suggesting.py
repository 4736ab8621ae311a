"""What somebody who is typing may want to type: terms, makers, collections, words of titles, and what others searched.

The last words are completed, as many as something begins with; those before them narrow the count. In the script that
is typed. What the first designs of a page would be, the list answers; nothing is completed that would find nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from designs import search, searches
from designs.folding import folded, words_of
from designs.index.names import Spellings
from designs.index.state import State
from designs.index.words import TITLE, within
from designs.models import Status
from designs.search.openings import Openings, openings_of
from designs.search.query import LONGEST_PHRASE, ONE_SLIP
from designs.vocabulary import Vocabulary

MOST = 10
MOST_TERMS, MOST_NAMES, MOST_SEARCHES = 6, 3, 3
MOST_LOOKED_AT = 200  # names that begin so; after one letter there are many
NAMED = {"maker": "designer_key", "collection": "collection_key"}


@dataclass(frozen=True)
class Completion:
    text: str  # for the field
    type: str  # a kind of term, maker, collection, title or search
    value: str  # for the filter of that name
    count: int

    def shown(self) -> dict[str, Any]:
        return asdict(self)


class Suggesting:
    def __init__(self, state: State, known: Vocabulary) -> None:
        self.state, self.known, self.words = state, known, state.all_words
        self.active = state.having("status", Status.ACTIVE)

    def answer(self, text: str) -> dict[str, Any]:
        typed = words_of(text)
        if not typed:
            return {"completions": [], "did_you_mean": None}
        found, meant = list(self.completions(typed, text)), self.meant(text)
        if not found and (mended := self.mended(typed)):
            found = list(self.completions(mended, " ".join(mended)))
            meant = meant or (found[0].text if found else None)
        return {"completions": [one.shown() for one in found[:MOST]], "did_you_mean": meant}

    def meant(self, text: str) -> str | None:
        """Of words that are typed to their end, or what they are taken for."""
        return search.look_for(text, self.active, self.state, self.known).meant()

    # --- Completing --------------------------------------------------------------------------------------------
    def completions(self, typed: list[str], text: str) -> Iterator[Completion]:
        seen: set[str] = set()
        for completion in self.all_completions(typed, text):
            if completion.count and folded(completion.text) not in seen:
                seen.add(folded(completion.text))
                yield completion

    def all_completions(self, typed: list[str], text: str) -> Iterator[Completion]:
        for at in range(max(0, len(typed) - LONGEST_PHRASE), len(typed)):
            head, start = typed[:at], " ".join(typed[at:])
            among = self.found(head)
            if among:
                yield from most(self.of_terms(head, start, among), MOST_TERMS)
                for kind in NAMED:
                    yield from most(self.of_names(kind, head, start, among), MOST_NAMES)
        yield from self.of_searches(text)
        yield from most(self.of_titles(typed), MOST)

    def found(self, head: list[str]) -> int:
        if not head:
            return self.active
        return search.look_for(" ".join(head), self.active, self.state, self.known).hits.with_every_part

    def of_terms(self, head: list[str], start: str, among: int) -> Iterator[Completion]:
        shown: dict[int, str] = {}
        for opening in openings_of(self.known).beginning(start):
            entry, name = opening.meant
            shown.setdefault(entry.id, name)
        for number, name in shown.items():
            entry = self.known.by_id[number]
            members = self.state.with_one_of(self.known.with_children(entry)) & among
            yield Completion(" ".join([*head, name]), entry.kind, entry.slug, members.bit_count())

    def of_names(self, kind: str, head: list[str], start: str, among: int) -> Iterator[Completion]:
        """Of many that begin so, those with the most designs."""
        names = self.state.names[NAMED[kind]]
        begun = {
            opening.meant for opening in openings_of_names(names.spellings, len(names.spellings.all)).beginning(start)
        }
        likely = sorted(begun, key=lambda key: -self.state.frequency(NAMED[kind], key))[:MOST_NAMES]
        for key in likely:
            name = names.spellings.all[names.spellings.of_key[key][0]][1]
            yield Completion(" ".join([*head, name]), kind, name, (names.any_of([key]) & among).bit_count())

    def of_titles(self, typed: list[str]) -> Iterator[Completion]:
        *head, start = typed
        among = self.found(head)
        words = sorted(self.words.lexicon.beginning(start), key=lambda word: -self.words.frequency(word))[:MOST]
        for word in words:
            text = " ".join([*head, word])
            yield Completion(text, "title", text, (self.words.having(TITLE, word) & among).bit_count())

    def of_searches(self, text: str) -> Iterator[Completion]:
        for asked, _ in searches.popular(folded(text), MOST_SEARCHES):
            yield Completion(asked, "search", asked, self.found(words_of(asked)).bit_count())

    # --- Slips -------------------------------------------------------------------------------------------------
    def mended(self, typed: list[str]) -> list[str] | None:
        """The last word begins like a word of the vocabulary, but for a slip."""
        *head, start = typed
        if len(start) < ONE_SLIP:
            return None
        begun = {word[: len(start)] for word in self.known.single_words if len(word) >= len(start)}
        near = within(1, start, begun)
        return [*head, min(near, key=lambda found: (found[1], found[0]))[0]] if near else None


def most(completions: Iterable[Completion], how_many: int) -> list[Completion]:
    return sorted(completions, key=lambda completion: (-completion.count, completion.text))[:how_many]


@lru_cache(maxsize=4)
def openings_of_names(spellings: Spellings, how_many: int) -> Openings[str]:  # noqa: ARG001 - grown, it is read anew
    return Openings((key, key) for key in spellings.of_key)
