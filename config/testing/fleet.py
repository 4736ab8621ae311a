"""Three servers behind a proxy that share a database, Redis and a bucket, and nothing else."""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from config.testing.servers import ROOT, Server, environment, free_port, stop, wait_until_it_answers

PROGRAMS = ("caddy", "redis-server", "pgbouncer")
SERVERS = 3


def missing() -> str:
    away = [name for name in PROGRAMS if not shutil.which(name)]
    return f"no {' and no '.join(away)} on this machine: apt install {' '.join(PROGRAMS)}" if away else ""


@dataclass
class Fleet:
    servers: list[Server]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        for server in self.servers:
            stop(server.process)

    def replace(self, number: int) -> None:
        """As a rolling restart does: one stops gracefully, and another one comes in its place."""
        old = self.servers[number]
        stop(old.process)
        self.servers[number] = started(old.data, old.env)


def started(data: Path, env: dict[str, str]) -> Server:
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.conf.py", "config.wsgi"]
    with Path(data, "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    server = Server(int(env["PORT"]), data, process, env)
    wait_until_it_answers(server)
    return server


@contextlib.contextmanager
def redis(folder: str) -> Iterator[str]:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    with beside(command):
        yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def caddy(servers: list[Server], folder: str) -> Iterator[int]:
    port = free_port()
    env = {
        **os.environ,
        "XDG_DATA_HOME": folder,
        "XDG_CONFIG_HOME": folder,
        "GALLERY_ADDRESS": f"http://127.0.0.1:{port}",
        "GALLERY_SERVERS": " ".join(f"127.0.0.1:{server.port}" for server in servers),
        **buffering(),
    }
    with beside(["caddy", "run", "--adapter", "caddyfile", "--config", str(ROOT / "proxy/Caddyfile")], env):
        wait_for(f"http://127.0.0.1:{port}/livez")
        yield port


@contextlib.contextmanager
def pooler(database_url: str) -> Iterator[str]:
    """PgBouncer that gives each transaction the one connection to the database it has. It refuses to run as root."""
    database, port = conninfo_to_dict(database_url), free_port()
    facts = " ".join(f"{key}='{value}'" for key, value in database.items())
    with tempfile.TemporaryDirectory(prefix="gallery-pooler-") as folder:
        config = Path(folder, "pgbouncer.ini")
        lines = ["auth_type = any", "pool_mode = transaction", "default_pool_size = 1", f"listen_port = {port}"]
        lines += ["listen_addr = 127.0.0.1", "unix_socket_dir =", "server_check_query ="]
        config.write_text("\n".join(["[databases]", f"pooled = {facts}", "[pgbouncer]", *lines, ""]), encoding="utf-8")
        as_user = []
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for path in (folder, config):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            as_user = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
        url = f"postgresql://{database.get('user', 'postgres')}@127.0.0.1:{port}/pooled"
        with beside([*as_user, "pgbouncer", str(config)]):
            wait_for_database(url)
            yield url


def wait_for_database(url: str) -> None:
    for _ in range(50):
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(url, connect_timeout=1).close()
            return
        time.sleep(0.05)
    raise AssertionError("the pooler does not answer")


def buffering() -> dict[str, str]:
    """Debian's Caddy knows the older word only."""
    said = subprocess.run(["caddy", "version"], check=True, capture_output=True, text=True).stdout
    return {"BUFFERING": "buffer_requests"} if said.lstrip("v").startswith(("2.5", "2.6")) else {}


@contextlib.contextmanager
def beside(command: list[str], env: dict[str, str] | None = None) -> Iterator[None]:
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        stop(process)


def wait_for(url: str) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=1).close()
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing answers at {url}")


@contextlib.contextmanager
def fleet(database_url: str, bucket: dict[str, str], **variables: Any) -> Iterator[Fleet]:
    with contextlib.ExitStack() as stack:
        folders = [stack.enter_context(tempfile.TemporaryDirectory(prefix="gallery-fleet-")) for _ in range(SERVERS)]
        shared = {
            "CACHE_URL": stack.enter_context(redis(folders[0])),
            "SECRET_KEY": "a" * 40,
            "JWT_SECRET": "b" * 40,
            "TRUSTED_PROXIES": "1",
            **bucket,
            **variables,
        }
        envs = [environment(folder, database_url, PORT=str(free_port()), **shared) for folder in folders]
        # On two hosts at once, as a careless deployment does.
        preparing = [subprocess.Popen([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=env) for env in envs[:2]]
        if [process.wait(120) for process in preparing] != [0, 0]:
            raise AssertionError("two that prepare the database at once trouble one another")
        fleet = Fleet([], 0)
        stack.callback(fleet.stop)
        for folder, env in zip(folders, envs, strict=True):
            fleet.servers.append(started(Path(folder), env))
        fleet.port = stack.enter_context(caddy(fleet.servers, folders[0]))
        yield fleet
