"""Close the days that are over, and count what takes long."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from config.analytics import days, rollups
from designs.views_counter import fold


def a_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"must be a day like 2026-11-21, not {text!r}") from None


def a_span(text: str) -> tuple[date, date]:
    first, _, last = text.partition("..")
    span = a_day(first), a_day(last or first)
    if span[0] > span[1]:
        raise ArgumentTypeError(f"must begin before it ends, not {text!r}")
    return span


class Command(BaseCommand):
    help = (
        "Counts views, hearts and registrations of each day that is over and was not counted before, and takes a "
        "snapshot of what takes long to count: the figures of the admin and of GET /api/admin/analytics are read from "
        "these. Run it daily, later than an hour after midnight. Any number of them may run at once, again and again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=a_day, metavar="DAY", help="by default all there is to tell")
        parser.add_argument(
            "--again",
            type=a_span,
            metavar="DAY..DAY",
            help="count these days anew, after views came late; who left since is counted no more",
        )

    def handle(self, *, first: date | None, again: tuple[date, date] | None, verbosity: int, **_: Any) -> None:
        fold()
        last = days.last_closed()
        if again and again[1] > last:
            raise CommandError(f"{again[1]} is not over yet; the last day that is over is {last}.")
        wanted = days.every(*again) if again else rollups.missing(first or rollups.beginning(), last)
        with tqdm(total=len(wanted), unit="day", disable=None if verbosity else True) as bar:
            closed = rollups.close(wanted, again=bool(again), after=bar.update)
        snapshot = rollups.snap()
        self.stdout.write(f"{closed} day{'' if closed == 1 else 's'} closed; {snapshot}.")
