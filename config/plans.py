"""How compiled statements reach PostgreSQL: with the values beside the text, and those of look-ups planned once.

Django's own cursor writes the values into the text and prepares nothing.
"""

import re
from datetime import UTC
from functools import cache, lru_cache
from typing import Any, NamedTuple, Self

import psycopg
from django.db.backends.postgresql.psycopg_any import get_adapters_template
from django.db.backends.utils import CursorWrapper
from psycopg.adapt import AdaptersMap, PyFormat
from psycopg.errors import FeatureNotSupported
from psycopg.pq import Format, TransactionStatus
from psycopg.types.numeric import Int8

PREPARED_AFTER = 5  # times, as psycopg has it by itself
NEVER = 2**31


def quicken(cursor: CursorWrapper, *, keep_plan: bool) -> None:
    raw = cursor.connection
    cursor.cursor = Quick(raw, prepare=keep_plan and is_direct(raw))


def is_direct(raw: Any) -> bool:
    """Behind a pooler (PgBouncer and the like) a transaction may go to a backend where somebody else's statement has
    the same name. Who answers is then not whom we were told at the start."""
    if raw.prepare_threshold is None:
        answers = raw.execute("SELECT pg_backend_pid()").fetchone()[0]
        raw.prepare_threshold = PREPARED_AFTER if answers == raw.info.backend_pid else NEVER
    return bool(raw.prepare_threshold < NEVER)


@cache
def adapters() -> AdaptersMap:
    """Django's, with two of psycopg's own. A number is always a bigint: psycopg would name the narrowest type that
    holds it, and with other types it is another statement. Moments are read by its loader in C, in 0.14 us instead of
    2.5, and a page has eighty; the connection speaks UTC."""
    own = AdaptersMap(get_adapters_template(use_tz=True, timezone=UTC))
    own.register_dumper(int, psycopg.adapters.get_dumper(Int8, PyFormat.AUTO))
    moments = psycopg.adapters.types["timestamptz"].oid
    if quick := psycopg.adapters.get_loader(moments, Format.TEXT):
        own.register_loader(moments, quick)
    return own


class Text(NamedTuple):
    query: bytes
    names: tuple[str, ...]  # of the values, where they have any


PLACE = re.compile(r"%(?:%|s|\((?P<name>\w+)\)s)")


@lru_cache(maxsize=2_000)
def numbered(query: str) -> Text:
    """`%s` is `$1`, `$2` and so on. psycopg writes that anew each time where a statement is long or values are many."""
    names: list[str] = []

    def place(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        name = found["name"] or f" {len(names)}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    text = PLACE.sub(place, query).encode()
    return Text(text, tuple(names) if "%(" in query else ())


class Quick(psycopg.RawCursor[Any]):
    def __init__(self, raw: Any, *, prepare: bool) -> None:
        super().__init__(raw)
        self.prepare = None if prepare else False  # as psycopg counts, or never

    @property
    def adapters(self) -> AdaptersMap:
        return adapters()

    def execute(self, query: Any, params: Any = None, **how: Any) -> Self:
        how["prepare"] = self.prepare
        if params is not None:
            query, names = numbered(query)
            params = [params[name] for name in names] if names else params
        try:
            return super().execute(query, params, **how)
        except FeatureNotSupported:
            # A migration changed the type of a column, and the kept plan still promises the old one.
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                raise  # psycopg forgets its plans when this is rolled back
            self.connection.execute("DEALLOCATE ALL")
            return super().execute(query, params, **how)
