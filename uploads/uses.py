"""Who uses a picture. Apps above say so from their AppConfig.ready; what protects it is their foreign key."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from uploads.models import Avatar, Picture

# Kind -> from the ids of pictures to pairs of a picture's id and its user's.
Finder = Callable[[list[int]], Iterable[tuple[int, int]]]


def avatars(pictures: list[int]) -> Iterator[tuple[int, int]]:
    yield from Avatar.objects.filter(picture__in=pictures).values_list("picture_id", "user_id")


finders: dict[str, Finder] = {"avatar": avatars}
# Told, in the same transaction, which pictures have new variants.
listeners: list[Callable[[list[int]], None]] = []


def of(pictures: Iterable[Picture]) -> dict[int, list[dict[str, Any]]]:
    numbers = [picture.pk for picture in pictures]
    found = defaultdict(list)
    for kind, finder in finders.items():
        for picture, user in finder(numbers):
            found[picture].append({"kind": kind, "id": user})
    return found
