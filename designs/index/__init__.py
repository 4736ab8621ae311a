"""What filters and searches ask about designs, in memory, as sets of bits: one for each term, status, audience, digit
of a price; and for each word that stands in a title or a text, when somebody searches.

A design has a slot; its id would do, until an import brings a huge one. About 13 KB for a set of 100,000 designs and
500 sets make 10 MB in each process, 90 MB for a million.
"""

import threading
import time
from collections.abc import Callable

import structlog
from django.db import DatabaseError, connections

from designs.index.following import build, followed, words_of
from designs.index.state import State

LOOK_EVERY = 1.0
READY_EVERY = 60.0
PATIENCE = 0.05  # a look takes a fiftieth of it

log = structlog.get_logger()


class Index:
    """Of one process. Whoever asks first builds it; whoever comes meanwhile waits, and later nobody does."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.state: State | None = None
        self.looked = 0.0  # when the last look began

    def current(self) -> State:
        """At most a second old."""
        state = self.state
        if state is not None and time.monotonic() - self.looked < LOOK_EVERY:
            return state
        if not self.lock.acquire(blocking=state is None) and state is not None:
            return state  # somebody is looking right now
        try:
            return self._look()
        finally:
            self.lock.release()

    def up_to_date(self) -> State | None:
        """With all that was committed before. None while everything is being read: nobody waits for that."""
        asked = time.monotonic()
        if not self.lock.acquire(timeout=PATIENCE if self.state else 0):
            return None
        try:
            looked_since = self.looked > asked and self.state
            return looked_since or self._look(at_once=True)
        finally:
            self.lock.release()

    def _look(self, *, at_once: bool = False) -> State:
        now, state = time.monotonic(), self.state
        if state is None or at_once or now - self.looked >= LOOK_EVERY:
            state = build() if state is None else followed(state)
            self.state, self.looked = state, now
        return state

    def searchable(self) -> State:
        """With words. Whoever searches first waits until all texts are read; filters go on meanwhile."""
        state = self.current()
        if state.words is None:
            with self.lock:
                state = self.state or build()
                state.words = state.words or words_of(state)
        return state

    def keep_ready(self, when_read: Callable[[], object]) -> None:
        """For ever: so that nobody waits for the first reading, and a quiet night makes no other one necessary. Calls
        `when_read` once, after the first one."""
        todo = [when_read]
        while True:
            try:
                self.searchable()
                while todo:
                    todo.pop()()
            except DatabaseError as error:
                log.warning("index.not_read", error=str(error))
            finally:
                connections.close_all()
            time.sleep(READY_EVERY)

    def forget(self) -> None:
        """Read afresh next time."""
        self.state = None


index = Index()
current, up_to_date, searchable = index.current, index.up_to_date, index.searchable
keep_ready, forget = index.keep_ready, index.forget
