"""The bench of search measures what it says: a catalogue that can be repeated, queries as promised, right figures."""

import json
from collections import Counter
from math import log2
from pathlib import Path

import pytest

from bench.search import catalogue, queries, spelling
from bench.search.concepts import CONCEPTS
from bench.search.scoring import Answer, Judge, figures, line, percentile, table
from bench.search.words import MISSPELT
from config.demo.chance import stream

ROWS = list(catalogue.catalogue(3_000))
QUERIES = queries.queries()
WRONG = {wrong for many in MISSPELT.values() for wrong in many}


# --- The catalogue ----------------------------------------------------------------------------------------------
def test_the_same_seed_makes_the_same_catalogue_and_another_seed_another() -> None:
    assert list(catalogue.catalogue(200)) == ROWS[:200]
    assert list(catalogue.catalogue(200, seed=2)) != ROWS[:200]


def test_rows_have_all_columns_and_some_of_them_are_empty() -> None:
    assert all(list(row) == catalogue.COLUMNS for row in ROWS)
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    empty = Counter(name for row in ROWS for name, value in row.items() if not value)
    assert set(empty) == set(catalogue.MISSING)


def test_descriptions_are_as_long_as_sellers_write_them() -> None:
    lengths = [len(row["description"].split()) for row in ROWS if row["description"]]
    assert min(lengths) >= catalogue.LEAST_WORDS
    assert max(lengths) <= catalogue.MOST_WORDS


def test_two_to_four_titles_of_a_hundred_are_misspelt() -> None:
    misspelt = sum(bool(WRONG & set(row["title"].split())) for row in ROWS)
    assert 0.02 <= misspelt / len(ROWS) <= 0.04


def test_few_colours_have_most_of_the_rows() -> None:
    colours = [many for _, many in Counter(row["colour"] for row in ROWS if row["colour"]).most_common()]
    assert sum(colours[:10]) > sum(colours[10:])
    assert len(colours) > 40


def test_a_catalogue_is_read_as_it_was_written(tmp_path: Path) -> None:
    catalogue.write(ROWS[:50], path := tmp_path / "catalogue.csv")
    assert catalogue.read(path) == ROWS[:50]


# --- Queries ----------------------------------------------------------------------------------------------------
def test_each_class_has_enough_queries_and_they_are_the_same_again() -> None:
    found = Counter(query["cls"] for query in QUERIES)
    assert set(found) == {
        *("exact", "spelling", "plural", "native", "colour", "multi", "typo", "occasion", "unseen", "noresult")
    }
    assert min(found.values()) >= queries.LEAST
    assert found["noresult"] >= 40
    assert queries.queries() == QUERIES


def test_unseen_spellings_stand_neither_in_the_vocabulary_nor_in_the_catalogue() -> None:
    known = queries.known_words() | {
        queries.plain(word) for row in ROWS for text in row.values() for word in text.split()
    }
    unseen = [query["query"] for query in QUERIES if query["cls"] == "unseen"]
    assert [text for text in unseen if not queries.is_unseen(text, known)] == []


def test_what_should_find_nothing_stands_in_no_row_but_for_a_trap() -> None:
    said = {word.strip(".,:").lower() for row in ROWS for text in row.values() for word in text.split()}
    words = {word for query in QUERIES if query["cls"] == "noresult" for word in query["query"].lower().split()}
    assert words & said <= {"in", "machine"}  # a washing machine is not what should be "machine wash cold"


def test_a_slip_changes_one_longer_word() -> None:
    chance = stream("slips")
    for _ in range(200):
        first, second = spelling.slipped(chance, "red embroidered").split()
        assert first == "red"
        assert second != "embroidered"
        assert abs(len(second) - len("embroidered")) <= 2


@pytest.mark.parametrize(
    ("word", "other"), [("phulkari", "fulkari"), ("jutti", "juti"), ("साड़ी", "साड़ि"), ("saree", "sari")]
)
def test_words_are_written_as_they_sound(word: str, other: str) -> None:
    found = set(spelling.written_otherwise(word))
    assert other in found
    assert word not in found


