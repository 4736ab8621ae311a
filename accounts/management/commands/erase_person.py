"""Erase somebody and their personal data."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import services
from accounts.erasure import holders
from accounts.models import User
from config.api.errors import Refusal


class Command(BaseCommand):
    help = "Erases a person and all that is held about them. Says what goes and what stays, and asks first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the user name, in any case")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, name: str, yes: bool, **_: Any) -> None:
        person = User.objects.called(name).first()
        if person is None:
            raise CommandError(f"There is nobody named {name}.")
        if not yes:
            self.ask(person)
        try:
            services.erase(person)
        except Refusal as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"{person.username} is erased.")

    def ask(self, person: User) -> None:
        for title, words in (("What goes:", "goes"), ("What stays:", "stays")):
            self.stdout.write(title)
            for sentence in filter(None, (getattr(holder, words) for holder in holders)):
                self.stdout.write(f"  {sentence}")
        if input(f"Type {person.username} to erase them: ").strip() != person.username:
            raise CommandError("Nothing was erased.")
