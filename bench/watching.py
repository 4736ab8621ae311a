"""What figures and logs cost: CPU per request with both, with either and with neither.

    python -m bench.watching [--rounds 7] [--requests 300]

Each way is a process of its own, asked in turns, so that a busy machine troubles all alike. The log goes into a pipe
that is read, as a collector would.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator

from bench import inside
from bench.inside import Ask, Inside, cpu_of

WAYS = {
    "neither": {"LOG_LEVEL": "ERROR"},
    "logs": {"LOG_LEVEL": "INFO"},
    "figures": {"LOG_LEVEL": "ERROR", "METRICS_TOKEN": "bench"},
    "both": {"LOG_LEVEL": "INFO", "METRICS_TOKEN": "bench"},
}
DOORS = ("first page", "filtered", "detail")


class Way:
    """A process that answers so many requests whenever a line says so."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, "-m", "bench.watching", "--as", name]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        self.said()

    def said(self) -> dict[str, float]:
        assert self.process.stdout  # noqa: S101 - for the type checker
        return dict(json.loads(self.process.stdout.readline()))

    def ask(self, requests: int) -> dict[str, float]:
        assert self.process.stdin  # noqa: S101 - as above
        print(requests, file=self.process.stdin, flush=True)
        return self.said()

    def end(self) -> None:
        self.process.communicate()


def serve(name: str) -> None:
    """CPU per request of each door, in milliseconds, for every number that comes in."""
    folder = inside.set_up(**WAYS[name])
    if name in {"figures", "both"}:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    gallery = inside.Inside()
    doors = {door: asks for door, asks in inside.doors(gallery.user).items() if door in DOORS}
    print("{}", flush=True)
    for line in sys.stdin:
        print(json.dumps(dict(costs(gallery, doors, int(line)))), flush=True)


def costs(gallery: Inside, doors: dict[str, Iterator[Ask]], requests: int) -> Iterator[tuple[str, float]]:
    for door, asks in doors.items():
        some = [next(asks) for _ in range(requests)]
        yield door, cpu_of(lambda some=some: [gallery.ask(one) for one in some]) / requests


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--as", dest="name", choices=WAYS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.name:
        serve(asked.name)
        return
    ways = {name: Way(name) for name in WAYS}
    rounds = [{name: way.ask(asked.requests) for name, way in ways.items()} for _ in range(asked.rounds + 1)][1:]
    for way in ways.values():
        way.end()
    for door in DOORS:
        print(door)
        for name in WAYS:
            ratio = statistics.median(one[name][door] / one["neither"][door] for one in rounds)
            print(f"  {name:8} {statistics.median(one[name][door] for one in rounds):6.2f} ms, {ratio:.3f} x")


if __name__ == "__main__":
    main()
