"""A backup from beginning to end, and the older ones that go for it."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import IO, NamedTuple

from django.conf import settings
from django.db import connection

from config.api.errors import Refusal
from config.backup import checking, manifest, pictures, scope, snapshot
from config.backup.faults import BackupError
from config.backup.files import Shelf
from config.backup.manifest import Manifest
from config.backup.places import Place
from config.backup.sealing import Key
from config.backup.snapshot import Progress


class Made(NamedTuple):
    manifest: Manifest
    gone: list[str]  # older backups
    swept: int  # pictures that none of the kept ones names
    note: str


def make(place: Place, key: Key | None, *, keep: int | None, with_pictures: bool, progress: Progress) -> Made:
    """Where all are kept nothing is ever deleted: keys may not be allowed to."""
    with refusing_in_a_sentence(place), place.locked():
        if keep is not None:
            clear_away(place)
        name = f"gallery-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}"
        if name in place.backups():
            raise BackupError(f"{name} is there already: a backup was made this very second.")
        made = written(place, name, key, with_pictures=with_pictures, progress=progress)
        return prune(place, key, made, keep)


@contextmanager
def refusing_in_a_sentence(place: Place) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(f"{place} cannot be written: {error.strerror or error}. No backup was changed.") from None
    except Refusal as error:
        raise BackupError("The storage of the pictures does not answer. No backup was changed.") from error


def written(place: Place, name: str, key: Key | None, *, with_pictures: bool, progress: Progress) -> Manifest:
    draft = place.begin(name)
    shelf = Shelf(place, draft, name, key)
    try:
        made = contents(shelf, with_pictures=with_pictures, progress=progress)
        manifest.write(shelf, made)
        place.finish(draft, name)
    except BaseException:
        with suppress(BackupError):  # why it broke off is what has to be told
            place.remove(draft)
        raise
    return made


def contents(shelf: Shelf, *, with_pictures: bool, progress: Progress) -> Manifest:
    began = time.time()
    with tempfile.TemporaryFile(dir=settings.DATA_DIR) as keys:  # /tmp may be memory
        with snapshot.one_moment():
            migrations = snapshot.applied_migrations()
            tables = snapshot.write_tables(shelf, progress)
            if with_pictures:
                snapshot.write_keys(keys)
        found = copied(shelf, keys, progress) if with_pictures else None
    return Manifest(
        name=shelf.name,
        app=settings.APP_VERSION,
        vendor=connection.vendor,
        began=began,
        encrypted=bool(shelf.key),
        migrations=migrations,
        tables=tables,
        left_out=scope.LEFT_OUT,
        pictures=found,
    )


def copied(shelf: Shelf, keys: IO[bytes], progress: Progress) -> manifest.PictureList:
    keys.seek(0)
    return pictures.write(shelf, keys, the_one_before(shelf), progress)


def the_one_before(shelf: Shelf) -> tuple[Shelf, Manifest] | None:
    """With the same key, or none: others name their pictures otherwise."""
    for name in reversed(shelf.place.backups()):
        try:
            before, made = manifest.read(shelf.place, name, shelf.key)
        except BackupError:
            continue
        if made.pictures and made.encrypted == bool(shelf.key):
            return before, made
    return None


# --- Older ones -----------------------------------------------------------------------------------------------------
def clear_away(place: Place) -> None:
    for name in place.leftovers():
        place.remove(name)


def prune(place: Place, key: Key | None, made: Manifest, keep: int | None) -> Made:
    """Nothing older goes before the new one was read back."""
    shelf, again = manifest.read(place, made.name, key)
    for fault in checking.faults_of_tables(shelf, again, lambda _: None):
        raise BackupError(f"The new backup does not read back: {fault} Older ones were kept.")
    gone = place.backups()[:-keep] if keep else []
    try:
        for name in gone:
            place.remove(name)
        swept, note = swept_after(place, key) if gone else (0, "")
    except BackupError as error:
        raise BackupError(
            f"{made.name} is made and whole, but the older ones stay: {error} With keys that may not delete, say "
            "--keep-all."
        ) from None
    return Made(made, gone, swept, note)


def swept_after(place: Place, key: Key | None) -> tuple[int, str]:
    try:
        kept = [manifest.read(place, name, key) for name in place.backups()]
        return pictures.sweep(place, kept), ""
    except BackupError as error:
        return 0, f"No picture was swept away, because a kept backup could not be read: {error}"
