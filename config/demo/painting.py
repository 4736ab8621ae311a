"""Demo pictures as bytes, by all cores. Imports no Django: a process that paints needs none of it."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from typing import NamedTuple

from config.demo.textiles import jpeg, of_design

WORTH_A_PROCESS = 8  # pictures; to start one takes as long as painting one


class Order(NamedTuple):
    kinds: dict[str, str]
    hex: str
    seed: int


def painted(order: Order, width: int) -> bytes:
    return jpeg(of_design(order.kinds, order.hex, order.seed), size=(width, width * 4 // 3))


@contextmanager
def all_painted(orders: list[Order], width: int) -> Iterator[Iterator[bytes]]:
    """In their order. Painting goes on while the caller stores."""
    paint = partial(painted, width=width)
    workers = min(len(orders) // WORTH_A_PROCESS, os.cpu_count() or 1)
    if not workers:
        yield map(paint, orders)
        return
    # Spawned: a fork would share this process's connections to the database.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield pool.map(paint, orders)
