"""What a backup says about itself. It is written last, so that what has none is no backup."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Self

import orjson

from config.backup.faults import BackupError
from config.backup.files import Facts, Shelf
from config.backup.places import Place
from config.backup.sealing import SUFFIX, Key, opened, sealed

FORMAT = 1
FILE = "manifest.json"
MOST = 32 * 1024 * 1024
PRETTY = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS


@dataclass(frozen=True)
class Table:
    name: str
    model: str
    columns: list[list[str]]  # name and kind: see columns.py
    last_number: int  # that the database gave to a row, perhaps to one that is gone
    rows: int
    bytes: int
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.name}.jsonl.gz"

    @property
    def facts(self) -> Facts:
        return Facts(self.rows, self.bytes, self.sha256)


@dataclass(frozen=True)
class PictureList:
    """Of a file with a line for each: key, size, sha256."""

    holds: str
    missing: int  # that rows name and the storage did not have
    size: int  # of all together
    rows: int
    bytes: int
    sha256: str

    file = "pictures.jsonl.gz"

    @property
    def facts(self) -> Facts:
        return Facts(self.rows, self.bytes, self.sha256)


@dataclass(frozen=True)
class Manifest:
    name: str
    app: str
    vendor: str
    began: float
    encrypted: bool
    migrations: list[str]
    tables: list[Table]
    left_out: dict[str, str]
    pictures: PictureList | None
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Self:
        tables = [Table(**table) for table in facts.pop("tables")]
        pictures = facts.pop("pictures")
        return cls(**facts, tables=tables, pictures=PictureList(**pictures) if pictures else None)


def write(shelf: Shelf, manifest: Manifest) -> None:
    facts = asdict(manifest)
    data = orjson.dumps({**facts, "checksum": checksum(facts)}, option=PRETTY)
    shelf.place.put(shelf.path(FILE), sealed(data, shelf.key, FILE) if shelf.key else data)


def read(place: Place, name: str, key: Key | None) -> tuple[Shelf, Manifest]:
    path = place.manifest_of(name)
    is_sealed = path.endswith(SUFFIX)
    if is_sealed and not key:
        raise BackupError(f"{name} is encrypted: give its key with --key-file or BACKUP_KEY.")
    with place.reading(path) as file:
        source = opened(file, key, FILE) if is_sealed and key else file
        manifest = understood(source.read(MOST), path)
    return Shelf(place, name, manifest.name, key if is_sealed else None), manifest


def understood(data: bytes, path: str) -> Manifest:
    try:
        facts: dict[str, Any] = orjson.loads(data)
        number, written = facts["format"], facts.pop("checksum")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise BackupError(f"{path} is damaged: it is not the manifest of a backup.") from None
    if written != checksum(facts):
        raise BackupError(f"{path} is damaged: it is not as it was written.")
    if number != FORMAT:
        raise BackupError(f"This backup was made by a newer gallery ({facts.get('app')}); restore it with that one.")
    return Manifest.of(facts)


def checksum(facts: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest()
