"""What lies in the storage against what the rows say: two sorted streams, compared without holding either."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from heapq import merge
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Collate
from django.utils import timezone

from uploads import keys, services
from uploads.models import Picture
from uploads.storage import Stored, pictures
from uploads.variants import WIDTHS, variant_key

YOUNG = timedelta(hours=24)  # an upload may be under way


class Problem(Enum):
    ORPHAN = "objects that no row names"
    FOREIGN = "objects that are not ours to delete"
    STALE = "incoming objects older than a day"
    MISSING = "rows whose picture is missing"
    BARE = "rows whose variants are missing"


class Named(NamedTuple):
    """An object that a row says is there."""

    key: str
    picture: int
    is_variant: bool
    is_earlier: bool = False  # what an adopted one was before: it may stay or go


@dataclass
class Findings:
    found: dict[Problem, list[str]] = field(default_factory=lambda: {problem: [] for problem in Problem})
    missing: set[int] = field(default_factory=set)
    bare: set[int] = field(default_factory=set)
    objects: int = 0

    def fix(self) -> None:
        services.discard(self.found[Problem.ORPHAN] + self.found[Problem.STALE])
        Picture.objects.filter(pk__in=self.missing).update(status=Picture.Status.BROKEN)
        Picture.objects.filter(pk__in=self.bare - self.missing).update(edition=0)

    @property
    def fixable(self) -> int:
        return sum(len(found) for problem, found in self.found.items() if problem is not Problem.FOREIGN)


def compare(findings: Findings) -> Iterator[None]:
    """Fills the findings, object by object, so that the caller can show how far it is."""
    young = timezone.now() - YOUNG
    stored, named = pictures().walk(), expected()
    have, want = next(stored, None), next(named, None)
    while have or want:
        if want is None or (have and have.key.encode() < want.key.encode()):
            assert have  # noqa: S101 - one of the two is there
            unnamed(findings, have, young)
            have = next(stored, None)
        elif have is None or want.key.encode() < have.key.encode():
            absent(findings, want)
            want = next(named, None)
            continue
        else:
            have, want = next(stored, None), next(named, None)
        findings.objects += 1
        yield


def unnamed(findings: Findings, stored: Stored, young: datetime) -> None:
    if stored.modified >= young:
        return
    incoming = stored.key.startswith(keys.INCOMING)
    problem = Problem.STALE if incoming else Problem.ORPHAN if keys.is_ours(stored.key) else Problem.FOREIGN
    findings.found[problem].append(stored.key)


def absent(findings: Findings, named: Named) -> None:
    if named.is_earlier:
        return
    findings.found[Problem.BARE if named.is_variant else Problem.MISSING].append(named.key)
    (findings.bare if named.is_variant else findings.missing).add(named.picture)


def expected() -> Iterator[Named]:
    editions = Picture.objects.shown().filter(edition__gt=0).values_list("edition", flat=True).distinct()
    streams = [variants_of(edition, width) for edition in editions for width in WIDTHS]
    return merge(fulls(), earlier(), *streams, key=lambda named: named.key.encode())


def fulls() -> Iterator[Named]:
    for key, pk in by_bytes(Picture.objects.shown().values_list("object_key", "pk")):
        yield Named(key, pk, is_variant=False)


def earlier() -> Iterator[Named]:
    having = Picture.objects.filter(earlier_key__isnull=False)
    for key, pk in by_bytes(having.values_list("earlier_key", "pk"), "earlier_key"):
        yield Named(key, pk, is_variant=False, is_earlier=True)


def variants_of(edition: int, width: int) -> Iterator[Named]:
    having = Picture.objects.shown().filter(edition=edition, width__gt=width)
    for key, pk in by_bytes(having.values_list("object_key", "pk")):
        yield Named(variant_key(key, width, edition), pk, is_variant=True)


def by_bytes(rows: QuerySet[Picture, Any], column: str = "object_key") -> Iterator[tuple[str, int]]:
    """Ordered as a bucket lists, whatever language the database sorts in."""
    plain = Collate(F(column), "C") if connection.vendor == "postgresql" else F(column)
    return rows.order_by(plain).iterator(chunk_size=2_000)
