"""Very many rows, quickly, to measure with."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.demo import allowed, filling


class Command(BaseCommand):
    help = (
        "Adds designs without pictures of their own, to measure with: a million takes minutes on PostgreSQL. "
        "They have terms, makers, prices, views and a cover they share. Nothing removes them again: use a database "
        "that you throw away. The same seed gives the same rows."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--designs", type=allowed.number, required=True)
        parser.add_argument("--users", type=allowed.number, default=1_000, help="approved people; 1,000 by default")
        parser.add_argument("--hearts", type=allowed.number, help="one for four designs by default")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--really", action="store_true", help="also in production")

    def handle(self, *, designs: int, hearts: int | None, really: bool, verbosity: int, **asked: Any) -> None:
        allowed.refuse_in_production("fill", really=really)
        hearts = designs // 4 if hearts is None else hearts
        bar, started = bool(verbosity) and sys.stderr.isatty(), time.monotonic()
        filling.fill(designs, users=asked["users"], hearts=hearts, seed=asked["seed"], bar=bar)
        took = time.monotonic() - started
        self.stdout.write(self.style.SUCCESS(f"Added {designs:,} designs in {took:.1f} s."))
