"""The answer of the facets door, from one state of the index and one vocabulary."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

from accounts.models import User
from designs import search, vocabulary
from designs.facets import bits, index
from designs.facets.index import State
from designs.facets.names import Names
from designs.facets.rows import microseconds
from designs.filters import WHOLE, Asked
from designs.models import Audience, Design, Kind
from designs.models.designs import NEVER_ABOVE
from designs.vocabulary import Entry, Vocabulary

MOST_NAMES = 50
MOST_FOUND = 10_000  # by a search; the list stops counting there, too
NOTHING_ASKED = Asked()


class Found(NamedTuple):
    """What each filter leaves, by the name of its facet, and what all have in common."""

    shown: int
    left: dict[str, int]
    is_capped: bool = False

    def without(self, name: str) -> int:
        members = self.shown
        for other, found in self.left.items():
            if other != name:
                members &= found
        return members


def answer(asked: Asked, user: User) -> dict[str, Any]:
    state, words = index.current(), vocabulary.current()
    if asked == NOTHING_ASKED:
        return kept_ready(state, words)
    return counted(asked, matching(asked, user, state, words), state, words)


def kept_ready(state: State, words: Vocabulary) -> dict[str, Any]:
    ready = state.ready
    if ready is None or ready[0] is not words:
        found = Found(state.having("status", NOTHING_ASKED.status), {})
        ready = state.ready = (words, counted(NOTHING_ASKED, found, state, words))
    answer: dict[str, Any] = ready[1]
    return answer


# --- What matches -----------------------------------------------------------------------------------------------
def matching(asked: Asked, user: User, state: State, words: Vocabulary) -> Found:
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
    left |= by_facts(asked, state)
    hearts = hearted(asked, user, state)
    searched, is_capped = by_search(asked, state)
    return Found(state.having("status", asked.status), left | hearts | searched, is_capped)


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


def by_search(asked: Asked, state: State) -> tuple[dict[str, int], bool]:
    if not asked.q:
        return {}, False
    found = search.found(Design.objects.filter(status=asked.status), asked.q).order_by()
    numbers = list(found.values_list("pk", flat=True)[: MOST_FOUND + 1])
    return {"q": state.set_of(islice(numbers, MOST_FOUND))}, len(numbers) > MOST_FOUND


# --- Counting ---------------------------------------------------------------------------------------------------
def counted(asked: Asked, found: Found, state: State, words: Vocabulary) -> dict[str, Any]:
    facets: dict[str, list[dict[str, Any]]] = {
        kind: of_terms(words, kind, asked.terms.get(kind, []), state, found.without(kind)) for kind in Kind.values
    }
    facets["colour_family"] = of_families(words, asked.families, state, found.without("colour_family"))
    facets["audience"] = of_audiences(asked.audiences, state, found.without("audience"))
    for name, column in WHOLE.items():
        facets[name] = of_names(state.names[column], asked.names.get(column, []), found.without(name))
    return {
        "total": found.without("").bit_count(),
        "total_is_capped": found.is_capped,
        "facets": facets,
        "price": price_bounds(state, found.without("price")),
    }


def entry(value: str, name: str, count: int, *, selected: bool, colour: str = "") -> dict[str, Any]:
    return {"value": value, "name": name, "count": count, "hex": colour or None, "selected": selected}


def worth_showing(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Equal counts stay in the order they came in."""
    kept = [entry for entry in entries if entry["count"] or entry["selected"]]
    return sorted(kept, key=lambda entry: -entry["count"])


def of_terms(words: Vocabulary, kind: str, chosen: list[Entry], state: State, members: int) -> list[dict[str, Any]]:
    """What is offered, and what was chosen though it is offered no longer."""
    numbers = {term.id for term in chosen}
    offered = words.by_kind.get(kind, ())
    retired = {term.id: term for term in chosen if not term.is_active}
    return worth_showing(
        entry(
            term.slug,
            term.name,
            (members & state.with_one_of(words.with_children(term))).bit_count(),
            selected=term.id in numbers,
            colour=term.hex,
        )
        for term in (*offered, *retired.values())
    )


def of_families(words: Vocabulary, chosen: list[str], state: State, members: int) -> list[dict[str, Any]]:
    counts = {name: (members & state.with_one_of(words.of_family(name))).bit_count() for name in words.families()}
    return worth_showing(
        entry(name, name.capitalize(), count, selected=name in chosen) for name, count in counts.items()
    )


def of_audiences(chosen: list[str], state: State, members: int) -> list[dict[str, Any]]:
    return worth_showing(
        entry(value, str(label), (members & state.having("audience", value)).bit_count(), selected=value in chosen)
        for value, label in Audience.choices
    )


def of_names(names: Names, chosen: list[str], members: int) -> list[dict[str, Any]]:
    """The most frequent ones, and what was chosen, also where nothing carries it."""
    return worth_showing(
        entry(name, name, count, selected=key in chosen) for key, name, count in names.top(members, MOST_NAMES, chosen)
    )


def price_bounds(state: State, members: int) -> dict[str, int | None]:
    """For a slider: the lowest price that is known, and the highest."""
    members &= state.having("priced", True)
    known = members & ~bits.at_least(state.planes("price_from"), NEVER_ABOVE, members)
    return {
        "min": bits.least(state.planes("price_from"), known),
        "max": bits.greatest(state.planes("price_to"), members),
    }
