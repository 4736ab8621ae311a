"""One at a time, over all hosts that share a database: two that start at once must not both migrate it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

NUMBER = 7_020_262_126  # of the lock in PostgreSQL; nobody else's


@contextmanager
def alone() -> Iterator[None]:
    """Whoever comes second waits, and finds the work done. It may be entered again inside."""
    lock = in_the_database() if connection.vendor == "postgresql" else in_a_file()
    with lock:
        yield


@contextmanager
def in_the_database() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [NUMBER])
    try:
        yield
    finally:
        if connection.connection is not None and connection.is_usable():  # else the lock went with the connection
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [NUMBER])


@contextmanager
def in_a_file() -> Iterator[None]:
    global _depth  # noqa: PLW0603 - of this process
    with Path(settings.DATA_DIR, "migrating.lock").open("w") as file:
        if not _depth:
            fcntl.flock(file, fcntl.LOCK_EX)
        _depth += 1
        try:
            yield
        finally:
            _depth -= 1


_depth = 0
