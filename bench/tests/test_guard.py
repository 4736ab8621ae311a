"""What the guard of CI complains about."""

import pytest

from bench.guard import Cost

BEFORE = Cost(queries=3, calls=6_000, cpu=8.0)


@pytest.mark.parametrize(
    ("now", "complaint"),
    [
        (BEFORE._replace(queries=4), "4 queries, 3 before"),
        (BEFORE._replace(queries=3.1), "3.1 queries"),
        (BEFORE._replace(calls=9_100), "9,100 calls of functions, 6,000 before"),
        (BEFORE._replace(cpu=16.1), "16.10 yardsticks of CPU, 8.00 before"),
    ],
)
def test_more_of_anything_is_told(now: Cost, complaint: str) -> None:
    [told] = now.complaints(BEFORE)
    assert complaint in told


@pytest.mark.parametrize("now", [BEFORE, BEFORE._replace(calls=8_900, cpu=15.9), Cost(1, 100, 1.0)])
def test_less_and_what_a_busy_machine_adds_are_not(now: Cost) -> None:
    assert not list(now.complaints(BEFORE))
