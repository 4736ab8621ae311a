"""How long a search takes, and what a process needs to be ready for it.

    python -m bench.searching [--designs 100000] [--database postgresql://...] [--filled]

Fills a database of its own (SQLite in a temporary folder unless another one is named; that one must be empty), asks
each question many times in process, first the search alone (understanding, ranking, the numbers of the first page),
then through GET /api/designs with all that a page costs.
"""

import argparse
import itertools
import os
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from itertools import islice
from typing import Any

from bench import facets
from bench.facets import measured, memory, tell

ROUNDS = 20
FIRST_PAGE = 20
QUESTIONS = {
    "common words": [
        "saree",
        "silk saree",
        "red saree",
        "lehenga",
        "red silk saree for wedding",
        "cotton kurta",
        "blouse",
    ],
    "spellings, scripts": ["lehnga", "laal sari", "kanjeevaram", "साड़ी", "புடவை", "jorjet sari", "bandhej dupatta"],
    "slips": ["anrkali kurta", "mustrad saree", "slawar", "kalmkari saree", "embroiderd lehenga", "lehegna"],
    "rare words": ["99871", "maker 48", "toda embroidery veshti mustard", "habaspuri kaftan lemon", "moirang phee"],
    "unknown words": ["xqzvbnm", "iphone charger cable", "zzzzzzzz", "laptop"],
    "a sentence": ["what to wear for haldi yellow saree with mirror work dupatta for women"],
}


def alone() -> None:
    from designs import index, search, vocabulary
    from designs.search import popular, ranking

    print(f"  reading what filters ask  {measured(index.current).cpu / 1_000:6.2f} s of CPU, then {memory():.0f} MB")
    print(f"  reading all words         {measured(index.searchable).cpu / 1_000:6.2f} s of CPU, then {memory():.0f} MB")
    index.LOOK_EVERY = 1e9

    def look(text: str) -> None:
        state, known = index.searchable(), vocabulary.current()
        found = search.look_for(text, state.having("status", "active"), state, known)
        list(islice(ranking.in_order_from(found.hits, 0, popular.of(state)), FIRST_PAGE))

    report("alone", look)
    index.LOOK_EVERY = 1.0


def through_the_door() -> None:
    from django.test.utils import setup_test_environment
    from django.utils import timezone

    from accounts.models import User
    from config.testing.cast import Phone

    setup_test_environment(debug=False)
    person = User.objects.create_user(f"searcher-{time.time_ns()}", status="approved", decided_at=timezone.now())
    phone = Phone().holding(person)

    def ask(text: str, **more: Any) -> None:
        answer = phone.get("/api/designs", {"q": text, "per_page": FIRST_PAGE, **more})
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(answer.content)

    report("GET /api/designs", ask)
    ask_sorted = partial(ask, sort="price")
    tell("... sort=price, common words", times(ask_sorted, QUESTIONS["common words"]))


def report(what: str, ask: Callable[[str], None]) -> None:
    everything = []
    for name, texts in QUESTIONS.items():
        taken = times(ask, texts)
        everything += taken
        tell(f"{what}, {name}", taken)
    tell(f"{what}, all of them", everything)


def times(ask: Callable[[str], None], texts: list[str]) -> list[facets.Took]:
    for text in texts:
        ask(text)
    return [measured(partial(ask, text)) for text, _ in itertools.product(texts, range(ROUNDS))]


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
        print(f"Filling: {measured(lambda: facets.fill(asked.designs)).wall / 1_000:.0f} s")
    print(f"{asked.designs:,} designs")
    alone()
    through_the_door()


if __name__ == "__main__":
    main()
