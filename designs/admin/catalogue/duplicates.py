"""Whether a design is in the catalogue already: by the bytes of its pictures, or by its title and maker.

Every question has its index, also among a million: a design without a maker is compared by its title with what is
shown, where titles have one.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q

from designs.folding import folded
from designs.models import Design, DesignPicture, Status
from uploads import keys
from uploads.models import Picture

MOST = 5
SAME_PICTURE, SAME_TITLE = "the same picture", "the same title and maker"


class Twin(NamedTuple):
    design: Design
    why: str


def of(design: Design) -> list[Twin]:
    pictures = list(design.pictures.values_list("picture_id", flat=True))
    return found(pictures, design.title, design.designer_name, but=design.pk)


def found(pictures: list[int], title: str, maker: str, but: int = 0) -> list[Twin]:
    by_picture = [Twin(design, SAME_PICTURE) for design in showing(pictures, but)]
    known = {twin.design.pk for twin in by_picture}
    by_title = [Twin(design, SAME_TITLE) for design in called(title, maker, but) if design.pk not in known]
    return (by_picture + by_title)[:MOST]


def showing(pictures: list[int], but: int) -> Iterable[Design]:
    if not pictures:
        return []
    same = [*pictures, *first_of(pictures)]
    places = DesignPicture.objects.filter(picture__in=same).exclude(design=but).order_by()
    return Design.objects.filter(pk__in=list(places.values_list("design_id", flat=True)[: MOST * 2])).order_by("pk")


def first_of(pictures: list[int]) -> list[int]:
    """The same bytes sent before them, under another name."""
    later = Picture.objects.filter(pk__in=pictures, is_first=False).exclude(sha256="")
    digests = list(later.values_list("sha256", flat=True))
    if not digests:
        return []
    ready = Picture.objects.filter(category=keys.DESIGNS, status=Picture.Status.READY, is_first=True)
    return list(ready.filter(sha256__in=digests).values_list("pk", flat=True))


def called(title: str, maker: str, but: int) -> list[Design]:
    key = title.strip().lower()
    if not key:
        return []
    shown = Q(status=Status.ACTIVE, title_key=key, designer_key=folded(maker))
    known = list(Design.objects.filter(shown).exclude(pk=but).order_by("pk")[:MOST])
    if folded(maker):
        others = Design.objects.exclude(status=Status.ACTIVE).filter(designer__key=folded(maker), title_key=key)
        known += others.exclude(pk=but).order_by("pk")[:MOST]
    return known[:MOST]
