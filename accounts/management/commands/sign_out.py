"""Sign somebody out, now and everywhere."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User


class Command(BaseCommand):
    help = "Ends every session of a person, the admin's cookie included. They may sign in again unless blocked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the user name, in any case")

    def handle(self, *, name: str, **_: Any) -> None:
        person = User.objects.called(name).first()
        if person is None:
            raise CommandError(f"There is nobody named {name}.")
        ended = person.sign_out()
        self.stdout.write(f"{person.username}: {ended} session{'' if ended == 1 else 's'} ended.")
