"""A PostgreSQL for the tests: the given one, one that runs here, or a temporary one from installed programs."""

import contextlib
import getpass
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent.parent
LEAST_VERSION = 140000


@contextlib.contextmanager
def server() -> Iterator[str | None]:
    """The URL of a database on a server where we may create others, or None."""
    name = f"gallery_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"  # two checkouts do not meet
    for url in candidates():
        if usable(url):
            yield rename(url, name)
            return
    if programs():
        with Cluster() as cluster:
            yield rename(cluster.url, name)
        return
    yield None


def candidates() -> list[str]:
    if given := os.environ.get("TEST_POSTGRES_URL"):
        return [given]
    me = getpass.getuser()
    return [  # a socket costs less for each statement
        *(f"postgresql://{name}@%2Fvar%2Frun%2Fpostgresql/postgres" for name in ("postgres", me)),
        *(f"postgresql://{name}@127.0.0.1:5432/postgres" for name in ("postgres", me)),
    ]


def usable(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            row = connection.execute(
                "SELECT rolsuper OR rolcreatedb, current_setting('server_version_num')::int"
                " FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return bool(row and row[0] and row[1] >= LEAST_VERSION)


def rename(url: str, database: str) -> str:
    return f"{url.rsplit('/', 1)[0]}/{database}"


def programs() -> Path | None:
    """The folder of the newest installed initdb."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return folders[-1].parent if folders else None


class Cluster:
    """A throw-away server on a socket in a temporary folder. initdb refuses root, so root lends it to `nobody`."""

    def __enter__(self) -> Self:
        folder = programs()
        assert folder, "call programs() first"
        self.folder = folder
        self.home = tempfile.mkdtemp(prefix="gallery-pg-")
        self.as_user: list[str] = []
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.home, nobody.pw_uid, nobody.pw_gid)
            self.as_user = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
        self.data = f"{self.home}/data"
        self.run("initdb", "-D", self.data, "-U", "gallery", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-N")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):  # stopped already
            self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def url(self) -> str:
        return f"postgresql://gallery@{self.home.replace('/', '%2F')}/postgres"

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.home} -c fsync=off -c full_page_writes=off"
        self.run("pg_ctl", "-D", self.data, "-w", "-l", f"{self.home}/log", "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    def run(self, program: str, *arguments: str) -> None:
        command = [*self.as_user, f"{self.folder}/{program}", *arguments]
        subprocess.run(command, check=True, cwd=self.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def database(url: str, name: str, template: str = "template1") -> Iterator[str]:
    """A fresh database beside the one in `url`, dropped afterwards."""
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    run(url, dropping(name), create)
    try:
        yield rename(url, name)
    finally:
        run(url, dropping(name))


def run(url: str, *statements: sql.Composed) -> None:
    with psycopg.connect(rename(url, "postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def dropping(name: str) -> sql.Composed:
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))


def hurry(url: str, name: str) -> None:
    """No commit waits for the disk, and no small query is compiled."""
    setting = sql.SQL("ALTER DATABASE {} SET {} TO off")
    names = ("synchronous_commit", "jit")
    run(url, *(setting.format(sql.Identifier(name), sql.Identifier(one)) for one in names))


def databases(url: str) -> list[str]:
    with psycopg.connect(rename(url, "postgres")) as connection:
        return [str(name) for (name,) in connection.execute("SELECT datname FROM pg_database")]


def replace(url: str, old: list[str], name: str, new_name: str) -> None:
    """Renames one, and drops others."""
    renaming = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(new_name))
    run(url, *map(dropping, old), renaming)
