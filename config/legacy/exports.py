"""An export in JSON becomes a database of its own: `{table: [rows]}`, or what D1 answers, `[{"results": [rows]}]`.

Read row by row: the file may be larger than the memory.
"""

import json
import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import Any, TextIO

from config.legacy.schema import LONGEST, SIGNS, TABLES, UnfitError, spoken

CHUNK = 64 * 1024
ROWS = 500
LARGEST_WHOLE = 2**63 - 1
CUT_OFF = "The export is cut off: it ends in the middle of something."


class Scanner:
    """The characters of a file, and the JSON value that begins at the next one."""

    def __init__(self, file: TextIO) -> None:
        self.file, self.text, self.at = file, "", 0
        self.decode = json.JSONDecoder(strict=False).raw_decode

    def more(self) -> bool:
        """Twice as much each time: a long value is not begun over and over again."""
        left = self.text[self.at :]
        if len(left) > LONGEST:
            raise UnfitError("A row of the export does not end: is a quote missing?")
        fresh = self.file.read(max(CHUNK, len(left)))
        self.text, self.at = left + fresh, 0
        return bool(fresh)

    def next(self) -> str:
        while True:
            while self.at < len(self.text) and self.text[self.at].isspace():
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                raise UnfitError(CUT_OFF)

    def take(self, wanted: str) -> str:
        found = self.next()
        if found not in wanted:
            raise UnfitError(f"The export is no proper JSON: {found!r} stands where {' or '.join(wanted)} belongs.")
        self.at += 1
        return found

    def value(self) -> Any:
        self.next()
        while True:
            try:
                found, end = self.decode(self.text, self.at)
            except RecursionError:
                raise UnfitError("The export is nested too deeply.") from None
            except json.JSONDecodeError as error:
                if not self.more():
                    raise self.broken(error.msg) from None
                continue
            if end < len(self.text):
                self.at = end
                return found
            length = end - self.at
            if not self.more():  # else a number may go on
                self.at = length
                return found

    def broken(self, reason: str) -> UnfitError:
        is_whole = self.text.rstrip().endswith(("]", "}"))
        return UnfitError(f"The export is no proper JSON: {reason}." if is_whole else CUT_OFF)

    def end(self) -> None:
        while self.at < len(self.text) or self.more():
            if self.text[self.at :].strip():
                raise UnfitError("The export goes on behind its end: are two files joined?")
            self.at = len(self.text)

    def items(self) -> Iterator[None]:
        """Of the list that begins here; whoever asks for the next one has read this one."""
        self.take("[")
        if self.next() == "]":
            self.at += 1
            return
        yield
        while self.take(",]") == ",":
            yield

    def names(self) -> Iterator[str]:
        """Of the object that begins here; its value stands next."""
        self.take("{")
        if self.next() == "}":
            self.at += 1
            return
        while True:
            name = self.value()
            self.take(":")
            yield str(name)
            if self.take(",}") == "}":
                return


class Export:
    """Reads one into `database`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.made: set[str] = set()
        self.odd: set[str] = set()  # what was passed over
        self.nameless = 0  # lists without a row, and so without a sign of what they are

    def read(self, file: TextIO) -> None:
        scanner = Scanner(file)
        if scanner.next() == "[":
            self.answers(scanner)
        else:
            self.tables(scanner)
        scanner.end()
        self.take_empty()

    def tables(self, scanner: Scanner) -> None:
        for name in scanner.names():
            if name == "result" and scanner.next() == "[":
                self.answers(scanner)
            elif scanner.next() == "[":
                self.fill(scanner, "" if name == "results" else name)
            else:
                scanner.value()

    def answers(self, scanner: Scanner) -> None:
        for _ in scanner.items():
            if scanner.next() != "{":
                raise UnfitError("The export is a list, but not one of answers of D1 ({results: [rows]}).")
            for name in scanner.names():
                if name == "results" and scanner.next() == "[":
                    self.fill(scanner, "")
                else:
                    scanner.value()

    def fill(self, scanner: Scanner, name: str) -> None:
        rows = self.rows(scanner, name)
        first = next(rows, None)
        if first is None and not name:
            self.nameless += 1
            return
        table = name or next((table for table, signs in SIGNS.items() if signs <= (first or {}).keys()), "")
        if table in TABLES:
            self.make(table)
            self.insert(table, first, rows)
            return
        self.odd.add(f"the table {name}" if name else "a list of rows that is none of the tables")
        for _ in rows:
            continue

    def rows(self, scanner: Scanner, name: str) -> Iterator[dict[str, Any]]:
        for _ in scanner.items():
            row = scanner.value()
            if not isinstance(row, dict) and name in {"", *TABLES}:
                raise UnfitError(f"The export holds {name or 'a list'} with something that is no row: {str(row)[:40]}")
            yield row

    def make(self, table: str) -> None:
        if table not in self.made:
            self.made.add(table)
            self.database.execute(f"CREATE TABLE {table} ({', '.join(TABLES[table])})")

    def insert(self, table: str, first: dict[str, Any] | None, rest: Iterator[dict[str, Any]]) -> None:
        places = ", ".join("?" * len(TABLES[table]))
        chunk = [first] if first is not None else []
        while chunk:
            cells = [self.cells(table, row) for row in chunk]
            self.database.executemany(f"INSERT INTO {table} VALUES ({places})", cells)  # noqa: S608 - a name of ours
            chunk = list(islice(rest, ROWS))

    def cells(self, table: str, row: dict[str, Any]) -> list[Any]:
        missing = [column for column in TABLES[table] if column not in row]
        if missing:
            raise UnfitError(f"A row of {table} has no {spoken(missing)}: {str(row.get('id', ''))[:40]}")
        if len(row) > len(TABLES[table]):
            self.odd |= {f"{table}.{column}"[:60] for column in row.keys() - set(TABLES[table])}
        return [plain(row[column]) for column in TABLES[table]]

    def take_empty(self) -> None:
        """D1 answers an empty table without its name."""
        missing = [table for table in TABLES if table not in self.made]
        if len(missing) <= self.nameless:
            for table in missing:
                self.make(table)


def plain(value: Any) -> Any:
    """As SQLite keeps it."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return str(value) if isinstance(value, int) and abs(value) > LARGEST_WHOLE else value
