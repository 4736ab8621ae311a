"""How a search text is understood, from its beginning: the longest phrase that the vocabulary knows, in any script; a
word as designs have it; what sounds like a term or like their words; the slip of a finger; two words grown together.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeVar

from designs import sounds
from designs.folding import singular, spelled, stems, words_of
from designs.index.state import State
from designs.index.words import NAMED, TEXT, within
from designs.models import Audience, Kind
from designs.search import slips
from designs.search.openings import openings_of
from designs.vocabulary import Entry, Vocabulary

LONGEST_PHRASE = 4
MOST_WORDS = 30
SMALL = frozenset(  # of sentences, and of shops
    "a about all an and any are as at be by can do for from get give has have how i in into is it me my of on or our"
    " out please s show so some that the these this those to under up us want we wear what where which will with you"
    " your attire best beautiful buy clothes clothing collection color colored colour coloured design designs good"
    " latest like look looking looks need new nice online outfit outfits pattern price sale shop stylish trending"
    " trendy type ka ke ki ko liye mein me aur wala wale wali chahiye".split()
)
AUDIENCES = {
    Audience.WOMEN: "women woman lady ladies ladie female womens aurat mahila महिला औरत",
    Audience.MEN: "men man gents gent male mens mard purush पुरुष",
    Audience.KIDS: "kids kid children child girl boy baby infant toddler bachche बच्चे",
}
AUDIENCE_OF = {word: audience for audience, words in AUDIENCES.items() for word in words.split()}
RARE = 2_000  # a word in fewer than one of so many designs may be a slip; at least one in three designs is needed
PAIR = 2
SHORTEST_BEGINNING, MOST_BEGUN = 3, 8
SHORTEST_HALF = 3
ONE_SLIP, TWO_SLIPS = 4, 5  # letters from which so many are looked for
# What makes a guess likelier, in slips for each letter.
SOUNDS_SAME, FREQUENT = 0.06, 0.04
SOUNDS_ALLOW = 0.6  # slips for each letter between two spellings of one sound


Meant = TypeVar("Meant")


class Part(NamedTuple):
    text: str  # as it was typed
    how: str  # name, synonym, spelling, typo, beginning, text or unknown
    words: tuple[str, ...]  # as designs write it
    entries: tuple[Entry, ...] = ()
    also: tuple[str, ...] = ()  # words of designs that sound the same, or begin so
    audience: str = ""
    is_repeated: bool = False  # the last word of the phrase before

    @property
    def meant(self) -> str:
        if self.entries:
            return ", ".join(dict.fromkeys(entry.name for entry in self.entries))
        return self.as_designs_write

    @property
    def as_designs_write(self) -> str:
        return self.also[0] if self.how in {"spelling", "beginning"} and self.also else " ".join(self.words)

    @property
    def names_a_garment(self) -> bool:
        return any(entry.kind == Kind.CATEGORY for entry in self.entries)

    @property
    def is_mended(self) -> bool:
        return self.how in {"spelling", "typo"}

    @property
    def corrected(self) -> str:
        if not self.is_mended:
            return self.text
        return self.entries[0].name.lower() if self.entries else self.as_designs_write


class Reading:
    """Of texts, with one state of the index and one vocabulary. Nothing is learnt from designs that are not visible."""

    def __init__(self, state: State, known: Vocabulary, visible: int) -> None:
        self.state, self.known, self.visible = state, known, visible
        self.rare = max(3, visible.bit_count() // RARE)
        self.frequency = cache(self._frequency)

    def parts(self, text: str) -> list[Part]:
        """Small words count only where there is nothing else, or inside of a phrase."""
        return telling(list(self.read(text)))

    def read(self, text: str) -> Iterator[Part]:
        todo = words_of(text)[:MOST_WORDS]
        while todo:
            part, used = self.first(todo[:LONGEST_PHRASE])
            halves = self.halves(todo[0]) if part.how == "unknown" else ()
            if halves:
                todo[:1] = halves
                continue
            yield part
            if used > 1:
                yield from self.head(part, todo[used - 1])
            todo = todo[used:]

    def first(self, typed: Sequence[str], *, mending: bool = True) -> tuple[Part, int]:
        """What these words begin with, and how many of them that takes."""
        for phrase, used in phrases(typed):
            if entries := self.known.meanings(phrase) or self.known.meanings(in_singular(phrase)):
                return Part(" ".join(typed[:used]), how_called(phrase, entries), tuple(stems(phrase)), entries), used
            if used > 1 and (entries := self.known.soundings(phrase)):
                return Part(" ".join(typed[:used]), "spelling", tuple(stems(phrase)), entries), used
        if part := self.word(typed[0]):
            return part, 1
        mended = self.nearest(typed[0]) if mending else None
        if mended:
            part, used = self.first([mended.word, *typed[1:]], mending=False)
            if part.how != "unknown":
                return part._replace(text=" ".join(typed[:used]), how=mended.how), used
        begun = self.beginning(typed[0]) if mending and len(typed) == 1 else None
        return begun or Part(typed[0], "unknown", (singular(typed[0]),)), 1

    def head(self, phrase: Part, typed: str) -> Iterator[Part]:
        """The last word of a phrase, when it is of another kind: a kani shawl is a weave, and a shawl."""
        known = self.known.meanings(typed) or self.known.meanings(singular(typed)) or self.known.soundings(typed)
        entries = tuple(entry for entry in known if entry.is_active)
        said = {entry.kind for entry in phrase.entries}
        if entries and said.isdisjoint(entry.kind for entry in entries) and Kind.CATEGORY not in said:
            yield Part(typed, how_called(typed, entries), (singular(typed),), entries, is_repeated=True)

    # --- One word ----------------------------------------------------------------------------------------------
    def word(self, typed: str) -> Part | None:
        stem = singular(typed)
        if stem in AUDIENCE_OF:
            return Part(typed, "name", (stem,), audience=AUDIENCE_OF[stem])
        if typed in SMALL or self.frequency(stem) >= self.rare:
            return Part(typed, "text", (stem,))
        if not self.is_anywhere(stem):
            return None
        entries = self.known.soundings(typed)
        return Part(typed, "spelling" if entries else "text", (stem,), entries, self.alike(stem))

    def beginning(self, typed: str) -> Part | None:
        """Of a last word that is not typed to its end: the terms that most designs carry, and words of designs."""
        if len(typed) < SHORTEST_BEGINNING:
            return None
        openings = (opening for opening in openings_of(self.known).beginning(typed) if opening.is_whole)
        begun = {opening.meant.entry.id: opening.meant.entry for opening in openings}
        entries = most((entry for entry in begun.values() if self.carried(entry)), self.carried)
        words = most(self.state.all_words.lexicon.beginning(typed), self.frequency)
        return Part(typed, "beginning", (typed,), entries, words) if entries or words else None

    def carried(self, entry: Entry) -> int:
        return (self.state.with_one_of(self.known.with_children(entry)) & self.visible).bit_count()

    def _frequency(self, word: str) -> int:
        """In how many titles and names of makers."""
        return sum((self.state.all_words.having(place, word) & self.visible).bit_count() for place in NAMED)

    def is_anywhere(self, word: str) -> bool:
        return bool(self.frequency(word) or self.state.all_words.having(TEXT, word) & self.visible)

    def alike(self, stem: str) -> tuple[str, ...]:
        """Other words of the designs that sound the same."""
        return tuple(guess.word for guess in self.guesses(stem, self.state.all_words.sounding(stem), "spelling"))

    def nearest(self, typed: str) -> "Guess | None":
        """What sounds the same, or is a slip away; the likelier, the more designs have it."""
        stem = singular(typed)
        most = 0 if len(stem) < ONE_SLIP else 1 if len(stem) < TWO_SLIPS else 2
        sounding = {*self.state.all_words.sounding(stem), *self.known.sounding_words(stem)}
        near = {word for word, _ in within(most, stem, self.known.single_words)}
        near |= {word for word, _ in self.state.all_words.near(stem, most) if self.frequency(word) >= self.rare}
        guesses = [*self.guesses(stem, sounding, "spelling"), *self.guesses(stem, near if most else (), "typo")]
        return min(guesses, key=lambda guess: (guess.unlikely, guess.word), default=None)

    def guesses(self, stem: str, words: Iterable[str], how: str) -> Iterator["Guess"]:
        written = sounds.shortened if how == "spelling" else sounds.romanised
        typed = written(stem)
        for word in words:
            meant, cost = written(word), slips.cost(typed, written(word))
            allowed = SOUNDS_ALLOW * len(typed) if how == "spelling" else slips.forgiven(typed, meant)
            if word != stem and cost <= allowed and (word.isascii() or not stem.isascii()):
                likely = math.log10(1 + self.weight(word)) * FREQUENT + (SOUNDS_SAME if how == "spelling" else 0)
                yield Guess(cost / max(len(typed), len(meant)) - likely, word, how)

    def weight(self, word: str) -> int:
        """How many designs use it, about: a term's words share its designs, and its name is used most."""
        carried = [
            self.carried(entry) // (1 if word in stems(entry.name) else len(self.known.forms(entry)))
            for entry in self.known.meanings(word)
        ]
        return max(self.frequency(word), *carried, 0)

    def halves(self, typed: str) -> tuple[str, str] | None:
        """Two words without the space between them."""
        for at in range(SHORTEST_HALF, len(typed) - SHORTEST_HALF + 1):
            halves = typed[:at], typed[at:]
            if all(map(self.is_common, halves)):
                return halves
        return None

    def is_common(self, word: str) -> bool:
        return bool(self.known.meanings(word)) or self.frequency(singular(word)) >= self.rare


def telling(parts: list[Part]) -> list[Part]:
    return [part for part in parts if part.text not in SMALL] or parts


class Guess(NamedTuple):
    unlikely: float
    word: str
    how: str  # spelling or typo


def most(found: Iterable[Meant], count: Callable[[Meant], int]) -> tuple[Meant, ...]:
    return tuple(sorted(found, key=count, reverse=True)[:MOST_BEGUN])


def phrases(typed: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The longest first, also written in one (`bandh gala`) or the other way round. And how many words that takes."""
    for size in range(len(typed), 0, -1):
        if size > 1:
            yield " ".join(typed[:size]), size
            yield "".join(typed[:size]), size
            if size == PAIR:
                yield f"{typed[1]} {typed[0]}", size
        elif typed[0] not in SMALL:
            yield typed[0], 1


def in_singular(phrase: str) -> str:
    return " ".join(map(singular, phrase.split()))


def how_called(phrase: str, entries: Sequence[Entry]) -> str:
    names = {spelled(name) for entry in entries for name in (entry.name, entry.slug)}
    return "name" if names & {spelled(phrase), in_singular(spelled(phrase))} else "synonym"
