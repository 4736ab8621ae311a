"""Forget sessions that ended long ago."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Q
from django.utils import timezone

from accounts.models import Session

CHUNK = 5_000


class Command(BaseCommand):
    help = "Deletes sessions that ran out or were ended more than --days ago. Run it daily."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="keep ended sessions so long (30)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")

    def handle(self, *, days: int, dry_run: bool, **_: Any) -> None:
        before = timezone.now() - timedelta(days=days)
        ended = Session.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before))
        if dry_run:
            self.stdout.write(f"{ended.count()} sessions would be deleted.")
            return
        deleted = 0
        while chunk := list(ended.values_list("pk", flat=True)[:CHUNK]):
            deleted += Session.objects.filter(pk__in=chunk).delete()[0]
        self.stdout.write(f"{deleted} sessions deleted.")
