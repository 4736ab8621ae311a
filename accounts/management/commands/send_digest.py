"""Tell each colleague what waits for them. For cron, once a day."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import digest
from accounts.digest import Line
from accounts.models import User

QUIET, TOLD, SENT, FAILED = "nothing waits for", "told today already:", "mailed:", "could not be mailed:"


class Command(BaseCommand):
    help = (
        "Mails staff with a verified address what waits for them, by their rights: nobody for whom nothing waits, and "
        "nobody twice a day. Safe to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say who would get what, mail nobody")
        parser.add_argument("--again", action="store_true", help="also who was told today")

    def handle(self, *, dry_run: bool, again: bool, **_: Any) -> None:
        counts: Counter[str] = Counter()
        for user, lines in digest.due():
            outcome = self.show(user, lines) if dry_run else self.tell(user, lines, again=again)
            counts[outcome] += 1
        if not counts:
            self.stdout.write("No colleague has a verified address: nobody can be told.")
        if dry_run or not counts:
            return
        self.stdout.write("; ".join(f"{words} {counts[words]}" for words in (SENT, TOLD, QUIET)) + ".")
        if counts[FAILED]:
            raise CommandError(f"{FAILED} {counts[FAILED]}. The log says why; run it again.")

    def show(self, user: User, lines: list[Line]) -> str:
        what = "; ".join(line.words for line in lines) or "nothing waits"
        self.stdout.write(f"{user.username} <{user.email}>: {what}.")
        return SENT

    def tell(self, user: User, lines: list[Line], *, again: bool) -> str:
        if not lines:
            return QUIET
        if digest.told_today(user) and not again:
            return TOLD
        return SENT if digest.send(user, lines) else FAILED
