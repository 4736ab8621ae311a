"""What each part of a search finds, how much a hit of it is worth, and the designs in that order.

All of it are sets of bits from one state of the index, so a search is the same on both databases, counts exactly, and
goes with every filter by one AND.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from designs.index import bits
from designs.index.state import State
from designs.index.words import BESIDE, NAME, TEXT, TITLE
from designs.models import Kind
from designs.search.popular import Liked
from designs.search.query import Part
from designs.vocabulary import Entry, Vocabulary

# Of a hit, by where it is.
IN_TITLE, IN_TITLE_AND_TERM, BESIDE_TITLE, IN_NAME, IN_TEXT, SOUNDING = 20, 24, 8, 8, 4, 3
CARRIED = {
    Kind.CATEGORY: 16,
    Kind.COLOUR: 16,
    Kind.STYLE: 12,
    Kind.FABRIC: 10,
    Kind.WEAVE: 10,
    Kind.CRAFT: 10,
    Kind.MOTIF: 10,
    Kind.OCCASION: 8,
    Kind.SEASON: 8,
}
FOR_AUDIENCE = 16
CLOSE_BY, IMPLIED = 6, 2
NAMED_SO = 70  # of a hundred: of a term whose name holds the word among others
SURE, CLOSE, SPARE = range(3)  # a hit; one that comes after those; one that only fills a page
ENOUGH = 20  # hits; with fewer those follow that are far, or lack a part


class Level(NamedTuple):
    points: int
    members: int
    sureness: int = 0


class Asked(NamedTuple):
    """A part, and what it finds among the designs in question."""

    part: Part
    levels: list[Level]
    sure: int
    found: int
    wider: int


class Hits(NamedTuple):
    """The designs found: with every part, then with fewer; each set to be ordered by its planes."""

    members: int
    tiers: tuple[int, ...]
    planes: tuple[int, ...]

    @property
    def with_every_part(self) -> int:
        return self.tiers[0] if self.tiers else 0

    def best_first(self) -> Iterator[int]:
        """Sets of designs that are worth the same."""
        for tier in self.tiers:
            yield from descending(tier, self.planes)


NOTHING = Hits(0, (), ())


def descending(members: int, planes: Sequence[int]) -> Iterator[int]:
    if members and planes:
        *lower, highest = planes
        yield from descending(members & highest, lower)
        yield from descending(members & ~highest, lower)
    elif members:
        yield members


class Ranking:
    def __init__(self, state: State, known: Vocabulary) -> None:
        self.state, self.words, self.known = state, state.all_words, known

    def hits(self, parts: Sequence[Part], among: int) -> Hits:
        """Of these designs. First come those that have the most parts, and the rarer ones, for sure; then points."""
        asked = [self.asked(part, among) for part in parts]
        tiers = list(fewer_and_fewer(asked))
        members = either(tiers)
        points: list[int] = []
        for one in asked:
            for level in best_of(one.levels, members):
                bits.add(points, level.members, level.points)
        return Hits(members, tuple(tiers), (*points, *self.sureness(asked, members)))

    def asked(self, part: Part, among: int) -> Asked:
        levels = self.levels(part)
        sets = (either(level.members for level in levels if level.sureness <= most) for most in (SURE, CLOSE, SPARE))
        return Asked(part, levels, *(members & among for members in sets))

    def sureness(self, asked: Sequence[Asked], members: int) -> list[int]:
        planes: list[int] = []
        for one in asked:
            rarity = 2 + round(math.log2(max(1, self.state.size) / max(1, one.found.bit_count())))
            bits.add(planes, one.found & members, rarity)
            bits.add(planes, one.sure & members, rarity)
        return planes

    # --- One part ----------------------------------------------------------------------------------------------
    def levels(self, part: Part) -> list[Level]:
        title, kinds = self.standing(TITLE, part), {entry.kind for entry in part.entries}
        # What a description, or a title behind "with", says of garments and colours may well be of something else.
        beside = SPARE if Kind.CATEGORY in kinds else CLOSE if Kind.COLOUR in kinds else SURE
        carried = list(self.carried(part))
        both = title & either(level.members for level in carried)
        found = [
            Level(IN_TITLE_AND_TERM, both),
            Level(IN_TITLE, title),
            *carried,
            *self.named_so(part),
            *self.sounding(part),
            Level(BESIDE_TITLE, self.standing(BESIDE, part), beside),
            Level(IN_NAME, self.words.having_all(NAME, part.words)),
            *self.close(part),
            Level(IN_TEXT, self.standing(TEXT, part), SPARE if beside else SURE),
        ]
        return [level for level in found if level.members]

    def forms(self, part: Part) -> Iterator[tuple[str, ...]]:
        yield part.words
        for entry in part.entries:
            yield from self.known.forms(entry)

    def standing(self, place: int, part: Part) -> int:
        return either(self.words.having_all(place, form) for form in set(self.forms(part)))

    def carried(self, part: Part) -> Iterator[Level]:
        for entry in part.entries:
            points = CARRIED[Kind(entry.kind)]
            yield Level(points, self.state.having("term", entry.id))
            yield Level(points - 1, self.with_term(entry))
        if part.audience:
            meant = self.state.having("audience", part.audience)
            yield Level(FOR_AUDIENCE, meant | self.state.with_one_of(self.known.audiences.get(part.audience, ())))

    def named_so(self, part: Part) -> Iterator[Level]:
        for entry in self.known.naming(part.words):
            yield Level(CARRIED[Kind(entry.kind)] * NAMED_SO // 100, self.with_term(entry))

    def sounding(self, part: Part) -> Iterator[Level]:
        for word in part.also:
            yield Level(SOUNDING, self.words.having(TITLE, word) | self.words.having(NAME, word))

    def close(self, part: Part) -> Iterator[Level]:
        """Maroon for red, yellow for haldi, what is festive for Diwali; and to fill a page a lehenga for a ghagra."""
        for entry in part.entries:
            for other in self.known.implied(entry):
                yield Level(IMPLIED, self.with_term(other), CLOSE)
            if entry.kind == Kind.COLOUR:
                yield from self.other_colours(entry)
            if above := self.known.above(entry):
                yield Level(CLOSE_BY, self.with_term(above), CLOSE if entry.kind == Kind.OCCASION else SPARE)

    def other_colours(self, entry: Entry) -> Iterator[Level]:
        """Of haldi yellow the yellow first, then the others of its family."""
        if plain := self.known.find(entry.kind, entry.name.split()[-1]):
            yield Level(CLOSE_BY + 1, self.with_term(plain), CLOSE)
        yield Level(CLOSE_BY, self.state.with_one_of(self.known.of_family(entry.family)), CLOSE)

    def with_term(self, entry: Entry) -> int:
        return self.state.with_one_of(self.known.with_children(entry))


def fewer_and_fewer(asked: Sequence[Asked]) -> Iterator[int]:
    """Who has every part; while that are few, who has something of it, then who lacks one, down to half of them."""
    closely, widely = [one.found for one in asked], [one.wider for one in asked]
    worn = [one.wider for one in asked if one.part.names_a_garment and one.wider]
    needed = every(worn) if worn else 0  # a garment that somebody asks for stays
    steps = [(closely, len(asked)), *((widely, wanted) for wanted in range(len(asked), (len(asked) - 1) // 2, -1))]
    seen = 0
    for found, wanted in steps:
        tier = with_so_many(found, wanted) & ~seen
        if needed and wanted < len(asked):
            tier &= needed
        yield tier
        seen |= tier
        if seen.bit_count() >= ENOUGH:
            break


def with_so_many(sets: Sequence[int], wanted: int) -> int:
    counts: list[int] = []
    for members in sets:
        bits.add(counts, members, 1)
    return bits.at_least(counts, wanted, either(sets))


def best_of(levels: Iterable[Level], among: int) -> Iterator[Level]:
    """Each design once, where it has the most points."""
    left = among
    for level in sorted(levels, key=lambda level: -level.points):
        if hit := level.members & left:
            yield level._replace(members=hit)
            left &= ~hit


def either(sets: Iterable[int]) -> int:
    found = 0
    for members in sets:
        found |= members
    return found


def every(sets: Iterable[int]) -> int:
    found = -1
    for members in sets:
        found &= members
    return found


# --- The order --------------------------------------------------------------------------------------------------
def in_order_from(hits: Hits, skip: int, liked: Liked) -> Iterator[int]:
    """Slots. Of equals those come first that are liked most, then the newest."""
    for members in hits.best_first():
        count = members.bit_count()
        if skip < count:
            yield from islice(in_order(members, liked), skip, None)
        skip = max(0, skip - count)


def in_order(members: int, liked: Liked) -> Iterator[int]:
    yield from liked.in_order(members)
    others = members & ~liked.members
    yield from bits.downwards(others)
