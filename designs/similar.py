"""What else somebody may like who likes this one: what the two share, the rarer the better, and why, in words.

Each trait of the design (a term, a close colour, its collection, its maker) has points and a set of designs that share
it. The points of all designs are added up at once in the index of the facets, so nothing is estimated or left out.
"""

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.views import me
from config.api.filters import whole_number
from config.api.views import Door
from designs import cards, filters, index, listing, vocabulary
from designs.cards import Row
from designs.index import bits
from designs.index.state import State
from designs.models import Design, Kind, Status
from designs.models.makers import key_of
from designs.serializers import DesignObject
from designs.views import fields, fresh, pick
from designs.vocabulary import Entry, Vocabulary

DEFAULT, MOST = 12, 50
SPARE = 5  # for those that were hidden within the last second
MOST_REASONS = 4
POINTS = 100  # of a trait of weight one, for each step of its rarity
WEIGHTS = {
    Kind.CATEGORY: 4.0,
    Kind.WEAVE: 3.0,
    Kind.CRAFT: 3.0,
    Kind.FABRIC: 2.0,
    Kind.OCCASION: 2.0,
    Kind.COLOUR: 1.0,
    Kind.STYLE: 1.0,
    Kind.MOTIF: 1.0,
    Kind.SEASON: 0.5,
}
COLLECTION, MAKER = 2.0, 1.0
CLOSE_COLOUR = 3.0
FAR = 30.0  # in CIE Lab; maroon and burgundy are 20 apart, maroon and red 25
HEX = re.compile(r"#[0-9a-fA-F]{6}")
SENTENCES = {
    Kind.CATEGORY: "Same garment: {}",
    Kind.WEAVE: "Both are {}",
    Kind.CRAFT: "Both show {}",
    Kind.FABRIC: "Same fabric: {}",
    Kind.OCCASION: "Same occasion: {}",
    Kind.COLOUR: "Same colour: {}",
    Kind.STYLE: "Same style: {}",
    Kind.MOTIF: "Same motif: {}",
    Kind.SEASON: "Same season: {}",
}


class Trait(NamedTuple):
    code: str
    text: str
    members: int  # who shares it, in slots of the index
    points: int
    strength: int  # among the reasons; with those of the traits it implies
    implies: frozenset[str] = frozenset()
    key: str = ""


class Near(NamedTuple):
    id: int
    score: int
    reasons: list[dict[str, str]]


# --- Traits -----------------------------------------------------------------------------------------------------
def traits_of(design: Design | Row, state: State, words: Vocabulary) -> list[Trait]:
    shown = state.having("status", Status.ACTIVE)
    carried = [words.by_id[number] for number in design.card.get("term_ids", []) if number in words.by_id]
    colours = [entry for entry in carried if entry.kind == Kind.COLOUR]
    return [
        *by_terms(carried, shown, state, words),
        *by_colour(own_colours(design, colours), shown, state, words),
        *by_names(design, shown, state),
    ]


def points(weight: float, members: int, shown: int) -> int:
    """The rarer, the more: what everybody shares says little."""
    carriers = max(members.bit_count(), 1)
    return round(POINTS * weight * math.log1p(shown.bit_count() / carriers))


def by_terms(carried: list[Entry], shown: int, state: State, words: Vocabulary) -> Iterator[Trait]:
    """A term and what is above it: ghagra and chaniya choli share lehenga, two ghagras share more."""
    entries = {entry.id: entry for one in carried for entry in (one, *above(one, words))}
    for entry in entries.values():
        weight, over = WEIGHTS[Kind(entry.kind)], above(entry, words)
        members = carriers(entry, shown, state, words)
        worth = points(weight, members, shown)
        without = points(weight, carriers(over[0], shown, state, words), shown) if over else 0
        text = SENTENCES[Kind(entry.kind)].format(entry.name)
        implied = frozenset(f"term {one.id}" for one in over)
        yield Trait(f"same_{entry.kind}", text, members, max(worth - without, 0), worth, implied, f"term {entry.id}")


def above(entry: Entry, words: Vocabulary) -> list[Entry]:
    """The nearest first; terms in a circle end, too."""
    found: dict[int, Entry] = {}
    over = words.find(entry.kind, entry.parent) if entry.parent else None
    while over and over.id not in {entry.id, *found}:
        found[over.id] = over
        over = words.find(over.kind, over.parent) if over.parent else None
    return list(found.values())


def carriers(entry: Entry, shown: int, state: State, words: Vocabulary) -> int:
    return state.with_one_of(words.with_children(entry)) & shown


def own_colours(design: Design | Row, carried: list[Entry]) -> dict[str, str]:
    """Hex and what it is called; without a word for it, the colour of the cover."""
    named = {entry.hex: entry.name for entry in carried if HEX.fullmatch(entry.hex)}
    covers = [picture["dominant_colour"] for picture in design.card.get("pictures", [])[:1]]
    return named or {cover: "" for cover in covers if HEX.fullmatch(cover or "")}


