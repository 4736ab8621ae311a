"""What is suggested to somebody who types, letter by letter, in a large gallery.

    python -m bench.suggest [--designs 100000] [--database postgresql://...]

Fills a database of its own (SQLite in a temporary folder unless another one is named; that one must be empty), types
and prints the times of each letter: of the suggesting alone, and of the door. Nothing is kept from letter to letter.
"""

import argparse
import os
import time
from functools import partial
from http import HTTPStatus

os.environ |= {"LIMIT_SUGGEST": "1000000"}

from bench.facets import Took, fill, measured, seeded, tell

TYPED = [
    "saree for wedding",
    "red silk saree",
    "lehnga choli red",
    "lehngaa re",
    "lehgn",
    "lal saree",
    "kanjeevaram silk",
    "men kurta set",
    "what to wear for haldi",
    "banarsi dupatta",
    "gota patti lehenga",
    "blue cotton kurta",
    "green embroidered blouse",
    "anarkali suit",
    "maker 12",
    "line 77",
    "zzz saree",
    "लाल साड़ी",
    "புடவை",
    "साड़ी red",
]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
POPULAR = 5_000
SLOWEST = 5


def typing() -> list[str]:
    """Each of them from its first letter on, with a space at its end, and each letter alone."""
    return [f"{text} "[:size] for text in TYPED for size in range(1, len(text) + 2)] + list(LETTERS)


def search_much() -> None:
    """What others searched, as it is after a year."""
    from django.utils import timezone

    from designs import vocabulary
    from designs.models import Search

    chance, known = seeded(1), vocabulary.current().by_kind
    kinds = ("colour", "fabric", "category", "occasion")
    texts = {" ".join(chance.choice(known[kind]).name.lower() for kind in kinds[: 1 + n % 4]) for n in range(POPULAR)}
    rows = [Search(text=text, found=1, count=chance.randint(1, 500), last_seen=timezone.now()) for text in texts]
    Search.objects.bulk_create(rows)


def alone(texts: list[str]) -> None:
    from designs import index, vocabulary
    from designs.search.suggesting import Suggesting

    def suggest(text: str) -> None:
        suggesting = Suggesting(index.searchable(), vocabulary.current())
        suggesting.answer(" ".join(text.split()), after_space=text.endswith(" "))

    for text in TYPED:  # what is read once is nobody's letter
        suggest(text)
    times = {text: measured(partial(suggest, text)) for text in texts}
    tell("suggesting alone", list(times.values()))
    tell("... after one letter", [times[letter] for letter in LETTERS])
    slowest = sorted(times, key=lambda text: -times[text].cpu)[:SLOWEST]
    print("  slowest:", ", ".join(f"{text!r} {times[text].cpu:.1f} ms" for text in slowest))


def door(texts: list[str]) -> list[Took]:
    from django.test.utils import setup_test_environment
    from django.utils import timezone

    from accounts.models import User
    from config.testing.cast import Phone

    setup_test_environment(debug=False)
    asha = User.objects.create_user(f"asha-{time.time_ns()}", status="approved", decided_at=timezone.now())
    phone = Phone().holding(asha)

    def ask(text: str) -> None:
        answer = phone.get("/api/designs/suggest", {"q": text})
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(answer.content)

    ask("saree")
    return [measured(partial(ask, text)) for text in texts]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=100_000)
    parser.add_argument("--database", default="", help="an empty one; SQLite by default")
    asked = parser.parse_args()
    if asked.database:
        os.environ["DATABASE_URL"] = asked.database
    import django

    django.setup()
    print(f"Filling: {measured(lambda: fill(asked.designs)).wall / 1_000:.0f} s")
    search_much()
    texts = typing()
    print(f"{len(texts)} inputs, {asked.designs:,} designs")
    alone(texts)
    tell("GET /api/designs/suggest", door(texts))


if __name__ == "__main__":
    main()
