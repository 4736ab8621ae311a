"""JSON Lines, zipped, and sealed when there is a key. Streams in both directions."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from config.backup.faults import BackupError
from config.backup.places import Place
from config.backup.sealing import SUFFIX, Key, Sealer, opened

ENDING = ".jsonl.gz"
LEVEL = 5
AS_WRITTEN = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
PIECE = 1024 * 1024


class Facts(NamedTuple):
    """Of a file before it was zipped: the same rows have the same, on either database."""

    rows: int
    bytes: int
    sha256: str


@dataclass
class Lines:
    file: gzip.GzipFile
    rows: int = 0
    bytes: int = 0
    read: Any = field(default_factory=hashlib.sha256)

    def write(self, rows: Iterable[Any]) -> None:
        lines = [orjson.dumps(row, option=AS_WRITTEN) for row in rows]
        data = b"".join(lines)
        self.file.write(data)
        self.read.update(data)
        self.rows, self.bytes = self.rows + len(lines), self.bytes + len(data)

    @property
    def facts(self) -> Facts:
        return Facts(self.rows, self.bytes, self.read.hexdigest())


class Shelf(NamedTuple):
    """One backup in its place. `name` is what its files were sealed for, `folder` where they lie now."""

    place: Place
    folder: str
    name: str
    key: Key | None

    def path(self, file: str) -> str:
        return f"{self.folder}/{file}{SUFFIX if self.key else ''}"

    @contextmanager
    def writing(self, file: str) -> Iterator[Lines]:
        with self.place.writing(self.path(file)) as raw:
            sealer = Sealer(raw, self.key, f"{self.name}/{file}") if self.key else None
            with gzip.GzipFile("", "wb", LEVEL, sealer or raw, mtime=0) as zipped:
                lines = Lines(zipped)
                yield lines
            if sealer:
                sealer.finish()

    def lines(self, file: str, expected: Facts) -> Iterator[bytes]:
        """Whoever reads to the end knows that it is what was written."""
        rows, size, read = 0, 0, hashlib.sha256()
        for line in self._unzipped(file):
            rows, size = rows + 1, size + len(line)
            read.update(line)
            yield line
        if Facts(rows, size, read.hexdigest()) != expected:
            raise BackupError(
                f"{self.folder}/{file} is damaged: {rows} rows, which are not the {expected.rows} wanted."
            )

    def _unzipped(self, file: str) -> Iterator[bytes]:
        with self.place.reading(self.path(file)) as raw:
            source = opened(raw, self.key, f"{self.name}/{file}") if self.key else raw
            try:
                with gzip.GzipFile("", "rb", fileobj=source) as zipped, io.BufferedReader(zipped, PIECE) as lines:
                    yield from lines
            except EOFError:
                raise BackupError(f"{self.folder}/{file} is damaged: its end is missing.") from None
            except (gzip.BadGzipFile, zlib.error) as error:
                raise BackupError(f"{self.folder}/{file} is damaged: {error}.") from None
