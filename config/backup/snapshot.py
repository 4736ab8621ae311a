"""The database of one moment, while people go on writing: nobody waits for a backup, and it waits for nobody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO, Any

from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from config.backup import columns, scope
from config.backup.faults import BackupError
from config.backup.files import Shelf
from config.backup.manifest import Table
from uploads import reconciling

CHUNK = 2_000
Progress = Callable[[int], object]


@contextmanager
def one_moment() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with transaction.atomic():
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    run("BEGIN")  # a plain one: Django's is IMMEDIATE and would keep writers out
    try:
        yield
    finally:
        run("ROLLBACK")


def run(statement: str, *values: str | int | bool | None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall()) if cursor.description else []


def applied_migrations() -> list[str]:
    loader = MigrationLoader(connection)
    applied = loader.applied_migrations or {}
    waiting = sorted(".".join(node) for node in loader.graph.nodes if node not in applied)
    if waiting:
        raise BackupError(
            f"The database waits for migrations ({waiting[0]}): make the backup with the version that is running."
        )
    return sorted(".".join(node) for node in applied if node in loader.disk_migrations)


def write_tables(shelf: Shelf, progress: Progress) -> list[Table]:
    return [write_table(shelf, model, progress) for model in scope.kept_models()]


def write_table(shelf: Shelf, model: type[Model], progress: Progress) -> Table:
    found, name = columns.columns_of(model), model._meta.db_table
    change = columns.changed(found, columns.outward())
    with shelf.writing(f"{name}.jsonl.gz") as lines:
        try:
            for chunk in chunks_of(model, found):
                lines.write(map(change, chunk))
                progress(len(chunk))
        except (ValueError, TypeError, KeyError, DatabaseError) as error:
            raise BackupError(f"{name} cannot be read after {lines.rows} rows: {error}.") from error
    facts = lines.facts._asdict()
    return Table(name=name, model=model._meta.label, columns=[*map(list, found)], last_number=last(model), **facts)


def chunks_of(model: type[Model], found: list[columns.Column]) -> Iterator[list[Any]]:
    """In the order of the numbers: two databases with the same rows then give the same lines."""
    quoted = connection.ops.quote_name
    names = ", ".join(quoted(column.name) for column in found)
    key = quoted(str(model._meta.pk.column))
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {quoted(model._meta.db_table)} ORDER BY {key}")  # noqa: S608 - our names
        while chunk := cursor.fetchmany(CHUNK):
            yield chunk


def last(model: type[Model]) -> int:
    """Numbers of rows that are gone are not given out again, by a restored database neither."""
    table = model._meta.db_table
    if not scope.is_numbered(model._meta.label):
        return 0
    if connection.vendor != "postgresql":
        found = run("SELECT seq FROM sqlite_sequence WHERE name = %s", table)
        return int(found[0][0]) if found else 0
    [(sequence,)] = run("SELECT pg_get_serial_sequence(%s, %s)", table, model._meta.pk.column)
    [(number, used)] = run(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 - as the server quotes it
    return int(number) if used else 0


def write_keys(file: IO[bytes]) -> int:
    """Of every picture that rows name, in the order in which a storage lists them."""
    how_many, named = 0, reconciling.expected()
    while chunk := [one.key.encode() + b"\n" for one in islice(named, CHUNK)]:
        file.write(b"".join(chunk))
        how_many += len(chunk)
    return how_many


def counted(*, with_pictures: bool) -> tuple[int, int]:
    """Rows and objects, for a dry run."""
    with one_moment():
        applied_migrations()
        quoted = connection.ops.quote_name
        tables = (quoted(model._meta.db_table) for model in scope.kept_models())
        rows = sum(run(f"SELECT count(*) FROM {table}")[0][0] for table in tables)  # noqa: S608 - our names
        return rows, sum(1 for _ in reconciling.expected()) if with_pictures else 0
