"""The figures `/metrics` tells. Each process counts in a file of its own; whoever is asked adds them up.

Counting is off where nobody may ask: then none of this is loaded. What is to be asked only when somebody looks is told
by `tells`, from the `AppConfig.ready` of apps.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection
from structlog import get_logger

from config.made_once import made_once

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram

    from config.watching.queries import Asked

log = get_logger(__name__)

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's own variable; config/gunicorn.conf.py sets it
UNKNOWN = "unknown"  # of addresses that lead nowhere: anybody can invent thousands
POOL_EVERY = 1.0


class Told(NamedTuple):
    """A figure that is asked when somebody looks; by label where `label` is named."""

    name: str
    words: str
    ask: Callable[[], float | Mapping[str, float]]
    label: str = ""


told: list[Told] = []


def tells(name: str, words: str, ask: Callable[[], float | Mapping[str, float]], label: str = "") -> None:
    told.append(Told(name, words, ask, label))


class OfRoute(NamedTuple):
    seconds: Histogram
    queries: Counter
    waited: Counter


class Instruments:
    def __init__(self) -> None:
        from prometheus_client import Counter, Gauge, Histogram  # noqa: PLC0415 - it reads FOLDER when it is loaded

        self.requests = Counter("gallery_requests", "Answers, by route and status.", ["route", "method", "status"])
        self.seconds = Histogram("gallery_request_seconds", "How long an answer took.", ["route"], buckets=SECONDS)
        self.queries = Counter("gallery_queries", "Statements sent to the database.", ["route"])
        self.waited = Counter("gallery_database_seconds", "Seconds waited for the database.", ["route"])
        self.outcomes = Counter("gallery_outcomes", "How sign-ins and uploads ended.", ["what", "outcome"])
        self.bytes = Counter("gallery_uploaded_bytes", "Bytes of pictures that came in.")
        words = "Connections to PostgreSQL in the pools of all processes; `waiting` are requests."
        self.pool = Gauge("gallery_pool", words, ["state"], multiprocess_mode="livesum")
        self.looked = 0.0
        # Of each route and answer, kept: to find them by their labels costs as much as to count. There are few.
        self.of_answer = cache(lambda route, method, status: self.requests.labels(route, method, str(status)))
        self.of_route = cache(self.counters_of)

    def answered(self, route: str, method: str, status: int, seconds: float, asked: Asked) -> None:
        self.of_answer(route, method, status).inc()
        found = self.of_route(route)
        found.seconds.observe(seconds)
        found.queries.inc(asked.statements)
        found.waited.inc(asked.seconds)
        self.look_at_pool()

    def counters_of(self, route: str) -> OfRoute:
        return OfRoute(self.seconds.labels(route), self.queries.labels(route), self.waited.labels(route))

    def look_at_pool(self) -> None:
        now = time.monotonic()
        if now - self.looked < POOL_EVERY:
            return
        self.looked = now
        pool = getattr(connection, "pool", None)
        if pool is not None:
            found = pool.get_stats()
            open_, idle = found.get("pool_size", 0), found.get("pool_available", 0)
            self.pool.labels("busy").set(open_ - idle)
            self.pool.labels("idle").set(idle)
            self.pool.labels("waiting").set(found.get("requests_waiting", 0))


@made_once
def instruments() -> Instruments | None:
    return Instruments() if settings.METRICS else None


def answered(route: str, method: str, status: int, seconds: float, asked: Asked) -> None:
    if found := instruments():
        found.answered(route or UNKNOWN, method, status, seconds, asked)


def ended(what: str, outcome: str, *, size: int = 0) -> None:
    if found := instruments():
        found.outcomes.labels(what, outcome).inc()
        found.bytes.inc(size)


@contextmanager
def outcome_of(what: str) -> Iterator[None]:
    """`ok`, or the code of the refusal."""
    try:
        yield
    except Exception as error:
        ended(what, str(getattr(error, "code", "failed")))
        raise
    ended(what, "ok")


# --- When somebody looks ------------------------------------------------------------------------------------------
class Asking:
    """A collector of what the apps tell; a figure that cannot be asked is left out, and the log says why."""

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 - as above

        for one in told:
            family = GaugeMetricFamily(one.name, one.words, labels=[one.label] if one.label else [])
            for label, value in values_of(one):
                family.add_metric([label] if one.label else [], value)
            if family.samples:
                yield family


def values_of(one: Told) -> list[tuple[str, float]]:
    try:
        found = one.ask()
    except DatabaseError as error:
        log.warning("figure_not_asked", figure=one.name, reason=type(error).__name__)
        return []
    return list(found.items()) if isinstance(found, Mapping) else [("", float(found))]


def page() -> tuple[bytes, str]:
    """All processes of this server, and its type of content."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest  # noqa: PLC0415 - as above

    return generate_latest(everything()), CONTENT_TYPE_LATEST


def everything() -> CollectorRegistry:
    from prometheus_client import REGISTRY, CollectorRegistry  # noqa: PLC0415 - as above
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    instruments()
    if os.environ.get(FOLDER):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    else:
        registry = CollectorRegistry()
        registry.register(REGISTRY)
    registry.register(Asking())
    return registry
