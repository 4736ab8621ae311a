"""What happens when a server dies, or is replaced, while people write.

    python -m bench.drills kill [--times 5] [--database postgresql://...]
    python -m bench.drills rolling --database postgresql://...

`kill`: six people write, the whole server is killed with SIGKILL and started again, so many times; every write that was
acknowledged must be there. `rolling`: three servers behind Caddy are replaced one after the other while six people
write and read; no request may fail. Without --database: SQLite. Name a new database: what is made stays in it.
"""

import argparse
import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from config.testing import fleet
from config.testing.servers import (
    ADMIN,
    ADMIN_PASSWORD,
    ROOT,
    Server,
    environment,
    free_port,
    wait_until_it_answers,
)

WRITERS = 6
MOST_SECONDS = 10.0


class LostError(Exception):
    """Something that was acknowledged is not there."""


class Door:
    """One person's connection, opened anew whenever the server has gone."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port, self.token = port, token

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, object]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        try:
            connection.request(method, path, json.dumps(body or {}), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        finally:
            connection.close()


def signed_in(port: int) -> str:
    status, answer = Door(port).ask("POST", "/api/auth/login", {"username": ADMIN, "password": ADMIN_PASSWORD})
    if status != http.HTTPStatus.OK:
        raise RuntimeError(f"{status} {answer}")
    return str(answer["access_token"])


class Writers:
    """Each makes drafts until told to stop, and remembers what was acknowledged."""

    def __init__(self, door: Door) -> None:
        self.door, self.going, self.lock = door, True, threading.Lock()
        self.known: dict[int, str] = {}

    def go_on(self, writer: int) -> None:
        number = 0
        while self.going:
            number += 1
            title = f"Draft {writer}-{number}-{time.time_ns()}"
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):  # the server is away
                status, design = self.door.ask("POST", "/api/designs", {"title": title, "status": "draft"})
                if status == http.HTTPStatus.CREATED:
                    with self.lock:
                        self.known[int(str(design["id"]))] = title

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        with ThreadPoolExecutor(WRITERS) as crowd:
            running = [crowd.submit(self.go_on, writer) for writer in range(WRITERS)]
            try:
                yield
            finally:
                self.going = False
            for one in running:
                one.result()


# --- kill -9 --------------------------------------------------------------------------------------------------------
def start(env: dict[str, str], data: Path) -> Server:
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.conf.py", "config.wsgi"]
    with (data / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
    return Server(int(env["PORT"]), data, process, env)


def kill(server: Server) -> None:
    """The master and all its workers at once: nobody says goodbye."""
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()


def drill_kill(asked: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="gallery-drill-") as folder:
        wide = {"LIMIT_STANDARD": "1000000", "LIMIT_CURATING": "1000000", "DEMO": "0"}
        env = environment(folder, asked.database, PORT=str(free_port()), **wide)
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=env, check=True, capture_output=True)
        server, away, acknowledged = start(env, Path(folder)), [], 0
        wait_until_it_answers(server)
        for _ in range(asked.times):
            writers = Writers(Door(server.port, signed_in(server.port)))
            with writers.at_work():
                time.sleep(asked.seconds)
                kill(server)
                began = time.monotonic()
                server = start(env, Path(folder))
                wait_until_it_answers(server)
                away.append(time.monotonic() - began)
            acknowledged += len(writers.known)
            look(writers)
        kill(server)
    shown = ", ".join(f"{seconds:.1f}" for seconds in away)
    print(f"{asked.times} kills, {acknowledged:,} acknowledged writes, none lost; away for {shown} s")
    if max(away) > MOST_SECONDS:
        sys.exit(f"More than {MOST_SECONDS:.0f} s.")


def look(writers: Writers) -> None:
    for number, title in writers.known.items():
        status, design = writers.door.ask("GET", f"/api/designs/{number}")
        if status != http.HTTPStatus.OK or design["title"] != title:
            raise LostError(f"{number} {title}: {status}")


# --- A rolling restart ----------------------------------------------------------------------------------------------
def drill_rolling(asked: argparse.Namespace) -> None:
    if why := fleet.missing():
        sys.exit(why)
    wide = {"LIMIT_STANDARD": "1000000", "LIMIT_CURATING": "1000000", "LIMIT_AUTH": "1000", "DEMO": "0"}
    with fleet.fleet(asked.database, {}, WEB_DRAIN_SECONDS="3", **wide) as three:
        door, told = Door(three.port, signed_in(three.port)), Counter[int]()
        going = [True]

        def go_on(number: int) -> None:
            while going[0]:
                body = {"full_name": f"Meera {number}"}
                way = ("PATCH", "/api/auth/me", body) if number % 2 else ("GET", "/api/designs", None)
                told[door.ask(*way)[0]] += 1

        with ThreadPoolExecutor(WRITERS) as crowd:
            running = [crowd.submit(go_on, number) for number in range(WRITERS)]
            began = time.monotonic()
            for number in range(fleet.SERVERS):
                three.replace(number)
            seconds = time.monotonic() - began
            going[0] = False
            for one in running:
                one.result()
    failed = sum(number for status, number in told.items() if status != http.HTTPStatus.OK)
    print(f"three servers replaced in {seconds:.0f} s, {sum(told.values()):,} requests, {failed} failed {dict(told)}")
    if failed:
        sys.exit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("drill", choices=["kill", "rolling"])
    parser.add_argument("--database", default="")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="of writing before each kill")
    asked = parser.parse_args()
    if asked.drill == "rolling" and not asked.database:
        parser.error("hosts share PostgreSQL, never a file: name one with --database")
    {"kill": drill_kill, "rolling": drill_rolling}[asked.drill](asked)


if __name__ == "__main__":
    main()
