"""Everything in a backup is read before anybody relies on it."""

from collections.abc import Callable, Iterator

import orjson

from config.api.errors import Refusal
from config.backup import pictures
from config.backup.faults import BackupError
from config.backup.files import Shelf
from config.backup.manifest import Manifest, Table

Progress = Callable[[int], object]


def faults_of(shelf: Shelf, manifest: Manifest, progress: Progress, *, with_pictures: bool = True) -> Iterator[str]:
    yield from faults_of_tables(shelf, manifest, progress)
    if with_pictures and manifest.pictures:
        yield from faults_of_pictures(shelf, manifest, progress)


def faults_of_tables(shelf: Shelf, manifest: Manifest, progress: Progress) -> Iterator[str]:
    for table in manifest.tables:
        try:
            if any(len(row) != len(table.columns) for row in rows_of(shelf, table)):
                yield f"{shelf.folder}/{table.file} is damaged: a row has more values than columns, or fewer."
        except BackupError as error:
            yield str(error)
        progress(table.rows)


def rows_of(shelf: Shelf, table: Table) -> Iterator[list[object]]:
    for line in shelf.lines(table.file, table.facts):
        try:
            yield orjson.loads(line)
        except orjson.JSONDecodeError:
            raise BackupError(f"{shelf.folder}/{table.file} is damaged: a line is no row.") from None


def faults_of_pictures(shelf: Shelf, manifest: Manifest, progress: Progress) -> Iterator[str]:
    """Each is read once, however many keys it has."""
    seen = pictures.Names()

    def fault(one: pictures.Picture) -> str:
        try:
            pictures.bytes_of(shelf, one)
        except (BackupError, Refusal) as error:
            return str(error)
        return ""

    once = (one for one in pictures.listed(shelf, manifest) if seen.new(one.sha256))
    try:
        for found in pictures.side_by_side(fault, once):
            progress(1)
            if found:
                yield found
    except BackupError as error:  # the list itself
        yield str(error)
