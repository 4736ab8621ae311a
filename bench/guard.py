"""Does a request cost twice what it did, or a query more? Part of `.ci/run`.

    python -m bench.guard [--record]

Asks the doors that phones use most in process and compares with bench/guard.json: queries must not be more, calls of
functions (the same on every machine) not over 1.5 times, CPU not over twice as many. CPU is told in units of a fixed
piece of work that is measured in between, so that slow and busy machines judge alike. --record writes what is
measured: do that, and say why, when a door is meant to do more.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from bench import inside
from bench.inside import Ask, Inside, cpu_of

KEPT = Path(__file__).with_name("guard.json")
WARM, COUNTED, MEASURED = 20, 10, 150
MOST_CALLS, MOST_CPU = 1.5, 2.0
YARDSTICK = {"designs": [{"id": n, "title": f"Saree {n}", "colours": ["red", "gold"]} for n in range(40)]}


class Cost(NamedTuple):
    queries: float
    calls: float
    cpu: float  # in yardsticks

    def complaints(self, before: "Cost") -> Iterator[str]:
        if self.queries > before.queries:
            yield f"{self.queries:g} queries, {before.queries:g} before"
        if self.calls > MOST_CALLS * before.calls:
            yield f"{self.calls:,.0f} calls of functions, {before.calls:,.0f} before"
        if self.cpu > MOST_CPU * before.cpu:
            yield f"{self.cpu:.2f} yardsticks of CPU, {before.cpu:.2f} before"


def measured(gallery: Inside, door: Iterator[Ask]) -> Cost:
    for _ in range(WARM):
        gallery.ask(next(door))
    queries = statistics.median(queries_of(gallery, next(door)) for _ in range(COUNTED))
    calls = statistics.median(calls_of(gallery, next(door)) for _ in range(COUNTED))
    ratios = []
    for _ in range(MEASURED):
        one = cpu_of(partial(gallery.ask, next(door)))
        ratios.append(one / cpu_of(yardstick))
    return Cost(queries, calls, round(statistics.median(ratios), 3))


def queries_of(gallery: Inside, asked: Ask) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        gallery.ask(asked)
    return len(queries)


def calls_of(gallery: Inside, asked: Ask) -> int:
    calls = 0

    def count(_: FrameType, event: str, __: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        gallery.ask(asked)
    finally:
        sys.setprofile(None)
    return calls


def yardstick() -> None:
    """About a millisecond of what an interpreter does all day."""
    for _ in range(4):
        parsed = json.loads(json.dumps(YARDSTICK))
        sorted(parsed["designs"], key=lambda one: (one["title"], -one["id"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="what is measured is right from now on")
    asked = parser.parse_args()
    inside.set_up()
    gallery = Inside()
    costs = {name: measured(gallery, door) for name, door in inside.doors(gallery.user).items()}
    kept = {name: Cost(**cost) for name, cost in json.loads(KEPT.read_text(encoding="utf-8")).items()}
    if asked.record:
        told = {name: cost._asdict() for name, cost in costs.items()}
        KEPT.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    print(f"{'':16}{'queries':>9}{'calls':>10}{'CPU':>8}   before")
    failed = False
    for name, cost in costs.items():
        before = kept.get(name)
        row = f"{name:16}{cost.queries:9g}{cost.calls:10,.0f}{cost.cpu:8.2f}"
        print(row, f"  {before.queries:g}  {before.calls:,.0f}  {before.cpu:.2f}" if before else "  never measured")
        wrong = list(cost.complaints(before)) if before else ["not in bench/guard.json"]
        failed |= bool(wrong) and not asked.record
        print("".join(f"  !! {each}\n" for each in wrong), end="")
    sys.exit("A request costs more than it did." if failed else 0)


if __name__ == "__main__":
    main()
