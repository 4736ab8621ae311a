"""A large gallery into files and back, on PostgreSQL: seconds, peak memory, and whether it is the same afterwards.

    python -m bench.backup [--designs 50000] [--people 10000] [--hearts 500000] [--encrypted] [--onto sqlite]

Fills a PostgreSQL database of its own, backs it up without pictures, verifies, restores into a second, new one (or
into a SQLite file), backs that up as well and compares each table's rows and checksum. Then it starts the server on
what was restored and asks a few doors, with a token that was given out before the backup.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench import standing
from bench.agreeing import ask
from config.testing import postgres

FILL = """
import json, sys
import django
django.setup()
from bench import standing
standing.fill(*map(int, sys.argv[1:4]))
from accounts import sessions
from accounts.models import User
person = User.objects.filter(username__startswith="fill-").first()
print(sessions.pair(sessions.open_session(person, "127.0.0.1", "bench"))["access_token"])
"""
DOORS = {
    "/health": 200,
    "/api/auth/me": 200,
    "/api/designs?sort=popular": 200,
    "/api/designs?q=red+silk+saree": 200,
    "/api/designs/facets": 200,
    "/api/designs/user/favorites": 200,
}
LOOK_EVERY = 0.05


def manage(env: dict[str, str], *words: str) -> None:
    """With its seconds and the most memory it had at a moment."""
    started, peak = time.monotonic(), 0.0
    command = [sys.executable, "manage.py", *words]
    process = subprocess.Popen(command, cwd=standing.ROOT, env=os.environ | env, stdout=subprocess.PIPE, text=True)
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        time.sleep(LOOK_EVERY)
    line = process.communicate()[0].splitlines()[0]
    print(f"{words[0]:14} {time.monotonic() - started:6.1f} s   peak {peak:4.0f} MB   {line}", flush=True)
    if process.returncode:
        sys.exit(f"{words[0]} ended with {process.returncode}.")


def said(env: dict[str, str], *words: str) -> str:
    command = [sys.executable, *words]
    return subprocess.run(
        command, cwd=standing.ROOT, env=os.environ | env, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def resident(pid: int) -> float:
    try:
        return standing.resident(pid)
    except OSError:  # it ended between two looks
        return 0.0


def newest(folder: Path) -> dict[str, Any]:
    return json.loads(max(folder.glob("gallery-*")).joinpath("manifest.json").read_bytes())


def compare(one: dict[str, Any], other: dict[str, Any]) -> None:
    facts = ("name", "rows", "bytes", "sha256")
    first, second = ([[table[fact] for fact in facts] for table in each["tables"]] for each in (one, other))
    if unlike := [a[0] for a, b in zip(first, second, strict=True) if a != b]:
        sys.exit(f"These tables differ: {', '.join(unlike)}.")
    rows = sum(table["rows"] for table in one["tables"])
    print(f"All {len(first)} tables are equal, row by row and by their checksums: {rows:,} rows.")


def smoke(env: dict[str, str], url: str, token: str) -> None:
    with standing.running("ours", env, url, token) as server:
        for door, wanted in DOORS.items():
            status, _ = ask(server, "GET", door, token)
            print(f"  {status} {door}")
            if status != wanted:
                sys.exit(f"{door} answered {status}.")


@contextmanager
def two_databases() -> Iterator[tuple[str, str]]:
    with postgres.server() as url, ExitStack() as stack:
        if url is None:
            sys.exit(standing.NO_SERVER)
        names = [f"gallery_backup_{os.getpid()}_{which}" for which in ("from", "to")]
        first, second = (stack.enter_context(postgres.database(url, name)) for name in names)
        yield first, second


def measure(asked: argparse.Namespace, first: str, second: str, folder: Path) -> None:
    own = {"BACKUP_KEY": secrets.token_urlsafe(48)} if asked.encrypted else {}
    before = standing.environment(first, **own)
    after = {**before, "DATA_DIR": tempfile.mkdtemp(dir=folder), "DATABASE_URL": standing.named(second, "ours")}
    if asked.onto == "sqlite":
        after["DATABASE_URL"] = f"sqlite:///{folder}/restored.sqlite3"
    sizes = [str(asked.designs), str(asked.people), str(asked.hearts)]
    token = said(before, "-c", FILL, *sizes).splitlines()[-1]
    there, again = folder / "backups", folder / "again"
    manage(before, "backup", "--no-pictures", "--to", str(there))
    manage(before, "verify_backup", str(there))
    manage(after, "restore", str(there), "--latest", "--no-pictures")
    manage(after, "backup", "--no-pictures", "--to", str(again))
    if not asked.encrypted:
        compare(newest(there), newest(again))
    if asked.onto == "postgresql":
        smoke(after, second, token)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=50_000)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--hearts", type=int, default=500_000)
    parser.add_argument("--encrypted", action="store_true")
    parser.add_argument("--onto", choices=["postgresql", "sqlite"], default="postgresql")
    asked = parser.parse_args()
    with two_databases() as (first, second), tempfile.TemporaryDirectory() as folder:
        measure(asked, first, second, Path(folder))


if __name__ == "__main__":
    main()
