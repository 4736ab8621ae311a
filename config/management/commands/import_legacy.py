"""Bring the gallery of the older backend in: people, designs, hearts, switches; pictures stay where they lie."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, DjangoHelpFormatter
from django.db import DatabaseError

from config.legacy import moving, reading
from config.legacy.reporting import Report
from config.legacy.schema import UnfitError

EXAMPLES = """
examples:
  wrangler d1 export NAME --remote --output gallery.sql
  manage.py import_legacy gallery.sql --dry-run    all of it, taken back at the end
  manage.py import_legacy gallery.sql              again a day later: what is new comes
  manage.py import_legacy gallery.sqlite           a copy of the database file
  manage.py import_legacy export.json              {"users": [...], ...}, or answers of D1
"""


class AsWritten(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Examples keep their lines."""


class Command(BaseCommand):
    help = """
Imports the database of the older backend: accounts with their passwords,
designs, hearts, switches. Ids and dates are kept; pictures are adopted where
they lie. All of it comes in, or nothing. What is here already is left alone,
so run it again as often as you like. Exits with 2 when it could not.
"""

    def create_parser(self, *names: Any, **how: Any) -> Any:
        return super().create_parser(*names, **how, formatter_class=AsWritten, epilog=EXAMPLES)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a dump in SQL, a SQLite file, or an export in JSON")
        parser.add_argument("--dry-run", action="store_true", help="do all of it, tell, and take it back")
        parser.add_argument("--skip-bucket", action="store_true", help="adopt pictures without looking for them")
        parser.add_argument("--again", action="store_true", help="also bring what was deleted here since the last time")
        report = settings.DATA_DIR / "legacy-report.csv"
        parser.add_argument("--report", type=Path, default=report, metavar="FILE", help="CSV of all oddities")

    def handle(self, *, file: Path, report: Path, verbosity: int, **how: Any) -> None:
        said = Report(report)
        asked = {name: how[name] for name in ("dry_run", "skip_bucket", "again")}
        bar = bool(verbosity) and sys.stderr.isatty()
        try:
            with reading.opened(file) as source, said.opened(file):
                moving.move(source, said, moving.How(**asked, bar=bar), file.name)
        except UnfitError as error:
            raise CommandError(f"{error} Nothing was imported.", returncode=2) from None
        except KeyboardInterrupt:
            raise CommandError("Interrupted. Nothing was imported.", returncode=130) from None
        except DatabaseError as error:
            reason = str(error).strip().partition("\n")[0]
            raise CommandError(f"The database refuses: {reason} Nothing was imported.", returncode=2) from None
        self.tell(said, dry_run=asked["dry_run"])

    def tell(self, said: Report, *, dry_run: bool) -> None:
        for line in said.summary():
            self.stdout.write(line)
        if said.lines:
            self.stdout.write(f"All of it, line by line: {said.path}")
        if dry_run:
            self.stdout.write("Nothing was stored (--dry-run).")
        elif not said.brought:
            self.stdout.write("Everything was here already: nothing changed.")
        else:
            self.stdout.write(self.style.SUCCESS("Imported. Run manage.py regenerate_variants next, at any time."))
