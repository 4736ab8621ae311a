"""Whether a design is in the catalogue already: by the bytes of its pictures, or by its title and maker.

Every question has its index, also among a million: a design without a maker is compared by its title with what is
shown, where titles have one.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Value

from designs.folding import folded
from designs.models import Design, DesignPicture, Status
from uploads import keys
from uploads.models import Picture

MOST = 5
ENOUGH = 50  # answers: one design may be found by each of its pictures
SAME_PICTURE, SAME_TITLE = "the same picture", "the same title and maker"
Answers = QuerySet[Any, tuple[int, str]]  # a design's number, and why


class Twin(NamedTuple):
    design: Design
    why: str


def of(design: Design) -> list[Twin]:
    pictures = [place["id"] for place in design.card.get("pictures", [])]
    return found(pictures, design.title, design.designer_name, but=design.pk)


def found(pictures: list[int], title: str, maker: str, but: int = 0) -> list[Twin]:
    """All questions in one statement, and the designs in another when there are any."""
    asked = [*showing(pictures, but), *called(title.strip().lower(), folded(maker), but)]
    answers = asked[0].union(*asked[1:], all=True)[:ENOUGH] if asked else []
    whys: dict[int, str] = {}
    for number, why in sorted(answers, key=by_reason):
        whys.setdefault(number, why)
    numbers = list(whys)[:MOST]
    designs = Design.objects.in_bulk(numbers)
    return [Twin(designs[number], whys[number]) for number in numbers if number in designs]


def by_reason(answer: tuple[int, str]) -> tuple[bool, int]:
    number, why = answer
    return why != SAME_PICTURE, number


def showing(pictures: list[int], but: int) -> Iterator[Answers]:
    """These, and the same bytes sent before them under another name."""
    if pictures:
        later = Picture.objects.filter(pk__in=pictures, is_first=False).exclude(sha256="")
        # Without "not empty", which follows from `later`, PostgreSQL does not see that its index serves.
        ready = Picture.objects.filter(category=keys.DESIGNS, status=Picture.Status.READY, is_first=True)
        first = ready.exclude(sha256="").filter(sha256__in=later.values("sha256"))
        by_number, by_bytes = Q(picture__in=pictures), Q(picture__in=first)
        for same in (by_number, by_bytes):
            places = DesignPicture.objects.filter(same)
            yield places.exclude(design=but).order_by().values_list("design_id", Value(SAME_PICTURE))


def called(title: str, maker: str, but: int) -> Iterator[Answers]:
    if title:
        shown = Design.objects.filter(status=Status.ACTIVE, title_key=title, designer_key=maker)
        hidden = Design.objects.exclude(status=Status.ACTIVE).filter(designer__key=maker, title_key=title)
        for designs in (shown, hidden) if maker else (shown,):
            yield designs.exclude(pk=but).order_by().values_list("pk", Value(SAME_TITLE))
