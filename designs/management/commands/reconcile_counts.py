"""Compare the counts of designs with what they count, and with --fix put them right."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Count, Sum
from tqdm import tqdm

from designs.models import Design

CHUNK = 1_000
EXAMPLES = 5


class Wrong(NamedTuple):
    design: int
    what: str
    stored: int
    counted: int

    def __str__(self) -> str:
        return f"design {self.design}: {self.what} is {self.stored}, counted {self.counted}"


class Command(BaseCommand):
    help = (
        "Reports designs whose like_count is not the number of their hearts, or whose view_count is below the views of "
        "their days (above it is fine: imported designs bring views along). With --fix it puts the counts right. "
        "Exits with 1 while something is left to fix."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix", action="store_true", help="put the counts right; without it only a report")

    def handle(self, *, fix: bool, verbosity: int, **_: Any) -> None:
        found: list[Wrong] = []
        with tqdm(total=Design.objects.count(), unit="design", disable=None if verbosity else True) as bar:
            for chunk in chunks():
                found += compare(chunk)
                bar.update(len(chunk))
        self.report(found, None if verbosity > 1 else EXAMPLES)
        if fix:
            for design in sorted({wrong.design for wrong in found}):
                put_right(design)
            self.stdout.write("Fixed.")
        elif found:
            self.stdout.write("Run it with --fix to put this right.")
            raise SystemExit(1)

    def report(self, found: list[Wrong], most: int | None) -> None:
        self.stdout.write(f"{len(found)} counts are wrong" + (":" if found else "."))
        for wrong in found[:most]:
            self.stdout.write(f"  {wrong}")
        if most and len(found) > most:
            self.stdout.write(f"  and {len(found) - most} more (--verbosity 2 names them)")


def chunks() -> Iterator[list[int]]:
    """By id, so that designs that come and go meanwhile move nothing."""
    last = 0
    while chunk := list(Design.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield chunk
        last = chunk[-1]


def compare(designs: list[int]) -> Iterator[Wrong]:
    """Each in one statement: what is compared was so at one moment."""
    chosen = Design.objects.filter(pk__in=designs).order_by("pk")
    for pk, stored, hearts in chosen.annotate(hearts=Count("favorites")).values_list("pk", "like_count", "hearts"):
        if stored != hearts:
            yield Wrong(pk, "like_count", stored, hearts)
    for pk, stored, views in chosen.annotate(views_by_day=Sum("days__views", default=0)).values_list(
        "pk", "view_count", "views_by_day"
    ):
        if stored < views:
            yield Wrong(pk, "view_count", stored, views)


@transaction.atomic
def put_right(number: int) -> None:
    """Counted anew behind a lock: somebody may press a heart meanwhile."""
    design = Design.objects.select_for_update(no_key=True).filter(pk=number).first()
    if design:
        views = design.days.aggregate(sum=Sum("views", default=0))["sum"]
        counts = {"like_count": design.favorites.count(), "view_count": max(design.view_count, views)}
        Design.objects.filter(pk=number).update(**counts)
