"""Who waits, oldest first."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timesince import timesince

from accounts.models import User


class Command(BaseCommand):
    help = "Lists the people who wait for approval, oldest first: name, how long, what they wrote."

    def handle(self, **_: Any) -> None:
        waiting = User.objects.pending()
        for person in waiting.iterator():
            note = f"  {person.note}" if person.note else ""
            self.stdout.write(f"{person.username:30} {timesince(person.date_joined, depth=1):>12}{note}")
        count = waiting.count()
        self.stdout.write(f"{count} waiting." if count else "Nobody waits.")
