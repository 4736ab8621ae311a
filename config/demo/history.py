"""What people looked at and kept, day by day."""

import math
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate

from accounts.models import User
from config.demo.chance import stream
from config.demo.seasons import Calendar, interest
from designs.models import DailyStat, Design
from favorites.models import Favorite

VIEWS_A_DAY = 3.0  # of a person
HEARTS_OF_VIEWS = 0.08
MOST_OF_ALL = 0.8  # so many of all people keep the most loved design
FAVOURITE = 25.0  # times as many look at it as at the least popular
FROM_THE_BEGINNING, OPENING_DAYS = 0.4, 7  # so many designs were there when the gallery opened
NEWS_DAYS = 6  # in which what is new loses a part of its attention

Views = dict[date, int]


class History:
    def __init__(self, seed: int, calendar: Calendar, people: list[User]) -> None:
        self.seed, self.calendar = seed, calendar
        self.people = sorted(((user.decided_at, user.pk) for user in people if user.decided_at), key=lambda one: one[1])
        self.totals = list(accumulate(calendar.weights))

    def views_of(self, designs: list[Design]) -> dict[int, Views]:
        """All views of all people, shared out among the designs."""
        wanted = {design.pk: self.attention(design) for design in designs}
        total = sum(value for days in wanted.values() for value in days.values())
        share = VIEWS_A_DAY * len(self.people) * len(self.calendar.days) / total if total else 0
        found = {}
        for design in designs:
            chance = self.of("views", design)
            counts = {day: about(chance, value * share) for day, value in wanted[design.pk].items()}
            found[design.pk] = {day: views for day, views in counts.items() if views}
        return found

    def attention(self, design: Design) -> dict[date, float]:
        if not design.is_shown or design.published_at is None:
            return {}
        popular = min(self.of("popular", design).paretovariate(1.1), FAVOURITE)
        occasions, since = design.card["terms"].get("occasion", []), design.published_at.date()
        return {
            day: popular * weight * interest(occasions, day) * (1 + math.exp(-(day - since).days / NEWS_DAYS))
            for day, weight in zip(self.calendar.days, self.calendar.weights, strict=True)
            if day >= since
        }

    def stats(self, views: dict[int, Views]) -> Iterator[DailyStat]:
        for design, days in views.items():
            yield from (DailyStat(design_id=design, day=day, views=number) for day, number in days.items())

    def hearts(self, design: Design, views: Views) -> Iterator[Favorite]:
        """On days when it was looked at, by people who were in by then."""
        chance = self.of("hearts", design)
        most = round(MOST_OF_ALL * len(self.people))
        wanted = min(about(chance, HEARTS_OF_VIEWS * sum(views.values())), most)
        for since, person in chance.sample(self.people, wanted):
            days = Counter({day: number for day, number in views.items() if day >= since.date()})
            if days:
                day = chance.choices(list(days), list(days.values()))[0]
                at = self.calendar.moment(chance, day, max(since, design.published_at or since))
                yield Favorite(user_id=person, design=design, created_at=at)

    def of(self, what: str, design: Design) -> random.Random:
        return stream(self.seed, what, design.external_id)


def about(chance: random.Random, mean: float) -> int:
    """A number of things that happen by chance so often."""
    if mean > 30:  # noqa: PLR2004 - from here on the bell is close enough
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    number, left = 0, chance.random()
    step = share = math.exp(-mean)
    while left > share and number < 100:  # noqa: PLR2004 - far beyond what 30 can bring
        number += 1
        step *= mean / number
        share += step
    return number


def dates_of(chance: random.Random, calendar: Calendar, status: str) -> tuple[datetime, datetime]:
    """When it was made, and when it was shown or decided upon. What waits is new."""
    last = {"pending": 4, "draft": 10}.get(status, len(calendar.days))
    day = calendar.some_day(chance, last)
    if status == "active" and chance.random() < FROM_THE_BEGINNING:
        day = chance.choice(calendar.days[:OPENING_DAYS])
    made = calendar.moment(chance, day)
    return made, min(made + timedelta(minutes=chance.expovariate(1 / 400)), calendar.now)
