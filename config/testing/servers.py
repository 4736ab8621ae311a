"""The real thing: gunicorn in a process of its own, with a database and a data folder of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.testing import postgres, seeds

ROOT = Path(__file__).resolve().parent.parent.parent
ADMIN, ADMIN_PASSWORD = "meera", "kanjeevaram-42"


@dataclass
class Server:
    port: int
    data: Path
    process: subprocess.Popen[bytes]
    env: dict[str, str]

    def manage(self, *words: str) -> str:
        """`manage.py ...` beside the running server, as ops would."""
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=ROOT, env=self.env, check=True, capture_output=True, text=True).stdout

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.data / "server.log").read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: str, database_url: str, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "ENV_FILE": os.devnull,
        "ENVIRONMENT": "test",
        "DATA_DIR": data,
        "DATABASE_URL": database_url,
        "ADMIN_USERNAME": ADMIN,
        "ADMIN_PASSWORD": ADMIN_PASSWORD,
        "WEB_CONCURRENCY": "2",
        **more,
    }


def own_database(data: str, called: str, *, copied: bool) -> contextlib.AbstractContextManager[str]:
    """Its URL; empty for the file of a newcomer. A copy of a new gallery, if one is kept, is soon prepared."""
    lane, seed = os.environ.get("TEST_DATABASE_URL"), seeds.seed()
    name = f"gallery_{called}_{os.getpid()}" if lane else f"{data}/gallery.sqlite3"
    if copied and seed.stands():
        return seed.copied(name)
    return postgres.database(lane, name) if lane else contextlib.nullcontext("")


@contextlib.contextmanager
def running(*, called: str = "server", prepared: bool = True, **variables: str) -> Iterator[Server]:
    """Prepare a database, serve it by gunicorn with two workers, and stop it as a host would.

    Two at once are called differently, or the later one takes the database of the other away.
    """
    with contextlib.ExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="gallery-server-"))
        url = stack.enter_context(own_database(data, called, copied=prepared))
        port = free_port()
        env = environment(data, url, PORT=str(port), **variables)
        if prepared:
            subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=env, check=True)
        log = stack.enter_context(Path(data, "server.log").open("wb"))
        command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.conf.py", "config.testing.wsgi"]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        stack.callback(stop, process)
        server = Server(port, Path(data), process, env)
        wait_until_it_answers(server)
        yield server


def wait_until_it_answers(server: Server, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{server.url}/livez", timeout=1)
            return
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{server.log}")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running(BODY_TIMEOUT="2", LIMIT_ANONYMOUS="1000000", LIMIT_STANDARD="1000000") as server:
        yield server
