"""Tasks that exist only in tests."""

import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django_tasks import task
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import TaskResult


@task()
def write(path: str, text: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{text}\n")


@task()
def fail(path: str, text: str) -> None:
    write.call(path=path, text=text)
    raise RuntimeError(f"{text} failed with password=hunter2")


@task()
def dawdle(path: str, text: str) -> None:
    time.sleep(0.3)
    write.call(path=path, text=text)


class AtOnce(ImmediateBackend):
    """Runs a task where it is started; one for later is laid aside, for the test to run or to count."""

    supports_defer = True
    laid_aside: list[TaskResult[Any]] = []

    def _execute_task(self, task_result: TaskResult[Any]) -> None:
        if task_result.task.run_after:
            self.laid_aside.append(task_result)
        else:
            super()._execute_task(task_result)

    @classmethod
    def run_what_is_due(cls) -> None:
        due, cls.laid_aside[:] = [*cls.laid_aside], []
        for late in due:
            late.task.call(*late.args, **late.kwargs)


def work() -> None:
    """What a worker finds to do now. Its quieter verbosity would mute the log for the tests that follow."""
    call_command("db_worker", "--batch", "--no-startup-delay", "--interval", "0", verbosity=1)
