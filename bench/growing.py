"""Does ours stay as quick when the gallery grows? And does a process stay as small? `make bench-full`.

    python -m bench.growing [--sizes 10000,100000,1000000] [--seconds 4] [--json FILE]

For each size a PostgreSQL database of its own is filled, ours is started, and one connection asks each question again
and again with other words, makers and places: how long an answer takes when nobody else asks.
`python -m bench.against --memory` calls `memory`: resident memory of each process before and after 100,000 requests.
"""

import argparse
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench import against, asking, standing
from bench.asking import Asking
from bench.driving import Driver, Plan

SIZES = "10000,100000,1000000"
QUESTIONS, PARTS, CONNECTIONS = 400, 4, 16
COMMON = ("saree", "silk saree", "red saree", "lehenga", "red silk saree for wedding", "cotton kurta", "blouse")
ABSENT = ("xqzvbnm", "iphone charger cable", "zzzzzzzz", "laptop")
TITLES = {
    "first page": "First page",
    "filtered": "Filtered page, never asked before",
    "cursor": "A page by cursor, anywhere",
    "common word": "Search: common words",
    "rare word": "Search: a word of one design",
    "absent word": "Search: words of none",
    "facets": "Facets, unfiltered",
    "filtered facets": "Facets, filtered",
}


# --- Growth ---------------------------------------------------------------------------------------------------------
def questions(chance: random.Random, size: int) -> Plan:
    paths = asking.lists(chance)

    def units(found: list[str]) -> list[Any]:
        return [[("GET", path, asking.someone(chance))] for path in found]

    def search(words: list[str]) -> list[Any]:
        return units([f"/api/designs?q={quote(word)}" for word in words])

    filtered = [asking.unlike(chance.choice(paths), number) for number in range(QUESTIONS)]
    return {
        "first page": units(["/api/designs"] * QUESTIONS),
        "filtered": units(filtered),
        "cursor": units([f"/api/designs?cursor={quote(cursor)}" for cursor in cursors(chance)]),
        "common word": search([chance.choice(COMMON) for _ in range(QUESTIONS)]),
        "rare word": search([str(chance.randrange(size // 2, size)) for _ in range(QUESTIONS)]),
        "absent word": search([chance.choice(ABSENT) for _ in range(QUESTIONS)]),
        "facets": units(["/api/designs/facets"] * QUESTIONS),
        "filtered facets": units([path.replace("designs?", "designs/facets?") for path in map(unpaged, filtered)]),
    }


def unpaged(path: str) -> str:
    head, _, query = path.partition("?")
    return f"{head}?{'&'.join(part for part in query.split('&') if not part.startswith(('page=', 'sort=')))}"


def cursors(chance: random.Random) -> list[str]:
    """As the door would have signed them."""
    from config.api.pagination import Keyset
    from designs.models import Design
    from designs.views import SORTS

    keyset = Keyset(SORTS["newest"], repr([]))
    some = chance.sample(asking.shown(), QUESTIONS)
    return [keyset.cursor(row) for row in Design.objects.filter(pk__in=some).order_by("?")]


def one(asked: argparse.Namespace) -> dict[str, float]:
    """Median milliseconds of each question, at one size."""
    with standing.database(asked.keep) as url:
        asked.designs, asked.hearts = asked.one, asked.one // 5
        env, found = against.prepare(asked, url)
        chance = random.Random(11)  # noqa: S311 - to be repeated, not to be secret
        found.plan = questions(chance, asked.one)
        with against.all_standing(["ours"], env, url, found.tokens[0]) as (server,):
            standing.wait_until_quiet(server)
            driver = Driver(found.write(env["DATA_DIR"]), 1)
            try:
                return {name: measured(driver, server, name, asked.seconds) for name in found.plan}
            finally:
                driver.close()


def measured(driver: Driver, server: standing.Server, name: str, seconds: float) -> float:
    """The lowest of a few medians: a busy machine only ever adds."""
    told = [driver.run(server.port, name, part * QUESTIONS // PARTS, seconds / PARTS) for part in range(PARTS)]
    for one in told:
        against.complain(server, name, one)
    return min(one.p50 for one in told)


def grow(sizes: list[int], seconds: float) -> dict[int, dict[str, float]]:
    """A process for each size: settings name one database."""
    found = {}
    for size in sizes:
        command = [sys.executable, "-m", "bench.growing", "--one", str(size), "--seconds", str(seconds)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ)
        *told, figures = done.stdout.strip().splitlines()
        print("\n".join(told))
        found[size] = json.loads(figures)
    return found


def show(found: dict[int, dict[str, float]]) -> None:
    sizes = list(found)
    print(f"\n{'p50 in ms, one connection':36}{''.join(f'{size:>12,}' for size in sizes)}   against {sizes[0]:,}")
    for name, title in TITLES.items():
        row = [found[size][name] for size in sizes]
        times = "".join(f"{value / row[0]:8.2f}x" for value in row[1:])
        print(f"  {title:34}{''.join(f'{value:12.2f}' for value in row)} {times}")


# --- Memory ---------------------------------------------------------------------------------------------------------
def memory(env: dict[str, str], url: str, found: Asking, requests: int) -> dict[str, Any]:
    mixed = [unit for units in zip(*found.plan.values(), strict=False) for unit in units]
    found.plan = {"mixed": mixed}
    with against.all_standing(["ours"], env, url, found.tokens[0]) as (server,):
        standing.wait_until_quiet(server)
        driver = Driver(found.write(env["DATA_DIR"]), CONNECTIONS)
        try:
            return remember(driver, server, requests)
        finally:
            driver.close()


def remember(driver: Driver, server: standing.Server, requests: int) -> dict[str, Any]:
    """After the first twentieth what is kept on purpose should be there."""
    done, start, rows = 0, 0, [sizes_of(server)]
    print(f"Before the first request {rows[0]} MB (each process)")
    for until, part in ((requests * share // 20, 1.0) for share in (1, 5, 10, 15, 20)):
        while done < until:
            told = driver.run(server.port, "mixed", start, part)
            against.complain(server, "mixed", told)
            done, start = done + told.requests, start + told.requests
        rows.append(sizes_of(server))
        print(f"After {done:>9,} requests {rows[-1]} MB", flush=True)
    return {"requests": done, "megabytes": rows}


def sizes_of(server: standing.Server) -> list[int]:
    return [round(standing.resident(pid)) for pid in standing.tree(server.process.pid)[1:]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--one", type=int, default=0, help="this size alone, as JSON")
    parser.add_argument("--keep", default="", help="with --one: a database that is filled when it is empty, and stays")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--json", default="", help="also write the figures there")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(one(asked)))
        return
    figures = grow([int(size) for size in asked.sizes.split(",")], asked.seconds)
    show(figures)
    if asked.json:
        Path(asked.json).write_text(json.dumps(figures, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
