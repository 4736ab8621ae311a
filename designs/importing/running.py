"""A whole file: read, understood, stored chunk by chunk, and told about."""

import csv
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

from designs.importing.exporting import protected
from designs.importing.reading import Catalogue, Row
from designs.importing.records import UnreadableError
from designs.importing.understanding import Reader, Remark, Understood
from designs.importing.writing import ADDED, CHANGED, REFUSED, THERE, Outcome, Writer, in_chunks

CHUNK = 250
CHUNK_WITH_PICTURES = 20  # so much is lost by a kill, and is drawn again
HEADER = ["line", "external_id", "title", "result", "design", "field", "reason"]
SHOWN = 200


class ReportError(Exception):
    """Remarks cannot be written down: nothing goes on without them."""


class Report:
    """Counts, and a line for each remark: into a file while it comes, so that a kill leaves what was said."""

    def __init__(self, path: Path | None = None, *, shown: int = SHOWN) -> None:
        self.shown = shown
        self.path = path
        self.file: IO[str] | None = None
        self.writer: Any = None
        self.counts: Counter[str] = Counter()
        self.remarks = 0
        self.first: list[list[str]] = []
        self.designs: list[int] = []
        self.broken_off = ""  # why the rest of the file could not be read

    def open(self, catalogue: Path) -> None:
        """Before anything is read: what an older run said must not stay behind."""
        path = self.path
        if path is None:
            return
        with self.written():
            if path.exists() and not (path.is_file() or path.is_char_device()):
                raise ReportError(f"The report {path} is not a file.")
            if path.exists() and catalogue.exists() and path.samefile(catalogue):
                raise ReportError("The report would be written over the catalogue. Name another with --report.")
            self.file = path.open("w", encoding="utf-8-sig", newline="")
            self.writer = csv.writer(self.file)
            self.writer.writerow(HEADER)
            self.file.flush()

    @contextmanager
    def written(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", "") or error
            raise ReportError(f"The report {self.path} cannot be written: {reason}.") from None

    def tell(self, outcome: Outcome) -> None:
        self.counts[outcome.what] += 1
        if outcome.what in {ADDED, CHANGED} and outcome.design and len(self.designs) < self.shown:
            self.designs.append(outcome.design)
        notes = outcome.understood.notes if outcome.what in {ADDED, CHANGED} else ()
        for remark in (*outcome.problems, *notes):
            self.write(line(outcome, remark))

    def write(self, cells: list[str]) -> None:
        self.remarks += 1
        if len(self.first) < self.shown:
            self.first.append(cells)
        if self.writer:
            with self.written():
                self.writer.writerow([protected(cell) for cell in cells])

    def flush(self) -> None:
        if self.file:
            with self.written():
                self.file.flush()

    def close(self) -> None:
        if self.file:
            with self.written():
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
    row = [str(one.row.number), one.external_id[:SHOWN], one.title[:SHOWN]]
    return [*row, outcome.what, str(outcome.design or ""), remark.field, remark.reason]


def run(
    catalogue: Catalogue, reader: Reader, writer: Writer, report: Report, told: Callable[[int], None] = lambda _: None
) -> None:
    """`told` hears how many rows of a chunk are done. A file that ends in rubbish keeps what came before."""
    size = CHUNK_WITH_PICTURES if "pictures" in catalogue.header.columns else CHUNK
    for chunk in in_chunks(understood(catalogue.rows, reader, report), size):
        for outcome in writer.write(chunk):
            report.tell(outcome)
        report.flush()
        told(len(chunk))


def understood(rows: Iterator[Row], reader: Reader, report: Report) -> Iterator[Understood]:
    with closing(sqlite3.connect("", isolation_level=None, check_same_thread=False)) as database:
        seen = Seen(database)
        for row in until_broken(rows, report):
            one = reader.understand(row)
            if not one.problems and (problem := seen.problem_of(one)):
                one.problems.append(Remark("external_id", problem))
            yield one


class Seen:
    """The rows so far, in a file without a name once they are many."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.database.execute("PRAGMA cache_size = -2000")
        self.database.execute("PRAGMA synchronous = OFF")
        self.database.execute("PRAGMA journal_mode = OFF")
        self.database.execute("CREATE TABLE seen (key INTEGER PRIMARY KEY, line INTEGER)")

    def problem_of(self, one: Understood) -> str:
        """Two rows for one design would change it back and forth, each time the file is read."""
        line = one.row.number
        if one.external_id:
            if first := self.before(line, "id", one.external_id):
                return f"Line {first} has the same id."
            if first := self.known("bare", *one.names):
                return f"Line {first} has the same title and maker, and no id (give each an id)."
            self.before(line, "named", *one.names)
            return ""
        if first := self.known("bare", *one.names) or self.known("named", *one.names):
            return f"Line {first} has the same title and maker (give each an id)."
        self.before(line, "bare", *one.names)
        return ""

    def known(self, *key: str) -> int | None:
        """The line that had it first."""
        found = self.database.execute("SELECT line FROM seen WHERE key = ?", [fingerprint(key)]).fetchone()
        return int(found[0]) if found else None

    def before(self, line: int, *key: str) -> int | None:
        """That line; if there is none, it is this one from now on."""
        if found := self.known(*key):
            return found
        self.database.execute("INSERT INTO seen VALUES (?, ?)", [fingerprint(key), line])
        return None


def until_broken(rows: Iterator[Row], report: Report) -> Iterator[Row]:
    try:
        yield from rows
    except UnreadableError as error:
        report.broken_off = str(error)


def fingerprint(key: tuple[str, ...]) -> int:
    return int.from_bytes(blake2b("\0".join(key).encode(), digest_size=8).digest(), signed=True)
