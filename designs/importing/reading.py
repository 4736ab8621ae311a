"""A file becomes a header and rows, one after the other; whatever it is, it takes little memory.

CSV in UTF-8 or UTF-16 with comma, semicolon, tab or bar; or the first sheet of an XLSX workbook.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from designs.importing.columns import Header, HeaderError, read_header
from designs.importing.records import MOST_COLUMNS, NO_TEXT, SHOWN, Record, UnreadableError
from designs.importing.texts import BYTE_ORDER_MARKS, SAMPLE, refuse_other_encodings, text_lines
from designs.importing.workbooks import workbook_lines

LONGEST_ROW = 200_000  # what the texts of a design may have together is less than half of it
OLD_EXCEL, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
PROTECTED = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula


class Row(NamedTuple):
    """As the file has it: the number of its line, and the text under each column that is not empty."""

    number: int
    cells: dict[str, str]
    extra: int = 0  # cells behind the last column
    trouble: str = ""  # why it cannot be read; what its cells say is then only for showing


class Catalogue(NamedTuple):
    header: Header
    rows: Iterator[Row]


@contextmanager
def opened(path: Path) -> Iterator[Catalogue]:
    try:
        if path.exists() and not path.is_file():
            raise UnreadableError(f"{path} is not a file.")
        file = path.open("rb")
    except FileNotFoundError:
        raise UnreadableError(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "") or error
        raise UnreadableError(f"{path} cannot be read: {reason}.") from None
    with file:
        yield read(file)


def read(file: BinaryIO) -> Catalogue:
    """The rows are read while the file is open."""
    sample = file.read(SAMPLE)
    start = sample[:4]
    file.seek(0)
    if not start:
        raise UnreadableError("The file is empty.")
    if start == OLD_EXCEL:
        raise UnreadableError("This is an old Excel file (.xls). Save it as .xlsx or as CSV UTF-8.")
    lines = workbook_lines(file) if start == ZIP else text_lines(file, start)
    first = next((record for record in lines if any(cell.strip() for cell in record.cells)), None)
    if first is None:
        raise UnreadableError("The file is empty.")
    if first.trouble:
        raise UnreadableError(f"Line {first.number}: {first.trouble}")
    if len(first.cells) > MOST_COLUMNS:
        raise UnreadableError(f"The first line has {len(first.cells)} columns; at most {MOST_COLUMNS} are read.")
    try:
        header = read_header(first.cells)
    except HeaderError as error:
        raise UnreadableError(str(error)) from None
    if start != ZIP and start[:2] not in BYTE_ORDER_MARKS:
        refuse_other_encodings(sample)
    return Catalogue(header, rows(header, lines))


def rows(header: Header, records: Iterable[Record]) -> Iterator[Row]:
    for number, cells, trouble in records:
        named = zip(header.columns, cells, strict=False)
        found = {column: unprotected(text.strip()) for column, text in named if column and text.strip()}
        extra = sum(bool(text.strip()) for text in cells[len(header.columns) :])
        if sum(map(len, cells)) > LONGEST_ROW:
            trouble = trouble or f"The row holds more than {LONGEST_ROW:,} characters."  # noqa: PLW2901
        if trouble:
            yield Row(number, shown(found), 0, trouble)
        elif found or extra:
            yield Row(number, found, extra)


def shown(cells: dict[str, str]) -> dict[str, str]:
    """As much of it as tells somebody which row is meant."""
    return {name: NO_TEXT.sub("\ufffd", cells[name])[:SHOWN] for name in ("external_id", "title") if name in cells}


def unprotected(text: str) -> str:
    """As `exporting.protected` was before."""
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(PROTECTED) else text
