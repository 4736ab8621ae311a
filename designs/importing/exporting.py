"""Designs as rows of a catalogue file: what an import of the same file would not change."""

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from designs.importing.columns import KIND_OF, ORDER
from designs.importing.reading import PROTECTED
from designs.models import Design
from designs.parsing import MINOR

BETWEEN = " | "
CHUNK = 1_000


def protected(text: str) -> str:
    """A spreadsheet would run a cell that begins like a formula. `reading.unprotected` takes the apostrophe away."""
    return f"'{text}" if text.lstrip("'").startswith(PROTECTED) else text


def rows(designs: "QuerySet[Design]") -> Iterator[list[str]]:
    """The header first; memory stays the same however many there are."""
    yield list(ORDER)
    for design in designs.order_by("pk").iterator(chunk_size=CHUNK):
        cells = cells_of(design)
        yield [protected(cells[name]) for name in ORDER]


def cells_of(design: Design) -> dict[str, str]:
    terms, pictures = design.card.get("terms", {}), design.card.get("pictures", [])
    return {
        **{name: str(getattr(design, name) or "") for name in ORDER if hasattr(design, name)},
        **{column: BETWEEN.join(terms.get(kind.value, [])) for column, kind in KIND_OF.items()},
        "pictures": BETWEEN.join(picture["object_key"] for picture in pictures),
        "price_min": rupees(design.price_min),
        "price_max": rupees(design.price_max),
        "featured": "yes" if design.featured else "no",
    }


def rupees(minor: int | None) -> str:
    if minor is None:
        return ""
    amount = Decimal(minor) / MINOR
    return f"{amount:.2f}" if minor % MINOR else f"{amount:.0f}"


def csv_lines(lines: Iterable[list[str]]) -> Iterator[bytes]:
    """With a mark at the beginning by which Excel knows UTF-8."""
    yield b"\xef\xbb\xbf"
    for cells in lines:
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerow(cells)
        yield buffer.getvalue().encode()


def workbook(lines: Iterable[list[str]], file: Any) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - dear to import, and most exports are CSV

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Designs")
    for cells in lines:
        sheet.append(cells)
    book.save(file)
