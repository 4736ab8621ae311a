"""How well search finds, class by class, on SQLite and on PostgreSQL.

    python -m bench.search [--designs 20000] [--seed 1] [--database URL ...] [--verbose]
                           [--catalogue FILE.csv --queries FILE.json] [--write-catalogue FILE] [--write-queries FILE]

A catalogue is made (or read), imported into a fresh database of each kind, published, and asked all queries through
GET /api/designs. Beside it stand two rivals on the same rows. A named database must be empty; it is not dropped.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.search import catalogue, queries
from bench.search.asking import OURS
from bench.search.scoring import Answer, Judge, figures, table
from config.testing import postgres

ROOT = Path(__file__).resolve().parent.parent.parent
SQLITE = "sqlite"
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "ENVIRONMENT": "test",
    "ENV_FILE": os.devnull,
    "LIMIT_STANDARD": "1000000",
    "LOG_LEVEL": "WARNING",
}
Answers = dict[str, dict[int, Answer]]  # by engine and query


def main() -> None:
    asked = arguments()
    rows, spec = given(asked)
    tell(f"{len(rows):,} designs, {len(spec['queries'])} queries; what is right?")
    judge = Judge(rows, spec)
    for query in judge.dropped:
        tell(f"DROPPED, nothing in this catalogue fits: {query['cls']}: {query['query']}")
    if not judge.queries:
        sys.exit("No query is left to ask.")
    spec["queries"] = judge.queries
    write(rows, spec, asked.write_catalogue, asked.write_queries)
    if not asked.only_write:
        with tempfile.TemporaryDirectory(prefix="gallery-search-") as where:
            folder = Path(where)
            write(rows, spec, folder / "catalogue.csv", folder / "queries.json")
            report(judge, {name: answers(name, url, folder) for name, url in databases(asked.database)}, asked)


def report(judge: Judge, found: dict[str, Answers], asked: argparse.Namespace) -> None:
    for name, by_engine in found.items():
        for engine, many in by_engine.items():
            print(table(f"{engine}, {name}", judge, many), end="\n\n")
        troubles(name, judge, by_engine[OURS])
    differences(judge, found)
    if asked.verbose:
        for name, by_engine in found.items():
            details(name, judge, by_engine[OURS])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", nargs="+", default=[], metavar="URL", help="empty ones, or the word sqlite")
    parser.add_argument("--catalogue", type=Path, metavar="CSV", help="another catalogue than the generated one")
    parser.add_argument("--queries", type=Path, metavar="JSON", help="other queries, with predicates")
    parser.add_argument("--write-catalogue", type=Path, metavar="FILE")
    parser.add_argument("--write-queries", type=Path, metavar="FILE", help="without those that nothing fits")
    parser.add_argument("--only-write", action="store_true", help="ask no database")
    parser.add_argument("--verbose", action="store_true", help="a line for each query")
    return parser.parse_args()


def given(asked: argparse.Namespace) -> tuple[list[catalogue.Row], dict[str, Any]]:
    path = asked.catalogue
    rows = catalogue.read(path) if path else list(catalogue.catalogue(asked.designs, asked.seed))
    if asked.queries:
        return rows, json.loads(asked.queries.read_text("utf-8"))
    return rows, queries.as_file(queries.queries(asked.seed))


def write(rows: list[catalogue.Row], spec: dict[str, Any], for_rows: Path | None, for_queries: Path | None) -> None:
    if for_rows:
        catalogue.write(rows, for_rows)
    if for_queries:
        for_queries.write_text(json.dumps(spec, ensure_ascii=False, indent=1), "utf-8")


# --- Databases --------------------------------------------------------------------------------------------------
def databases(named: list[str]) -> Iterator[tuple[str, str]]:
    """Names and URLs; an own one of each kind when none is named. PostgreSQL's lives as long as it is used."""
    for url in named:
        yield (SQLITE, "") if url == SQLITE else (url.partition(":")[0], url)
    if named:
        return
    yield SQLITE, ""
    with a_server() as server:
        if server is None:
            tell("NO POSTGRESQL: name a server by TEST_DATABASE_URL, or install one.")
            return
        with postgres.database(server, f"gallery_search_{os.getpid()}") as url:
            yield "postgresql", url


@contextmanager
def a_server() -> Iterator[str | None]:
    given = os.environ.get("TEST_DATABASE_URL")
    if given and postgres.usable(given):
        yield given
        return
    with postgres.server() as found:
        yield found


def answers(name: str, url: str, folder: Path) -> Answers:
    tell(f"{name}: filling and asking")
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="gallery-search-data-") as data:
        env = {**os.environ, **SETTINGS, "DATA_DIR": data, "DATABASE_URL": url or f"sqlite:///{data}/gallery.sqlite3"}
        subprocess.run([sys.executable, "-m", "bench.search.asking", str(folder)], cwd=ROOT, env=env, check=True)
    tell(f"{name}: {time.perf_counter() - started:.0f} s")
    by_engine = json.loads((folder / "answers.json").read_text("utf-8"))
    return {engine: {int(number): Answer(*one) for number, one in many.items()} for engine, many in by_engine.items()}


# --- What is said -----------------------------------------------------------------------------------------------
def tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def differences(judge: Judge, found: dict[str, Answers]) -> None:
    """Whoever moves to PostgreSQL finds what was found before."""
    if len(found) < 2:  # noqa: PLR2004
        return
    first, *others = [by_engine[OURS] for by_engine in found.values()]
    differing = [
        query for query in judge.queries if any(other[query["id"]].ids != first[query["id"]].ids for other in others)
    ]
    print(f"{len(differing)} of {len(judge.queries)} queries are answered differently by {' and '.join(found)}.")
    for query in differing:
        ids = [len(by_engine[OURS][query["id"]].ids) for by_engine in found.values()]
        print(f"  {query['cls']:<10} {query['query']}  ({' / '.join(map(str, ids))} designs)")


def troubles(name: str, judge: Judge, many: dict[int, Answer]) -> None:
    for query in judge.queries:
        if error := many[query["id"]].error:
            print(f"ERROR on {name}: {query['cls']}: {query['query']}: {error}", end="\n\n")


def details(name: str, judge: Judge, many: dict[int, Answer]) -> None:
    print(f"\n== every query, {name}: class, query, nDCG@10, how it was understood")
    for query in judge.queries:
        answer = many[query["id"]]
        ndcg = figures(answer.ids, judge.grades[query["id"]]).ndcg
        figure = ("empty" if not answer.ids else "FOUND") if query["cls"] == "noresult" else f"{ndcg:.3f}"
        print(f"{query['cls']:<10} {query['query']:<44} {figure:>6}  {answer.error or answer.understood}")


if __name__ == "__main__":
    main()
