"""A design as staff read it: its picture, its words, its price, its age."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString

from accounts.admin.cells import moment_with_age
from designs import cards, vocabulary
from designs.admin.catalogue.completeness import Check, in_words, missing
from designs.models import PLURALS, Design, Kind, Status
from uploads.admin.tiles import here

MINOR = 100
SIGNS = {"INR": "₹"}
MARKS = {
    Status.ACTIVE: "approved",
    Status.PENDING: "pending",
    Status.REJECTED: "rejected",
}  # status -> colour of its mark


@dataclass(frozen=True)
class Row:
    design: Design

    @property
    def mark(self) -> str:
        return MARKS.get(Status(self.design.status), "plain")

    @property
    def words(self) -> str:
        """`Saree, Lehenga · Red`: what it is, in which colours."""
        return " · ".join(filter(None, (", ".join(named(self.design, kind)) for kind in (Kind.CATEGORY, Kind.COLOUR))))

    @property
    def price(self) -> str:
        return price(self.design)

    @property
    def age(self) -> SafeString:
        return moment_with_age(self.design.created_at, "{} ago")

    @cached_property
    def cover(self) -> dict[str, Any] | None:
        pictures = self.design.card.get("pictures", [])
        return image(cards.image(pictures[0], self.design.title)) if pictures else None

    @cached_property
    def missing(self) -> list[Check]:
        return missing(self.design)

    @property
    def completeness(self) -> str:
        return in_words(self.missing)


def named(design: Design, kind: Kind) -> list[str]:
    words = vocabulary.current()
    slugs = design.card.get("terms", {}).get(kind.value, [])
    return [entry.name if (entry := words.find(kind.value, slug)) else slug for slug in slugs]


def price(design: Design) -> str:
    lowest, highest = design.price_min, design.price_max
    if design.price_range or (lowest is None and highest is None):
        return design.price_range
    if lowest is None or highest is None:
        return f"from {money(lowest, design)}" if lowest is not None else f"up to {money(highest or 0, design)}"
    if lowest == highest:
        return money(lowest, design)
    return f"{money(lowest, design)} - {money(highest, design)}"


def money(minor: int, design: Design) -> str:
    whole, rest = divmod(minor, MINOR)
    sign = SIGNS.get(design.currency, f"{design.currency} ")
    return f"{sign}{grouped(whole)}{f'.{rest:02}' if rest else ''}"


def grouped(number: int) -> str:
    """As India writes it: 12,50,000."""
    head, tail = str(number)[:-3], str(number)[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), tail])


# --- As a user sees it ------------------------------------------------------------------------------------------
def image(shown: dict[str, Any]) -> dict[str, Any]:
    """Its addresses from the host this desk was opened at."""
    sizes = [{**size, "url": here(size["url"])} for size in shown["variants"]]
    own = {"url": here(shown["url"]), "width": shown["width"], "height": shown["height"]}
    small = sizes[0] if sizes else own
    return {
        **shown,
        "url": own["url"],
        "thumbnail_url": here(shown["thumbnail_url"]),
        "small": small["url"],
        "srcset": ", ".join(f"{size['url']} {size['width']}w" for size in sizes),
    }


def as_seen(design: Design) -> dict[str, Any]:
    """The contract's object, its terms by their names as the app shows them."""
    shown = cards.shown(design)
    chips = {PLURALS[kind]: named(design, kind) for kind in Kind}
    images = [image(found) for found in shown["images"]]
    spoken = [name for names in chips.values() for name in names]
    return {**shown, "images": images, "terms": spoken, "price": price(design)}
