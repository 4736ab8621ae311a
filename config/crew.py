"""Who answers requests: a few hands at a time, each one request after the other.

Eight threads at work at once get less done than two. Only one of them runs Python; the others wake again and again to
ask for their turn, and each is interrupted half way. So a few count as at work. Whoever has been at one request for
longer than `PATIENCE` waits for something (a phone that sends slowly, a picture, a report) and counts no longer:
another hand takes the next request, while there is one.

How many are a few depends on how far the database is: whoever waits for its answer leaves the interpreter to others.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from django.db import connection

PATIENCE = 0.1  # seconds; a request seldom takes a tenth of it
NEAR = 2  # at once, where the database is on this machine or beside it
FARTHER = 0.0005  # seconds to the database and back that make it one more
TRIES = 20

Work = Callable[[], object]

log = logging.getLogger(__name__)


class Hand:
    """A thread that takes requests while it counts."""

    def __init__(self) -> None:
        self.counts = False
        self.since = 0.0
        self.called = threading.Lock()
        self.called.acquire()


class Distance:
    """To the database, of this process."""

    at_once = NEAR

    def measure(self) -> None:
        """Whoever measures may be interrupted, so the shortest time is the true one."""
        if connection.vendor != "postgresql":
            return
        took = []
        with connection.cursor() as cursor:
            for _ in range(TRIES):
                started = time.perf_counter()
                cursor.execute("SELECT 1")
                took.append(time.perf_counter() - started)
        self.at_once = NEAR + int(min(took) / FARTHER)


database = Distance()


class Crew:
    def __init__(self, hands: int, distance: Distance = database) -> None:
        self.distance = distance
        self.hands = [Hand() for _ in range(hands)]
        self.resting = list(self.hands)  # who rested last is called first: its caches are warm
        self.counting = 0
        self.waiting: deque[Work] = deque()
        self.lock = threading.Lock()
        self.crowded = threading.Event()
        for number, hand in enumerate(self.hands):
            threading.Thread(target=self.take_part, args=[hand], name=f"hand-{number}", daemon=True).start()
        threading.Thread(target=self.oversee, name="overseer", daemon=True).start()

    def give(self, work: Work) -> None:
        with self.lock:
            self.waiting.append(work)
            called = self.call_one()
        if not called and not self.crowded.is_set():
            self.crowded.set()

    def shutdown(self, **_: object) -> None:
        """They end with the process. Who asks may be a signal that came while we hold the lock, so nothing is done."""

    def stand_aside(self, hand: Hand) -> None:
        with self.lock:
            if hand.counts:
                self.discount(hand)
                self.call_one()

    # --- Under the lock -------------------------------------------------------------------------------------------
    def count(self, hand: Hand) -> None:
        hand.counts, hand.since = True, time.monotonic()
        self.counting += 1

    def discount(self, hand: Hand) -> None:
        if hand.counts:
            hand.counts = False
            self.counting -= 1

    def call_one(self) -> bool:
        if not self.waiting or not self.resting or self.counting >= self.distance.at_once:
            return False
        hand = self.resting.pop()
        self.count(hand)
        hand.called.release()
        return True

    # --- Threads --------------------------------------------------------------------------------------------------
    def take_part(self, hand: Hand) -> None:
        here.place = (self, hand)
        while True:
            hand.called.acquire()
            while self.does_next(hand):
                pass

    def does_next(self, hand: Hand) -> bool:
        """In a frame of its own: who rests keeps nothing of the last request."""
        work = self.next_for(hand)
        if work is None:
            return False
        try:
            work()
        except BaseException:
            log.exception("A request ended badly")
        return True

    def next_for(self, hand: Hand) -> Work | None:
        with self.lock:
            self.discount(hand)
            if self.waiting and self.counting < self.distance.at_once:
                self.count(hand)
                return self.waiting.popleft()
            self.resting.append(hand)
            return None

    def oversee(self) -> None:
        while self.crowded.wait():
            time.sleep(PATIENCE / 2)
            with self.lock:
                late = time.monotonic() - PATIENCE
                for hand in self.hands:
                    if hand.counts and hand.since < late:
                        self.discount(hand)
                        self.call_one()
                if not self.waiting:
                    self.crowded.clear()


class Here(threading.local):
    place: tuple[Crew, Hand] | None = None


here = Here()


def stand_aside() -> None:
    """Before a wait that is known to be long: another one takes the next request now."""
    if here.place is not None:
        crew, hand = here.place
        crew.stand_aside(hand)
