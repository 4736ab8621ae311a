"""The answer of the facets door, from one state of the index and one vocabulary."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from designs import index, vocabulary
from designs.filters import WHOLE, Asked
from designs.index import bits
from designs.index.names import Names
from designs.index.state import State
from designs.matching import Found, matching
from designs.models import Audience, Kind
from designs.models.designs import NEVER_ABOVE
from designs.vocabulary import Entry, Vocabulary

MOST_NAMES = 50
NOTHING_ASKED = Asked()


def answer(asked: Asked, user: User) -> dict[str, Any]:
    words = vocabulary.current()
    if asked == NOTHING_ASKED:
        return kept_ready(index.current(), words)
    found = matching(asked, user, words)
    return counted(asked, found, found.state, words)


def kept_ready(state: State, words: Vocabulary) -> dict[str, Any]:
    ready = state.ready
    if ready is None or ready[0] is not words:
        found = Found(state, state.having("status", NOTHING_ASKED.status), {})
        ready = state.ready = (words, counted(NOTHING_ASKED, found, state, words))
    answer: dict[str, Any] = ready[1]
    return answer


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
        "total": found.members.bit_count(),
        "total_is_capped": False,
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
