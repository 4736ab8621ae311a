"""Chance that can be repeated: the same names, the same numbers, on every machine."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def stream(*names: object) -> random.Random:
    return random.Random(":".join(map(str, names)))  # noqa: S311 - to be repeated, not to be secret


def some(chance: random.Random, choices: Sequence[T], least: int, most: int) -> list[T]:
    """Different ones, in the order of the choices."""
    how_many = min(len(choices), chance.randint(least, most))
    return [choices[place] for place in sorted(chance.sample(range(len(choices)), how_many))]


def skewed(chance: random.Random, size: int) -> int:
    """Few have many, many have few."""
    return min(int(size * chance.random() ** 3), size - 1)
