"""The pictures of a design: their order, what they are called, which come and which go. Each step is saved at once."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, QueryDict

from accounts.models import User
from config.api.errors import Refusal
from config.api.throttles import knock
from config.audit import trail
from designs import cards, services
from designs.models import Design, DesignPicture
from designs.serializers import MOST_PICTURES, by_numbers
from uploads import keys, validators
from uploads import services as uploads
from uploads.admin.uploading import LANE
from uploads.models import Picture

LONGEST_ALT = DesignPicture._meta.get_field("alt").max_length or 0


def arrange(design: Design, posted: QueryDict, fresh: list[Picture], by: User) -> bool:
    """Whether anything changed."""
    now = [place["id"] for place in design.card.get("pictures", [])]
    wanted = list(dict.fromkeys([*ordered(now, posted), *(picture.pk for picture in fresh)]))
    with transaction.atomic():
        if wanted != now:
            show(design, wanted, by)
        return call(design, posted) or wanted != now


def show(design: Design, numbers: list[int], by: User) -> None:
    if len(numbers) > MOST_PICTURES:
        raise Refusal("validation_error", f"A design shows at most {MOST_PICTURES} pictures.")
    services.change(design, {"pictures": by_numbers(numbers)}, by=by)


def ordered(now: list[int], posted: QueryDict) -> list[int]:
    """As the page had them, then the one button that was pressed. What came meanwhile stays, at the end."""
    sent = [number for number in whole(posted.getlist("image")) if number in now]
    found = list(dict.fromkeys([*sent, *now]))
    verb, _, text = posted.get("do", "").partition(":")
    number = next(iter(whole([text])), 0)
    if verb in STEPS and number in found:
        found = moved(found, number, STEPS[verb])
    if verb == "remove":
        found = [other for other in found if other != number]
    return list(dict.fromkeys([*found, *whole(posted.getlist("add"))]))


STEPS = {"up": -1, "down": 1, "first": -MOST_PICTURES}


def moved(numbers: list[int], number: int, by: int) -> list[int]:
    place = max(0, numbers.index(number) + by)
    others = [other for other in numbers if other != number]
    return [*others[:place], number, *others[place:]]


def whole(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) < 16]  # noqa: PLR2004 - as the database counts


def call(design: Design, posted: QueryDict) -> bool:
    """What a screen reader says of a picture."""
    sent = [(place, alt_of(place, posted)) for place in design.pictures.all()]
    renamed = [(place, alt) for place, alt in sent if alt != place.alt]
    if renamed:
        with trail.changing(design, "design.changed"):
            for place, alt in renamed:
                design.pictures.filter(pk=place.pk).update(alt=alt)
            cards.write([design.pk])
    return bool(renamed)


def alt_of(place: DesignPicture, posted: QueryDict) -> str:
    sent = posted.get(f"alt_{place.picture_id}", place.alt)
    return sent.replace("\0", "").strip()[:LONGEST_ALT]


# --- New ones, by a form without a script ----------------------------------------------------------------------
def taken(request: HttpRequest, by: User) -> list[Picture]:
    files: list[Any] = request.FILES.getlist("files")
    if files and not may_upload(request):
        raise Refusal("admin_required", "You may not upload pictures.")
    return [take(file, by) for file in files]


def take(file: Any, by: User) -> Picture:
    knock(LANE, f"user:{by.pk}")
    validators.check_size(file.size or 0)
    return uploads.store(file.read(), category=keys.DESIGNS, by=by)[0]


def may_upload(request: HttpRequest) -> bool:
    return request.user.has_perm("uploads.edit_pictures")
