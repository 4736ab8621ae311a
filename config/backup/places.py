"""Where backups lie: a folder here, a bucket in bucket.py. Beside them a pool of pictures, which they share.

gallery-2026-11-22T010203Z/manifest.json          written last: without it there is no backup
gallery-2026-11-22T010203Z/designs_design.jsonl.gz
pool/8b/8b05...                                   pictures by what is in them, each stored once
"""

import fcntl
import os
import re
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings

from config.backup.faults import BackupError

NAME = re.compile(r"gallery-\d{4}-\d\d-\d\dT\d{6}Z")
BUCKET = "s3://"
POOL = "pool/"
MANIFEST = ("manifest.json", "manifest.json.sealed")


class Pooled(NamedTuple):
    name: str
    size: int
    modified: float


class Place(ABC):
    """Paths are relative and have one form everywhere: `<backup>/<file>` or `pool/<two letters>/<name>`."""

    @abstractmethod
    def __str__(self) -> str: ...

    @abstractmethod
    def backups(self) -> list[str]:
        """The whole ones, oldest first."""

    @abstractmethod
    def leftovers(self) -> list[str]:
        """Of backups that were broken off. None of one that may be under way."""

    @abstractmethod
    def begin(self, name: str) -> str:
        """Where the files of a new backup go until it is whole."""

    @abstractmethod
    def finish(self, draft: str, name: str) -> None: ...

    @abstractmethod
    def remove(self, name: str) -> None:
        """A backup or what is left of one. The manifest goes first."""

    @abstractmethod
    def writing(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """All of it or nothing."""

    @abstractmethod
    def reading(self, path: str) -> AbstractContextManager[IO[bytes]]: ...

    @abstractmethod
    def has(self, path: str) -> bool: ...

    @abstractmethod
    def pool(self) -> Iterator[Pooled]: ...

    @abstractmethod
    def remove_pooled(self, name: str) -> None: ...

    @property
    @abstractmethod
    def lock(self) -> Path: ...

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Two at once would sweep away each other's pictures."""
        with self.lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BackupError(f"Another backup to {self} is under way.") from None
            yield

    def put(self, path: str, data: bytes) -> None:
        with self.writing(path) as file:
            file.write(data)

    def manifest_of(self, name: str) -> str:
        found = [path for file in MANIFEST if self.has(path := f"{name}/{file}")]
        if not found:
            raise BackupError(f"There is no whole backup {name} in {self}.")
        return found[0]


def pooled(name: str) -> str:
    return f"{POOL}{name[:2]}/{name}"


def place_at(where: str) -> Place:
    if where.startswith(BUCKET):
        from config.backup.bucket import Bucket  # noqa: PLC0415 - slow to import, and only needed with a bucket

        return Bucket(where)
    return Folder(settings.BASE_DIR / where)


class Folder(Place):
    """For its owner only: password hashes are in it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return str(self.root)

    def backups(self) -> list[str]:
        return sorted(name for name in self._names() if NAME.fullmatch(name) and self._is_whole(name))

    def leftovers(self) -> list[str]:
        """Whoever asks holds the lock, so that nobody works on a draft."""
        broken = [name for name in self._names() if NAME.fullmatch(name) and not self._is_whole(name)]
        return broken + [name for name in self._names() if name.startswith(".gallery-") and name.endswith(".part")]

    def _names(self) -> list[str]:
        return [entry.name for entry in os.scandir(self.root) if entry.is_dir()] if self.root.is_dir() else []

    def _is_whole(self, name: str) -> bool:
        return any(self.has(f"{name}/{file}") for file in MANIFEST)

    @property
    def lock(self) -> Path:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.root / ".lock"

    def begin(self, name: str) -> str:
        draft = f".{name}.part"
        (self.root / draft).mkdir(parents=True, mode=0o700)
        return draft

    def finish(self, draft: str, name: str) -> None:
        if (self.root / name).exists():
            raise BackupError(f"{self.root / name} is there already; nothing was overwritten.")
        on_disk(self.root / draft)
        (self.root / draft).rename(self.root / name)
        on_disk(self.root)

    def remove(self, name: str) -> None:
        for file in MANIFEST:
            (self.root / name / file).unlink(missing_ok=True)
        shutil.rmtree(self.root / name, ignore_errors=True)

    @contextmanager
    def writing(self, path: str) -> Iterator[IO[bytes]]:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as draft:  # mode 0600
            try:
                yield draft
                draft.flush()
                os.fsync(draft.fileno())
                Path(draft.name).rename(target)
            except BaseException:
                Path(draft.name).unlink(missing_ok=True)
                raise

    @contextmanager
    def reading(self, path: str) -> Iterator[IO[bytes]]:
        try:
            file = (self.root / path).open("rb")
        except OSError as error:
            raise BackupError(f"{self.root / path} cannot be read: {error.strerror}.") from None
        with file:
            try:
                yield file
            except OSError as error:
                raise BackupError(f"{self.root / path} cannot be read: {error.strerror or error}.") from None

    def has(self, path: str) -> bool:
        return (self.root / path).is_file()

    def pool(self) -> Iterator[Pooled]:
        for path in (self.root / POOL).glob("??/*"):
            if not path.name.startswith("."):
                stat = path.stat()
                yield Pooled(path.name, stat.st_size, stat.st_mtime)

    def remove_pooled(self, name: str) -> None:
        (self.root / pooled(name)).unlink(missing_ok=True)


def on_disk(folder: Path) -> None:
    """What was renamed in it is so after a power cut, too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
