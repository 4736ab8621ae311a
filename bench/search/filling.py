"""The rows of a catalogue become designs that are shown, by the machinery of import_designs."""

import sys
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from config.demo.filling import a_cover
from designs import index
from designs.importing import reading
from designs.importing.photos import Photos
from designs.importing.running import Report, run
from designs.importing.understanding import Reader
from designs.importing.writing import ADDED, Writer
from designs.models import Design, Status

TOLD_EVERY = 5_000


def fill(catalogue: Path, rows: int) -> None:
    call_command("migrate", verbosity=0)
    report = Report()
    with reading.opened(catalogue) as found:
        run(found, Reader(), Writer(by=None, photos=Photos(None, by=None)), report, Progress(rows))
    if report.broken_off or report.counts[ADDED] != rows:
        raise RuntimeError(f"{report.summary()} {report.broken_off} {report.first[:5]}")
    publish()
    if (shown := Design.objects.shown().count()) != rows:
        raise RuntimeError(f"{shown:,} of {rows:,} designs are shown.")


def publish() -> None:
    """All at once: what comes without a picture comes as a draft."""
    Design.objects.update(status=Status.ACTIVE, cover=a_cover(), published_at=timezone.now())
    index.forget()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class Progress:
    def __init__(self, rows: int) -> None:
        self.rows, self.done = rows, 0

    def __call__(self, more: int) -> None:
        before, self.done = self.done, self.done + more
        if before // TOLD_EVERY != self.done // TOLD_EVERY or self.done == self.rows:
            print(f"    {self.done:,} of {self.rows:,} rows are in", file=sys.stderr, flush=True)
