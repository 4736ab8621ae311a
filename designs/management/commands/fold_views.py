"""Add the views that wait to the counts of their designs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from designs import searches
from designs.index import feed
from designs.models import View
from designs.views_counter import fold


class Command(BaseCommand):
    help = (
        "Adds the views that wait to the counts of their designs and days, and forgets those older than an hour, and "
        "searches that nobody repeats. Run it every minute: views are never lost, but counts in lists stand still "
        "until somebody folds. Any number of them may run at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, help="stop after so many views")
        parser.add_argument("--dry-run", action="store_true", help="say how many wait, change nothing")

    def handle(self, *, limit: int | None, dry_run: bool, **_: Any) -> None:
        if dry_run:
            self.stdout.write(f"{View.objects.filter(folded=False).count()} views wait.")
        else:
            self.stdout.write(f"{fold(limit)} views counted.")
            feed.prune()
            searches.prune()
