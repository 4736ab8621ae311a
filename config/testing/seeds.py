"""The database of a new gallery, kept and copied: migrations and words would cost each worker two seconds."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from config.testing import postgres

ROOT = Path(__file__).resolve().parent.parent.parent
PLACE = ROOT / "var" / "testing"
ROOMS = ("accounts", "config", "designs", "favorites", "uploads")


@cache
def edition() -> str:
    """Another one after any change of code, of words or of packages."""
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*")) if path.suffix in {".py", ".json"}]
    read = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in files:
        if "tests" not in path.parts:
            read.update(path.read_bytes())
    return read.hexdigest()[:12]


class OnAServer:
    def __init__(self, url: str) -> None:
        self.url, self.family = url, f"{url.rsplit('/', 1)[1]}_seed_"
        self.name = self.family + edition()

    def stands(self) -> bool:
        return self.name in postgres.databases(self.url)

    @contextlib.contextmanager
    def copied(self, name: str) -> Iterator[str]:
        with postgres.database(self.url, name, self.name) as url:
            postgres.hurry(url, name)
            yield url

    def grow(self) -> None:
        old = [name for name in postgres.databases(self.url) if name.startswith(self.family)]
        with postgres.database(self.url, f"{self.family}grows"):
            fill(f"{self.family}grows")
            postgres.replace(self.url, old, f"{self.family}grows", self.name)


class InAFile:
    def __init__(self) -> None:
        self.path = PLACE / f"{edition()}.sqlite3"

    def stands(self) -> bool:
        return self.path.exists()

    @contextlib.contextmanager
    def copied(self, name: str) -> Iterator[str]:
        shutil.copy(self.path, name)
        yield ""

    def grow(self) -> None:
        for old in PLACE.glob("*.sqlite3*"):
            old.unlink()
        grows = self.path.with_suffix(".grows")
        grows.unlink(missing_ok=True)
        fill(str(grows))
        grows.rename(self.path)


def seed() -> OnAServer | InAFile:
    url = os.environ.get("TEST_DATABASE_URL")
    return OnAServer(url) if url else InAFile()


def fill(name: str) -> None:
    with connected_to(name):
        call_command("migrate", verbosity=0, interactive=False)


@contextlib.contextmanager
def connected_to(name: str) -> Iterator[None]:
    def turn_to(name: str) -> None:
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined] # PostgreSQL's has it
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name

    usual = connection.settings_dict["NAME"]
    turn_to(name)
    try:
        yield
    finally:
        turn_to(usual)


@contextlib.contextmanager
def sown() -> Iterator[None]:
    """A database of this worker's own; whoever comes first fills the one to copy."""
    PLACE.mkdir(parents=True, exist_ok=True)
    with (PLACE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not seed().stands():
            seed().grow()
    name = name_of_a_copy()
    with seed().copied(name), connected_to(name):
        yield


def name_of_a_copy() -> str:
    if connection.vendor == "sqlite":
        return str(connection.settings_dict["TEST"]["NAME"])
    return f"{connection.settings_dict['NAME']}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
