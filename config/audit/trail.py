"""Writing the trail: one call beside each change, in its transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Model

from config.audit.models import Entry

_acting: ContextVar[int | None] = ContextVar("acting", default=None)


@contextmanager
def acting(by: Model | int | None) -> Iterator[None]:
    """Whoever this is does what is recorded within."""
    token = _acting.set(by.pk if isinstance(by, Model) else by)
    try:
        yield
    finally:
        _acting.reset(token)


def record(
    what: str, *, on: Model, by: Model | None = None, changes: Mapping[str, tuple[Any, Any]] | None = None
) -> None:
    """`changes`: field -> (old, new), as JSON can say it."""
    number = by.pk if by else _acting.get()
    name = "" if getattr(on, "is_person", False) else str(on)[:200]
    Entry.objects.create(
        by=number, what=what, kind=on._meta.label_lower, key=str(on.pk), name=name, changes=dict(changes or {})
    )
