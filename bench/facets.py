"""Facets and similar designs of a large gallery, and the same facets by SQL.

    python -m bench.facets [--designs 100000] [--database postgresql://...]

Fills a database of its own (SQLite in a temporary folder unless another one is named; that one must be empty), and
prints what a process needs to build its index and to follow a change, and the times of the doors under random filters.
The rival counts the same facets with GROUP BY, one statement for each.
"""

import argparse
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple

os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "ENVIRONMENT": "test", "ENV_FILE": os.devnull}
os.environ |= {
    "DATA_DIR": tempfile.mkdtemp(prefix="gallery-bench-"),
    "LIMIT_STANDARD": "1000000",
    "LOG_LEVEL": "WARNING",
}

REQUESTS, RIVALS = 300, 20
KINDS = ["category", "colour", "fabric", "occasion", "season", "style", "weave", "craft", "motif"]
FILTERS = [
    *KINDS,
    "colour_family",
    "audience",
    "designer_name",
    "price_min",
    "price_max",
    "featured",
    "created_after",
]


def seeded(number: int) -> random.Random:
    return random.Random(number)  # noqa: S311 - to be repeated, not to be secret


# --- A gallery ----------------------------------------------------------------------------------------------------
def fill(how_many: int) -> None:
    from django.core.management import call_command

    from config.demo import filling

    call_command("migrate", verbosity=0)
    filling.fill(how_many)


# --- Requests -----------------------------------------------------------------------------------------------------
def a_query(chance: random.Random, how_many: int) -> dict[str, Any]:
    from config.demo.chance import skewed
    from config.demo.filling import MAKERS, maker_name
    from designs import vocabulary

    words = vocabulary.current()

    def value(name: str) -> Any:
        if name in KINDS:
            known = words.by_kind[name]
            return [known[skewed(chance, len(known))].slug for _ in range(chance.randint(1, 2))]
        return {
            "colour_family": chance.choice(words.families()),
            "audience": "women",
            "designer_name": maker_name(skewed(chance, MAKERS)),
            "price_min": chance.randrange(0, 3_000_000),
            "price_max": chance.randrange(1_000_000, 5_000_000),
            "featured": "true",
            "created_after": "2026-10-20",
        }[name]

    return {name: value(name) for name in chance.sample(FILTERS, how_many)}


class Took(NamedTuple):
    """Milliseconds by the clock, and of this process; the latter are the same on a busy machine."""

    wall: float
    cpu: float


def measured(work: Callable[[], Any]) -> Took:
    started, busy = time.perf_counter(), time.process_time()
    work()
    return Took((time.perf_counter() - started) * 1_000, (time.process_time() - busy) * 1_000)


def tell(what: str, times: list[Took]) -> None:
    wall, cpu = ([statistics.quantiles(column, n=100)[at] for at in (49, 94)] for column in zip(*times, strict=True))
    print(f"  {what:48} p50 {wall[0]:8.2f} ms  p95 {wall[1]:8.2f} ms   CPU p50 {cpu[0]:7.2f}  p95 {cpu[1]:7.2f}")


def doors() -> None:
    from django.test.utils import setup_test_environment
    from django.utils import timezone

    from accounts.models import User
    from config.testing.cast import Phone
    from designs.models import Design

    setup_test_environment(debug=False)
    asha = User.objects.create_user(f"asha-{time.time_ns()}", status="approved", decided_at=timezone.now())
    phone, chance = Phone().holding(asha), seeded(2)

    def ask(path: str, query: dict[str, Any] | None = None) -> None:
        answer = phone.get(path, query)
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(answer.content)

    facets = "/api/designs/facets"
    ask(facets)
    tell("GET /api/designs/facets, unfiltered", [measured(lambda: ask(facets)) for _ in range(REQUESTS)])
    for how_many in range(1, 5):
        queries = [a_query(chance, how_many) for _ in range(REQUESTS)]
        tell(f"... {how_many} filters", [measured(partial(ask, facets, query)) for query in queries])
    numbers = list(Design.objects.shown().order_by("?").values_list("pk", flat=True)[:REQUESTS])
    paths = [f"/api/designs/{number}/similar" for number in numbers]
    tell("GET /api/designs/{id}/similar", [measured(partial(ask, path)) for path in paths])


