"""Asks one database all queries: this search through the door of the API, and its rivals on the same rows.

    python -m bench.search.asking FOLDER

`FOLDER` holds catalogue.csv and queries.json; answers.json is written into it. A process for each database, which is
set up by the environment: see `bench.search.__main__`.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import django

from bench.search.scoring import Answer

MOST = 20
OURS, LIKE, TRIGRAMS = "ours", "LIKE", "tsvector + pg_trgm"


class Found(NamedTuple):
    ids: list[int]
    understood: str = ""


Engine = Callable[[str], Found]


def main() -> None:
    folder = Path(sys.argv[1])
    django.setup()
    from bench.search.catalogue import read
    from bench.search.filling import fill

    rows, queries = read(folder / "catalogue.csv"), json.loads((folder / "queries.json").read_text("utf-8"))["queries"]
    fill(folder / "catalogue.csv", len(rows))
    answers = {name: asked(name, engine, queries) for name, engine in engines(rows)}
    (folder / "answers.json").write_text(json.dumps(answers), "utf-8")


def engines(rows: list[dict[str, str]]) -> Iterator[tuple[str, Engine]]:
    from bench.search import rivals

    yield OURS, door()
    if trigrams := rivals.trigrams(rows):
        yield TRIGRAMS, trigrams
    else:
        yield LIKE, rivals.like  # finds the same on every database, slowly


def asked(name: str, engine: Engine, queries: list[dict[str, Any]]) -> dict[int, Answer]:
    engine("saree")  # what is read once is not the first query's
    started = time.perf_counter()
    found = {query["id"]: timed(engine, query["query"]) for query in queries}
    print(f"    {name}: {len(queries)} queries, {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return found


def timed(engine: Engine, text: str) -> Answer:
    started = time.perf_counter()
    try:
        found, error = engine(text), ""
    except Exception as trouble:  # noqa: BLE001 - is counted and shown
        found, error = Found([]), repr(trouble)[:200]
    ms = (time.perf_counter() - started) * 1_000
    return Answer(found.ids[:MOST], ms, found.understood, error)


# --- The door ---------------------------------------------------------------------------------------------------
def door() -> Engine:
    from django.test.utils import setup_test_environment
    from django.utils import timezone

    from accounts.models import User
    from config.testing.cast import Phone

    setup_test_environment(debug=False)
    phone = Phone().holding(User.objects.create_user("asha", status="approved", decided_at=timezone.now()))

    def ask(text: str) -> Found:
        asked = {"q": text, "per_page": str(MOST)}
        answer = phone.get("/api/designs", asked)
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{answer.status_code} {answer.content[:150]!r}")
        body = answer.json()
        return Found([int(one["external_id"]) for one in body["designs"]], understood(body.get("search")))

    return ask


def understood(search: dict[str, Any] | None) -> str:
    """`laal` as Red (synonym), and whatever else the answer says of itself."""
    if not search:
        return "-"
    words = [
        " ".join(map(str, (word.get("word"), "as", word.get("as"), f"({word.get('how')})"))) for word in said(search)
    ]
    more = {name: value for name, value in search.items() if name not in {"text", "words"} and value}
    return "; ".join([*words, *([json.dumps(more, ensure_ascii=False)] if more else [])])


def said(search: dict[str, Any]) -> list[dict[str, Any]]:
    return [word for word in search.get("words") or () if isinstance(word, dict)]


if __name__ == "__main__":
    main()
