"""Tasks that exist only in tests."""

import time
from pathlib import Path

from django_tasks import task


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