# --- What is right ----------------------------------------------------------------------------------------------
def row(number: int, title: str, category: str = "", **columns: str) -> catalogue.Row:
    return {**dict.fromkeys(catalogue.COLUMNS, ""), "id": str(number), "title": title, "category": category, **columns}


SHELF = [
    row(1, "Women Red Silk Saree", "Saree"),
    row(2, "Women Blue Silk Sari"),
    row(3, "Red Cotton Saree Petticoat", "Petticoat"),
    row(4, "Red Saree", "Saree", description="Pair it with a silk blouse."),
    row(5, "Green Kurta With Dupatta", "Kurta Set"),
]


def judged(*entries: tuple[str, str]) -> Judge:
    found = [{"id": number, **queries.query("exact", *entry)} for number, entry in enumerate(entries, start=1)]
    return Judge(SHELF, queries.as_file(found))


def test_a_garment_is_its_own_and_not_what_comes_with_another() -> None:
    judge = judged(("saree", "saree"), ("petticoat", "petticoat"), ("kurta", "kurta"))
    assert judge.grades == {1: {1: 2, 2: 2, 4: 2}, 2: {3: 2}, 3: {5: 2}}


def test_parts_are_half_right_and_queries_without_an_answer_are_dropped() -> None:
    judge = judged(("red silk saree", "red silk saree/red saree/silk saree"), ("dupatta", "dupatta"))
    assert judge.grades[1] == {1: 2, 4: 2, 2: 1}
    assert [query["query"] for query in judge.dropped] == ["dupatta"]
    assert [query["query"] for query in judge.queries] == ["red silk saree"]


def test_every_concept_is_one_that_a_file_of_predicates_may_hold() -> None:
    assert json.loads(json.dumps(CONCEPTS)) == CONCEPTS
    for concept in CONCEPTS.values():
        assert all({"re", "in"} & set(test) and test["f"] for test in concept["any"])


# --- Figures ----------------------------------------------------------------------------------------------------
RIGHT = {1: 2, 2: 2, 3: 1}


def test_the_best_order_is_worth_one_and_nothing_is_worth_nothing() -> None:
    assert figures([1, 2, 3], RIGHT) == (1.0, 1.0, 1.0, 0.0)
    assert figures([], RIGHT) == (0.0, 0.0, 0.0, 1.0)
    assert figures([9, 8], RIGHT) == (0.0, 0.0, 0.0, 0.0)


def test_figures_count_places_and_grades() -> None:
    ideal = 3 + 3 / log2(3) + 1 / log2(4)
    found = figures([9, 3, 1], RIGHT)
    assert found.ndcg == pytest.approx((1 / log2(3) + 3 / log2(4)) / ideal)
    assert (found.precision, found.recall) == (0.5, 0.5)


def test_a_design_that_comes_twice_counts_once() -> None:
    assert figures([1, 1, 1], RIGHT) == figures([1], RIGHT)


def test_only_ten_places_count_for_precision_and_twenty_for_recall() -> None:
    right = dict.fromkeys(range(1, 31), 2)
    found = figures([*range(100, 110), *range(1, 11), *range(11, 31)], right)
    assert (found.ndcg, found.precision, found.recall) == (0.0, 0.0, 0.5)


def test_tables_say_what_score_py_says() -> None:
    judge = judged(("saree", "saree"), ("kurta", "kurta"))
    judge.queries.append({"id": 3, "cls": "noresult", "query": "!!!", "all": []})
    judge.grades[3] = {}
    answers = {1: Answer([1, 2, 4], 3.0), 2: Answer([], 1.0), 3: Answer([], 2.0, error="")}
    assert table("ours", judge, answers).splitlines() == [
        "== ours  (p50 2.0 ms, p95 3.0 ms, errors 0)",
        "class        n    P@10  nDCG@10    R@20   zero",
        "exact        2   0.500    0.500   0.500  0.500",
        "noresult     1   correct-empty 1.000",
        "ALL          2   0.500    0.500   0.500  0.500",
    ]
    assert line("noresult", [(figures([], {}), Answer([], error="500"))]) == "noresult     1   correct-empty 0.000"
    assert percentile([4, 1, 3, 2], 0.95) == 4
