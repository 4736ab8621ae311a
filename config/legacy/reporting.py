"""What became of each row: counts for the terminal, and a line in a file for each oddity."""

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from config.legacy.schema import TABLES, UnfitError
from designs.importing.exporting import protected

HEADER = ["table", "id", "what", "detail"]
LONGEST = 300


class Tally:
    def __init__(self) -> None:
        self.brought = self.there = 0
        self.left: Counter[str] = Counter()
        self.odd: Counter[str] = Counter()

    @property
    def read(self) -> int:
        return self.brought + self.there + self.left.total()


class Report:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.tables = {table: Tally() for table in (*TABLES, "pictures")}
        self.odd: set[str] = set()  # of the file as a whole
        self.file: IO[str] | None = None
        self.lines = 0

    @contextmanager
    def opened(self, file: Path) -> Iterator[None]:
        """Before anything is brought: who cannot be told should not begin."""
        if self.path.exists() and self.path.samefile(file):
            raise UnfitError(f"The report would be written over {file.name}: name another file with --report.")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.file = self.path.open("w", encoding="utf-8-sig", newline="")
        except OSError as error:
            raise UnfitError(f"The report {self.path} cannot be written: {error.strerror}.") from None
        with self.file:
            self.writer = csv.writer(self.file)
            self.writer.writerow(HEADER)
            yield

    def left_out(self, table: str, number: Any, why: str, detail: str = "") -> None:
        self.tables[table].left[why] += 1
        self.write(table, number, f"left out: {why}", detail)

    def remark(self, table: str, number: Any, what: str, detail: str = "") -> None:
        self.tables[table].odd[what] += 1
        self.write(table, number, what, detail)

    def write(self, *cells: Any) -> None:
        self.lines += 1
        self.writer.writerow([protected(str(cell)[:LONGEST]) for cell in cells])

    @property
    def brought(self) -> int:
        return sum(tally.brought for tally in self.tables.values())

    def summary(self) -> Iterator[str]:
        yield f"{'':15} {'read':>9} {'imported':>9} {'there':>9} {'left out':>9}"
        for table, tally in self.tables.items():
            counts = (tally.read, tally.brought, tally.there, tally.left.total())
            yield f"{table:15} {' '.join(f'{count:>9,}' for count in counts)}"
        for table, tally in self.tables.items():
            yield from (f"  {table}: {count:,} left out: {why}" for why, count in sorted(tally.left.items()))
            yield from (f"  {table}: {count:,} {what}" for what, count in sorted(tally.odd.items()))
        if self.odd:
            yield f"  not read: {', '.join(sorted(self.odd)[:20])}"
