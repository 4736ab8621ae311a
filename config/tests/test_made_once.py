"""What a process makes when it is first asked is made once, however many threads ask first."""

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from config.limits import stores
from config.made_once import made_once
from config.testing import crowd
from config.watching import figures


def test_of_many_who_ask_first_one_makes_it_and_all_get_it() -> None:
    made: Counter[str] = Counter()

    @made_once
    def slowly(name: str) -> object:
        made[name] += 1
        time.sleep(0.02)
        return object()

    found = crowd.at_once(lambda number: slowly("ab"[number % 2]), 8)
    assert made == {"a": 1, "b": 1}
    assert len(set(found)) == 2
    assert slowly("a") in found


def test_what_could_not_be_made_is_tried_again() -> None:
    tries: Iterator[OSError | str] = iter([OSError("away"), "made"])

    @made_once
    def made() -> str:
        found = next(tries)
        if isinstance(found, OSError):
            raise found
        return found

    with pytest.raises(OSError, match="away"):
        made()
    assert made() == "made"


def test_the_figures_and_the_counters_are_made_so() -> None:
    """By `functools.cache` threads that came together made two: of figures the second was an error, of counters the
    first was forgotten."""
    assert isinstance(figures.instruments, made_once)
    assert isinstance(stores.store, made_once)
