"""PostgreSQL keeps the plans of statements that are prepared; Django prepares none, and binds the values itself."""

from typing import Any, Self

from django.db.backends.utils import CursorWrapper
from psycopg import Cursor
from psycopg.errors import FeatureNotSupported
from psycopg.pq import TransactionStatus

PREPARED_AFTER = 5  # times, as psycopg has it by itself
NEVER = 2**31


def keep(cursor: CursorWrapper) -> None:
    """From now on this cursor does."""
    raw = cursor.connection
    if is_direct(raw):
        cursor.cursor = Keeping(raw)


def is_direct(raw: Any) -> bool:
    """Behind a pooler (PgBouncer and the like) a transaction may go to a backend where somebody else's statement has
    the same name. Who answers is then not whom we were told at the start."""
    if raw.prepare_threshold is None:
        answers = raw.execute("SELECT pg_backend_pid()").fetchone()[0]
        raw.prepare_threshold = PREPARED_AFTER if answers == raw.info.backend_pid else NEVER
    return bool(raw.prepare_threshold < NEVER)


class Keeping(Cursor[Any]):
    def execute(self, *arguments: Any, **how: Any) -> Self:
        try:
            return super().execute(*arguments, **how)
        except FeatureNotSupported:
            # A migration changed the type of a column, and the kept plan still promises the old one.
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                raise  # psycopg forgets its plans when this is rolled back
            self.connection.execute("DEALLOCATE ALL")
            return super().execute(*arguments, **how)
