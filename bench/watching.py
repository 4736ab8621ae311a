"""What figures and logs cost: CPU per request with both, with either and with neither.

    python -m bench.watching [--rounds 120]

One process is asked the same doors in all four ways, a few requests in turns, in an order that is drawn anew each
time: whatever else the machine does troubles all ways alike, and no process is luckier than another. The first request
after each switch does not count, as a server does not switch. Figures go into files that processes share, as under
gunicorn; the log goes into a pipe that somebody reads.

Of each turn the quickest request counts, which the neighbours disturbed least; it is compared with that of the same
round without anything. Told is the median of these ratios, and between which medians the middle half of ten parts of
the run lies; and how many functions a request calls, which no noise changes. What a server does around the application
is not in it: of all CPU of a request the part is smaller.
"""

import argparse
import logging
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from bench import inside
from bench.inside import Ask, Inside, cpu_of

DOORS = ("first page", "filtered", "detail")
PARTS = 10
WARM, IN_A_ROW = 10, 6
MOST = 1.05  # wanted


class Way(NamedTuple):
    logs: bool
    figures: bool


WAYS = {"neither": Way(False, False), "logs": Way(True, False), "figures": Way(False, True), "both": Way(True, True)}
Costs = dict[str, list[float]]


class Switch:
    """Turns watching on and off between two requests. Who counts statements for the log counts them for the figures."""

    def __init__(self) -> None:
        from django.db import connection

        from config.watching import figures, queries

        self.figures, self.count, self.wrappers = figures, queries.count, connection.execute_wrappers
        self.instruments = figures.instruments()
        if self.instruments is None or self.count not in self.wrappers:
            raise RuntimeError("Nothing is watched here: there is nothing to measure.")

    def to(self, way: Way) -> None:
        logging.getLogger("request").setLevel(logging.INFO if way.logs else logging.ERROR)
        found: Any = self.instruments if way.figures else None
        setattr(self.figures, "instruments", lambda: found)  # noqa: B010 - it is a cached function elsewhere
        self.wrappers[:] = [self.count] if way.logs or way.figures else []


@contextmanager
def somebody_reading_the_log() -> Iterator[None]:
    """As a collector would: what is written to stderr goes through a pipe."""
    before = os.dup(2)
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as reader:
        assert reader.stdin  # noqa: S101 - for the type checker
        os.dup2(reader.stdin.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(before, 2)
            reader.stdin.close()


def costs(ask: Callable[[], object], switch: Switch, rounds: int) -> Costs:
    """Milliseconds of this thread, of a request in each round and way."""
    chance, found = random.Random(1), Costs({name: [] for name in WAYS})  # noqa: S311 - an order, no secret
    names = list(WAYS)
    for _ in range(rounds + WARM):
        chance.shuffle(names)
        for name in names:
            switch.to(WAYS[name])
            ask()
            found[name].append(min(cpu_of(ask) for _ in range(IN_A_ROW)))
    return {name: those[WARM:] for name, those in found.items()}


def calls(ask: Callable[[], object], switch: Switch, way: Way) -> int:
    """Functions called by one request, in Python and in C; the fewest of five, as some things are done now and then."""
    counted = 0

    def count(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    switch.to(way)
    fewest = []
    for _ in range(5):
        counted = 0
        sys.setprofile(count)
        ask()
        sys.setprofile(None)
        fewest.append(counted)
    return min(fewest)


def ratios(those: list[float], plain: list[float]) -> tuple[float, float, float]:
    """Of all, and the middle half of the parts."""
    found = [one / other for one, other in zip(those, plain, strict=True)]
    size = len(found) // PARTS
    parts = sorted(statistics.median(found[start : start + size]) for start in range(0, size * PARTS, size))
    return statistics.median(found), parts[PARTS // 4], parts[-1 - PARTS // 4]


def measure(gallery: Inside, doors: dict[str, Iterator[Ask]], rounds: int) -> Iterator[str]:
    switch = Switch()
    for door, asks in doors.items():
        yield door
        ask = lambda asks=asks: gallery.ask(next(asks))  # noqa: E731 - asked thousands of times
        found = costs(ask, switch, rounds)
        for name, those in found.items():
            ratio, low, high = ratios(those, found["neither"])
            many = calls(ask, switch, WAYS[name])
            shown = f"{statistics.median(those):6.3f} ms, {ratio:.3f} x ({low:.3f} to {high:.3f})"
            yield f"  {name:8} {shown}, {many:,} calls"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=120)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gallery-bench-") as folder, somebody_reading_the_log():
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        inside.set_up(LOG_LEVEL="INFO", METRICS_TOKEN="m" * 40)
        gallery = Inside()
        doors = {door: asks for door, asks in inside.doors(gallery.user).items() if door in DOORS}
        for line in measure(gallery, doors, max(PARTS, asked.rounds)):
            print(line)
    print(f"Wanted: at most {MOST:.3f} x with both.")


if __name__ == "__main__":
    main()
