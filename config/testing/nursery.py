"""A process with Django set up that forks others: started anew, each would import everything again.

It reads one request a line; see `crowd.process`.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import django


def request() -> dict[str, Any]:
    """Returns in a child of its own for each line, whose end is told; at the end of the lines the nursery ends."""
    for line in sys.stdin:
        if os.fork():
            os.wait()
            continue
        wanted: dict[str, Any] = json.loads(line)
        if os.fork():  # two at once: the nursery does not wait for the ends of its children
            os._exit(0)
        if child := os.fork():
            _, status = os.waitpid(child, 0)
            Path(wanted["folder"], "code").write_text(str(os.waitstatus_to_exitcode(status)), encoding="ascii")
            os._exit(0)
        return wanted
    sys.exit()


def put_into(folder: str) -> None:
    ways = ((0, os.devnull, os.O_RDONLY), (1, f"{folder}/out", os.O_WRONLY), (2, f"{folder}/err", os.O_WRONLY))
    for number, path, way in ways:
        os.dup2(os.open(path, way), number)


if __name__ == "__main__":
    django.setup()
    born = request()
    put_into(born["folder"])
    sys.argv[1:] = born["arguments"]
    exec(born["code"], {"__name__": "__main__"})  # noqa: S102
