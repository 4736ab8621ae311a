"""Three places to count. Each `hit` is atomic: of 80 at once, exactly 20 pass a limit of 20."""

import contextlib
import random
import threading
import time
from typing import NamedTuple, Protocol

import redis
from django.conf import settings
from django.db import connection
from structlog import get_logger

from config.made_once import made_once
from config.statements import kept_plan

log = get_logger(__name__)

PRUNE_ONE_IN = 200


class Tally(NamedTuple):
    hits: int
    seconds_left: float


class Store(Protocol):
    def hit(self, key: str, period: int) -> Tally: ...

    def forget(self, key: str) -> None: ...

    def clear(self) -> None: ...


class MemoryStore:
    """Per process; costs nothing. Ended periods are dropped when the dictionary has grown."""

    MOST = 50_000

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counters: dict[str, tuple[int, float]] = {}

    def hit(self, key: str, period: int) -> Tally:
        now = time.monotonic()
        with self.lock:
            hits, ends_at = self.counters.get(key, (0, 0.0))
            if ends_at <= now:
                hits, ends_at = 0, now + period
                self._make_room(now)
            self.counters[key] = (hits + 1, ends_at)
        return Tally(hits + 1, ends_at - now)

    def forget(self, key: str) -> None:
        with self.lock:
            self.counters.pop(key, None)

    def _make_room(self, now: float) -> None:
        if len(self.counters) >= self.MOST:
            self.counters = {key: entry for key, entry in self.counters.items() if entry[1] > now}
        if len(self.counters) >= self.MOST:  # an attack from many addresses: forget the older half
            self.counters = dict(list(self.counters.items())[self.MOST // 2 :])

    def clear(self) -> None:
        with self.lock:
            self.counters.clear()


class TableStore:
    """One upsert on SQLite and PostgreSQL alike, exact across processes and hosts."""

    HIT = """
        INSERT INTO limits_counter (key, hits, ends_at) VALUES (%s, 1, %s)
        ON CONFLICT (key) DO UPDATE SET
            hits = CASE WHEN limits_counter.ends_at <= %s THEN 1 ELSE limits_counter.hits + 1 END,
            ends_at = CASE WHEN limits_counter.ends_at <= %s THEN excluded.ends_at ELSE limits_counter.ends_at END
        RETURNING hits, ends_at
    """
    FORGET = "DELETE FROM limits_counter WHERE key = %s"

    def hit(self, key: str, period: int) -> Tally:
        now = time.time()
        with kept_plan() as cursor:
            cursor.execute(self.HIT, [stored(key), now + period, now, now])
            hits, ends_at = cursor.fetchone()
            if random.randrange(PRUNE_ONE_IN) == 0:  # noqa: S311 - no secret
                cursor.execute("DELETE FROM limits_counter WHERE ends_at <= %s", [now])
        return Tally(hits, ends_at - now)

    def forget(self, key: str) -> None:
        with kept_plan() as cursor:
            cursor.execute(self.FORGET, [stored(key)])

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM limits_counter")


def stored(key: str) -> str:
    """As the table has room for it."""
    return key[:200]


class RedisStore:
    """INCR for all hosts. When Redis is away each process counts for itself: reading goes on."""

    prefix = "limit:"

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
        self.fallback = MemoryStore()
        self.away_until = 0.0

    def hit(self, key: str, period: int) -> Tally:
        if time.monotonic() < self.away_until:
            return self.fallback.hit(key, period)
        try:
            return self._hit(f"{self.prefix}{key}", period)
        except redis.RedisError as error:
            log.warning("limits_without_redis", reason=type(error).__name__)
            self.away_until = time.monotonic() + 5  # do not wait for it on every request
            return self.fallback.hit(key, period)

    def forget(self, key: str) -> None:
        self.fallback.forget(key)
        with contextlib.suppress(redis.RedisError):
            self.client.delete(f"{self.prefix}{key}")

    def _hit(self, key: str, period: int) -> Tally:
        with self.client.pipeline(transaction=True) as pipe:
            pipe.set(key, 0, ex=period, nx=True)
            pipe.incr(key)
            pipe.pttl(key)
            _, hits, left = pipe.execute()
        return Tally(hits, max(left, 0) / 1000)

    def clear(self) -> None:
        for key in self.client.scan_iter(f"{self.prefix}*"):
            self.client.delete(key)


@made_once
def store(name: str) -> Store:
    match name:
        case "memory":
            return MemoryStore()
        case "table":
            return TableStore()
        case "redis":
            return RedisStore(settings.CACHE_URL)
    raise ValueError(name)
