"""Let people in from the shell."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import ForbiddenMoveError, User


class Command(BaseCommand):
    help = "Approves the named people, or everybody who waits. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("names", nargs="*", default=[], metavar="NAME", help="user names, in any case")
        who.add_argument("--all-pending", action="store_true", help="everybody in the queue, oldest first")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")

    def handle(self, *, names: list[str], all_pending: bool, dry_run: bool, **_: Any) -> None:
        missing = [name for name in names if not User.objects.called(name).exists()]
        people = User.objects.pending().iterator() if all_pending else self.named(names)
        outcomes = [self.approve(person, dry_run=dry_run) for person in people]
        for name in missing:
            self.stderr.write(f"{name}: there is nobody of this name.")
        would = "would be approved" if dry_run else "approved"
        self.stdout.write(f"{outcomes.count(True)} {would}, {outcomes.count(False)} left as they were.")
        if missing or None in outcomes:
            raise CommandError("Not everybody could be approved.")

    @staticmethod
    def named(names: list[str]) -> Iterable[User]:
        return User.objects.filter(username__in=[found for name in names for found in exact(name)]).order_by("pk")

    def approve(self, person: User, *, dry_run: bool) -> bool | None:
        if dry_run:
            self.stdout.write(f"{person.username}: {person.status}")
            return not person.is_approved
        try:
            changed = person.approve()
        except ForbiddenMoveError as error:
            self.stderr.write(f"{person.username}: {error}")
            return None
        if changed:
            self.stdout.write(f"{person.username}: approved")
        return changed


def exact(name: str) -> Iterable[str]:
    return User.objects.called(name).values_list("username", flat=True)
