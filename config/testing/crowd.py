"""Many at once: real threads, and processes of their own that may be killed."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


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
    begin = "import os, signal, sys, django; django.setup()\n"
    command = [sys.executable, "-c", begin + code, *map(str, arguments)]
    env = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)


def database_url() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['TEST_DATABASE_URL'].rsplit('/', 1)[0]}/{name}"
