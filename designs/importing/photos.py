"""The pictures that rows name: files of a folder, or keys of pictures that are here already.

Files are drawn (decoded, made smaller, put into the storage) by a few threads before the transaction of their chunk
begins, and only get their rows inside it. What a chunk did not use leaves the storage with it.
"""

import os
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Protocol

from django.db import connections

from accounts.models import User
from config.api.errors import Refusal, detail
from designs.importing.understanding import Remark, Understood
from designs.models import Design
from uploads import keys, services, validators, watermark
from uploads.models import Picture
from uploads.watermark import Mark

MOST_FILES = 500_000

Drawn = Picture | Remark


def plain(name: str) -> str:
    """How names are compared: a Mac takes letters apart, Windows turns slashes round, nobody keeps to case."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).casefold().removeprefix("./")


class Folder:
    """All files below a folder, under their path, their name, and their name without its end."""

    def __init__(self, root: Path) -> None:
        self.names: dict[str, list[Path]] = defaultdict(list)
        inside = root.resolve()
        for number, path in enumerate(files_below(root)):
            if number >= MOST_FILES:
                raise ValueError(f"{root} holds more than {MOST_FILES:,} files.")
            if inside in path.resolve().parents:  # no link leads out
                relative = plain(str(path.relative_to(root)))
                for name in dict.fromkeys((relative, relative.rpartition("/")[2], relative.rpartition(".")[0])):
                    self.names[name].append(path)

    def find(self, name: str) -> Path | Remark:
        found = self.names.get(plain(name), [])
        if len(found) == 1:
            return found[0]
        if found:
            return Remark("pictures", f"{len(found)} files are called {name[:100]}: name the folder, too.")
        return Remark("pictures", f"There is no file {name[:100]!r} in the folder of pictures.")


class Finds(Protocol):
    """A folder, or what else turns a name into a picture."""

    def find(self, name: str) -> "Path | Picture | Remark": ...


def files_below(root: Path) -> Iterator[Path]:
    for where, _, files in os.walk(root):
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(where, name)


class Taken:
    """The pictures of one chunk."""

    def __init__(self, sources: dict[str, "Picture | Remark | str"], drawn: dict[str, Drawn]) -> None:
        self.sources = sources  # by the name in the file: a picture, a reason, or the digest of a drawn one
        self.drawn = drawn
        self.kept: dict[str, Picture] = {}

    def source(self, name: str) -> "Picture | Remark | str":
        found = self.sources[name]
        drawn = self.drawn.get(found) if isinstance(found, str) else None
        return drawn if isinstance(drawn, Remark) else found

    def problems_of(self, one: Understood) -> tuple[Remark, ...]:
        return tuple(found for name in one.pictures if isinstance(found := self.source(name), Remark))

    def pictures_of(self, one: Understood) -> list[Picture]:
        """Inside the transaction: what was drawn gets its row now."""
        if problems := self.problems_of(one):
            details = [detail(problem.field, "invalid", problem.reason) for problem in problems]
            raise Refusal("validation_error", details=details)
        found = [self.row(self.source(name)) for name in one.pictures]
        return list({picture.pk: picture for picture in found}.values())

    def row(self, source: "Picture | Remark | str") -> Picture:
        if isinstance(source, Picture):
            return source
        digest = str(source)
        if digest not in self.kept:
            picture = self.drawn[digest]
            assert isinstance(picture, Picture)  # noqa: S101 - a reason was raised above
            picture.pk = None  # a transaction that did not hold may have given it a number
            self.kept[digest] = services.keep(picture)[0]
        return self.kept[digest]

    def differ(self, one: Understood, design: Design) -> bool:
        found = [self.source(name) for name in one.pictures]
        numbers = [place["id"] for place in design.card.get("pictures", [])]
        return bool(found) and [source.pk if isinstance(source, Picture) else None for source in found] != numbers

    def forget(self) -> None:
        self.kept.clear()


class Photos:
    def __init__(self, folder: Finds | None, *, by: User | None, workers: int = 1, dry_run: bool = False) -> None:
        self.folder, self.by, self.dry_run = folder, by, dry_run
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix="photo") if workers > 1 else None
        self.told: Callable[[], None] = lambda: None

    @contextmanager
    def taken(self, rows: Iterable[Understood]) -> Iterator[Taken]:
        names = list(dict.fromkeys(name for one in rows for name in one.pictures))
        found, paths = self.located(names)
        drawn = self.draw(paths)
        try:
            yield Taken(found, drawn)
        finally:
            discard_unused(drawn.values())

    def located(self, names: list[str]) -> tuple[dict[str, "Picture | Remark | str"], dict[str, Path]]:
        """Where each comes from, and the files that nobody brought before."""
        found: dict[str, Picture | Remark | str] = {}
        files: dict[str, Path] = {}
        known = by_key(names)
        for name in names:
            place = known.get(name) or self.file(name)
            found[name] = digest_of(place, name, files) if isinstance(place, Path) else place
        same = Picture.objects.filter(category=keys.DESIGNS, status=Picture.Status.READY, sha256__in=list(files))
        there = {picture.sha256: picture for picture in same.order_by("-pk")}
        for name, source in found.items():
            if isinstance(source, str) and source in there:
                found[name] = there[source]
        return found, {digest: path for digest, path in files.items() if digest not in there}

    def file(self, name: str) -> Path | Picture | Remark:
        if self.folder is None:
            return Remark("pictures", f"There is no picture with the key {name[:100]!r}, and no folder was given.")
        return self.folder.find(name)

    def draw(self, paths: dict[str, Path]) -> dict[str, Drawn]:
        if not paths:
            return {}
        work = look if self.dry_run else partial(draw, by=self.by, mark=watermark.current())
        found = {}
        running = self.pool.map(apart(work), paths.values()) if self.pool else map(work, paths.values())
        for digest, picture in zip(paths, running, strict=True):
            found[digest] = picture
            self.told()
        return found


def by_key(names: list[str]) -> dict[str, Picture]:
    shown = Picture.objects.shown().exclude(category=keys.AVATARS)
    return {picture.object_key: picture for picture in shown.filter(object_key__in=[n for n in names if "/" in n])}


def digest_of(path: Path, name: str, files: dict[str, Path]) -> "str | Remark":
    try:
        validators.check_size(path.stat().st_size, "pictures")
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
    except Refusal as refusal:
        return Remark("pictures", f"{name[:100]}: {refusal.message}")
    except OSError:
        return Remark("pictures", f"{name[:100]} cannot be read.")
    files[digest] = path
    return digest


def draw(path: Path, *, by: User | None, mark: Mark | None) -> Drawn:
    try:
        return services.drawn(path.read_bytes(), category=keys.DESIGNS, by=by, mark=mark)
    except Refusal as refusal:
        return Remark("pictures", f"{path.name}: {refusal.message}")
    except OSError:
        return Remark("pictures", f"{path.name} cannot be read.")


def look(path: Path) -> Drawn:
    """Without storing anything."""
    try:
        with validators.examine(path.read_bytes(), "pictures"):
            return Picture()
    except Refusal as refusal:
        return Remark("pictures", f"{path.name}: {refusal.message}")


def apart(work: Callable[[Path], Drawn]) -> Callable[[Path], Drawn]:
    """In a thread: what it asked the database for by a connection of its own is closed with it."""

    def run(path: Path) -> Drawn:
        try:
            return work(path)
        finally:
            connections.close_all()

    return run


def discard_unused(drawn: Iterable[Drawn]) -> None:
    pictures = [picture for picture in drawn if isinstance(picture, Picture) and picture.object_key]
    kept = Picture.objects.filter(object_key__in=[picture.object_key for picture in pictures])
    used = set(kept.values_list("object_key", flat=True))
    for picture in pictures:
        if picture.object_key not in used:
            services.discard(picture.all_keys)
