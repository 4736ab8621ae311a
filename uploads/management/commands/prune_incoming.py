"""Forget what phones put, or never put, and nobody completed."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from uploads import keys, services
from uploads.models import Picture
from uploads.storage import Stored, pictures


class Command(BaseCommand):
    help = "Deletes uploads that nobody completed for --hours, rows and objects. Run it daily."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hours", type=int, default=24, help="how long an upload may stay incomplete (24)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")

    def handle(self, *, hours: int, dry_run: bool, **_: Any) -> None:
        before = timezone.now() - timedelta(hours=hours)
        stale = Picture.objects.filter(status=Picture.Status.INCOMING, created_at__lt=before)
        rows, objects = list(stale.values_list("pk", flat=True)), [old.key for old in left_behind(before)]
        if dry_run:
            self.stdout.write(f"{len(rows)} uploads and {len(objects)} objects would be deleted.")
            return
        for picture in stale.filter(pk__in=rows).iterator():
            services.forget(picture)
        services.discard(objects)
        self.stdout.write(f"{len(rows)} uploads and {len(objects)} objects deleted.")


def left_behind(before: Any) -> Iterator[Stored]:
    return (stored for stored in pictures().walk(keys.INCOMING) if stored.modified < before)
