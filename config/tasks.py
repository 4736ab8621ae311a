"""Background work: one helper that enqueues, whatever runs the tasks."""

import contextlib
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task, TaskResult
from structlog import get_logger

log = get_logger(__name__)


def after_commit(task: Task[..., Any], *, later: float = 0, **arguments: Any) -> None:
    """Run `task` once the surrounding transaction holds, `later` seconds from now; a rolled-back one leaves no trace.

    A worker's queue lies in the same database, so its row is written inside the transaction and cannot get lost
    between the commit and the queue. In the process there is nothing to write: the task starts on commit.
    """
    if later:
        task = task.using(run_after=timezone.now() + timedelta(seconds=later))
    if settings.TASKS_MODE == "worker":
        task.enqueue(**arguments)
    else:
        transaction.on_commit(partial(task.enqueue, **arguments), robust=True)


class ProcessBackend(ImmediateBackend):
    """Runs tasks in a few threads of this process, so that no request waits for a mail server.

    Made for one machine without a worker. A full queue refuses and says so in the log: memory stays bounded. A stop
    waits for what is queued, but not for what is to run later: that is lost with the process, and a kill loses all of
    it, which is why production wants TASKS=worker.
    """

    supports_defer = True

    def _execute_task(self, task_result: TaskResult[Any]) -> None:
        """Called by `enqueue` of the base class: hand over instead of running."""
        work, due = partial(super()._execute_task, task_result), task_result.task.run_after
        seconds = (due - timezone.now()).total_seconds() if due else 0
        if not (threads.later(seconds, work) if seconds > 0 else threads.start(work)):
            log.error("task_refused", task=task_result.task.module_path, reason="the queue is full")


class Threads:
    """One small pool for the process; Django makes a backend object per thread."""

    COUNT = 2
    MOST_WAITING = 1_000
    MOST_LATER = 50  # each is a sleeping thread

    def __init__(self) -> None:
        self.places = threading.BoundedSemaphore(self.MOST_WAITING)
        self.clocks = threading.BoundedSemaphore(self.MOST_LATER)
        self.lock = threading.Lock()
        self.pool: ThreadPoolExecutor | None = None

    def start(self, work: Callable[[], object]) -> bool:
        if not self.places.acquire(blocking=False):
            return False
        with self.lock:  # made at the first use: threads do not survive gunicorn's fork
            self.pool = self.pool or ThreadPoolExecutor(self.COUNT, thread_name_prefix="task")
        context = contextvars.copy_context()  # the request id stays on the task's log lines
        self.pool.submit(context.run, self._run, work)
        return True

    def later(self, seconds: float, work: Callable[[], object]) -> bool:
        if not self.clocks.acquire(blocking=False):
            return False
        context = contextvars.copy_context()
        clock = threading.Timer(seconds, context.run, [self._due, work])
        clock.daemon = True  # it keeps no process from stopping
        clock.start()
        return True

    def _due(self, work: Callable[[], object]) -> None:
        self.clocks.release()
        with contextlib.suppress(RuntimeError):  # the process is stopping and takes nothing new
            if not self.start(work):
                log.error("task_refused", reason="the queue is full")

    def _run(self, work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            self.places.release()
            connections.close_all()


threads = Threads()
