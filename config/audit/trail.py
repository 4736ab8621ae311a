"""Writing the trail: one call beside each change, in its transaction."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Model

from config.audit import actor
from config.audit.actor import By, acting, together
from config.audit.models import Entry
from config.audit.values import Changes, differences, gone, short

__all__ = ["acting", "changing", "note", "record", "record_each", "record_gone", "together"]

Given = Mapping[str, tuple[Any, Any]]  # field -> (old, new)


def record(what: str, *, on: Model, by: By = None, changes: Given | None = None) -> None:
    about(what, on, by, pairs(changes)).save()


def note(what: str, *, kind: str, key: str = "", name: str = "", by: By = None, changes: Given | None = None) -> None:
    """For what has no row of its own: a switch, an export, a run of a command."""
    written(what, by, pairs(changes), kind=kind, key=key, name=name).save()


def record_each(what: str, *, on: Iterable[Model], by: By = None) -> None:
    """In one statement, however many they are."""
    Entry.objects.bulk_create(about(what, one, by, {}) for one in on)


def record_gone(what: str, *, on: Any, by: By = None) -> None:
    """Before it is deleted: what it was."""
    about(what, on, by, gone(on.facts_to_tell())).save()


@contextmanager
def changing(row: Any, what: str, *, by: By = None, more: Given | None = None) -> Iterator[None]:
    """What changes of the row within, by its `facts_to_tell`; when nothing does, nothing is written.

    The old values are those of the database, read under a lock: of two at once each tells what it really replaced.
    """
    with transaction.atomic():
        rows = type(row)._meta.base_manager.filter(pk=row.pk)
        old = rows.select_for_update(no_key=True).get().facts_to_tell()
        yield
        if found := differences(old, rows.get().facts_to_tell()):
            about(what, row, by, {**found, **pairs(more)}).save()


def about(what: str, on: Model, by: By, changes: Changes) -> Entry:
    name = getattr(on, "name_in_trail", None)  # empty for what may name somebody
    return written(what, by, changes, kind=on._meta.label_lower, key=str(on.pk), name=str(on) if name is None else name)


def written(what: str, by: By, changes: Changes, *, kind: str, key: str, name: str) -> Entry:
    number = actor.number_of(by) or actor.who()
    is_one_of_many = actor.are_many()
    return Entry(
        by=number, what=what, kind=kind, key=key, name=name[:200], changes=changes, is_one_of_many=is_one_of_many
    )


def pairs(changes: Given | None) -> Changes:
    return {name: short(old, new) for name, (old, new) in (changes or {}).items()}
