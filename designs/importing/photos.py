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
from uploads import keys, memory, services, validators, variants, watermark
from uploads.models import Picture
from uploads.watermark import Mark

MOST_FILES = 500_000
MOST_WORKERS = 32
BATCH = 500

Drawn = Picture | Remark


def plain(name: str) -> str:
    """How names are compared: a Mac takes letters apart, Windows turns slashes round, nobody keeps to case."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).casefold().removeprefix("./")


class Folder:
    """All files below a folder, under their path, their name, and both without their end."""

    def __init__(self, root: Path) -> None:
        self.ways: list[dict[str, list[Path]]] = [defaultdict(list) for _ in ways("")]
        inside = root.resolve()
        for number, path in enumerate(files_below(root)):
            if number >= MOST_FILES:
                raise ValueError(f"{root} holds more than {MOST_FILES:,} files.")
            if not path.is_symlink() or leads_into(path, inside):
                for names, name in zip(self.ways, ways(str(path.relative_to(root))), strict=True):
                    names[name].append(path)

    def find(self, name: str) -> Path | Remark:
        wanted = ways(name)[0], plain(name), plain(name), plain(name), plain(name)
        found = next((hit for names, want in zip(self.ways, wanted, strict=True) if (hit := names.get(want))), [])
        if len(found) == 1:
            return found[0]
        if found:
            return Remark("pictures", f"{len(found)} files are called {name[:100]}: name the folder, too.")
        return Remark("pictures", f"There is no file {name[:100]!r} in the folder of pictures.")


def ways(path: str) -> tuple[str, str, str, str, str]:
    """To name a file, the surest first."""
    exact = unicodedata.normalize("NFC", path.replace("\\", "/")).removeprefix("./")
    whole = plain(path)
    name = whole.rpartition("/")[2]
    return exact, whole, name, whole.rpartition(".")[0] or whole, name.rpartition(".")[0] or name


def leads_into(link: Path, folder: Path) -> bool:
    try:
        return folder in link.resolve().parents
    except (OSError, RuntimeError):  # one that leads to itself
        return False


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
            picture.pk = None  # a savepoint that did not hold may have given it a number
            self.kept[digest] = services.keep(picture)[0]
        return self.kept[digest]

    def differ(self, one: Understood, design: Design) -> bool:
        found = [self.source(name) for name in one.pictures]
        wanted = dict.fromkeys(source.pk if isinstance(source, Picture) else source for source in found)
        return bool(found) and list(wanted) != [place["id"] for place in design.card.get("pictures", [])]


class Photos:
    def __init__(self, folder: Finds | None, *, by: User | None, workers: int = 1, dry_run: bool = False) -> None:
        self.folder, self.by, self.dry_run = folder, by, dry_run
        workers = min(workers, MOST_WORKERS)
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix="photo") if workers > 1 else None
        self.told: Callable[[], None] = lambda: None

    @contextmanager
    def taken(self, rows: Iterable[Understood]) -> Iterator[Taken]:
        names = list(dict.fromkeys(name for one in rows for name in one.pictures))
        found, paths = self.located(names)
        drawn: dict[str, Drawn] = {}
        try:
            self.draw(paths, drawn)
            yield Taken(found, drawn)
        finally:
            discard_unused(drawn.values())

    def close(self) -> None:
        """Waits for what is being drawn, and begins nothing new."""
        if self.pool:
            self.pool.shutdown(cancel_futures=True)

    def located(self, names: list[str]) -> tuple[dict[str, "Picture | Remark | str"], dict[str, Path]]:
        """Where each comes from, and the files that nobody brought before."""
        found: dict[str, Picture | Remark | str] = {}
        files: dict[str, Path] = {}
        known = by_key(names)
        for name in names:
            place = self.place(name, known.get(name))
            found[name] = digest_of(place, name, files) if isinstance(place, Path) else place
        same = Picture.objects.filter(category=keys.DESIGNS, status=Picture.Status.READY, sha256__in=list(files))
        there = {picture.sha256: picture for picture in same.order_by("-pk")}
        for name, source in found.items():
            if isinstance(source, str) and source in there:
                found[name] = there[source]
        return found, {digest: path for digest, path in files.items() if digest not in there}

    def place(self, name: str, known: Picture | None) -> Path | Picture | Remark:
        """A key wins when it has a folder, as all of ours have; the name of a file is that of a file first."""
        if known and "/" in name:
            return known
        found = self.file(name)
        return known if known and isinstance(found, Remark) else found

    def file(self, name: str) -> Path | Picture | Remark:
        if self.folder is None:
            return Remark("pictures", f"There is no picture with the key {name[:100]!r}, and no folder was given.")
        return self.folder.find(name)

    def draw(self, paths: dict[str, Path], drawn: dict[str, Drawn]) -> None:
        """Whatever goes wrong on the way, `drawn` knows what lies in the storage already."""
        if not paths:
            return
        work = look if self.dry_run else partial(draw, by=self.by, mark=watermark.current())
        if self.pool is None:
            for digest, path in paths.items():
                drawn[digest] = work(path)
                self.told()
            return
        running = {digest: self.pool.submit(apart(work), path) for digest, path in paths.items()}
        try:
            for digest, future in running.items():
                drawn[digest] = future.result()
                self.told()
        except BaseException:
            for future in running.values():
                future.cancel()
            whole = {digest: future for digest, future in running.items() if not future.cancelled()}
            drawn.update({digest: future.result() for digest, future in whole.items() if not future.exception()})
            raise


def by_key(names: list[str]) -> dict[str, Picture]:
    shown = Picture.objects.shown().exclude(category=keys.AVATARS)
    sane = [name for name in names if keys.is_sane(name)]
    batches = [sane[start : start + BATCH] for start in range(0, len(sane), BATCH)]
    found = [picture for batch in batches for picture in shown.called(batch)]
    earlier = {picture.earlier_key: picture for picture in found if picture.earlier_key}
    return earlier | {picture.object_key: picture for picture in found}


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
    return reasoned(path, lambda data: services.drawn(data, category=keys.DESIGNS, by=by, mark=mark))


def look(path: Path) -> Drawn:
    """Without storing anything."""

    def work(data: bytes) -> Picture:
        image = validators.examine(data, "pictures")
        variants.draft(image)
        with memory.room_for(image):
            variants.ours(image)
        return Picture()

    return reasoned(path, work)


def reasoned(path: Path, work: Callable[[bytes], Picture]) -> Drawn:
    try:
        return work(path.read_bytes())
    except Refusal as refusal:
        return Remark("pictures", f"{shown(path)}: {refusal.message}")
    except OSError:
        return Remark("pictures", f"{shown(path)} cannot be read.")


def shown(path: Path) -> str:
    """Names on a disk are bytes; a report is text."""
    return path.name.encode("utf-8", "replace").decode()


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
