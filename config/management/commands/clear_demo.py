"""What create_demo made goes, and nothing else."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo import clearing


class Command(BaseCommand):
    help = (
        "Removes the demo: its designs with all hearts on them (also where staff edited them), its pictures, makers "
        "and collections unless somebody's design uses them, its people. What others made stays. Asks first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--dry-run", action="store_true", help="say how many would go, change nothing")

    def handle(self, *, yes: bool, dry_run: bool, verbosity: int, **_: Any) -> None:
        if not yes or dry_run:
            would = clearing.clear(dry_run=True)
            if dry_run or would.nothing:
                self.tell("Would remove", would)
                return
            self.ask(would)
        self.tell("Removed", clearing.clear(bar=bool(verbosity) and sys.stderr.isatty()))

    def tell(self, what: str, cleared: clearing.Cleared) -> None:
        self.stdout.write("There is no demo; nothing to do." if cleared.nothing else f"{what} {cleared}.")
        for line in cleared.stayed:
            self.stdout.write(line)

    def ask(self, would: clearing.Cleared) -> None:
        if not sys.stdin.isatty():
            raise CommandError(f"This removes {would}. Nobody is here to ask: run it with --yes.")
        if input(f"This removes {would}. Go on? [y/N] ").strip().lower() not in {"y", "yes"}:
            raise CommandError("Nothing was removed.")
