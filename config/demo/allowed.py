"""Where a demo may be made, and when it comes by itself."""

from argparse import ArgumentTypeError

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from designs.models import Design

# Whether any design ever was: who cleared the demo does not want it back with the next start.
LAST_NUMBER = {
    "postgresql": "SELECT 1 WHERE pg_sequence_last_value('designs_design_id_seq') IS NOT NULL",
    "sqlite": "SELECT 1 FROM sqlite_sequence WHERE name = 'designs_design' AND seq > 0",
}


def number(text: str) -> int:
    if not text.isdecimal() or int(text) > 100_000_000:  # noqa: PLR2004
        raise ArgumentTypeError(f"must be a whole number from 0, not {text!r}")
    return int(text)


def refuse_in_production(command: str, *, really: bool) -> None:
    if settings.HARDENED and not really:
        raise CommandError(
            f"This is {settings.ENVIRONMENT}. {command} makes things up; if that is wanted, add --really."
        )


def by_itself() -> bool:
    """On a developer's machine, once, unless DEMO=0."""
    return settings.DEMO and settings.ENVIRONMENT == "development" and is_fresh()


def is_fresh() -> bool:
    if Design.objects.exists():
        return False
    with connection.cursor() as cursor:
        cursor.execute(LAST_NUMBER[connection.vendor])
        return cursor.fetchone() is None
