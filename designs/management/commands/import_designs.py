"""Bring a whole catalogue in: a CSV or XLSX file, and a folder of pictures."""

import os
import sqlite3
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from accounts.models import User
from config.audit import trail
from designs.importing import reading, running
from designs.importing.photos import Folder, Photos
from designs.importing.records import UnreadableError
from designs.importing.running import Report, ReportError
from designs.importing.understanding import Reader
from designs.importing.writing import ADDED, CHANGED, REFUSED, Writer
from designs.models import Import

EXAMPLES = 10


class Command(BaseCommand):
    help = (
        "Reads a catalogue, one design a row, and stores what is new. Run it again as often as you like: a design is "
        "known again by its id (column id or external_id), else by title and maker. Rows that cannot be read are "
        "skipped and reported. Exits with 1 when rows were refused, with 2 when it could not go on to the end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("catalogue", type=Path, help="CSV (UTF-8) or XLSX")
        parser.add_argument("--images", type=Path, metavar="FOLDER", help="where the pictures lie that rows name")
        parser.add_argument("--dry-run", action="store_true", help="only tell what would happen")
        parser.add_argument("--strict", action="store_true", help="refuse rows with values that no term knows")
        parser.add_argument("--update", action="store_true", help="also change designs that are there already")
        parser.add_argument("--by", metavar="NAME", help="who brings them: shown as creator and moderator")
        parser.add_argument("--report", type=Path, metavar="FILE", help="CSV of what was refused or worth a remark")
        parser.add_argument(
            "--workers", type=int, default=min(4, os.cpu_count() or 1), help="for pictures; %(default)s"
        )

    def handle(self, *, catalogue: Path, dry_run: bool, verbosity: int, **how: Any) -> None:
        photos = Photos(folder_of(how["images"]), by=(by := person(how["by"])), workers=how["workers"], dry_run=dry_run)
        writer = Writer(by=by, photos=photos, update=how["update"], dry_run=dry_run)
        report = Report(how["report"] or catalogue.parent / f"{catalogue.stem}.report.csv")
        try:
            with in_a_sentence(report), closing(photos):
                is_shown = bool(verbosity) and sys.stderr.isatty()
                total = count_rows(catalogue) if is_shown else None
                with reading.opened(catalogue) as found, tqdm(total=total, unit="row", disable=not is_shown) as bar:
                    drawn = count(1)
                    photos.told = lambda: bar.set_postfix_str(f"{next(drawn):,} pictures drawn")
                    report.open(catalogue)
                    self.tell_ignored(found.header.ignored)
                    running.run(found, Reader(strict=how["strict"]), writer, report, bar.update)
                report.close()
        finally:
            with suppress(ReportError):
                report.close()
            if not dry_run:
                record(catalogue, report, by)
        self.tell(report, dry_run=dry_run)

    def tell_ignored(self, names: list[str]) -> None:
        if names:
            more = f" and {len(names) - EXAMPLES} more" if len(names) > EXAMPLES else ""
            self.stdout.write(f"Not read: the column{'s' * (len(names) > 1)} {', '.join(names[:EXAMPLES])}{more}.")

    def tell(self, report: Report, *, dry_run: bool) -> None:
        self.stdout.write(("Nothing was stored (--dry-run). " if dry_run else "") + report.summary())
        for number, _, title, what, _, field, reason in report.first[:EXAMPLES]:
            said = f"line {number}, {title[:40] or 'no title'} ({what}): {field + ': ' if field else ''}{reason}"
            self.stdout.write("  " + "".join(letter if letter.isprintable() else " " for letter in said))
        if report.remarks > EXAMPLES:
            self.stdout.write(f"  and {report.remarks - EXAMPLES:,} more remarks")
        if report.remarks:
            self.stdout.write(f"All remarks: {report.path}")
        if report.broken_off:
            raise CommandError(f"The rest of the file was not read. {report.broken_off}", returncode=2)
        if report.refused:
            raise SystemExit(1)


def record(catalogue: Path, report: Report, by: User | None) -> None:
    """Also of a run that broke off; when the database is away, the sentence about that is what matters."""
    counts = {name: (None, report.counts[name]) for name in (ADDED, CHANGED, REFUSED)}
    if report.counts[ADDED] or report.counts[CHANGED]:
        with suppress(DatabaseError):
            trail.note("import.finished", kind=Import._meta.label_lower, name=catalogue.name, by=by, changes=counts)


@contextmanager
def in_a_sentence(report: Report) -> Iterator[None]:
    """Nobody who brings a catalogue should have to read a traceback."""
    done = "What was stored stays; run it again for the rest."
    try:
        yield
    except UnreadableError as error:
        raise CommandError(str(error), returncode=2) from None
    except ReportError as error:
        raise CommandError(f"{error} {report.summary()} {done if report.rows else ''}".strip(), returncode=2) from None
    except KeyboardInterrupt:
        raise CommandError(f"Interrupted. {report.summary()} {done}", returncode=130) from None
    except (DatabaseError, sqlite3.Error) as error:
        reason = str(error).strip().partition("\n")[0]
        raise CommandError(f"The database cannot go on: {reason}. {report.summary()} {done}", returncode=2) from None


def folder_of(path: Path | None) -> Folder | None:
    if path is None:
        return None
    if not path.is_dir():
        raise CommandError(f"There is no folder {path}.", returncode=2)
    try:
        return Folder(path)
    except (OSError, ValueError) as error:
        raise CommandError(str(error), returncode=2) from None


def person(name: str | None) -> User | None:
    if name is None:
        return None
    found = User.objects.filter(username=name).first()
    if found is None:
        raise CommandError(f"There is nobody called {name}.", returncode=2)
    return found


def count_rows(path: Path) -> int:
    """A first reading, for the bar: it also finds a header that makes no sense before anything is stored."""
    with reading.opened(path) as catalogue:
        return sum(1 for _ in until_unreadable(catalogue.rows))


def until_unreadable(rows: Any) -> Any:
    try:
        yield from rows
    except UnreadableError:
        return
