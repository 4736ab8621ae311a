"""Which designs a request asks for, as sets of one state of the index."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import isqrt
from typing import NamedTuple

from accounts.models import User
from config.api.pagination import Sort
from designs import index, search
from designs.filters import WHOLE, Asked
from designs.index import bits
from designs.index.rows import microseconds
from designs.index.state import State
from designs.listing import Cut
from designs.models import Design
from designs.search import NOTHING_SOUGHT, Search
from designs.vocabulary import Vocabulary

FEW, MOST_NAMED = 200, 10_000  # numbers in one statement
NAMED_COST = 8  # rows that are walked meanwhile
SPARE = 5  # for those that were hidden a moment ago


@dataclass(frozen=True)
class Found:
    """What each filter leaves, by the name of its facet, and what all have in common."""

    state: State
    shown: int
    left: dict[str, int]
    searched: Search = NOTHING_SOUGHT

    @cached_property
    def members(self) -> int:
        return self.without("")

    def without(self, name: str) -> int:
        members = self.shown
        for other, found in self.left.items():
            if other != name:
                members &= found
        return members


def matching(asked: Asked, user: User, words: Vocabulary) -> Found:
    """A search is answered last: what it drops to fill a page depends on what the filters leave."""
    found = matching_in(index.searchable() if asked.q else index.current(), asked, user, words)
    if not asked.q:
        return found
    state = found.state
    searched = search.look_for(asked.q, found.members, state, words, visible=found.shown)
    return replace(found, left=found.left | {"q": searched.hits.members}, searched=searched)


def matching_in(state: State, asked: Asked, user: User, words: Vocabulary) -> Found:
    """Without the search."""
    return Found(state, state.having("status", asked.status), filtered(asked, user, state, words))


class Some(NamedTuple):
    """Designs by number, in no order."""

    numbers: list[int]
    are_all: bool


def first_of(state: State, members: int, sort: Sort, cut: Cut) -> Some | None:
    """Those that a page can show, when they are few: then the database needs no plan of its own."""
    most, leading = cut.skip + cut.size + SPARE, None
    if members.bit_count() > 2 * most:
        after = cut.after[0] if cut.after else None
        leading = state.leading(members, sort.field, most, after, descending=sort.descending)
    named = members if leading is None else leading
    if not are_few(named.bit_count(), most, state.size):
        return None
    return Some(state.numbers(named), are_all=leading is None)


def are_few(found: int, wanted: int, size: int) -> bool:
    """Whether naming all that is found costs less than walking through so many designs until enough are met."""
    return found <= min(MOST_NAMED, max(FEW, isqrt(wanted * size // NAMED_COST)))


def filtered(asked: Asked, user: User, state: State, words: Vocabulary) -> dict[str, int]:
    left = {
        kind: either(state.with_one_of(words.with_children(entry)) for entry in entries)
        for kind, entries in asked.terms.items()
    }
    if asked.families:
        left["colour_family"] = either(state.with_one_of(words.of_family(name)) for name in asked.families)
    if asked.audiences:
        left["audience"] = either(state.having("audience", audience) for audience in asked.audiences)
    for name, column in WHOLE.items():
        if column in asked.names:
            left[name] = state.names[column].any_of(asked.names[column])
    return left | by_facts(asked, state) | hearted(asked, user, state)


def either(sets: Iterable[int]) -> int:
    found = 0
    for members in sets:
        found |= members
    return found


def by_facts(asked: Asked, state: State) -> dict[str, int]:
    found = {}
    if asked.tags:
        found["tag"] = state.tagged(asked.tags)
    if asked.price_min is not None or asked.price_max is not None:
        found["price"] = priced(state, asked.price_min, asked.price_max)
    if asked.featured is not None:
        found["featured"] = state.having("featured", True) if asked.featured else ~state.having("featured", True)
    if asked.created_after:
        found["created_after"] = created_since(state, microseconds(asked.created_after))
    if asked.created_before:
        found["created_before"] = ~created_since(state, microseconds(asked.created_before))
    return found


def priced(state: State, lowest: int | None, highest: int | None) -> int:
    """As `DesignQuerySet.priced`."""
    found = state.having("priced", True)
    if lowest is not None:
        found = bits.at_least(state.planes("price_to"), lowest, found)
    if highest is not None:
        found &= ~bits.at_least(state.planes("price_from"), highest + 1, found)
    return found


def created_since(state: State, moment: int) -> int:
    return bits.at_least(state.planes("created"), moment, (1 << state.size) - 1)


def hearted(asked: Asked, user: User, state: State) -> dict[str, int]:
    """Hearts lie above us: by the relation's name only."""
    if asked.favorited is None:
        return {}
    kept = state.set_of(Design.objects.filter(favorites__user=user).values_list("pk", flat=True))
    return {"favorited": kept if asked.favorited else ~kept}
