"""What somebody who is typing may want to type: terms, what others searched, makers, collections, words of titles; and
behind a space what narrows it. In the script that is typed, with the slips mended.

The last words are completed, as many as something begins with; those before them narrow the count. What each would find
the search itself answers, so nothing is completed that would find nothing, and nothing hidden is told.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from heapq import nlargest
from itertools import chain, islice
from typing import Any

from designs import searches
from designs.folding import folded, singular, words_of
from designs.index.words import TITLE, within
from designs.models import Audience, Kind
from designs.search.looking import Looking
from designs.search.openings import in_script_of, is_far, openings_of, openings_of_names, spelling
from designs.search.query import LONGEST_PHRASE, ONE_SLIP, SHORTEST_BEGINNING, TWO_SLIPS, Part
from designs.vocabulary import Entry

MOST, MOST_WORDS = 10, 12
MOST_TERMS, MOST_SEARCHES, MOST_NAMES, MOST_LOOKED_AT = 5, 3, 2, 20
NAMED = {"maker": "designer_key", "collection": "collection_key"}
# What comes behind a space, the garment first; and so many of each.
NARROWING = (Kind.CATEGORY, Kind.COLOUR, Kind.FABRIC, Kind.CRAFT, Kind.WEAVE, Kind.OCCASION, Kind.STYLE)
MOST_OF_A_KIND = 3
MORE_LIKELY = 20  # times as frequent as a word of titles is what it is a slip of
HALF = {"beginning", "spelling", "typo", "unknown"}  # how a word may be read that was not typed to its end


@dataclass(frozen=True)
class Completion:
    text: str  # for the field
    type: str  # a kind of term, audience, maker, collection, title or search
    value: str  # for the filter of that name
    count: int = 0


class Suggesting(Looking):
    def answer(self, text: str, *, after_space: bool = False) -> dict[str, Any]:
        typed = words_of(text)
        if not self.active or not 0 < len(typed) <= MOST_WORDS:
            return {"completions": [], "did_you_mean": None}
        words = [*typed, ""] if after_space else typed
        meant, found = self.understood(words)
        shown = [replace(one, text=large(one.text)) for one in found] if text[0].isupper() else found
        return {"completions": [asdict(one) for one in shown], "did_you_mean": did_you_mean(words, meant, found)}

    def understood(self, words: list[str]) -> tuple[list[str], list[Completion]]:
        """What was typed without its slips, and its completions."""
        *head, typed = words
        head, tried = self.mended(head), set()
        for start in self.starts(typed):
            if start not in tried and (found := self.completions([*head, start])):
                return [*head, start], found
            tried.add(start)
        return [*head, typed], []

    # --- Completing --------------------------------------------------------------------------------------------
    def completions(self, words: list[str]) -> list[Completion]:
        """Of the last word; it is empty behind a space."""
        return list(islice(self.different(self.candidates(words)), MOST))

    def different(self, candidates: Iterable[Completion]) -> Iterator[Completion]:
        """Each filter and each meaning once, with its count; and no word of a title that adds nothing to the others."""
        seen: set[Hashable] = set()
        for one in candidates:
            looked = self.look(one.text)
            same: set[Hashable] = {(one.type, one.value), frozenset(folded(part.meant) for part in looked.parts)}
            if looked.members and not same & seen and not (one.type == "title" and looked.members in seen):
                seen |= {*same, looked.members}
                yield replace(one, count=looked.members.bit_count())

    def candidates(self, words: list[str]) -> Iterator[Completion]:
        *head, start = words
        splits = [(words[:at], " ".join(words[at:])) for at in range(max(0, len(words) - LONGEST_PHRASE), len(words))]
        begun = [(before, phrase, among) for before, phrase in splits if phrase and (among := self.found(before))]
        yield from islice((one for split in begun for one in self.of_terms(*split)), MOST_TERMS)
        for before, phrase, _ in begun:
            likely = [audience for audience in Audience.values if audience.startswith(phrase)]
            yield from (Completion(joined(before, large(one)), "audience", one) for one in likely)
        yield from islice(self.of_searches(words), MOST_SEARCHES)
        for kind in NAMED:
            yield from islice((one for split in begun for one in self.of_names(kind, *split)), MOST_NAMES)
        if start:
            yield from self.of_titles(head, start)
        said = {entry.id for entry in self.said(head)}
        if not start or any(entry.id not in said for _, phrase in splits for entry in self.known.meanings(phrase)):
            yield from self.narrowing(words if start else head)

    def of_terms(self, head: list[str], start: str, among: int) -> Iterator[Completion]:
        """Those whose names begin so, before those with a word that does, or with a synonym."""
        ranked: dict[int, tuple[bool, bool, bool, int, str]] = {}
        said = {entry.id for entry in self.said(head)}
        for opening in openings_of(self.known).beginning(start):
            entry, name, is_synonym = opening.meant
            if entry.id not in said and not is_far(opening, start):
                count = (self.carrying(entry) & among).bit_count()
                first = (opening.start != start, is_synonym or not opening.is_whole, entry.kind == Kind.SEASON)
                rank = (*first, -count, name)
                ranked[entry.id] = min(ranked.get(entry.id, rank), rank)
        for number, (*_, count, name) in sorted(ranked.items(), key=lambda one: one[1]):
            entry = self.known.by_id[number]
            if count:
                yield Completion(joined(head, name), entry.kind, entry.slug)

    def of_searches(self, words: list[str]) -> Iterator[Completion]:
        begun = " ".join(words)
        for asked, _ in searches.popular(begun, MOST):
            is_known = all(part.how != "unknown" for part in self.look(asked).parts)
            if asked.startswith(begun) and is_known:
                yield Completion(asked if len(words) > 1 else large(asked), "search", asked)

    def of_names(self, kind: str, head: list[str], start: str, among: int) -> Iterator[Completion]:
        """Of many that begin so, those with the most designs."""
        names = self.state.names[NAMED[kind]]
        openings = openings_of_names(names.spellings, len(names.spellings.all))
        begun = dict.fromkeys(opening.meant for opening in openings.beginning(start))
        for key in nlargest(MOST_LOOKED_AT, begun, partial(self.state.frequency, NAMED[kind])):
            if members := names.any_of([key]) & among:
                name = spelling(names, key, members)
                yield Completion(" ".join([*head, name]), kind, name)

    def of_titles(self, head: list[str], start: str) -> Iterator[Completion]:
        """Another way to write a term is offered by its name, unless it was offered already."""
        among = self.found(head)
        for word in nlargest(MOST_LOOKED_AT, self.words.lexicon.beginning(start), self.words.frequency):
            if word not in head and self.words.having(TITLE, word) & among:
                meant = self.meant(word)
                if not any(self.carrying(entry) & self.active for entry in meant):
                    text = joined(head, meant[0].name if meant else large(word))
                    yield Completion(text, "title", folded(text))

    def meant(self, word: str) -> tuple[Entry, ...]:
        near = (near for near, _ in within(1, word, self.known.single_words) if len(word) >= TWO_SLIPS)
        least = MORE_LIKELY * self.words.frequency(word)
        slips = [one for one in near if self.words.frequency(one) >= least]
        spellings = (self.known.meanings(word), self.known.soundings(word), *map(self.known.meanings, slips))
        return next(filter(None, spellings), ())

    def narrowing(self, words: list[str]) -> Iterator[Completion]:
        """Of each kind that was not said yet what most of these designs have; garments, then one of each in turn."""
        among, kinds = self.found(words), {entry.kind for entry in self.said(words)}
        offered: list[tuple[int, int, Completion]] = []
        for order, kind in enumerate(kind for kind in NARROWING if kind not in kinds):
            named = ((in_script_of(words[-1], entry), entry) for entry in self.known.by_kind.get(kind, ()))
            counted = ((-(self.carrying(entry) & among).bit_count(), name, entry.slug) for name, entry in named if name)
            common = [(name, slug) for count, name, slug in sorted(counted) if count]
            for place, (name, slug) in enumerate(common[:MOST_OF_A_KIND]):
                turn = 0 if kind == Kind.CATEGORY else place
                offered.append((turn, order, Completion(joined(words, name), kind, slug)))
        for *_, one in sorted(offered, key=lambda one: one[:2]):
            if not self.found(one.text.split()) & ~among:
                yield one

    # --- Slips -------------------------------------------------------------------------------------------------
    def mended(self, words: list[str]) -> list[str]:
        """As they were typed, but for their slips."""
        text = f" {' '.join(words)} "
        for part in self.look(text.strip()).parts:
            text = text.replace(f" {part.text} ", f" {self.corrected(part)} ", 1)
        return text.split() if self.found(text.split()) else words

    def corrected(self, part: Part) -> str:
        """Who leaves a word half typed is taken by the letters rather than for a slip."""
        if part.how not in HALF or len(part.text) < SHORTEST_BEGINNING:
            return part.corrected
        begun = self.different(chain(self.of_terms([], part.text, self.active), self.of_titles([], part.text)))
        return next((one.text.lower() for one in begun), part.corrected)

    def starts(self, start: str) -> Iterator[str]:
        """What begins so; what does but for a slip; what a word that was typed to its end is taken for."""
        yield start
        if start:
            yield singular(start)
            yield from self.near_starts(start)
            yield from self.mended([start])

    def near_starts(self, start: str) -> list[str]:
        """Of words of the vocabulary, none of them whole: the one a slip away that most designs have."""
        if len(start) < ONE_SLIP:
            return []
        sizes = range(len(start) - 1, len(start) + 2)
        begun = {word[:size] for word in self.known.single_words for size in sizes}
        near = [found for found, _ in within(1, start, begun) if len(found) >= ONE_SLIP]
        halves = sorted(found for found in near if not self.known.meanings(found))
        return nlargest(1, halves, self.frequency)

    def frequency(self, start: str) -> int:
        return max(map(self.words.frequency, self.words.lexicon.beginning(start)), default=0)


def did_you_mean(words: list[str], meant: list[str], found: list[Completion]) -> str | None:
    if [*map(singular, meant)] == [*map(singular, words)]:
        return None
    return folded(found[0].text) if words[-1] and found else " ".join(meant).strip()


def joined(head: Sequence[str], name: str) -> str:
    return " ".join([*head, name.lower()]) if head else name


def large(text: str) -> str:
    return text[:1].upper() + text[1:]
