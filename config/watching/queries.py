"""How many statements this thread has sent to the database, and how long it waited for them."""

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.backends.signals import connection_created


class Asked(NamedTuple):
    statements: int
    seconds: float


class Counted(threading.local):
    statements = 0
    seconds = 0.0

    def now(self) -> Asked:
        return Asked(self.statements, self.seconds)

    def since(self, before: Asked) -> Asked:
        return Asked(self.statements - before.statements, self.seconds - before.seconds)


counted = Counted()


def count(execute: Callable[..., Any], *args: Any) -> Any:
    started = time.perf_counter()
    try:
        return execute(*args)
    finally:
        counted.statements += 1
        counted.seconds += time.perf_counter() - started


def watch(connection: Any, **_: Any) -> None:
    if count not in connection.execute_wrappers:
        connection.execute_wrappers.append(count)


def start() -> None:
    connection_created.connect(watch, dispatch_uid="count queries")
