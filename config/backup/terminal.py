"""What the three commands have in common: the place, the key, a bar, and one sentence for each fault."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError
from tqdm import tqdm

from config.backup import manifest
from config.backup.faults import BackupError
from config.backup.files import Shelf
from config.backup.loading import one_line
from config.backup.manifest import Manifest
from config.backup.places import NAME, Place, place_at
from config.backup.sealing import Key
from config.backup.snapshot import Progress
from config.logs import scrub

INTERRUPTED = 130  # as shells know it


def add_key(parser: ArgumentParser) -> None:
    parser.add_argument("--key-file", metavar="FILE", help="the key is in this file; BACKUP_KEY by default")


def add_place(parser: ArgumentParser, name: str) -> None:
    parser.add_argument(
        "where", metavar=name, nargs="?", default="", help="a backup, or the folder or s3://bucket/folder of several"
    )
    parser.add_argument("--latest", action="store_true", help="the newest one there")


def key_from(file: str | None) -> Key | None:
    if not file:
        return Key(settings.BACKUP_KEY) if settings.BACKUP_KEY else None
    try:
        return Key(Path(file).read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"The key in {file} cannot be read: {getattr(error, 'strerror', error)}.") from None


def places_of(where: str, *, latest: bool) -> tuple[Place, list[str]]:
    """The place, and which of its backups are meant."""
    where = (where or settings.BACKUP_TO).rstrip("/")
    folder, _, last = where.rpartition("/")
    if NAME.fullmatch(last):
        return place_at(folder or settings.BACKUP_TO), [last]
    place = place_at(where)
    found = place.backups()
    if not found:
        raise BackupError(f"There is no backup in {place}.")
    return place, found[-1:] if latest else found


def the_one(where: str, key: Key | None, *, latest: bool) -> tuple[Shelf, Manifest]:
    place, found = places_of(where, latest=latest)
    if len(found) > 1:
        raise BackupError(f"There are {len(found)} backups in {place}: name one ({found[-1]}), or say --latest.")
    shelf, made = manifest.read(place, found[0], key)
    if key and not made.encrypted:  # who may write to the place could have put a forged one there
        raise BackupError(f"{found[0]} is not encrypted: if you trust it, restore it without a key (BACKUP_KEY= ...).")
    return shelf, made


@contextmanager
def in_sentences(left: str = "") -> Iterator[None]:
    """`left`: how things stand when it broke off."""
    try:
        yield
    except BackupError as error:
        raise CommandError(str(error)) from None
    except DatabaseError as error:
        raise CommandError(f"The database of DATABASE_URL refuses: {scrub(one_line(error))} {left}".strip()) from None
    except KeyboardInterrupt:
        raise CommandError(f"Interrupted. {left}".strip(), returncode=INTERRUPTED) from None


@contextmanager
def bar(verbosity: int) -> Iterator[Progress]:
    """Only on a terminal."""
    with tqdm(unit="thing", disable=None if verbosity else True, file=sys.stderr, leave=False) as shown:
        yield shown.update


def measured(size: int) -> str:
    megabyte = 1024 * 1024
    return f"{size / megabyte:,.1f} MB" if size >= megabyte else f"{size / 1024:,.1f} KB"
