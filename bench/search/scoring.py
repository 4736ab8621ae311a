"""What a list of answers is worth.

A design is wholly right (2) when it is everything a query asks for, half right (1) when it is one of the parts that the
query allows. nDCG@10 rewards right ones high up, by 2^grade - 1 and the logarithm of the place; P@10 and R@20 count
wholly right ones, of as many as there can be. A query that means nothing should find nothing.
"""

import re
import statistics
from collections.abc import Callable, Sequence
from functools import cache
from math import log2
from typing import Any, NamedTuple

from bench.search.catalogue import Row
from bench.search.queries import Query

RIGHT = 2
Test = Callable[[Row], bool]


class Answer(NamedTuple):
    ids: list[int]
    ms: float = 0.0
    understood: str = ""
    error: str = ""


class Figures(NamedTuple):
    ndcg: float
    precision: float
    recall: float
    nothing: float  # 1 when the answer was empty


# --- What is right ----------------------------------------------------------------------------------------------
class Judge:
    """Grades of all designs for each query. Queries that nothing fits are `dropped`: they would measure nothing."""

    def __init__(self, rows: Sequence[Row], spec: dict[str, Any]) -> None:
        names = {name for query in spec["queries"] for part in parts(query) for name in part}
        sets = {name: members(spec["concepts"][name], rows) for name in names}
        self.grades = {query["id"]: grades(query, sets) for query in spec["queries"]}
        kept: list[Query] = []
        self.dropped: list[Query] = []
        for query in spec["queries"]:
            (kept if not query["all"] or RIGHT in self.grades[query["id"]].values() else self.dropped).append(query)
        self.queries = kept


def parts(query: Query) -> list[list[str]]:
    return [query["all"], *query.get("partial", [])]


def grades(query: Query, sets: dict[str, set[int]]) -> dict[int, int]:
    if not query["all"]:
        return {}
    whole, *halves = (set.intersection(*(sets[name] for name in part)) for part in parts(query))
    return dict.fromkeys((number for half in halves for number in half), 1) | dict.fromkeys(whole, RIGHT)


def members(concept: dict[str, Any], rows: Sequence[Row]) -> set[int]:
    tests = [test_of(given) for given in concept["any"]]
    return {int(row["id"]) for row in rows if any(test(row) for test in tests)}


def test_of(given: dict[str, Any]) -> Test:
    columns, barred, holds = (
        given["f"],
        set(given.get("cat_not", ())),
        cache(holding(given)),
    )  # colours repeat, titles not
    return lambda row: row["category"] not in barred and any(holds(row.get(column) or "") for column in columns)


def holding(given: dict[str, Any]) -> Callable[[str], bool]:
    if "re" not in given:
        return set(given["in"]).__contains__
    flags = re.DOTALL if given["re"].islower() else re.DOTALL | re.IGNORECASE  # the latter is slow
    pattern = re.compile(given["re"], flags)
    return lambda text: bool(pattern.search(text.lower()))


# --- Figures ----------------------------------------------------------------------------------------------------
def figures(found: Sequence[int], right: dict[int, int]) -> Figures:
    got = [right.get(number, 0) for number in dict.fromkeys(found)]
    there = sum(grade == RIGHT for grade in right.values())
    ideal = gain(sorted(right.values(), reverse=True)[:10])
    return Figures(
        ndcg=gain(got[:10]) / ideal if ideal else 0.0,
        precision=share(got[:10], min(10, there)),
        recall=share(got[:20], min(20, there)),
        nothing=float(not got),
    )


def gain(got: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place) for place, grade in enumerate(got, start=2))


def share(got: Sequence[int], possible: int) -> float:
    return got.count(RIGHT) / possible if possible else 0.0


def percentile(times: Sequence[float], share: float) -> float:
    return sorted(times)[int(share * len(times))] if times else 0.0


# --- A table ----------------------------------------------------------------------------------------------------
def table(name: str, judge: Judge, answers: dict[int, Answer]) -> str:
    by_kind: dict[str, list[tuple[Figures, Answer]]] = {}
    for query in judge.queries:
        answer = answers[query["id"]]
        by_kind.setdefault(query["cls"], []).append((figures(answer.ids, judge.grades[query["id"]]), answer))
    times = [answer.ms for query in judge.queries if (answer := answers[query["id"]])]
    errors = sum(bool(answers[query["id"]].error) for query in judge.queries)
    speed = f"p50 {statistics.median(times):.1f} ms, p95 {percentile(times, 0.95):.1f} ms, errors {errors}"
    lines = [f"== {name}  ({speed})", f"{'class':<10}{'n':>4}{'P@10':>8}{'nDCG@10':>9}{'R@20':>8}{'zero':>7}"]
    lines += [line(kind, many) for kind, many in by_kind.items()]
    asked = [one for kind, many in by_kind.items() if kind != "noresult" for one in many]
    return "\n".join([*lines, *([line("ALL", asked)] if asked else [])])


def line(kind: str, many: list[tuple[Figures, Answer]]) -> str:
    begin = f"{kind:<10}{len(many):>4}"
    if kind == "noresult":
        return f"{begin}   correct-empty {mean([float(not answer.ids and not answer.error) for _, answer in many]):.3f}"
    ndcg, precision, recall, nothing = (mean(column) for column in zip(*(one for one, _ in many), strict=True))
    return f"{begin}{precision:>8.3f}{ndcg:>9.3f}{recall:>8.3f}{nothing:>7.3f}"


def mean(numbers: Sequence[float]) -> float:
    return round(sum(numbers) / len(numbers), 3) if numbers else 0.0
