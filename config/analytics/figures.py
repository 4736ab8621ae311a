"""The figures of a period, for the door and for the front page alike: days that are over from their rollups, open ones
from the indexes of today's rows, and what takes long from the last snapshot.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models.expressions import Combinable

from accounts.models import User
from config.analytics import days, rollups
from config.analytics.asking import Rows, asked, first, number, total
from config.analytics.counting import ACTIVE_WITHIN, TOPS
from config.analytics.days import Period
from config.analytics.models import Day, Snapshot
from config.analytics.tasks import soon
from designs import index, vocabulary
from designs.facets import counting as facets
from designs.models import DailyStat, Design, Search
from favorites.models import Favorite

PERIODS = ACTIVE_WITHIN
USUAL = 30
SHOWN = 10
NEAR = days.ONE * 3  # a snapshot may be missing on the very day
FACETS = {"category": "category", "colour": "colour", "maker": "designer_name"}


class Share(NamedTuple):
    """How many shown designs carry it."""

    value: str
    name: str
    designs: int
    hex: str = ""


class Top(NamedTuple):
    design: Design
    views: int  # in the period

    @property
    def shown(self) -> str:
        return f"{self.views:,}"


class Typed(NamedTuple):
    """What people searched for, and how often."""

    text: str
    times: int

    @property
    def shown(self) -> str:
        return f"{self.times:,}"


class Catalogue(NamedTuple):
    designs: int
    featured: int
    shares: dict[str, list[Share]]


@dataclass(frozen=True)
class Figures:
    period: Period
    values: dict[str, Any]  # as the database answered `questions`, and whatever else was asked along
    facts: dict[str, Any]
    as_of: datetime
    rows: dict[date, Day]
    catalogue: Catalogue = field(repr=False)

    @property
    def days(self) -> list[Day]:
        return self.of(self.period)

    def of(self, period: Period) -> list[Day]:
        nothing = {"views": 0, "hearts": 0, "registrations": 0}
        return [self.rows.get(day) or Day(day=day, **nothing) for day in period.all]

    def sum(self, what: str) -> int:
        return sum(getattr(day, what) for day in self.days)

    def change(self, what: str) -> int | None:
        """In percent of the period before; None where that is no measure."""
        if not self.has_a_past:
            return None
        return percent(self.sum(what), sum(getattr(day, what) for day in self.of(self.period.before)))

    @property
    def has_a_past(self) -> bool:
        """Was there a gallery when the period before began?"""
        opened = self.values["opened"]
        return opened is not None and days.day_of(opened) <= self.period.before.first

    @property
    def people(self) -> int:
        """In all: as of the snapshot, and who joined since."""
        return int(self.facts["people"]) + int(self.values["people_since"])

    @property
    def active(self) -> int:
        return int(self.facts["active"][str(self.period.days)])

    @property
    def change_of_active(self) -> int | None:
        before = self.values["facts_before"]
        return percent(self.active, before["active"][str(self.period.days)]) if before else None

    @cached_property
    def tops(self) -> list[Top]:
        """From the hundred most viewed of each day. What was deleted since is left out."""
        views: Counter[int] = Counter()
        for day in self.days:
            views.update(dict(map(tuple, day.tops)))
        found = designs_of(pk for pk, _ in views.most_common(2 * SHOWN))
        ranked = sorted((-views[pk], pk) for pk in found)[:SHOWN]
        return [Top(found[pk], -seen) for seen, pk in ranked]

    @property
    def searches(self) -> list[Typed]:
        return typed(self.values["searches_found"])

    @property
    def searches_in_vain(self) -> list[Typed]:
        return typed(self.values["searches_in_vain"])


def length_of(text: str) -> int:
    """Of a period, as a page's address has it."""
    return int(text) if text in map(str, PERIODS) else USUAL


def percent(now: int, before: int) -> int | None:
    return round(100 * (now - before) / before) if before else None


def typed(rows: list[list[Any]]) -> list[Typed]:
    return sorted((Typed(*row) for row in rows), key=lambda one: (-one.times, one.text))


