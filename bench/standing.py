"""What stands while we measure: a filled database, ours and the rivals on free ports, and who uses how much CPU."""

import atexit
import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from config.testing import postgres
from config.testing.servers import free_port, stop

ROOT = Path(__file__).resolve().parent.parent
RIVALS_PYTHON = ROOT / ".venv" / "bench" / "bin" / "python"
TICK = os.sysconf("SC_CLK_TCK")
WORKERS, THREADS = 2, 8
QUIET, QUIET_SECONDS = 0.05, 6  # of a processor; it may be waiting for the database a while
NAMES = {
    "ours": "ours",
    "sqlite": "ours on SQLite",
    "plain": "plain DRF",
    "lean": "FastAPI + asyncpg",
    "pocket": "PocketBase",
}
NO_SERVER = """
There is no PostgreSQL to measure on. Start one, name one (TEST_POSTGRES_URL=postgresql://... of a user who may create
databases), or install its programs (apt install postgresql): a temporary one is made from them.
"""


# --- A database -------------------------------------------------------------------------------------------------------
@contextlib.contextmanager
def database(kept: str = "") -> Iterator[str]:
    """An empty one of our own, dropped afterwards; or a filled one that stays."""
    if kept:
        yield kept
        return
    with postgres.server() as url:
        if url is None:
            sys.exit(NO_SERVER)
        with postgres.database(url, f"gallery_against_{os.getpid()}") as fresh:
            yield fresh


def environment(url: str, **more: str) -> dict[str, str]:
    """As production has it, but for HTTPS and collected static files, which no door here touches."""
    folder = tempfile.mkdtemp(prefix="gallery-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENV_FILE": os.devnull,
        "ENVIRONMENT": "test",
        "DEBUG": "0",
        "DATA_DIR": folder,
        "DATABASE_URL": named(url, "ours"),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "JWT_SECRET": secrets.token_urlsafe(48),
        "ACCESS_TOKEN_MINUTES": "1440",
        "PUBLIC_URL": "https://gallery.example",
        "LIMIT_STANDARD": "1000000",
        "LIMIT_SUGGEST": "1000000",
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "json",
        "WEB_CONCURRENCY": str(WORKERS),
        "WEB_THREADS": str(THREADS),
        **more,
    }


def named(url: str, application: str) -> str:
    """The server of the database then knows whose backends they are."""
    return f"{url}{'&' if '?' in url else '?'}application_name={application}"


