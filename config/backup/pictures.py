"""Pictures, in a pool by what is in them: each is stored once for all backups, and what is there is not sent again.

Three sorted streams are walked side by side: what rows name, what the storage has, what the backup before knew.
"""

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Generic, NamedTuple, Protocol, TypeVar

import orjson

from config.backup.faults import BackupError
from config.backup.files import Facts, Shelf
from config.backup.manifest import Manifest, PictureList
from config.backup.places import Place, pooled
from config.backup.scope import PICTURES
from config.backup.sealing import exactly, opened, sealed
from uploads.storage import Stored, pictures
from uploads.validators import sniffed

THREADS, AHEAD = 8, 64
SWEPT_AFTER = 24 * 60 * 60  # another host may be making the backup that names it
UNKNOWN = "application/octet-stream"
Progress = Callable[[int], object]


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


T = TypeVar("T")
R = TypeVar("R")
K = TypeVar("K", bound=Keyed)


class Picture(NamedTuple):
    key: str
    size: int
    sha256: str


class Wanted(NamedTuple):
    stored: Stored
    known: Picture | None  # by the backup before, and not written since


class Names:
    """A set on the disk: a million names stay out of memory."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.db = sqlite3.connect("")
        self.db.execute("CREATE TABLE names (name TEXT PRIMARY KEY) WITHOUT ROWID")
        self.add(names)

    def add(self, names: Iterable[str]) -> None:
        self.db.executemany("INSERT OR IGNORE INTO names VALUES (?)", ((name,) for name in names))

    def __contains__(self, name: str) -> bool:
        return self.db.execute("SELECT 1 FROM names WHERE name = ?", (name,)).fetchone() is not None

    def new(self, name: str) -> bool:
        """Whether it was not there yet; it is now."""
        return bool(self.db.execute("INSERT OR IGNORE INTO names VALUES (?)", (name,)).rowcount)


def side_by_side(work: Callable[[T], R], things: Iterable[T]) -> Iterator[R]:
    """In order, a few at a time: no more pictures are in memory than threads work."""
    rest = iter(things)
    with ThreadPoolExecutor(THREADS) as crowd:
        while some := list(islice(rest, AHEAD)):
            yield from crowd.map(work, some)


# --- Into a backup --------------------------------------------------------------------------------------------------
def write(shelf: Shelf, keys: IO[bytes], before: tuple[Shelf, Manifest] | None, progress: Progress) -> PictureList:
    missing: list[str] = []
    size = 0
    with shelf.writing(PictureList.file) as lines:
        found = side_by_side(lambda one: kept(shelf, one), wanted(shelf, keys, before, missing))
        while some := list(islice(found, AHEAD)):
            there = [one for one in some if one]
            missing += [""] * (len(some) - len(there))  # deleted since we looked
            lines.write(map(tuple, there))
            size += sum(one.size for one in there)
            progress(len(some))
    return PictureList(holds=PICTURES, missing=len(missing), size=size, **lines.facts._asdict())


def wanted(
    shelf: Shelf, keys: IO[bytes], before: tuple[Shelf, Manifest] | None, missing: list[str]
) -> Iterator[Wanted]:
    have = Names(one.name for one in shelf.place.pool())
    stored, known = Walk(pictures().walk()), Walk(known_before(before))
    for line in keys:
        key = line.rstrip(b"\n").decode()
        there, old = stored.at(key), known.at(key)
        if there is None:
            missing.append(key)
            continue
        fresh = before is None or there.modified.timestamp() >= before[1].began
        same = old and not fresh and old.size == there.size and alias(shelf, old.sha256) in have
        yield Wanted(there, old if same else None)


def known_before(before: tuple[Shelf, Manifest] | None) -> Iterator[Picture]:
    """From where an older list is damaged, everything is read anew: that must not keep a new backup from being made."""
    with suppress(BackupError):
        if before and before[1].pictures:
            yield from listed(*before)


class Walk(Generic[K]):
    """Through a stream that is sorted by the bytes of its keys."""

    def __init__(self, stream: Iterator[K]) -> None:
        self.stream = stream
        self.next = next(stream, None)

    def at(self, key: str) -> K | None:
        while self.next is not None and self.next.key.encode() < key.encode():
            self.next = next(self.stream, None)
        return self.next if self.next is not None and self.next.key == key else None


def kept(shelf: Shelf, one: Wanted) -> Picture | None:
    if one.known:
        return one.known
    data = pictures().read(one.stored.key, one.stored.size + 1)
    if data is None:
        return None
    found = Picture(one.stored.key, len(data), hashlib.sha256(data).hexdigest())
    name = alias(shelf, found.sha256)
    if not shelf.place.has(pooled(name)):
        shelf.place.put(pooled(name), sealed(data, shelf.key, pooled(name)) if shelf.key else data)
    return found


def alias(shelf: Shelf, sha256: str) -> str:
    return shelf.key.alias(sha256) if shelf.key else sha256


# --- Out of a backup ------------------------------------------------------------------------------------------------
def listed(shelf: Shelf, manifest: Manifest) -> Iterator[Picture]:
    facts = manifest.pictures.facts if manifest.pictures else Facts(0, 0, "")
    for line in shelf.lines(PictureList.file, facts):
        try:
            yield Picture(*orjson.loads(line))
        except (orjson.JSONDecodeError, TypeError):
            raise BackupError(f"{shelf.folder}/{PictureList.file} is damaged: not a line of a list.") from None


def bytes_of(shelf: Shelf, one: Picture) -> bytes:
    """As they were, or not at all."""
    path = pooled(alias(shelf, one.sha256))
    with shelf.place.reading(path) as file:
        source = opened(file, shelf.key, path) if shelf.key else file
        data = exactly(source, one.size + 1)
    if len(data) != one.size or hashlib.sha256(data).hexdigest() != one.sha256:
        raise BackupError(f"{path} is damaged: it is not the picture {one.key} that was written.")
    return data


def put_back(shelf: Shelf, manifest: Manifest, progress: Progress) -> "PutBack":
    """What is there already stays: a second call goes on where the first was stopped."""
    done = PutBack()
    for key, outcome in side_by_side(lambda one: (one.key, put_one_back(shelf, one)), listed(shelf, manifest)):
        progress(1)
        done.note(key, outcome)
    return done


def put_one_back(shelf: Shelf, one: Picture) -> str:
    stored = pictures().head(one.key)
    if stored:
        return "there" if stored.size == one.size else "other"
    data = bytes_of(shelf, one)
    pictures().put(one.key, data, sniffed(data[:64]) or UNKNOWN)
    return "new"


@dataclass
class PutBack:
    new: int = 0
    there: int = 0
    other: list[str] = field(default_factory=list)  # of another size: not ours to overwrite

    def note(self, key: str, outcome: str) -> None:
        if outcome == "other":
            self.other.append(key)
        else:
            setattr(self, outcome, getattr(self, outcome) + 1)


# --- The pool -------------------------------------------------------------------------------------------------------
def sweep(place: Place, kept_backups: Iterable[tuple[Shelf, Manifest]]) -> int:
    """Away with what no kept backup names. Answers how many went."""
    named = Names()
    for shelf, manifest in kept_backups:
        if manifest.pictures:
            named.add(alias(shelf, one.sha256) for one in listed(shelf, manifest))
    old = time.time() - SWEPT_AFTER
    unnamed = [one.name for one in place.pool() if one.modified < old and one.name not in named]
    for name in unnamed:
        place.remove_pooled(name)
    return len(unnamed)
