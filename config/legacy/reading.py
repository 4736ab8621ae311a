"""Whatever was exported, as a SQLite database to ask."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from config.legacy.dumps import Dump
from config.legacy.exports import Export
from config.legacy.schema import LONGEST, TABLES, UnfitError, is_of_the_disk, spoken

MAGIC = b"SQLite format 3\0"
PACKED = {b"\x1f\x8b": "gzip", b"PK": "zip", b"BZ": "bzip2", b"\xfd7": "xz"}
AT_ONCE = 500
SETTINGS = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -16000", "temp_store = FILE")


class Source:
    """The four tables of the older backend, and what else is there and nobody reads."""

    def __init__(self, database: sqlite3.Connection, odd: set[str]) -> None:
        self.database, self.odd = database, odd
        self.database.row_factory = sqlite3.Row
        self.database.text_factory = lambda data: data.decode("utf-8", "replace")
        self.check()

    def check(self) -> None:
        there = {name.lower() for (name,) in self.ask("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if missing := [table for table in TABLES if table not in there]:
            what = f"is no table {missing[0]}" if len(missing) == 1 else f"are no tables {spoken(missing)}"
            raise UnfitError(f"There {what}: is this the whole database of the older gallery?")
        self.odd |= {f"the table {name[:60]}" for name in there - TABLES.keys() if not name.startswith("sqlite_")}
        for table, wanted in TABLES.items():
            columns = {row["name"].lower() for row in self.ask(f"PRAGMA table_xinfo({table})")}
            if missing := [column for column in wanted if column not in columns]:
                raise UnfitError(f"The table {table} has no column {spoken(missing)}: is this the older gallery?")
            self.odd |= {f"{table}.{column[:60]}" for column in columns - set(wanted) - {"id"}}

    def count(self, table: str) -> int:
        return int(self.ask(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - a name of ours

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        for chunk in self.chunks(table):
            yield from chunk

    def chunks(
        self, table: str, order: str = "", size: int = AT_ONCE, columns: Sequence[str] = ()
    ) -> Iterator[list[dict[str, Any]]]:
        """Of all columns, or of those that are named."""
        names = ", ".join(f'"{column}"' for column in columns or TABLES[table])
        rows = self.ask(f"SELECT {names} FROM {table} {order and f'ORDER BY {order}'}")  # noqa: S608 - names of ours
        while chunk := rows.fetchmany(size):
            yield list(map(dict, chunk))

    def ask(self, question: str) -> sqlite3.Cursor:
        return self.database.execute(question)


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    try:
        start = beginning(path)
        with closing(kept(path) if start == MAGIC else sqlite3.connect("", isolation_level=None)) as database:
            odd = set() if start == MAGIC else loaded(path, start, database)
            yield Source(database, odd)
    except OSError as error:
        raise UnfitError(f"{path} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise UnfitError(f"{path.name} is not in UTF-8: was it damaged on its way?") from None
    except sqlite3.Error as error:
        if is_of_the_disk(error):
            raise UnfitError(
                f"There is no room to unfold {path.name}: {error}. SQLITE_TMPDIR may name a folder with more."
            ) from None
        raise UnfitError(f"{path.name} is damaged: {error}.") from None


def beginning(path: Path) -> bytes:
    if not path.exists():
        raise UnfitError(f"There is no file {path}.")
    if not path.is_file():
        raise UnfitError(f"{path} is not a file.")
    with path.open("rb") as file:
        start = file.read(len(MAGIC))
    if not start:
        raise UnfitError(f"{path.name} is empty.")
    if packed := PACKED.get(start[:2]):
        raise UnfitError(f"{path.name} is packed ({packed}): unpack it first.")
    return start


def kept(path: Path) -> sqlite3.Connection:
    """Nothing is written, not even a lock."""
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise UnfitError(
            f"{log.name} lies beside {path.name}: the newest rows are only there. Stop the older backend, or make a "
            f"copy by: sqlite3 {path.name} \"VACUUM INTO 'copy.sqlite'\""
        )
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    database.execute("PRAGMA trusted_schema = OFF")
    found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        database.close()
        raise UnfitError(f"{path.name} is damaged or cut off: {' '.join(found.split())[:120]}.")
    return database


def loaded(path: Path, start: bytes, database: sqlite3.Connection) -> set[str]:
    """Into a file without a name, which goes when it is closed."""
    for setting in SETTINGS:
        database.execute(f"PRAGMA {setting}")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    is_json = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}
    reader: Export | Dump = Export(database) if is_json else Dump(database)
    # A line ends where the file says so: texts keep their own ends of lines.
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        reader.read(file)
    return reader.odd
