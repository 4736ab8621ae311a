"""What people search for, kept as counts: of no person, and nothing that may name one.

A search without results is written at once: staff work on those. Successful ones are gathered in the memory of the
process and written together, so that a search costs no write; a process that is killed loses the few that wait.
"""

import threading
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from django.db import Error, connection, transaction
from django.utils import timezone
from structlog import get_logger

from designs.folding import folded
from designs.models import Search

log = get_logger(__name__)

LONGEST = 100
MOST_DIGITS = 5  # more may be a telephone number
MOST_WAITING = 50
SECONDS_BETWEEN_WRITINGS = 30.0
MOST_KEPT = 20_000
FORGOTTEN_AFTER = timedelta(days=90)
POPULAR = 5

# In one statement, so that of many at once none is lost. What was gathered may be older than what is there.
ADD = """
    INSERT INTO designs_search (text, found, count, last_seen) VALUES (%s, %s, %s, %s)
    ON CONFLICT (text) DO UPDATE SET
        count = designs_search.count + EXCLUDED.count,
        found = CASE WHEN EXCLUDED.last_seen >= designs_search.last_seen
            THEN EXCLUDED.found ELSE designs_search.found END,
        last_seen = CASE WHEN EXCLUDED.last_seen >= designs_search.last_seen
            THEN EXCLUDED.last_seen ELSE designs_search.last_seen END,
        settled_at = CASE WHEN EXCLUDED.found = 0 AND designs_search.found > 0
            THEN NULL ELSE designs_search.settled_at END
"""


class Asked(NamedTuple):
    text: str
    found: int
    times: int
    last_seen: datetime


class Memory:
    """Of one process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: dict[str, Asked] = {}
        self.written = time.monotonic()

    def add(self, asked: Asked) -> bool:
        """Whether it is time to write."""
        with self.lock:
            before = self.waiting.get(asked.text)
            self.waiting[asked.text] = asked._replace(times=asked.times + before.times) if before else asked
            return len(self.waiting) >= MOST_WAITING or time.monotonic() - self.written >= SECONDS_BETWEEN_WRITINGS

    def take(self) -> list[Asked]:
        with self.lock:
            taken, self.waiting = list(self.waiting.values()), {}
            self.written = time.monotonic()
        return taken


memory = Memory()


@contextmanager
def forgiven() -> Iterator[None]:
    """Nobody's search fails because it could not be counted."""
    try:
        yield
    except Error as error:
        log.warning("searches_not_counted", reason=type(error).__name__)


# --- Keeping ----------------------------------------------------------------------------------------------------
@forgiven()
def remember(text: str, found: int) -> None:
    """Once for each search: of its first page, and without other filters."""
    kept = kept_of(text)
    asked = Asked(kept, found, 1, timezone.now())
    if kept and found == 0:
        transaction.on_commit(partial(write, [asked]))
    elif kept and memory.add(asked):
        transaction.on_commit(flush)


def flush() -> None:
    """Writes what waits."""
    write(memory.take())


def forget() -> None:
    """What waits is not written."""
    memory.take()


@forgiven()
def write(asked: list[Asked]) -> None:
    stored = connection.ops.adapt_datetimefield_value
    rows = [
        (*one[:3], stored(one.last_seen)) for one in sorted(asked)
    ]  # in order: two who write never wait in a circle
    if rows:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(ADD, rows)


def kept_of(text: str) -> str:
    """As it is kept; empty when it may be somebody's address or number, or is too long for a search."""
    one = readable(text)
    is_private = "@" in unicodedata.normalize("NFKC", one) or sum(map(str.isdigit, one)) > MOST_DIGITS
    return "" if is_private or len(one) > LONGEST else one


def readable(text: str) -> str:
    """Without what no database stores: NUL, and halves of letters."""
    return folded(text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8"))


def prune() -> int:
    """Asked once and long ago; and when there are too many still, those asked least. Answers how many went."""
    old = Search.objects.filter(count=1, last_seen__lt=timezone.now() - FORGOTTEN_AFTER)
    gone = old.delete()[0]
    too_many = Search.objects.count() - MOST_KEPT
    if too_many > 0:
        least = Search.objects.order_by("count", "last_seen").values("pk")[:too_many]
        gone += Search.objects.filter(pk__in=least).delete()[0]
    return gone


# --- Asking -----------------------------------------------------------------------------------------------------
def popular(prefix: str, most: int) -> list[tuple[str, int]]:
    """Searches that begin so and find something, and how often they were asked."""
    found = Search.objects.successful().filter(count__gte=POPULAR, text__startswith=readable(prefix))
    return list(found.order_by("-count", "text").values_list("text", "count")[:most])
