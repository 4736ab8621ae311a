"""Rows into the tables, in one transaction: all of them or none.

Tables and columns are those of the manifest, not of the models: a backup may be older than they are.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, transaction

from config.backup import checking, scope, stage
from config.backup.columns import BY_NAME, Column, changed, inward, number_of
from config.backup.faults import BackupError
from config.backup.files import Shelf
from config.backup.manifest import Manifest, Table
from config.backup.snapshot import Progress, run

CHUNK = 5_000
LINE = re.compile(r"COPY \w+, line (\d+)(?:, column (\w+))?")
# Tokens name a session and its person by their numbers. Those that were given out after the backup was made must not
# become somebody else's, or a token of then opens the door to them.
STEPPED_OVER = {"accounts.User": 100_000, "accounts.Session": 1_000_000}


def load(shelf: Shelf, manifest: Manifest, progress: Progress) -> None:
    try:
        with transaction.atomic():
            refuse_other_columns(manifest)
            with triggers_aside(manifest):
                empty(manifest)
                for table in manifest.tables:
                    fill(shelf, table, progress)
                look_at_foreign_keys()
            for table in manifest.tables:
                go_on_counting(table)
    except DatabaseError as error:
        raise BackupError(f"The database refused the rows, and has none of them: {one_line(error)}") from error


def one_line(error: Exception) -> str:
    detail = getattr(getattr(error.__cause__, "diag", None), "message_detail", "") or ""
    return " ".join(f"{str(error).splitlines()[0].rstrip('.')}. {detail}".split())


def refuse_other_columns(manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        for table in manifest.tables:
            there = {column.name for column in connection.introspection.get_table_description(cursor, table.name)}
            if missing := [name for name, _ in table.columns if name not in there]:
                raise BackupError(
                    f"The table {table.name} here has no column {missing[0]}, which the backup has rows for."
                )


def empty(manifest: Manifest) -> None:
    """Of the words and groups that migrations brought. Somebody may have come while the backup was read."""
    stage.refuse_unless_empty()
    for table in reversed(manifest.tables):
        run(f"DELETE FROM {connection.ops.quote_name(table.name)}")  # noqa: S608 - refuse_other_columns found it


# --- Triggers -------------------------------------------------------------------------------------------------------
@contextmanager
def triggers_aside(manifest: Manifest) -> Iterator[None]:
    """The backup has the counts that they kept; with them every heart would count twice."""
    if connection.vendor == "postgresql":
        triggers("DISABLE", manifest)
        yield
        triggers("ENABLE", manifest)
        return
    found = run("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    for name, _ in found:
        run(f"DROP TRIGGER {connection.ops.quote_name(name)}")
    yield
    for _, statement in found:
        run(statement)


def triggers(how: str, manifest: Manifest) -> None:
    """Those of ours: USER leaves out the ones that look at foreign keys, and needs no superuser."""
    for table in manifest.tables:
        run(f"ALTER TABLE {connection.ops.quote_name(table.name)} {how} TRIGGER USER")


def look_at_foreign_keys() -> None:
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
    else:
        connection.check_constraints()


# --- Rows -----------------------------------------------------------------------------------------------------------
def fill(shelf: Shelf, table: Table, progress: Progress) -> None:
    found = [Column(*column) for column in table.columns]
    change = changed(found, inward(connection.vendor, numbers_of_names(shelf, table, found)))
    rows = Remembered(map(change, checking.rows_of(shelf, table)))
    write = copy if connection.vendor == "postgresql" else insert
    try:
        with connection.wrap_database_errors:
            write(table, rows, progress)
    except (DatabaseError, UnicodeEncodeError) as error:
        raise BackupError(f"{where(shelf, table, rows, error)}: {one_line(error)} Nothing was restored.") from error


class Remembered:
    """Rows, and which one was the last."""

    def __init__(self, rows: Iterator[list[Any]]) -> None:
        self.rows = rows
        self.last: list[Any] = [None]

    def __iter__(self) -> Iterator[list[Any]]:
        for row in self.rows:
            self.last = row
            yield row


def numbers_of_names(shelf: Shelf, table: Table, found: list[Column]) -> dict[tuple[str, ...], int]:
    """Before the rows: nothing can be asked while COPY is under way."""
    places = [place for place, column in enumerate(found) if column.kind in BY_NAME]
    if not places:
        return {}
    rows: Iterator[list[Any]] = checking.rows_of(shelf, table)
    names = {tuple(row[place]) for row in rows for place in places if row[place] is not None}
    return {one: number_of(one) for one in sorted(names)}


def copy(table: Table, rows: Remembered, progress: Progress) -> None:
    with connection.cursor() as cursor:
        statement = f"COPY {connection.ops.quote_name(table.name)} ({names_of(table)}) FROM STDIN"
        with cursor.copy(statement) as stream:
            for number, row in enumerate(rows, start=1):
                stream.write_row(row)
                if not number % CHUNK:
                    progress(CHUNK)
    progress(table.rows % CHUNK)


def insert(table: Table, remembered: Remembered, progress: Progress) -> None:
    rows = iter(remembered)
    places = ", ".join(["%s"] * len(table.columns))
    statement = f"INSERT INTO {connection.ops.quote_name(table.name)} ({names_of(table)}) VALUES ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        while chunk := list(islice(rows, CHUNK)):
            cursor.executemany(statement, chunk)
            progress(len(chunk))


def names_of(table: Table) -> str:
    return ", ".join(connection.ops.quote_name(name) for name, _ in table.columns)


def where(shelf: Shelf, table: Table, rows: Remembered, error: Exception) -> str:
    """PostgreSQL says which line of COPY it was, its driver what it would not send; people know a row by its number."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if not (found := LINE.search(getattr(diagnosis, "context", None) or "")):
        refused_here = diagnosis and not diagnosis.sqlstate
        return f"{table.name}, row {rows.last[0]}" if refused_here else table.name
    [row] = islice(checking.rows_of(shelf, table), int(found[1]) - 1, int(found[1]))
    return f"{table.name}, row {row[0]}" + (f", {found[2]}" if found[2] else "")


def go_on_counting(table: Table) -> None:
    if not scope.is_numbered(table.model):
        return
    table_name, key = (connection.ops.quote_name(name) for name in (table.name, table.columns[0][0]))
    [(most,)] = run(f"SELECT coalesce(max({key}), 0) FROM {table_name}")  # noqa: S608 - refuse_other_columns found it
    number = max(table.last_number, most) + STEPPED_OVER.get(table.model, 0)
    if connection.vendor == "postgresql":
        setval = "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)"
        run(setval, table.name, table.columns[0][0], max(number, 1), number > 0)
    elif run("SELECT 1 FROM sqlite_sequence WHERE name = %s", table.name):
        run("UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", number, table.name)
    else:
        run("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", table.name, number)
