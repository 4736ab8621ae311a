"""Connections that stay open are shared out evenly among the workers.

All of them take connections from one door, and whoever wakes first may take fifteen of sixteen. Those stay where they
are: one process then works alone, on one processor. So who holds more than another waits a moment before taking one.
"""

import mmap
import time

PLACES = 256  # more workers than anybody starts; places are used again
STEP, LONGEST = 0.002, 0.005  # seconds for each connection more than another has; requests of this worker wait, too


class Shares:
    """In memory that workers have in common: it is made before they are forked."""

    def __init__(self) -> None:
        self.held = memoryview(mmap.mmap(-1, 4 * PLACES)).cast("I")

    def tell(self, worker: int, connections: int) -> None:
        self.held[worker % PLACES] = connections + 1  # 0 is nobody

    def leave(self, worker: int) -> None:
        self.held[worker % PLACES] = 0

    def ahead(self, worker: int) -> int:
        """How many connections more than the one who holds the fewest."""
        own = self.held[worker % PLACES]
        return max(0, own - min(filter(None, self.held), default=own))

    def let_others_first(self, worker: int) -> None:
        if ahead := self.ahead(worker):
            time.sleep(min(ahead * STEP, LONGEST))


shares = Shares()
