"""Designs as rows of a catalogue file: what an import of the same file would not change."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from config.audit import trail
from designs import parsing
from designs.importing.columns import KIND_OF, ORDER
from designs.importing.reading import PROTECTED
from designs.importing.understanding import NONE
from designs.models import Design
from designs.parsing import MINOR

BETWEEN = " | "
CHUNK = 1_000
TEXTS = [name for name in ORDER if name not in {*KIND_OF, "pictures", "tags", "price_min", "price_max", "featured"}]
LONGEST_CELL = 32_767  # of a workbook; openpyxl would cut what is longer, and say nothing
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
UNWRITTEN = re.compile(r"[\x00-\x08\x0b-\x1f]")  # by XML; and a reader takes \r for \n


class TooLongError(Exception):
    """This does not fit into a workbook."""


def protected(text: str) -> str:
    """A spreadsheet would run a cell that begins like a formula. `reading.unprotected` takes the apostrophe away."""
    return f"'{text}" if text.lstrip("'").startswith(PROTECTED) else text


def record(number: int, **how: str) -> None:
    """Before the first line: who breaks off in the middle has what came till then."""
    told = {"designs": (None, number), **{name: (None, text) for name, text in how.items() if text}}
    trail.note("design.exported", kind=Design._meta.label_lower, changes=told)


def rows(designs: "QuerySet[Design]") -> Iterator[list[str]]:
    """The header first; memory stays the same however many there are."""
    yield list(ORDER)
    for design in designs.order_by("pk").iterator(chunk_size=CHUNK):
        cells = cells_of(design)
        yield [protected(cells[name]) for name in ORDER]


def cells_of(design: Design) -> dict[str, str]:
    terms, pictures = design.card.get("terms", {}), design.card.get("pictures", [])
    return {
        **{name: str(getattr(design, name) or "") for name in TEXTS},
        **{column: BETWEEN.join(terms.get(kind.value, [])) for column, kind in KIND_OF.items()},
        "pictures": sealed(BETWEEN.join(picture["object_key"] for picture in pictures), "|", " |"),
        "tags": sealed(design.tags, ",", ","),
        "price_min": amount(design, design.price_min),
        "price_max": amount(design, design.price_max),
        "featured": "yes" if design.featured else "no",
    }


def sealed(text: str, separator: str, end: str) -> str:
    """One that holds another mark by which a reader would part it gets its own at the end."""
    return text + end if separator not in text and any(mark in text for mark in "|;,\n") else text


def amount(design: Design, minor: int | None) -> str:
    """An empty cell would let an import read the amounts from the text of the price."""
    if minor is None and (design.price_min, design.price_max) == (None, None):
        return NONE if parsing.prices(design.price_range) != (None, None) else ""
    return rupees(minor)


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
    try:
        for number, cells in enumerate(lines, start=1):
            sheet.append(fitting(number, cells))
    except BaseException:
        sheet.close()  # or it complains when it is thrown away
        raise
    book.save(file)


def fitting(number: int, cells: list[str]) -> list[str]:
    written = [for_workbook(text) for text in cells]
    if any(len(text) > LONGEST_CELL for text in written):
        raise TooLongError(f"A text of row {number} is longer than a cell of a workbook holds. Export it as CSV.")
    return written


def for_workbook(text: str) -> str:
    """As Excel writes what XML cannot; `reading.text_of` undoes it."""
    text = LOOKS_ESCAPED.sub("_x005F_", text)
    return UNWRITTEN.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
