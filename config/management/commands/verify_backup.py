"""Is a backup whole?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.backup import checking, manifest, terminal
from config.backup.faults import BackupError
from config.backup.places import Place
from config.backup.sealing import Key
from config.backup.snapshot import Progress


class Command(BaseCommand):
    help = "Reads everything in a backup, or in each one of a place. Exits with 1 and a sentence for each fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        terminal.add_place(parser, "WHERE")
        parser.add_argument("--no-pictures", action="store_true", help="only the database")
        terminal.add_key(parser)

    def handle(self, *, where: str, latest: bool, verbosity: int, **asked: Any) -> None:
        with terminal.in_sentences():
            key = terminal.key_from(asked["key_file"])
            place, names = terminal.places_of(where, latest=latest)
            with terminal.bar(verbosity) as progress:
                found = [self.look(place, name, key, progress, pictures=not asked["no_pictures"]) for name in names]
        if any(found):
            raise SystemExit(1)

    def look(self, place: Place, name: str, key: Key | None, progress: Progress, *, pictures: bool) -> int:
        try:
            shelf, made = manifest.read(place, name, key)
        except BackupError as error:
            self.stderr.write(str(error))
            return 1
        faults = 0
        for fault in checking.faults_of(shelf, made, progress, with_pictures=pictures):
            self.stderr.write(fault)
            faults += 1
        if not faults:
            shown = f" and {made.pictures.rows:,} objects of pictures" if made.pictures and pictures else ""
            self.stdout.write(self.style.SUCCESS(f"{name} is whole: {made.rows:,} rows{shown}."))
        return faults
