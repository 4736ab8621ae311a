"""A picture as staff see it: small in the grid, large on its page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.admin.cells import moment_with_age
from accounts.models import User
from uploads import keys, uses
from uploads.models import Picture

SMALL, LARGE = 320, 1280
NAME_LENGTH = len("20261121_") + 8  # of our own names: the day, and enough to tell two apart

# Kind of a use -> the admin's page of it, and the right to open that; apps above add theirs.
PAGES: dict[str, tuple[str, str]] = {"avatar": ("admin:accounts_user_change", "accounts.decide_people")}


def here(link: str) -> str:
    """Our own pictures from the host this desk was opened at, which may have another name than PUBLIC_URL."""
    return link.removeprefix(settings.PUBLIC_URL)


def short_name(key: str) -> str:
    last = key.rsplit("/", 1)[-1]
    return last[:NAME_LENGTH] if keys.OURS.fullmatch(key) else last


@dataclass(frozen=True)
class Tile:
    picture: Picture
    uses: list[dict[str, Any]] = field(default_factory=list)
    _meta = Picture._meta  # the header of a page takes it for the picture, whose own name is too long for a phone

    def __str__(self) -> str:
        return self.name

    @property
    def pk(self) -> int:
        return self.picture.pk

    @property
    def name(self) -> str:
        return short_name(self.picture.object_key)

    @property
    def age(self) -> str:
        return moment_with_age(self.picture.created_at, "{} ago")

    @property
    def can_be_seen(self) -> bool:
        return self.picture.status in {Picture.Status.READY, Picture.Status.ADOPTED}

    @property
    def is_plain(self) -> bool:
        """Ready, like most: not worth a mark."""
        return self.picture.status == Picture.Status.READY

    @property
    def sizes(self) -> list[dict[str, Any]]:
        """Every size there is, smallest first, the picture itself last."""
        own = {"width": self.picture.width, "height": self.picture.height, "url": self.picture.url}
        return [{**size, "url": here(size["url"])} for size in [*self.picture.urls(), own]]

    @property
    def small(self) -> dict[str, Any]:
        return self.sizes[0]

    @property
    def large(self) -> dict[str, Any]:
        return next((size for size in self.sizes if size["width"] >= LARGE), self.sizes[-1])

    @property
    def srcset(self) -> str:
        known = [size for size in self.sizes if 0 < size["width"] <= 2 * SMALL]
        return ", ".join(f"{size['url']} {size['width']}w" for size in known)


def tiles(pictures: Iterable[Picture]) -> list[Tile]:
    shown = list(pictures)
    found = uses.of(shown)
    return [Tile(picture, found.get(picture.pk, [])) for picture in shown]


def free(pictures: QuerySet[Picture]) -> QuerySet[Picture]:
    """Whatever points at a picture keeps it, whichever app it belongs to.

    Each link is asked for by itself: PostgreSQL makes joins of them, but of one question with "or" a walk for each row.
    """
    for link in Picture._meta.get_fields(include_hidden=True):
        if link.one_to_many or link.one_to_one:
            pictures = pictures.filter(~Exists(users_of(link)))
    return pictures


def users_of(link: Any) -> Any:
    return link.related_model._meta.base_manager.filter(**{link.field.name: OuterRef("pk")})


def uses_in_words(request: HttpRequest, tile: Tile) -> list[tuple[str, str]]:
    """What a use is called, and where it can be looked at: an empty address for those who may not."""
    people = [use["id"] for use in tile.uses if use["kind"] == "avatar"]
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "username")) if people else {}
    return [(called(use, names), page_of(request, use)) for use in tile.uses]


def called(use: dict[str, Any], people: dict[int, str]) -> str:
    is_face = use["kind"] == "avatar"
    return f"The face of {people.get(use['id'], 'somebody')}" if is_face else f"{use['kind'].capitalize()} {use['id']}"


def page_of(request: HttpRequest, use: dict[str, Any]) -> str:
    page, right = PAGES.get(use["kind"], ("", ""))
    if not page or not request.user.has_perm(right):
        return ""
    try:
        return reverse(page, args=[use["id"]])
    except NoReverseMatch:
        return ""
