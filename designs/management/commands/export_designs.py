"""The catalogue as a file, with the columns that import_designs reads."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from designs.importing import exporting
from designs.models import Design, Status


class Command(BaseCommand):
    help = "Writes designs to a CSV or XLSX file (by its name; - is CSV on the standard output)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="catalogue.csv, catalogue.xlsx or -")
        parser.add_argument("--status", choices=Status.values, help="only those")

    def handle(self, *, file: str, status: str | None, verbosity: int, **_: Any) -> None:
        designs = Design.objects.filter(status=status) if status else Design.objects.all()
        total = designs.count()
        lines = tqdm(exporting.rows(designs), total=total + 1, unit="row", disable=None if verbosity else True)
        if file == "-":
            sys.stdout.buffer.writelines(exporting.csv_lines(lines))
            return
        with Path(file).open("wb") as target:
            if file.lower().endswith(".xlsx"):
                exporting.workbook(lines, target)
            else:
                target.writelines(exporting.csv_lines(lines))
        self.stdout.write(f"{total:,} designs in {file}.")