def fill(designs: int, people: int, hearts: int) -> None:
    """Django is set up. One cover for all, with three variants and all its facts, as uploaded pictures have them."""
    from django.core.management import call_command
    from django.db import connection

    from config.demo import filling
    from uploads.models import Picture

    call_command("migrate", verbosity=0)
    facts = {"size": 240_000, "width": 1_800, "height": 2_400, "content_type": "image/webp", "edition": 1}
    seen = {"thumbhash": "HggCBQAnxHd6h3VGOLh7cP1bgq+j", "dominant_colour": "#8a1c2b"}
    Picture.objects.get_or_create(object_key=filling.COVER, defaults={**facts, **seen})
    filling.fill(designs, users=people, hearts=hearts)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def tune(url: str) -> bool:
    """No parallel workers: 16 connections share few processors, and their CPU would be lost to our count.

    Rivals count hearts by themselves: their connections do without our triggers, but foreign keys are still looked at.
    Answers whether that could be had: it takes a superuser.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("ALTER DATABASE {} SET max_parallel_workers_per_gather = 0").format(name))
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        if not row or not row[0]:
            return False
        keys = connection.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'favorites_favorite'::regclass AND tgisinternal"
        )
        for (trigger,) in keys.fetchall():
            always = sql.SQL("ALTER TABLE favorites_favorite ENABLE ALWAYS TRIGGER {}")
            connection.execute(always.format(sql.Identifier(trigger)))
    return True


# --- Servers ----------------------------------------------------------------------------------------------------------
@dataclass
class Server:
    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def title(self) -> str:
        return NAMES[self.name]


def ours(port: int) -> list[str]:
    del port  # from the environment
    return [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.conf.py", "config.wsgi"]


def plain(port: int) -> list[str]:
    kind = ["--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "75"]
    where = ["--bind", f"127.0.0.1:{port}", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]  # noqa: S108
    return [str(RIVALS_PYTHON), "-m", "gunicorn", *kind, *where, "bench.rivals.plain_drf.wsgi"]


def lean(port: int) -> list[str]:
    kind = ["--workers", str(WORKERS), "--loop", "uvloop", "--http", "httptools", "--log-level", "warning"]
    where = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--timeout-keep-alive", "75"]
    return [str(RIVALS_PYTHON), "-m", "uvicorn", *kind, *where, "bench.rivals.lean:app"]


COMMANDS: dict[str, Callable[[int], list[str]]] = {"ours": ours, "sqlite": ours, "plain": plain, "lean": lean}


@contextlib.contextmanager
def running(name: str, env: dict[str, str], url: str, token: str, *, uncounted: bool = True) -> Iterator[Server]:
    port = free_port()
    own = {"PORT": str(port), "DATABASE_URL": named(url, name), "PYTHONPATH": str(ROOT)}
    if name == "sqlite":
        own["DATABASE_URL"] = env["DATABASE_URL"]
    elif name != "ours" and uncounted:
        own["RIVAL_OPTIONS"] = "-c session_replication_role=replica"
    if name == "plain":
        own["DJANGO_SETTINGS_MODULE"] = "bench.rivals.plain_drf.settings"
    log = Path(env["DATA_DIR"], f"{name}-{port}.log")
    with log.open("wb") as file:
        process = subprocess.Popen(
            COMMANDS[name](port), cwd=ROOT, env={**os.environ, **env, **own}, stdout=file, stderr=file
        )
    server = Server(name, port, process, log)
    try:
        wait_until_it_answers(server, token)
        yield server
    finally:
        stop(process)


def wait_until_it_answers(server: Server, token: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    url, headers = f"http://127.0.0.1:{server.port}/api/designs", {"Authorization": f"Bearer {token}"}
    while time.monotonic() < deadline and server.process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5)
            return
        time.sleep(0.1)
    raise RuntimeError(f"{server.title} did not start:\n{server.log.read_text(encoding='utf-8')[-3000:]}")


def wait_until_quiet(server: Server, seconds: float = 180) -> None:
    """Ours reads its index when it starts, in the background."""
    deadline, quiet = time.monotonic() + seconds, 0
    before = of_tree(server.process.pid)
    while time.monotonic() < deadline and quiet < QUIET_SECONDS:
        time.sleep(1)
        now = of_tree(server.process.pid)
        quiet = quiet + 1 if now - before < QUIET else 0
        before = now


# --- CPU and memory ---------------------------------------------------------------------------------------------------
def stat(pid: int) -> list[str]:
    """Of /proc/<pid>/stat what follows the name: state, parent, ..."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return []


def cpu_of(pid: int) -> float:
    """Seconds, in user and system mode, with the children it has buried."""
    facts = stat(pid)
    return sum(map(int, facts[11:15])) / TICK if facts else 0.0


def cpu_of_threads(pid: int, niceness: int) -> float:
    """Seconds, of those threads of a process that stand so far back."""
    every = (
        path.read_text(encoding="utf-8").rpartition(")")[2].split() for path in Path(f"/proc/{pid}/task").glob("*/stat")
    )
    return sum(int(facts[11]) + int(facts[12]) for facts in every if int(facts[16]) == niceness) / TICK


def tree(pid: int) -> list[int]:
    every = ((int(path.name), stat(int(path.name))) for path in Path("/proc").glob("[0-9]*"))
    parents = {number: int(facts[1]) for number, facts in every if facts}
    found: list[int] = []
    todo = [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += [child for child, parent in parents.items() if parent == one]
    return found


def of_tree(pid: int) -> float:
    return sum(map(cpu_of, tree(pid)))


def resident(pid: int) -> float:
    """MB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Meter:
    """CPU of the database's backends by whose they are, those that ended meanwhile included."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(named(url, "meter"), autocommit=True)
        self.seen: dict[int, tuple[str, float]] = {}
        command = Path(f"/proc/{self.connection.info.backend_pid}/cmdline")
        self.works = command.exists() and "postgres" in command.read_text(encoding="utf-8")

    def look(self) -> None:
        if not self.works:
            return
        rows = self.connection.execute(
            "SELECT pid, application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        for pid, whose in rows.fetchall():
            self.seen[pid] = (whose, max(cpu_of(pid), self.seen.get(pid, ("", 0.0))[1]))

    def of(self, whose: str) -> float:
        self.look()
        return sum(cpu for name, cpu in self.seen.values() if name == whose)

    def close(self) -> None:
        self.connection.close()
