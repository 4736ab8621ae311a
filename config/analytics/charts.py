"""Bars as numbers for an SVG: a viewBox of ten units a day, a hundred high, stretched to whatever room there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

RECT = '<rect x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>'
ROW = '<tr><th scope="row">{}</th><td>{}</td></tr>'
STEP, GAP, HEIGHT = 10, 2, 100
LEAST = 1.5  # a single view among thousands can be seen


class Bar(NamedTuple):
    x: int
    y: float
    height: float
    label: str


@dataclass(frozen=True)
class Chart:
    name: str
    title: str
    one: str
    many: str
    points: Sequence[tuple[date, int]]

    @property
    def width(self) -> int:
        return STEP * len(self.points)

    @cached_property
    def most(self) -> int:
        return max(number for _, number in self.points)

    @property
    def total(self) -> int:
        return sum(number for _, number in self.points)

    @property
    def sum(self) -> str:
        return f"{self.total:,}"

    @property
    def top(self) -> str:
        return f"{self.most:,}"

    @property
    def nothing(self) -> str:
        return f"No {self.many} in these days."

    @property
    def bars(self) -> list[Bar]:
        return [self.bar(place, day, number) for place, (day, number) in enumerate(self.points) if number]

    @property
    def drawn(self) -> SafeString:
        """Not in a template: that takes ten times as long, and a page has hundreds."""
        bars = ((bar.x, bar.y, STEP - GAP, bar.height, bar.label) for bar in self.bars)
        return format_html_join("", RECT, bars)

    @property
    def tabled(self) -> SafeString:
        """The newest first: that is what somebody reads a table for."""
        return format_html_join("", ROW, ((short(day), f"{number:,}") for day, number in reversed(self.points)))

    def bar(self, place: int, day: date, number: int) -> Bar:
        height = round(max(LEAST, HEIGHT * number / self.most), 1)
        return Bar(STEP * place + GAP // 2, round(HEIGHT - height, 1), height, f"{short(day)}: {self.said(number)}")

    def said(self, number: int) -> str:
        return f"{number:,} {self.one if number == 1 else self.many}"

    @property
    def first(self) -> str:
        return short(self.points[0][0])

    @property
    def last(self) -> str:
        return short(self.points[-1][0])

    @property
    def words(self) -> str:
        """What somebody who cannot see the bars is told."""
        span = f"From {self.first} to {self.last}"
        if not self.total:
            return f"{span}: none."
        day = next(day for day, number in self.points if number == self.most)
        return f"{span}: {self.said(self.total)}, most of them on {short(day)}, {self.most:,}."


def short(day: date) -> str:
    return f"{day.day} {day:%b}"