def designs_of(numbers: Iterable[int]) -> dict[int, Design]:
    wanted = list(numbers)
    columns = ("title", "card", "status", "designer_name", "view_count", "like_count")
    return Design.objects.only(*columns).in_bulk(wanted) if wanted else {}


# --- Asking -----------------------------------------------------------------------------------------------------
def read(by: User, length: int, more: dict[str, Combinable] | None = None) -> Figures:
    """`more`: other questions that go along in the same statement."""
    period = Period(length, days.today())
    values = asked(by, {**questions(period), **(more or {})})
    if values["facts"] is None:
        taken = rollups.snap()
        values |= {"facts": taken.facts, "facts_at": taken.at, "people_since": 0}
    elif rollups.is_stale(values["facts_at"]):
        soon.snap()
    closed = {row.day: row for row in rollups.since(period.before.first)}
    rows = closed | {row.day: row for row in open_rows(values)}
    return Figures(period, values, values["facts"], values["facts_at"], rows, catalogue(values["facts"]))


def questions(period: Period) -> dict[str, Combinable]:
    before = (period.before.last - NEAR, period.before.last)
    latest = Snapshot.objects.order_by("-day")
    found = Search.objects.successful().order_by("-count", "text")
    in_vain = Search.objects.without_results().order_by("-count", "pk")
    return {
        "people_since": number(User.objects.filter(date_joined__gt=first(latest, "at"))),
        "people_pending": number(User.objects.pending()),
        "opened": first(User.objects.order_by("date_joined"), "date_joined"),
        "facts": first(latest, "facts"),
        "facts_at": first(latest, "at"),
        "facts_before": first(Snapshot.objects.filter(day__range=before).order_by("-day"), "facts"),
        "searches_found": Rows(found[:SHOWN], "text", "count"),
        "searches_in_vain": Rows(in_vain[:SHOWN], "text", "count"),
        **{name: question for n, day in enumerate(days.still_open()) for name, question in of_open_day(n, day)},
    }


def of_open_day(n: int, day: date) -> list[tuple[str, Combinable]]:
    within = (days.begins(day), days.begins(day + days.ONE))
    seen = DailyStat.objects.filter(day=day)
    return [
        (f"views_{n}", total(seen, "views")),
        (f"hearts_{n}", number(Favorite.objects.filter(created_at__gte=within[0], created_at__lt=within[1]))),
        (f"registrations_{n}", number(User.objects.filter(date_joined__gte=within[0], date_joined__lt=within[1]))),
        (f"tops_{n}", Rows(seen.filter(views__gt=0).order_by("-views", "design_id")[:TOPS], "design_id", "views")),
    ]


def open_rows(values: dict[str, Any]) -> list[Day]:
    names = ("views", "hearts", "registrations", "tops")
    return [
        Day(day=day, **{name: values[f"{name}_{n}"] or 0 for name in names[:3]}, tops=values[f"tops_{n}"])
        for n, day in enumerate(days.still_open())
    ]


# --- What the catalogue holds -------------------------------------------------------------------------------------
def catalogue(facts: dict[str, Any]) -> Catalogue:
    """Counted in memory; while designs are still being read there, as the last snapshot has it."""
    state, words = index.up_to_date(), vocabulary.current()
    if state is None:
        return Catalogue(facts["designs"], facts["featured"], {name: remembered(name, facts) for name in FACETS})
    shown = state.having("status", "active")
    lists = facets.kept_ready(state, words)["facets"]
    shares = {
        name: [Share(one["value"], one["name"], one["count"], one["hex"] or "") for one in lists[facet]]
        for name, facet in FACETS.items()
    }
    return Catalogue(shown.bit_count(), (shown & state.having("featured", True)).bit_count(), shares)


def remembered(name: str, facts: dict[str, Any]) -> list[Share]:
    words = vocabulary.current()
    entries = ((words.find(name, value) if name != "maker" else None, value, count) for value, count in facts[name])
    return [
        Share(value, entry.name if entry else value, count, entry.hex if entry else "")
        for entry, value, count in entries
    ]
