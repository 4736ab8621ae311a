"""Hand out all that is held about somebody."""

import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.handing_out import file_name, hand_out
from accounts.models import User


class Command(BaseCommand):
    help = "Writes all that is held about a person, with their pictures, into one zip."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the user name, in any case")
        parser.add_argument("--output", metavar="FILE.zip", type=Path, help="default: person-NAME.zip, here")
        parser.add_argument("--force", action="store_true", help="replace the file if it is there")

    def handle(self, *, name: str, output: Path | None, force: bool, **_: Any) -> None:
        person = User.objects.called(name).first()
        if person is None:
            raise CommandError(f"There is nobody named {name}.")
        path = output or Path(file_name(person))
        if path.exists() and not force:
            raise CommandError(f"{path} is there already; --force replaces it.")
        try:
            size = self.write(person, path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"Wrote {path}, {size:,} bytes.")

    def write(self, person: User, path: Path) -> int:
        """All of it or nothing, and for its owner's eyes only."""
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".person-")
        try:
            with os.fdopen(handle, "wb") as file:
                size = sum(map(file.write, hand_out(person)))
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        return size
