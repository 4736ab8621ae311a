"""Days as the gallery's clock has them (TIME_ZONE), and which of them are over."""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from django.utils import timezone

ONE = timedelta(days=1)
# Views are folded seconds or, by cron, minutes after somebody looked: yesterday stays open until they are in.
OPEN_AFTER_MIDNIGHT = timedelta(hours=1)


def zone() -> tzinfo:
    return timezone.get_default_timezone()


def day_of(moment: datetime) -> date:
    return timezone.localdate(moment, zone())


def today() -> date:
    return day_of(timezone.now())


def begins(day: date) -> datetime:
    return datetime.combine(day, time.min, zone())


def every(first: date, last: date) -> list[date]:
    return [first + ONE * number for number in range((last - first).days + 1)]


def still_open() -> list[date]:
    """Today, and for an hour yesterday before it."""
    return every(day_of(timezone.now() - OPEN_AFTER_MIDNIGHT), today())


def last_closed() -> date:
    return still_open()[0] - ONE


class Period(NamedTuple):
    """So many days, today the last of them, and as many before."""

    days: int
    last: date

    @property
    def first(self) -> date:
        return self.last - ONE * (self.days - 1)

    @property
    def before(self) -> "Period":
        return Period(self.days, self.first - ONE)

    @property
    def all(self) -> list[date]:
        return every(self.first, self.last)
