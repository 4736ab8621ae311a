"""A whole file: read, understood, stored chunk by chunk, and told about."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

from designs.importing.exporting import protected
from designs.importing.reading import Catalogue, Row, UnreadableError
from designs.importing.understanding import Reader, Remark, Understood
from designs.importing.writing import ADDED, CHANGED, REFUSED, THERE, Outcome, Writer, in_chunks

CHUNK = 250
CHUNK_WITH_PICTURES = 20  # so much is lost by a kill, and is drawn again
HEADER = ["line", "external_id", "title", "result", "design", "field", "reason"]
SHOWN = 200


class Report:
    """Counts, and a line for each remark: into a file while it comes, so that a kill leaves what was said."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.file: IO[str] | None = None
        self.writer: Any = None
        self.counts: Counter[str] = Counter()
        self.remarks = 0
        self.first: list[list[str]] = []
        self.designs: list[int] = []
        self.broken_off = ""  # why the rest of the file could not be read

    def tell(self, outcome: Outcome) -> None:
        self.counts[outcome.what] += 1
        if outcome.what in {ADDED, CHANGED} and outcome.design and len(self.designs) < SHOWN:
            self.designs.append(outcome.design)
        for remark in (*outcome.problems, *(outcome.understood.notes if outcome.what != THERE else ())):
            self.write(line(outcome, remark))

    def write(self, cells: list[str]) -> None:
        self.remarks += 1
        if len(self.first) < SHOWN:
            self.first.append(cells)
        if self.path and not self.file:
            self.file = self.path.open("w", encoding="utf-8-sig", newline="")
            self.writer = csv.writer(self.file)
            self.writer.writerow(HEADER)
        if self.writer:
            self.writer.writerow([protected(cell) for cell in cells])

    def close(self) -> None:
        if self.file:
            self.file.close()

    @property
    def rows(self) -> int:
        return self.counts.total()

    @property
    def refused(self) -> int:
        return self.counts[REFUSED]

    def summary(self) -> str:
        counts = ", ".join(f"{self.counts[what]:,} {what}" for what in (ADDED, CHANGED, THERE, REFUSED))
        return f"{self.rows:,} {'row' if self.rows == 1 else 'rows'}: {counts}."


def line(outcome: Outcome, remark: Remark) -> list[str]:
    one = outcome.understood
    number = str(outcome.design or "")
    return [str(one.row.number), one.external_id, one.title, outcome.what, number, remark.field, remark.reason]


def run(
    catalogue: Catalogue, reader: Reader, writer: Writer, report: Report, told: Callable[[int], None] = lambda _: None
) -> None:
    """`told` hears how many rows of a chunk are done. A file that ends in rubbish keeps what came before."""
    size = CHUNK_WITH_PICTURES if "pictures" in catalogue.header.columns else CHUNK
    for chunk in in_chunks(understood(catalogue.rows, reader, report), size):
        for outcome in writer.write(chunk):
            report.tell(outcome)
        told(len(chunk))


def understood(rows: Iterator[Row], reader: Reader, report: Report) -> Iterator[Understood]:
    seen: dict[int, int] = {}
    for row in until_broken(rows, report):
        one = reader.understand(row)
        if not one.problems and (first := seen.setdefault(fingerprint(one.key), row.number)) != row.number:
            called = "id" if one.external_id else "title and maker (give each an id)"
            one.problems.append(Remark("external_id", f"Line {first} has the same {called}."))
        yield one


def until_broken(rows: Iterator[Row], report: Report) -> Iterator[Row]:
    try:
        yield from rows
    except UnreadableError as error:
        report.broken_off = str(error)


def fingerprint(key: tuple[str, ...]) -> int:
    return int.from_bytes(blake2b("\0".join(key).encode(), digest_size=8).digest())
