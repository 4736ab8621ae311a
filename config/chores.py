"""What is to be done every minute and every day, whoever does it: `manage.py chores`, cron, Render, systemd."""

from datetime import datetime, timedelta
from typing import NamedTuple

MINUTE = timedelta(minutes=1)


class Round(NamedTuple):
    name: str
    cron: str  # minute, hour, day, month, weekday; by UTC, as Render counts
    commands: tuple[str, ...]  # one after the other; a later one is done also when an earlier one failed

    def is_due(self, moment: datetime) -> bool:
        now = (moment.minute, moment.hour, moment.day, moment.month, moment.isoweekday() % 7)
        return all(wanted in {"*", str(value)} for wanted, value in zip(self.cron.split(), now, strict=True))


ROUNDS = (
    Round("minute", "* * * * *", ("fold_views",)),
    # Yesterday is closed from one o'clock on; the backup then holds it.
    Round("night", "10 2 * * *", ("roll_up", "prune_sessions", "prune_incoming", "backup")),
    Round("morning", "30 3 * * *", ("send_digest",)),  # nine o'clock in India
    Round("week", "40 3 * * 0", ("verify_backup --latest", "reconcile_pictures", "reconcile_counts")),
)
NAMES = tuple(one.name for one in ROUNDS)


def due(after: datetime, until: datetime) -> list[Round]:
    """Each once, however many of its minutes have passed meanwhile."""
    minutes = [until - MINUTE * ago for ago in range((until - after) // MINUTE)]
    return [one for one in ROUNDS if any(one.is_due(minute) for minute in minutes)]


def called(name: str) -> Round:
    return next(one for one in ROUNDS if one.name == name)