# --- The index alone, and its rival -------------------------------------------------------------------------------
def asked_for(query: dict[str, Any]) -> Any:
    from rest_framework.request import Request
    from rest_framework.test import APIRequestFactory

    from designs import filters

    return filters.read(Request(APIRequestFactory().get("/", query)))


def alone(designs: int) -> None:
    from accounts.models import User
    from designs import index
    from designs.facets import counting
    from designs.models import Design

    before = memory()
    print(f"Building the index of {designs} designs: {measured(index.current).cpu / 1_000:.2f} s of CPU")
    print(
        f"  memory of the process {before:.0f} -> {memory():.0f} MB at most; its sets {size_of(index.current()):.1f} MB"
    )
    chance, nobody = seeded(3), User()
    index.LOOK_EVERY = 1e9
    counting.answer(asked_for({}), nobody)
    tell("counting alone, unfiltered, kept ready", [counted(asked_for({}), nobody) for _ in range(REQUESTS)])
    for how_many in range(1, 5):
        asked = [asked_for(a_query(chance, how_many)) for _ in range(REQUESTS)]
        tell(f"counting alone, {how_many} filters", [counted(one, nobody) for one in asked])
    index.LOOK_EVERY = 0.0
    tell("a look that finds nothing", [measured(index.current) for _ in range(REQUESTS)])
    some = list(Design.objects.values_list("pk", flat=True)[:100])
    times = []
    for number in some:
        Design.objects.filter(pk=number).update(featured=True)
        times.append(measured(lambda: counting.answer(asked_for({}), nobody)))
    tell("a look that finds a change, and the answer anew", times)
    index.LOOK_EVERY = 1.0


def counted(asked: Any, user: Any) -> Took:
    from designs.facets import counting

    return measured(lambda: counting.answer(asked, user))


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def size_of(state: Any) -> float:
    sets = sum(members.__sizeof__() for members in state.sets.values())
    arrays = sum(column.itemsize * len(column) for column in (state.ids, *(n.by_slot for n in state.names.values())))
    return (sets + arrays) / 2**20


def rival(asked: Any) -> None:
    """Each facet under all filters but its own; a parent's children are left out, which is cheaper."""
    from dataclasses import replace

    from django.db.models import Count, Max, Min

    from designs import filters
    from designs.models import Design, DesignTerm, Kind

    def left(**without: Any) -> Any:
        return filters.wanted(replace(asked, **without)).among(Design.objects.all()).order_by()

    left().count()
    for kind in Kind.values:
        rest = {name: entries for name, entries in asked.terms.items() if name != kind}
        uses = DesignTerm.objects.filter(term__kind=kind, design__in=left(terms=rest)).values("term")
        list(uses.annotate(count=Count("design")))
    families = DesignTerm.objects.filter(term__kind="colour", design__in=left(families=[]))
    list(families.values("term__family").annotate(count=Count("design", distinct=True)))
    list(left(audiences=[]).values("audience").annotate(count=Count("pk")))
    for column in ("designer_key", "collection_key"):
        rest = {name: keys for name, keys in asked.names.items() if name != column}
        list(left(names=rest).values(column).annotate(count=Count("pk")).order_by("-count")[:50])
    left(price_min=None, price_max=None).aggregate(Min("price_min"), Max("price_to"))


def against_sql() -> None:
    chance = seeded(4)
    for how_many in range(5):
        asked = [asked_for(a_query(chance, how_many)) for _ in range(RIVALS)]
        tell(f"the same by SQL, {how_many} filters", [measured(partial(rival, one)) for one in asked])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=100_000)
    parser.add_argument("--filled", action="store_true", help="the database was filled by an earlier run")
    parser.add_argument("--database", default="", help="an empty one; SQLite by default")
    asked = parser.parse_args()
    if asked.database:
        os.environ["DATABASE_URL"] = asked.database
    import django

    django.setup()
    if not asked.filled:
        print(f"Filling: {measured(lambda: fill(asked.designs)).wall / 1_000:.0f} s")
    alone(asked.designs)
    doors()
    against_sql()


if __name__ == "__main__":
    main()
