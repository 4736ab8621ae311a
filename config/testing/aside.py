"""A process with Django beside the running server, kept: `manage.py shell` would start anew for each piece of code."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from config.testing.servers import ROOT, Server

LOOP = """
import json, os, sys, traceback
answers = os.fdopen(os.dup(1), "w")
sys.stdout = sys.stderr
import django
django.setup()
from config.tasks import threads

def until_the_tasks_are_done():
    if pool := threads.pool:
        threads.pool = None
        pool.shutdown()

for line in sys.stdin:
    code, names = json.loads(line)
    try:
        exec(code, names)
        until_the_tasks_are_done()
        trouble = ""
    except Exception:
        trouble = traceback.format_exc()
    print(json.dumps(trouble), file=answers, flush=True)
"""
MANAGE = "from django.core.management import call_command\ncall_command(*words)"


@dataclass
class Aside:
    """Ops with a shell that stays open, or a test that fills the database of the running server."""

    process: subprocess.Popen[str]

    def run(self, code: str, **names: object) -> None:
        """This code, with these names; returns when its background tasks are done too."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{json.dumps([code, names])}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the process beside the server ended: see aside.log beside its server.log"
        if trouble := json.loads(answer):
            raise AssertionError(trouble)

    def manage(self, *words: str) -> None:
        self.run(MANAGE, words=words)


@pytest.fixture(scope="session")
def aside(server: Server) -> Iterator[Aside]:
    with (server.data / "aside.log").open("w") as log:
        env = {**server.env, "DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-c", LOOP]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=ROOT, env=env, stdin=pipe, stdout=pipe, stderr=log, text=True) as process:
            yield Aside(process)
            assert process.stdin
            process.stdin.close()
