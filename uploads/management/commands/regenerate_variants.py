"""Make the variants anew whose watermark is another than it should be, or that are missing.

What was adopted from the older gallery is stored anew under a key of ours; its old object stays, and so do old links.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from config.api.errors import Refusal
from uploads import services, watermark
from uploads.models import Picture


class Command(BaseCommand):
    help = (
        "Makes variants anew after the watermark was switched, or that are missing; adopted pictures are stored anew "
        "under a new key, and their old links go on working. May be stopped and run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also those that look right")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")

    def handle(self, *, dry_run: bool, verbosity: int, **options: Any) -> None:
        mark = watermark.current()
        outdated = Picture.objects.gallery() if options["all"] else Picture.objects.outdated(mark.name if mark else "")
        waiting = list(outdated.values_list("pk", flat=True))
        if dry_run:
            self.stdout.write(f"{len(waiting)} pictures would get new variants.")
            return
        failed = 0
        for number in tqdm(waiting, unit="picture", disable=None if verbosity else True):
            failed += not self.renew(number)
        self.stdout.write(f"{len(waiting) - failed} pictures have new variants, {failed} failed.")
        if failed:
            raise CommandError("Run it again for those that failed.", returncode=1)

    def renew(self, number: int) -> bool:
        picture = Picture.objects.filter(pk=number).first()
        if picture is None:
            return True  # deleted meanwhile
        try:
            services.renew_variants(picture)
        except Refusal as refused:
            self.stderr.write(f"{picture.object_key}: {refused.message}")
            return False
        return True
