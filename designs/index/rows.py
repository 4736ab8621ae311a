"""What the index reads of a design, and which sets it puts it into."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson
from django.db.models.fields.json import KT

from designs.index import bits

BEGINNING = datetime.min.replace(tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NUMBERS = ("price_from", "price_to", "created", "published")

Mark = tuple[str, Any]


class Row(NamedTuple):
    id: int
    status: str
    featured: bool
    audience: str
    designer_key: str
    designer_name: str
    collection_key: str
    collection_name: str
    price_from: int
    price_to: int
    created_at: datetime
    published_at: datetime | None
    term_ids: str | None


COLUMNS = Row._fields[:-1]


def read(designs: Any) -> Iterator[Row]:
    """Of a QuerySet of designs."""
    rows = designs.values_list(*COLUMNS, KT("card__term_ids")).iterator(chunk_size=2_000)
    return (Row(*row) for row in rows)


def marks(row: Row) -> Iterator[Mark]:
    yield ("status", row.status)
    if row.audience:
        yield ("audience", row.audience)
    if row.featured:
        yield ("featured", True)
    if row.price_to >= 0:
        yield ("priced", True)
    for number in orjson.loads(row.term_ids or "[]"):
        yield ("term", number)


def numbers(row: Row) -> tuple[int, ...]:
    """As `NUMBERS` names them."""
    published = seconds(row.published_at) if row.published_at else 0
    return row.price_from, not_negative(row.price_to), microseconds(row.created_at), published


def not_negative(number: int) -> int:
    return max(number, 0)


def seconds(moment: datetime) -> int:
    return not_negative(int(moment.timestamp()))


def microseconds(moment: datetime) -> int:
    return (moment - BEGINNING) // MICROSECOND


# Columns that lists are sorted by -> the numbers that stand for them. Different values may have one number (all of a
# second, say), never the other way round.
ORDERS: dict[str, tuple[str, Callable[[Any], int]]] = {
    "published_at": ("published", seconds),
    "price_from": ("price_from", not_negative),
    "price_to": ("price_to", not_negative),
}


def digits(row: Row) -> Iterator[Mark]:
    for name, number in zip(NUMBERS, numbers(row), strict=True):
        for bit in bits.bits_of(number):
            yield (name, bit)
