"""What a design still lacks before people find it and trust it."""

from collections.abc import Callable
from typing import NamedTuple

from designs.models import Design


class Check(NamedTuple):
    words: str
    place: str  # on the design's page
    holds: Callable[[Design], bool]


CHECKS = [
    Check("picture", "pictures", lambda design: design.cover_id is not None),
    Check("category", "id_categories", lambda design: bool(design.category)),
    Check("colour", "id_colours", lambda design: bool(design.colour)),
    Check("occasion", "id_occasions", lambda design: bool(design.occasion)),
    Check("price", "id_price_range", lambda design: design.price_min is not None or design.price_max is not None),
    Check("maker", "id_designer_name", lambda design: bool(design.designer_name)),
    Check("description", "id_description", lambda design: bool(design.description or design.short_description)),
]


def missing(design: Design) -> list[Check]:
    return [check for check in CHECKS if not check.holds(design)]


def in_words(lacks: list[Check]) -> str:
    """`5 of 7: no price, no occasion`."""
    if not lacks:
        return "Complete"
    return f"{len(CHECKS) - len(lacks)} of {len(CHECKS)}: {', '.join(f'no {check.words}' for check in lacks)}"
