"""CSV in UTF-8 or UTF-16, with whatever parts its cells. A bad byte, an endless line or a quote that is never closed
spoils its own row and no other.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, NamedTuple, Self

from designs.importing.columns import KNOWN, plain
from designs.importing.records import NO_TEXT, SHOWN, Record, UnreadableError

LONGEST_LINE = 1_000_000
LONGEST_RECORD = 500_000  # of several lines
MOST_SLIPS = 200  # quotes that are never closed: each makes its lines be read twice
MOST_HEADER_LINES = 20
DELIMITERS = ",;\t|"
BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SAMPLE = 64 * 1024

csv.field_size_limit(LONGEST_LINE)

SAVE_IT = "Save the file as CSV UTF-8 (Excel offers it under Save As)."
NOT_UTF8 = f"This is not UTF-8. {SAVE_IT}"
OPEN_QUOTE = "A quote is opened and never closed."
SEVERAL_LINES = "A quote holds several lines together, and the cells do not fit the columns: is it never closed?"


def text_lines(file: BinaryIO, start: bytes) -> Iterator[Record]:
    encoding = BYTE_ORDER_MARKS.get(start[:2], "utf-8-sig")
    if encoding == "utf-8-sig" and b"\x00" in start:
        raise UnreadableError("This is no catalogue: neither CSV nor XLSX.")
    with Lines(file, encoding) as lines:
        yield from lines.records()


def refuse_other_encodings(sample: bytes) -> None:
    """One row may be spoiled; when most are, somebody saved the file as something else."""
    lines = sample.split(b"\n")[1 : -1 if len(sample) >= SAMPLE else None]
    spoiled = [number for number, line in enumerate(lines, start=2) if not is_utf8(line)]
    if len(spoiled) * 2 > sum(bool(line.strip()) for line in lines):
        raise UnreadableError(f"Line {spoiled[0]} is not UTF-8. {SAVE_IT}")


def is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


class Line(NamedTuple):
    number: int
    text: str
    trouble: str = ""


class EndlessError(Exception):
    """A quote holds more lines together than anybody writes into a cell."""


class Lines:
    """The lines of a text, none of them without end."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        # What cannot be decoded spoils its own line only.
        self.file = io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")
        self.number = 0
        self.again: deque[Line] = deque()  # to be read once more, after a quote that held too many of them
        self.taken: list[Line] = []  # those of the record that is being read
        self.length = self.slips = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ValueError):  # the file may be closed already
            self.file.detach()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else self.fresh()
        if not line.text:
            raise StopIteration
        self.taken.append(line)
        self.length += len(line.text)
        if self.length > LONGEST_RECORD and len(self.taken) > 1:
            raise EndlessError
        return line.text

    def fresh(self) -> Line:
        self.number += 1
        text = self.piece()
        if len(text) >= LONGEST_LINE:
            rest = text
            while rest and not rest.endswith(("\n", "\r")):
                rest = self.piece()
            return Line(self.number, text[:SHOWN].replace('"', ""), f"It is longer than {LONGEST_LINE:,} characters.")
        trouble = ""
        if "\x00" in text:
            trouble = "It holds binary data."
        elif not text.isascii() and NO_TEXT.search(text):
            trouble = NOT_UTF8
        return Line(self.number, text, trouble)

    def piece(self) -> str:
        try:
            return self.file.readline(LONGEST_LINE)
        except UnicodeError:
            raise UnreadableError(f"Line {self.number} or one soon after it: {NOT_UTF8}") from None

    def records(self) -> Iterator[Record]:
        first = next((line for line in self if line.strip()), "")
        if not first:
            return
        self.again.appendleft(self.taken[-1])
        delimiter, width = delimiter_of(first), 0
        reader = csv.reader(self, delimiter=delimiter)
        while True:
            self.taken, self.length = [], 0
            try:
                cells = next(reader, None)
            except (csv.Error, EndlessError):
                cells, reader = [], csv.reader(self, delimiter=delimiter)
            if cells is None:
                return
            if not width and len(self.taken) > MOST_HEADER_LINES:
                raise UnreadableError(f"A quote that is opened in line {self.taken[0].number} is never closed.")
            width = width or len(cells)
            yield self.record(cells, width, delimiter)

    def record(self, cells: list[str], width: int, delimiter: str) -> Record:
        first, *more = self.taken
        if more and (len(cells) != width or not self.is_well_quoted(delimiter)):
            return self.slipped(width, delimiter)
        trouble = "" if cells or not first.text.strip() else "It cannot be read as CSV."
        return Record(first.number, cells, next((line.trouble for line in self.taken if line.trouble), trouble))

    def is_well_quoted(self, delimiter: str) -> bool:
        """Every quote that closes ends its cell."""
        try:
            list(csv.reader((line.text for line in self.taken), delimiter=delimiter, strict=True))
        except csv.Error:
            return False
        return True

    def slipped(self, width: int, delimiter: str) -> Record:
        """A quote was opened and not closed: when most lines that it swallowed are rows, they are read as such."""
        first, *more = self.taken
        alone = [next(csv.reader([line.text], delimiter=delimiter), []) for line in more]
        start = next(csv.reader([first.text], delimiter=delimiter), [])
        fitting = [len(cells) == width for cells in alone if cells]
        if width > 2 and sum(fitting) * 2 > len(fitting):  # noqa: PLR2004
            self.slips += 1
            if self.slips > MOST_SLIPS:
                raise UnreadableError(f"More than {MOST_SLIPS} quotes are never closed, one in line {first.number}.")
            self.again.extendleft(reversed(more))
            return Record(first.number, start, OPEN_QUOTE)
        if self.length > LONGEST_RECORD:
            raise UnreadableError(f"A quote that is opened in line {first.number} is never closed.")
        return Record(first.number, start, SEVERAL_LINES)


def delimiter_of(header: str) -> str:
    """The one that parts the most names we know."""

    def known(delimiter: str) -> int:
        return sum(plain(name.strip('"')) in KNOWN for name in header.strip().split(delimiter))

    return max(DELIMITERS, key=lambda delimiter: (known(delimiter), header.count(delimiter)))
