"""`functools.cache` for threads: it lets each of those who ask at the same time make the thing for itself."""

from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class made_once(Generic[T]):  # noqa: N801 - a decorator
    """Of those who ask first one makes it, and the others wait for it. Nobody waits afterwards."""

    def __init__(self, make: Callable[..., T]) -> None:
        self.make, self.lock = make, Lock()
        self.kept: dict[tuple[Any, ...], T] = {}

    def __call__(self, *asked: Any) -> T:
        if asked not in self.kept:
            with self.lock:
                if asked not in self.kept:
                    self.kept[asked] = self.make(*asked)
        return self.kept[asked]
