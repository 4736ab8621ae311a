"""A file becomes a header and rows, one after the other; whatever it is, it takes little memory.

CSV in UTF-8 or UTF-16 with comma, semicolon, tab or bar; or the first sheet of an XLSX workbook.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from designs.importing.columns import KNOWN, Header, HeaderError, plain, read_header

LONGEST_LINE = 1_000_000
MOST_COLUMNS = 300
LARGEST_WORKBOOK = 200 * 2**20  # unpacked
MOST_PARTS = 2_000
DELIMITERS = ",;\t|"
BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
OLD_EXCEL, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
PROTECTED = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula

csv.field_size_limit(LONGEST_LINE)


class UnreadableError(Exception):
    """One sentence for whoever brought the file."""


class Row(NamedTuple):
    """As the file has it: the number of its line, and the text under each column that is not empty."""

    number: int
    cells: dict[str, str]
    extra: int = 0  # cells behind the last column


class Catalogue(NamedTuple):
    header: Header
    rows: Iterator[Row]


@contextmanager
def opened(path: Path) -> Iterator[Catalogue]:
    try:
        with path.open("rb") as file:
            yield read(file)
    except (FileNotFoundError, IsADirectoryError):
        raise UnreadableError(f"There is no file {path}.") from None
    except PermissionError:
        raise UnreadableError(f"{path} may not be read.") from None


def read(file: BinaryIO) -> Catalogue:
    """The rows are read while the file is open."""
    start = file.read(4)
    file.seek(0)
    if not start:
        raise UnreadableError("The file is empty.")
    if start == OLD_EXCEL:
        raise UnreadableError("This is an old Excel file (.xls). Save it as .xlsx or as CSV UTF-8.")
    lines = workbook_lines(file) if start == ZIP else text_lines(file, start)
    number, given = next(((number, cells) for number, cells in lines if any(cell.strip() for cell in cells)), (0, []))
    if not number:
        raise UnreadableError("The file is empty.")
    if len(given) > MOST_COLUMNS:
        raise UnreadableError(f"The first line has {len(given)} columns; at most {MOST_COLUMNS} are read.")
    try:
        header = read_header(given)
    except HeaderError as error:
        raise UnreadableError(str(error)) from None
    return Catalogue(header, rows(header, lines))


def rows(header: Header, lines: Iterable[tuple[int, list[str]]]) -> Iterator[Row]:
    for number, cells in lines:
        named = zip(header.columns, cells, strict=False)
        found = {column: unprotected(text.strip()) for column, text in named if column and text.strip()}
        extra = sum(bool(text.strip()) for text in cells[len(header.columns) :])
        if found or extra:
            yield Row(number, found, extra)


def unprotected(text: str) -> str:
    """As `exporting.protected` was before."""
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(PROTECTED) else text


# --- CSV --------------------------------------------------------------------------------------------------------
def text_lines(file: BinaryIO, start: bytes) -> Iterator[tuple[int, list[str]]]:
    encoding = BYTE_ORDER_MARKS.get(start[:2], "utf-8-sig")
    if encoding == "utf-8-sig" and b"\x00" in start:
        raise UnreadableError("This is no catalogue: neither CSV nor XLSX.")
    with Lines(file, encoding) as lines:
        yield from lines.cells()


class Lines:
    """The lines of a text, none of them without end."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self.file = io.TextIOWrapper(file, encoding=encoding, newline="")
        self.number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.detach()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.number += 1
        try:
            line = self.file.readline(LONGEST_LINE)
        except UnicodeError:
            raise UnreadableError(
                f"Line {self.number} is not UTF-8. Save the file as CSV UTF-8 (Excel offers it under Save As)."
            ) from None
        if len(line) >= LONGEST_LINE:
            raise UnreadableError(f"Line {self.number} is longer than {LONGEST_LINE:,} characters.")
        if "\x00" in line:
            raise UnreadableError(f"Line {self.number} holds binary data: this is no CSV.")
        if not line:
            raise StopIteration
        return line

    def cells(self) -> Iterator[tuple[int, list[str]]]:
        first = next((line for line in self if line.strip()), "")
        if not first:
            return
        started = self.number
        reader = csv.reader(chain_first(first, self), delimiter=delimiter_of(first), strict=False)
        while True:
            try:
                cells = next(reader, None)
            except csv.Error:
                raise UnreadableError(
                    f"A quote that is opened in line {started} is never closed, or holds too much."
                ) from None
            if cells is None:
                return
            yield started, cells
            started = self.number + 1


def chain_first(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def delimiter_of(header: str) -> str:
    """The one that parts the most names we know."""

    def known(delimiter: str) -> int:
        return sum(plain(name.strip('"')) in KNOWN for name in header.strip().split(delimiter))

    return max(DELIMITERS, key=lambda delimiter: (known(delimiter), header.count(delimiter)))


# --- XLSX -------------------------------------------------------------------------------------------------------
def workbook_lines(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    refuse_bombs(file)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what it says of itself may be wrong, or vast
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            if len(cells) > MOST_COLUMNS:
                raise UnreadableError(f"Line {number} has more than {MOST_COLUMNS} columns.")
            yield number, [text_of(cell) for cell in cells]
    except (InvalidFileException, KeyError, IndexError, ValueError, TypeError, ParseError, zipfile.BadZipFile, OSError):
        raise UnreadableError("This workbook cannot be read. Save it again as .xlsx, or as CSV UTF-8.") from None


def refuse_bombs(file: BinaryIO) -> None:
    """Before anything is unpacked; what is packed is never more than its entry says."""
    try:
        parts = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise UnreadableError("This workbook cannot be read. Save it again as .xlsx, or as CSV UTF-8.") from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_WORKBOOK:
        raise UnreadableError(
            f"This workbook is larger than {LARGEST_WORKBOOK >> 20} MB unpacked. Save it as CSV UTF-8."
        )
    file.seek(0)


def text_of(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell)
