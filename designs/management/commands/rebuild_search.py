"""Have every process read all designs anew, for filters, facets and searches."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from designs import changes, index
from designs.models import Status


class Command(BaseCommand):
    help = (
        "Filters, facets and searches are answered from the memory of each process, which follows every change of a "
        "design, whoever makes it: the database tells of it. Where its triggers did not work (a table that was emptied "
        "or restored) this has all processes read them anew within a second or two, and reports what there is to find. "
        "Safe at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only read and report; tell no process")

    def handle(self, *, dry_run: bool, **_: Any) -> None:
        if not dry_run:
            changes.tell_everybody()
        index.forget()
        started = time.perf_counter()
        state = index.searchable()
        took = time.perf_counter() - started
        shown = state.having("status", Status.ACTIVE).bit_count()
        words = len(state.all_words.lexicon.words)
        self.stdout.write(f"{state.size:,} designs read in {took:.1f} s: {shown:,} are shown, {words:,} words to find.")
        told = (
            "No process was told (--dry-run)." if dry_run else "Every process reads them anew within a second or two."
        )
        self.stdout.write(told)
