"""Who does what is written down, while it is done. It knows no model: what starts before Django asks here, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

By = Any  # somebody, their number, or None

_acting: ContextVar[int | None] = ContextVar("acting", default=None)
_many: ContextVar[bool] = ContextVar("many", default=False)


@contextmanager
def acting(by: By) -> Iterator[None]:
    """Whoever this is does what is recorded within."""
    token = _acting.set(number_of(by))
    try:
        yield
    finally:
        _acting.reset(token)


def begin(by: By = None) -> None:
    """From here on, until somebody else begins: a request does, once it knows who asks."""
    _acting.set(number_of(by))


def number_of(by: By) -> int | None:
    number: int | None = getattr(by, "pk", by)
    return number


def who() -> int | None:
    return _acting.get()


def are_many() -> bool:
    return _many.get()


@contextmanager
def together() -> Iterator[None]:
    """Another entry tells of all that is recorded within: the list shows that one."""
    token = _many.set(True)
    try:
        yield
    finally:
        _many.reset(token)
