"""A gallery to look at: believable designs with pictures, people and three months of history."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.demo import allowed, making


class Command(BaseCommand):
    help = (
        "Fills the gallery with designs, pictures, people, hearts and views of the last 90 days, and one person of "
        "each role who can sign in. The same seed gives the same; what is there already stays. clear_demo removes it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--designs", type=allowed.number, default=60, help="60 by default")
        add("--users", type=allowed.number, default=40, help="people, besides one of each role; 40 by default")
        add("--seed", type=int, default=1, help="another one gives another gallery")
        add("--pictures", type=allowed.number, default=0, help="how many are painted; designs share them. 24 to 96")
        add("--picture-width", type=allowed.number, default=900, help="in pixels; 900 by default")
        add("--really", action="store_true", help="also in production")

    def handle(self, *, really: bool, verbosity: int, **asked: Any) -> None:
        allowed.refuse_in_production("create_demo", really=really)
        asked["width"] = asked.pop("picture_width")
        wanted = making.Wanted(**{name: asked[name] for name in making.Wanted._fields})
        done = making.create(wanted, timezone.now(), bar=bool(verbosity) and sys.stderr.isatty())
        if not done.designs and not done.people:
            self.stdout.write(f"The demo with seed {wanted.seed} is here already; nothing to do.")
            return
        for line in ["People who can sign in:", *done.told] if done.told else []:
            self.stdout.write(line)
        self.stdout.write(
            self.style.SUCCESS(
                f"Made a demo: {done.designs:,} designs with {done.pictures} pictures, {done.people:,} people, "
                f"{done.hearts:,} hearts, {done.views:,} views. manage.py clear_demo removes it."
            )
        )
