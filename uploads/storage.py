"""Where pictures lie: a local folder here, a bucket in uploads/bucket.py. Both speak the words of `Pictures`."""

import os
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from structlog import get_logger

from config.api.errors import Refusal
from uploads import keys, stamps

log = get_logger(__name__)

# A signed link stays the same for so long, so that phones find their cached picture again; it lives twice as long.
STEADY_SECONDS = 6 * 60 * 60
PUT_SECONDS = 15 * 60
RETRY_AFTER = 10


class Stored(NamedTuple):
    key: str
    size: int
    modified: datetime


class Ticket(NamedTuple):
    """Leave to put one object, of one type and length, for a while."""

    url: str
    headers: dict[str, str]
    expires_in: int


class Pictures(ABC):
    """Every call may raise Refusal("storage_unavailable")."""

    @abstractmethod
    def put(self, key: str, data: bytes, content_type: str) -> None: ...

    @abstractmethod
    def read(self, key: str, most: int) -> bytes | None:
        """The first `most` bytes of an object; None when there is none."""

    @abstractmethod
    def head(self, key: str) -> Stored | None: ...

    @abstractmethod
    def remove(self, key: str) -> None:
        """Also when it is gone already."""

    @abstractmethod
    def walk(self, prefix: str = "") -> Iterator[Stored]:
        """Everything, ordered by the bytes of its key."""

    @abstractmethod
    def ticket(self, key: str, content_type: str, size: int | None) -> Ticket: ...

    @property
    @abstractmethod
    def root(self) -> str:
        """What links begin with, up to the key."""

    @abstractmethod
    def signed_link(self, key: str, start: int) -> str:
        """One that works from `start` for twice STEADY_SECONDS."""

    def plain_link(self, key: str) -> str:
        return self.root + keys.quoted(key)

    def link(self, key: str) -> str:
        return self.links([key])[0]

    def links(self, wanted: Iterable[str]) -> list[str]:
        """String work: no query, no network."""
        if settings.PICTURES_PRIVATE:
            return [signed(self, key, int(time.time() + phase(key)) // STEADY_SECONDS) for key in wanted]
        root = self.root
        return [root + keys.quoted(key) for key in wanted]


def pictures() -> Pictures:
    storage = storages["default"]
    assert isinstance(storage, Pictures)  # noqa: S101 - settings.STORAGES names no other
    return storage


def phase(key: str) -> int:
    """Links change at different moments, or all phones would fetch everything anew at once."""
    return int.from_bytes(blake2b(key.encode(), digest_size=4).digest()) % STEADY_SECONDS


@lru_cache(maxsize=20_000)
def signed(storage: Pictures, key: str, window: int) -> str:
    return storage.signed_link(key, window * STEADY_SECONDS - phase(key))


@contextmanager
def reaching(what: str, *away: type[Exception]) -> Iterator[None]:
    try:
        yield
    except away as error:
        log.error("storage_unavailable", doing=what, reason=repr(error))  # noqa: TRY400 - the reason says it all
        raise Refusal("storage_unavailable", retry_after=RETRY_AFTER) from error


class LocalPictures(FileSystemStorage, Pictures):
    """A folder, served by uploads.serving. One machine with a disk that stays needs nothing more."""

    def put(self, key: str, data: bytes, content_type: str) -> None:
        with self.replacing(key) as file:
            file.write(data)

    @contextmanager
    def replacing(self, key: str) -> Iterator[IO[bytes]]:
        """All of it or nothing: whoever reads meanwhile never sees half a picture."""
        path = Path(self.path(key))
        with reaching("put", OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as draft:
                try:
                    yield draft
                    draft.flush()
                    Path(draft.name).chmod(0o644)
                    Path(draft.name).replace(path)
                except BaseException:
                    Path(draft.name).unlink(missing_ok=True)
                    raise

    def read(self, key: str, most: int) -> bytes | None:
        with reaching("read", OSError):
            try:
                with Path(self.path(key)).open("rb") as file:
                    return file.read(most)
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                return None

    def head(self, key: str) -> Stored | None:
        with reaching("head", OSError):
            path = Path(self.path(key))
            return self._stored(key, path.stat()) if path.is_file() else None

    def remove(self, key: str) -> None:
        path = Path(self.path(key))
        with reaching("remove", OSError):
            path.unlink(missing_ok=True)
        with suppress(OSError):  # a folder that is not empty stays
            path.parent.rmdir()

    def walk(self, prefix: str = "") -> Iterator[Stored]:
        with reaching("walk", OSError):
            yield from (stored for stored in self._below("") if stored.key.startswith(prefix))

    def _below(self, folder: str) -> Iterator[Stored]:
        def by_bytes(entry: os.DirEntry[str]) -> bytes:
            return os.fsencode(entry.name + ("/" if entry.is_dir() else ""))

        here = Path(self.path(folder)) if folder else Path(self.location)
        if not here.is_dir():
            return
        for entry in sorted(os.scandir(here), key=by_bytes):
            if entry.name.startswith("."):
                continue  # a draft that is being written
            if entry.is_dir():
                yield from self._below(f"{folder}{entry.name}/")
            else:
                yield self._stored(folder + entry.name, entry.stat())

    @staticmethod
    def _stored(key: str, stat: os.stat_result) -> Stored:
        return Stored(key, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))

    @property
    def root(self) -> str:
        return f"{settings.PUBLIC_URL}/pictures/"

    def signed_link(self, key: str, start: int) -> str:
        return f"{self.plain_link(key)}?{stamps.query({'expires': start + 2 * STEADY_SECONDS}, key=key)}"

    def ticket(self, key: str, content_type: str, size: int | None) -> Ticket:
        facts = {"expires": int(time.time()) + PUT_SECONDS, "type": content_type, "size": size or ""}
        url = f"{settings.PUBLIC_URL}/api/upload/{key}?{stamps.query(facts, key=key)}"
        return Ticket(url, ticket_headers(content_type, size), PUT_SECONDS)


def ticket_headers(content_type: str, size: int | None) -> dict[str, str]:
    """What the phone has to send along, or the signature does not fit."""
    return {"Content-Type": content_type} | ({"Content-Length": str(size)} if size else {})
