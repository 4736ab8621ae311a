"""Compare the storage with the rows, and with --fix put right what can be."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from uploads.reconciling import Findings, Problem, compare

EXAMPLES = 5


class Command(BaseCommand):
    help = (
        "Reports objects that no row names and rows whose objects are missing. With --fix it deletes the objects (only "
        "those this gallery made), marks the rows as broken, and leaves missing variants to regenerate_variants. "
        "Exits with 1 while something is left to fix."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix", action="store_true", help="put right what can be; without it only a report")

    def handle(self, *, fix: bool, verbosity: int, **options: Any) -> None:
        findings = Findings()
        with tqdm(unit="object", disable=None if verbosity else True) as bar:
            for _ in compare(findings):
                bar.update()
        self.report(findings, None if verbosity > 1 else EXAMPLES)
        if fix:
            findings.fix()
            self.stdout.write("Fixed. Run regenerate_variants next." if findings.bare else "Fixed.")
        elif findings.fixable:
            self.stdout.write("Run it with --fix to put this right.")
            raise SystemExit(1)

    def report(self, findings: Findings, most: int | None) -> None:
        self.stdout.write(f"{findings.objects} objects looked at.")
        for problem in Problem:
            found = findings.found[problem]
            self.stdout.write(f"{len(found)} {problem.value}" + (":" if found else "."))
            for key in found[:most]:
                self.stdout.write(f"  {key}")
            if most and len(found) > most:
                self.stdout.write(f"  and {len(found) - most} more (--verbosity 2 names them)")
