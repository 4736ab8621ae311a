"""The tables as a new gallery has them: read once, and put back after each test that really committed.

Django would flush: empty every table, and load words, rights, groups and triggers anew.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from config.testing import seeds
from designs import vocabulary
from designs.models import Change


@dataclass
class Table:
    name: str
    columns: str
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def read(self, cursor: Any, limit: str = "") -> list[tuple[Any, ...]]:
        cursor.execute(f"SELECT {self.columns} FROM {self.name} {limit}")
        return list(cursor.fetchall())

    def put_back(self, cursor: Any) -> None:
        if self.read(cursor, f"LIMIT {len(self.rows) + 1}") == self.rows:
            return
        cursor.execute(f"DELETE FROM {self.name}")
        places = ", ".join(["%s"] * len(self.columns.split(", ")))
        cursor.executemany(f"INSERT INTO {self.name} ({self.columns}) VALUES ({places})", self.rows)


def table_of(model: type[models.Model]) -> Table:
    quoted = connection.ops.quote_name
    columns = [quoted(str(column.column)) for column in model._meta.concrete_fields if not column.generated]
    return Table(quoted(model._meta.db_table), ", ".join(columns))


def tables() -> list[Table]:
    """With those between models. What points at others comes before them: fewer triggers have work. What triggers write
    comes last.
    """
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    in_order: list[type[models.Model]] = [*(model for model in reversed(found) if model is not Change), Change]
    return [table_of(model) for model in in_order if not model._meta.proxy]


def put_back(kept: list[Table]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are looked at when it commits
        for table in kept:
            table.put_back(cursor)
    ContentType.objects.clear_cache()


_known: tuple[vocabulary.State, vocabulary.Vocabulary] | None = None


def remember_words() -> None:
    global _known  # noqa: PLW0603
    vocabulary.forget()
    _known = vocabulary.state(), vocabulary.current()


def begin_with_known_words() -> None:
    """Those of a new gallery, last looked after long ago: who asks compares first, and reads what was changed."""
    vocabulary._kept = (float("-inf"), time.monotonic(), *_known) if _known else None  # noqa: SLF001


@contextmanager
def rows_for_many(blocker: DjangoDbBlocker) -> Iterator[None]:
    """For a fixture of a module: what it writes is there in each test, and gone afterwards."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(seeds.sown())
            kept = tables()
            with connection.cursor() as cursor:
                for table in kept:
                    table.rows = table.read(cursor)
            remember_words()
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: put_back(kept))
        yield
