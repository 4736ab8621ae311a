"""The catalogue as a file, with the columns that import_designs reads."""

import sys
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from designs.importing import exporting
from designs.importing.exporting import TooLongError
from designs.models import Design, Status


class Command(BaseCommand):
    help = "Writes designs to a CSV or XLSX file (by its name; - is CSV on the standard output)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="catalogue.csv, catalogue.xlsx or -")
        parser.add_argument("--status", choices=Status.values, help="only those")

    def handle(self, *, file: str, status: str | None, verbosity: int, **_: Any) -> None:
        designs = Design.objects.filter(status=status) if status else Design.objects.all()
        total = designs.count()
        exporting.record(total, file=Path(file).name)
        lines = tqdm(exporting.rows(designs), total=total + 1, unit="row", disable=None if verbosity else True)
        if file == "-":
            with suppress(BrokenPipeError):
                sys.stdout.buffer.writelines(exporting.csv_lines(lines))
            return
        try:
            write(Path(file), lines)
        except (OSError, ValueError, TooLongError) as error:
            reason = getattr(error, "strerror", "") or error
            raise CommandError(f"{file} cannot be written: {reason}") from None
        self.stdout.write(f"{total:,} designs in {file}.")


def write(path: Path, lines: Any) -> None:
    """All of it or nothing: an older export stays until the new one is whole."""
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise ValueError("it is not a file (- writes CSV to the standard output).")
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name[:100]}.", delete=False) as draft:
        try:
            if path.suffix.lower() == ".xlsx":
                exporting.workbook(lines, draft)
            else:
                draft.writelines(exporting.csv_lines(lines))
            draft.flush()
            Path(draft.name).chmod(0o644)
            Path(draft.name).replace(path)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise
