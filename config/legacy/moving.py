"""All of it, one after the other: everything or nothing."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Model
from tqdm import tqdm

from accounts.models import User
from config import switches
from config.legacy import earlier, options, people, pictures, room
from config.legacy.designs import Designs, show_again
from config.legacy.earlier import Brought
from config.legacy.hearts import BY_DESIGN, Hearts
from config.legacy.naming import Names
from config.legacy.people import People
from config.legacy.reading import Source
from config.legacy.reporting import Report
from config.legacy.schema import UnfitError
from designs import changes, vocabulary
from designs.models import Design

AT_ONCE = 500
HEARTS_AT_ONCE = 2_000
KEPT_BY_SQLITE = 16_000  # KB


class How(NamedTuple):
    dry_run: bool = False
    skip_bucket: bool = False
    again: bool = False  # also what was deleted here since
    bar: bool = False


def move(source: Source, report: Report, how: How, file: str = "") -> None:
    if not source.count("users") and not source.count("designs"):
        raise UnfitError("There is nobody and nothing in it: was it exported without its rows?")
    report.odd |= source.odd
    seen = pictures.look(source, skip=how.skip_bucket, bar=how.bar)
    try:
        with unhurried(), transaction.atomic():
            bring(source, seen, report, how, file)
            transaction.set_rollback(how.dry_run)
    finally:  # they may have seen what was taken back
        vocabulary.forget()
        switches.forget()


@contextmanager
def unhurried() -> Iterator[None]:
    """Nothing that is loaded already becomes garbage; and SQLite keeps the ends of its indexes in memory."""
    gc.freeze()
    if connection.vendor == "sqlite":
        connection.cursor().execute(f"PRAGMA cache_size = -{KEPT_BY_SQLITE}")
    try:
        yield
    finally:
        gc.unfreeze()


def bring(source: Source, seen: pictures.Seen, report: Report, how: How, file: str) -> None:
    last = Brought() if how.again else earlier.last()
    old = room.make(source, report)
    names = Names(people.wanted_names(source))
    room.rename(names, old, report)
    persons = People(names, report, up_to=last.users)
    walk(source, "users", persons.bring, how, order="id")
    shown = show_again(pictures.adopt(source, seen, report))
    designs = Designs(report, up_to=last.designs)
    for rows in source.chunks("designs", "id", columns=("id", "title")):
        designs.expect(rows)
    hearts = Hearts(report, persons.here, designs.here, new=designs.coming, up_to=last.hearts)
    walk(source, "user_favorites", hearts.bring, how, order=BY_DESIGN, size=HEARTS_AT_ONCE)
    designs.likes = hearts.counts
    walk(source, "designs", designs.bring, how, order="id")
    settings = options.bring(list(source.rows("app_settings")), last.settings, report)
    finish(last, Brought(persons.highest, designs.highest, hearts.newest, settings), how, file)
    if report.brought or shown:
        changes.tell_everybody()


def walk(
    source: Source,
    table: str,
    step: Callable[[list[dict[str, Any]]], None],
    how: How,
    *,
    order: str,
    size: int = AT_ONCE,
) -> None:
    with tqdm(total=source.count(table), desc=table, unit="row", disable=not how.bar) as progress:
        for rows in source.chunks(table, order, size):
            step(rows)
            progress.update(len(rows))


def finish(last: Brought, now: Brought, how: How, file: str) -> None:
    if now != last:
        earlier.remember(last, now, file)
    if connection.vendor == "postgresql" and not how.dry_run:  # a sequence is never taken back
        for model in (User, Design):
            count_on(model)


def count_on(model: type[Model]) -> None:
    """The next number that PostgreSQL gives is above all that came along."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_get_serial_sequence('{table}', 'id')")
        sequence = cursor.fetchone()[0]
        cursor.execute(f"SELECT GREATEST(max(id), (SELECT last_value FROM {sequence})) FROM {table}")  # noqa: S608
        cursor.execute("SELECT setval(%s, %s)", [sequence, cursor.fetchone()[0]])
