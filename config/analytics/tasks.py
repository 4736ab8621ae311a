"""Background work: figures that grew old are counted while nobody waits for them."""

import threading
import time

from django_tasks import task

from config.analytics import rollups
from config.tasks import after_commit

PAUSE = 60.0


@task()
def snap() -> None:
    rollups.snap()


class Soon:
    """Of many who look at old figures one has them counted."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.asked = -PAUSE

    def snap(self) -> None:
        with self.lock:
            if time.monotonic() - self.asked < PAUSE:
                return
            self.asked = time.monotonic()
        after_commit(snap)


soon = Soon()
