from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.audit import trail
from designs.data.loading import FILE, BadVocabularyError, load, read
from designs.models import Term


class Command(BaseCommand):
    help = "Loads the field's words (done after every migration as well). What staff changed stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, default=FILE, help="another vocabulary than the project's own")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *, file: Path, dry_run: bool, **_: Any) -> None:
        try:
            counts = load(read(file), Term, dry_run=dry_run)
        except BadVocabularyError as error:
            raise CommandError(str(error)) from None
        if (counts.new or counts.changed) and not dry_run:
            told = {"new": (None, counts.new), "changed": (None, counts.changed)}
            trail.note("vocabulary.loaded", kind=Term._meta.label_lower, name=file.name, changes=told)
        self.stdout.write(f"{counts}{' (dry run: nothing was written)' if dry_run else ''}")
