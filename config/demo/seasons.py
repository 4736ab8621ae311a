"""How busy a day is: weekends, the weeks before a festival, the wedding season."""

import math
import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import NamedTuple

DAYS = 90
INDIA = timedelta(hours=5, minutes=30)
WEEKDAYS = (1.0, 0.95, 0.95, 1.0, 1.1, 1.55, 1.7)
HOURS = {9: 3, 10: 4, 11: 5, 12: 6, 13: 7, 14: 6, 15: 5, 16: 5, 17: 6, 18: 8, 19: 10, 20: 13, 21: 14, 22: 9, 23: 4}
BUILDS_UP = 5.0  # days before a festival in which interest grows by e
GROWTH = 0.6  # by how much a gallery is busier today than three months ago


class Festival(NamedTuple):
    occasion: str  # slug
    on: date
    pull: float


def festivals(text: str) -> tuple[Festival, ...]:
    lines = (line.split() for line in text.strip().splitlines())
    return tuple(Festival(slug, date.fromisoformat(on), float(pull)) for slug, pull, *days in lines for on in days)


FESTIVALS = festivals("""
    makar-sankranti 0.4 2026-01-14 2027-01-14 2028-01-15
    holi 0.4 2026-03-04 2027-03-22 2028-03-11
    eid 0.8 2026-03-20 2027-03-10 2028-02-27
    gudi-padwa 0.4 2026-03-19 2027-04-07 2028-03-27
    baisakhi 0.4 2026-04-14 2027-04-14 2028-04-13
    teej 0.4 2025-07-27 2026-08-15 2027-08-04
    raksha-bandhan 0.6 2025-08-09 2026-08-28 2027-08-17
    onam 0.5 2025-09-05 2026-08-26 2027-09-12
    ganesh-chaturthi 0.5 2025-08-27 2026-09-14 2027-09-04
    navratri 1.0 2025-09-22 2026-10-11 2027-09-30
    dussehra 0.5 2025-10-02 2026-10-20 2027-10-09
    karva-chauth 1.2 2025-10-10 2026-10-29 2027-10-18
    diwali 2.2 2025-10-20 2026-11-08 2027-10-29
""")
WEDDINGS = ((11, 18, 12, 14), (1, 16, 3, 8), (4, 16, 6, 8))  # from month and day to month and day
WEDDING_PULL = 0.7


def pull(festival: Festival, day: date) -> float:
    """Grows towards the day, and is over the day after."""
    before = (festival.on - day).days
    return festival.pull * math.exp(-before / BUILDS_UP) if before >= 0 else 0.0


def is_wedding_season(day: date) -> bool:
    return any(first <= (day.month, day.day) <= last for first, last in ((s[:2], s[2:]) for s in WEDDINGS))


def weight(day: date) -> float:
    season = WEDDING_PULL if is_wedding_season(day) else 0.0
    return WEEKDAYS[day.weekday()] * (1 + season + sum(pull(festival, day) for festival in FESTIVALS))


def interest(occasions: list[str], day: date) -> float:
    """How much more people look at what is worn at the coming festival."""
    return 1 + 2 * sum(pull(festival, day) for festival in FESTIVALS if festival.occasion in occasions)


class Calendar:
    """The days up to now, busy and quiet ones."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        today = now.date()
        self.days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
        self.weights = [weight(day) * (1 + GROWTH * place / DAYS) for place, day in enumerate(self.days)]
        self.summed = list(accumulate(self.weights))

    @property
    def begin(self) -> datetime:
        return at(self.days[0], time(0))

    def some_day(self, chance: random.Random, last: int = DAYS) -> date:
        """One of the last so many, a busy one more likely."""
        return chance.choices(self.days[-last:], self.weights[-last:])[0]

    def moment(self, chance: random.Random, day: date, earliest: datetime | None = None) -> datetime:
        """On this day, when people have time; never in the future, nor before something else."""
        hour = chance.choices(list(HOURS), list(HOURS.values()))[0]
        found = at(day, time(hour, chance.randrange(60), chance.randrange(60))) - INDIA
        return min(max(found, earliest or found), self.now)


def at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, UTC)
