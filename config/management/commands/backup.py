"""The whole gallery into files."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.backup import making, snapshot, terminal
from config.backup.places import place_at
from config.backup.terminal import measured


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text} must be a whole number from 1: the newest backup always stays")
    return int(text)


class Command(BaseCommand):
    help = (
        "Writes the database of one moment, and the pictures that it names, to a folder or a bucket, while people go "
        "on. Pictures that an earlier backup there has are not copied again. Encrypted when there is a key: whoever "
        "loses it loses the backup."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--to", default="", help="a folder or s3://bucket/folder; BACKUP_TO by default")
        add("--keep", type=at_least_one, default=14, help="how many stay there, this one included; 14 by default")
        add("--keep-all", action="store_true", help="delete nothing, for keys that may not")
        add("--no-pictures", action="store_true", help="only the database")
        add("--dry-run", action="store_true", help="say what would be in it, write nothing")
        terminal.add_key(parser)

    def handle(self, *, to: str, verbosity: int, dry_run: bool, **asked: Any) -> None:
        with terminal.in_sentences("Backups that were there stay whole."):
            if dry_run:
                self.stdout.write(self.forecast(pictures=not asked["no_pictures"]))
                return
            place, key = place_at(to or settings.BACKUP_TO), terminal.key_from(asked["key_file"])
            started = time.monotonic()
            with terminal.bar(verbosity) as progress:
                keep = None if asked["keep_all"] else asked["keep"]
                made = making.make(place, key, keep=keep, with_pictures=not asked["no_pictures"], progress=progress)
            self.tell(made, str(place), time.monotonic() - started)

    def forecast(self, *, pictures: bool) -> str:
        rows, named = snapshot.counted(with_pictures=pictures)
        return f"Would back up {rows:,} rows and {named:,} objects of pictures. Nothing was written."

    def tell(self, made: making.Made, place: str, seconds: float) -> None:
        found = made.manifest.pictures
        for line in [made.note, missing(found.missing) if found else ""]:
            if line:
                self.stdout.write(self.style.WARNING(line))
        if made.gone:
            self.stdout.write(f"Removed {len(made.gone)} older backups and {made.swept:,} pictures only they had.")
        size = sum(table.bytes for table in made.manifest.tables)
        shown = f" and {found.rows:,} objects of pictures ({measured(found.size)})" if found else ""
        sealed = ", encrypted" if made.manifest.encrypted else ""
        self.stdout.write(
            self.style.SUCCESS(
                f"Backed up {made.manifest.rows:,} rows ({measured(size)}){shown} to {place}/{made.manifest.name}"
                f"{sealed} in {seconds:.1f} s."
            )
        )


def missing(how_many: int) -> str:
    if not how_many:
        return ""
    return f"{how_many:,} objects that rows name are not in the storage: manage.py reconcile_pictures lists them."
