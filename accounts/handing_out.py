"""All that is held of a person in one zip: a JSON file for each kind of thing, and their pictures.

Made piece by piece while it is sent: of a hundred thousand hearts a few are in memory at any moment.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import orjson
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.erasure import holders, parts
from accounts.models import User
from config.audit import trail

ROWS = 500  # written at a time
UNSAFE = re.compile(r"[^\w.-]+")  # whatever a file's name should not hold, on any system
LONGEST_NAME = 60


class Pipe:
    """What the zip has written and nobody has taken yet."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """The zip asks for it; there is nothing below."""

    def taken(self) -> Iterator[bytes]:
        held, self.held = self.held, []
        yield from held


def file_name(user: User) -> str:
    safe = UNSAFE.sub("_", user.username)[:LONGEST_NAME]
    return f"person-{safe}.zip"


def hand_out(user: User, *, by: User | None = None) -> Iterator[bytes]:
    trail.record("person.exported", on=user, by=by)
    return pieces(user)


def pieces(user: User) -> Iterator[bytes]:
    """The bytes of the zip, in order."""
    pipe, missing = Pipe(), list[str]()
    with ZipFile(pipe, "w") as archive:  # type: ignore[call-overload] # it needs no more than `write` and `flush`
        for name, content in chain(tables(user), pictures(user, missing), readme(user, missing)):
            with archive.open(entry(name), "w", force_zip64=True) as file:
                for some in content:
                    file.write(some)
                    yield from pipe.taken()
    yield from pipe.taken()


def entry(name: str) -> ZipInfo:
    found = ZipInfo(name, timezone.now().timetuple()[:6])
    found.compress_type = ZIP_STORED if name.endswith(".webp") else ZIP_DEFLATED
    return found


# --- What is in it ------------------------------------------------------------------------------------------------
def tables(user: User) -> Iterator[tuple[str, Iterable[bytes]]]:
    for holder, found in parts(user):
        yield f"{holder.name}.json", rows(found) if isinstance(found, Iterator) else [written(found) + b"\n"]


def rows(found: Iterator[Any]) -> Iterator[bytes]:
    """A row a line, many lines at a time."""
    before, lines = b"[", list[bytes]()
    for row in found:
        lines.append(written(row, indented=False))
        if len(lines) == ROWS:
            yield before + b"\n" + b",\n".join(lines)
            before, lines = b",", []
    yield before + b"\n" + b",\n".join(lines) + b"\n]\n" if lines else (b"[]\n" if before == b"[" else b"\n]\n")


def written(value: Any, *, indented: bool = True) -> bytes:
    return orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2 if indented else None)


def pictures(user: User, missing: list[str]) -> Iterator[tuple[str, Iterable[bytes]]]:
    for holder in holders:
        for name, read in holder.files(user) if holder.files else ():
            if data := read():
                yield name, [data]
            else:
                missing.append(name)


def readme(user: User, missing: list[str]) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The last file, since it tells which pictures could not be found."""
    files = [(holder.name, holder.about, bool(holder.files)) for holder in holders if holder.about]
    context = {"app_name": settings.APP_NAME, "user": user, "now": timezone.now(), "files": files, "missing": missing}
    yield "README.txt", [render_to_string("accounts/export.txt", context).encode()]
