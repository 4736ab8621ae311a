"""Many at once: real threads, and processes of their own that may be killed."""

import atexit
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
one_line_at_a_time = Lock()


def at_once(work: Callable[[int], Any], times: int) -> list[Any]:
    """What each answered, in order."""

    def run(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as crowd:
        return list(crowd.map(run, range(times)))


def process(code: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Runs it against this test's database, with Django set up; `sys.argv[1:]` are the arguments."""
    words = [*map(str, arguments)]
    with tempfile.TemporaryDirectory(prefix="gallery-process-") as name:
        folder = Path(name)
        for file in ("out", "err"):
            (folder / file).touch()
        os.mkfifo(folder / "code")
        ask({"code": f"import os, signal, sys\n{code}", "arguments": words, "folder": name})
        returncode = end_told_in(folder / "code")
        out, err = ((folder / file).read_text(encoding="utf-8") for file in ("out", "err"))
    return subprocess.CompletedProcess(words, returncode, out, err)


def end_told_in(fifo: Path, seconds: float = 60) -> int:
    number = os.open(fifo, os.O_RDWR)  # only to read, it would wait here, and for ever
    told, _, _ = select.select([number], [], [], seconds)
    assert told, f"no end after {seconds} seconds"
    code = int(os.read(number, 8))
    os.close(number)
    return code


def ask(request: dict[str, object]) -> None:
    with one_line_at_a_time:
        pipe = nursery(database_url()).stdin
        assert pipe
        pipe.write(f"{json.dumps(request)}\n")
        pipe.flush()


@cache
def nursery(url: str) -> "subprocess.Popen[str]":
    """One for each database: a test may be connected to another one for a while."""
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-m", "config.testing.nursery"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, text=True)
    atexit.register(process.communicate)
    return process


def database_url() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['TEST_DATABASE_URL'].rsplit('/', 1)[0]}/{name}"
