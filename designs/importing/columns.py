"""The columns of a catalogue file, in the order of an export, and the other names people give them."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from designs.models import PLURALS, Kind

OTHER_NAMES = {
    "external_id": ["id", "sku", "code", "item code", "design no", "design number", "product id"],
    "title": ["name", "design", "design name", "product", "product name"],
    "description": ["details"],
    "short_description": ["summary", "subtitle"],
    "long_description": ["story", "full description"],
    "pictures": ["picture", "images", "image", "photos", "photo", "files", "file", "image_url", "r2_object_key"],
    "audience": ["for", "gender", "who"],
    "tags": ["tag", "tag_list", "keywords", "labels"],
    "size_available": ["size", "sizes", "sizes available"],
    "price_range": ["price", "mrp", "rate", "cost"],
    "price_min": ["price from", "min price"],
    "price_max": ["price to", "max price"],
    "designer_name": ["designer", "maker", "brand", "weaver", "label"],
    "collection_name": ["collection", "line", "range"],
    "featured": ["highlight"],
    "status": ["state"],
    "currency": [],
    **{PLURALS[kind]: [kind.value] for kind in Kind},
}
OTHER_NAMES["categories"] += ["type", "garment"]
OTHER_NAMES["colours"] += ["color", "colors", "shade"]
OTHER_NAMES["fabrics"] += ["material", "materials", "cloth"]
OTHER_NAMES["occasions"] += ["event", "events", "function"]
OTHER_NAMES["crafts"] += ["work", "embroidery", "technique", "techniques"]
OTHER_NAMES["motifs"] += ["pattern", "patterns", "print"]
OTHER_NAMES["weaves"] += ["weaving"]

ORDER = [
    "external_id",
    "title",
    "pictures",
    *PLURALS.values(),
    "audience",
    "tags",
    "size_available",
    "price_range",
    "price_min",
    "price_max",
    "currency",
    "designer_name",
    "collection_name",
    "short_description",
    "description",
    "long_description",
    "featured",
    "status",
]
KIND_OF = {plural: kind for kind, plural in PLURALS.items()}
BETWEEN_WORDS = re.compile(r"[\s_\-./]+")


def plain(name: str) -> str:
    return BETWEEN_WORDS.sub(" ", name.strip().lower()).strip()


KNOWN = {plain(name): column for column in ORDER for name in [column, *OTHER_NAMES[column]]}


class HeaderError(Exception):
    """Nothing can be read under this header."""


class Header(NamedTuple):
    """Which column stands where; None is a column that we do not know."""

    given: list[str]
    columns: list[str | None]

    @property
    def ignored(self) -> list[str]:
        pairs = zip(self.given, self.columns, strict=True)
        return [shown(name) for name, column in pairs if name.strip() and not column]


def shown(name: str) -> str:
    """On one line, and without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in name.strip()[:30])


def read_header(given: Sequence[str]) -> Header:
    columns = [KNOWN.get(plain(name)) for name in given]
    twice = [column for column, times in Counter(filter(None, columns)).items() if times > 1]
    if twice:
        names = [shown(name) for name, column in zip(given, columns, strict=True) if column == twice[0]]
        raise HeaderError(f"Two columns mean {twice[0]}: {' and '.join(names)}. Keep one of them.")
    if "title" not in columns:
        raise HeaderError(
            f"The first line has to name the columns, one of them title. It reads: {', '.join(map(shown, given[:8]))}"
        )
    return Header(list(given), columns)
