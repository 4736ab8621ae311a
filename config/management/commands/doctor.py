"""Is this installation well?"""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand

from config.doctor.questions import BAD, OK, WARN, Finding, answers, facts

MARKS = {OK: "ok", WARN: "look", BAD: "BAD"}


class Command(BaseCommand):
    help = "Tells whether this installation is well, and what to do about what is not."
    requires_system_checks = ()  # they are its first question

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        epilog = "It leaves with 0 when all is well, with 1 when something should be looked at, with 2 when it is bad."
        return super().create_parser(
            prog_name, subcommand, epilog=epilog, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *, json: bool, **_: Any) -> None:
        found = list(self.told(quiet=json))
        levels = {finding.level for _, finding in found}
        if json:
            self.write_json(found)
        if levels - {OK}:
            sys.exit(2 if BAD in levels else 1)

    def told(self, *, quiet: bool) -> Any:
        style = {OK: self.style.SUCCESS, WARN: self.style.WARNING, BAD: self.style.ERROR}
        for name, finding in answers():
            if not quiet:
                self.stdout.write(f"{style[finding.level](f'{MARKS[finding.level]:5}')} {name:11} {finding.words}")
                if finding.advice and finding.level != OK:
                    self.stdout.write(f"{'':17} -> {finding.advice}")
            yield name, finding

    def write_json(self, found: list[tuple[str, Finding]]) -> None:
        worst = next(level for level in (BAD, WARN, OK) if any(finding.level == level for _, finding in found))
        answer = {"status": worst, "findings": [{"about": name, **facts(finding)} for name, finding in found]}
        self.stdout.write(json.dumps(answer, indent=2))
