"""Make somebody an Approver, a Curator or a Manager, or no longer one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.permissions import GROUPS
from accounts.services import set_role
from config.api.errors import Refusal

ROLES = {group.removesuffix("s").lower(): group for group in GROUPS}
WORDS = {
    True: {True: "one of the {} now.", False: "one of the {} already; nothing to do."},
    False: {True: "none of the {} any more.", False: "none of the {}; nothing to do."},
}


def role(word: str) -> str:
    return word.lower().removesuffix("s")


class Command(BaseCommand):
    help = "Gives a person a role, and with it the way into the admin; --take takes it away. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the user name, in any case")
        parser.add_argument("role", metavar="ROLE", type=role, choices=ROLES, help=f"{', '.join(ROLES)}, in any case")
        parser.add_argument("--take", action="store_true", help="take the role away instead")

    def handle(self, *, name: str, role: str, take: bool, **_: Any) -> None:
        person = User.objects.called(name).first()
        if person is None:
            raise CommandError(f"There is nobody named {name}.")
        try:
            changed = set_role(person, ROLES[role], yes=not take)
        except Refusal as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"{person.username} is {WORDS[not take][changed].format(ROLES[role])}")