def by_colour(own: dict[str, str], shown: int, state: State, words: Vocabulary) -> Iterator[Trait]:
    """Of several colours the closest counts, once. Where it is the same one, `same_colour` tells."""
    counted = 0
    for apart, mine, entry in nearest_colours(own, words):
        members = state.having("term", entry.id) & shown & ~counted
        counted |= members
        worth = round(POINTS * CLOSE_COLOUR * (1 - apart / FAR))
        text = f"Close in colour: {own[mine]} and {entry.name}" if own[mine] else f"Close in colour: {entry.name}"
        strength = 0 if own[mine] == entry.name else worth
        yield Trait("close_colour", text, members, worth, strength)


def nearest_colours(own: dict[str, str], words: Vocabulary) -> list[tuple[float, str, Entry]]:
    if not own:
        return []
    known = [entry for entry in words.by_id.values() if entry.kind == Kind.COLOUR and HEX.fullmatch(entry.hex)]
    pairs = [min((distance(mine, entry.hex), mine, entry) for mine in own) for entry in known]
    return sorted((pair for pair in pairs if pair[0] < FAR), key=lambda pair: (pair[0], pair[2].id))


def by_names(design: Design | Row, shown: int, state: State) -> Iterator[Trait]:
    """Two makers may have a collection of the same name."""
    made = state.names["designer_key"].like(key_of(design.designer_name)) & shown
    if design.collection_name:
        members = state.names["collection_key"].like(key_of(design.collection_name)) & made
        worth = points(COLLECTION, members, shown)
        yield Trait("same_collection", f"Same collection: {design.collection_name}", members, worth, worth)
    if design.designer_name:
        worth = points(MAKER, made, shown)
        yield Trait("same_maker", f"Same maker: {design.designer_name}", made, worth, worth)


# --- Colours ----------------------------------------------------------------------------------------------------
@lru_cache(4_096)
def lab(colour: str) -> tuple[float, float, float]:
    """CIE Lab under D65: distances in it are about what eyes see."""
    red, green, blue = (linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    x, y, z = (root(light) for light in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's own


def root(light: float) -> float:
    edge = 6 / 29
    return light ** (1 / 3) if light > edge**3 else light / (3 * edge**2) + 4 / 29


def distance(one: str, other: str) -> float:
    return math.dist(lab(one), lab(other))


# --- Adding up --------------------------------------------------------------------------------------------------
def nearest(design: Design | Row, most: int, state: State, words: Vocabulary) -> list[Near]:
    """The best first, of equals the newest; never itself, never what is hidden."""
    traits = [trait for trait in traits_of(design, state, words) if trait.points or trait.strength]
    scores: list[int] = []
    for trait in traits:
        bits.add(scores, trait.members, trait.points)
    found = [
        Near(state.ids[slot], bits.number_at(scores, slot), reasons(traits, slot))
        for slot in best(design, scores, most, state)
    ]
    return sorted(found, key=lambda near: (-near.score, -near.id))


def best(design: Design | Row, scores: list[int], most: int, state: State) -> list[int]:
    """Slots; of those that tie for the last places the newest."""
    anybody = 0
    for plane in scores:
        anybody |= plane
    sure, tied = bits.foremost(scores, anybody & ~state.set_of([design.pk]), most)
    newest_first = sorted(state.slots(tied), key=state.ids.__getitem__, reverse=True)
    return [*state.slots(sure), *newest_first[: most - sure.bit_count()]]


def reasons(traits: list[Trait], slot: int) -> list[dict[str, str]]:
    held = [trait for trait in traits if trait.members >> slot & 1]
    implied = frozenset().union(*(trait.implies for trait in held))
    told = [trait for trait in held if trait.key not in implied and trait.strength]
    told.sort(key=lambda trait: -trait.strength)
    return [{"code": trait.code, "text": trait.text} for trait in told[:MOST_REASONS]]


# --- The door ---------------------------------------------------------------------------------------------------
class Reason(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="An open list: same_category, close_colour, same_maker ...")
    text = serializers.CharField(help_text="A sentence for people.")


class SimilarDesign(DesignObject):
    reasons = Reason(many=True, help_text=f"At most {MOST_REASONS}, the best first.")


class Similar(Door):
    query = {"limit", "fields"}
    shows_pictures = True

    @extend_schema(
        parameters=[OpenApiParameter("limit", int, description=f"{DEFAULT} by default, at most {MOST}.")],
        responses=SimilarDesign(many=True),
        summary="What shares the most with this design, and what that is",
    )
    def get(self, request: Request, pk: int) -> Response:
        limit, chosen = whole_number(request, "limit", DEFAULT, 1, MOST), fields(request)
        near = nearest(fresh(request, pk).design, limit + SPARE, index.current(), vocabulary.current())
        return Response(
            [{**pick(cards.shown(design), chosen), "reasons": why} for design, why in page(near, me(request))[:limit]]
        )


def page(near: list[Near], user: User) -> list[tuple[Row, list[dict[str, str]]]]:
    rows = listing.of_numbers(filters.wanted(filters.Asked()), user, [found.id for found in near])
    return [(rows[found.id], found.reasons) for found in near if found.id in rows]
