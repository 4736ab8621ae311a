"""Pictures of a person: their face, and what they uploaded."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from accounts.erasure import File, holds
from accounts.models import User
from uploads import keys, services
from uploads.models import Picture
from uploads.storage import pictures

AT_ONCE = 2_000  # rows in memory
LARGEST = 200 * 2**20  # bytes; far above what MAX_FILE_SIZE may allow


def uploaded(user: User) -> QuerySet[Picture]:
    """Their face is told apart."""
    return Picture.objects.filter(uploaded_by=user, avatar__isnull=True).order_by("pk")


def uploads_of(user: User) -> Iterator[dict[str, Any]]:
    for picture in uploaded(user).iterator(chunk_size=AT_ONCE):
        facts = {name: getattr(picture, name) for name in ("category", "status", "width", "height", "created_at")}
        yield {**facts, "file": name_of("uploads", picture)}


def name_of(folder: str, picture: Picture) -> str:
    return f"{folder}/{picture.object_key.rsplit('/', 1)[-1]}"


def stored(picture: Picture) -> bytes | None:
    """One that was never completed lies where phones put it."""
    key = keys.incoming(picture.object_key) if picture.is_incoming else picture.object_key
    return pictures().read(key, LARGEST)


def avatar_files(user: User) -> Iterator[File]:
    for picture in Picture.objects.filter(avatar__user=user):
        yield name_of("avatar", picture), partial(stored, picture)


def upload_files(user: User) -> Iterator[File]:
    for picture in uploaded(user).iterator(chunk_size=AT_ONCE):
        yield name_of("uploads", picture), partial(stored, picture)


def forget_private(user: User) -> None:
    """What was not meant for the gallery: faces, drafts, and what nobody looked at. The gallery's pictures stay."""
    private = Q(category__in=[keys.AVATARS, keys.TEMP]) | Q(status=Picture.Status.INCOMING)
    for picture in uploaded(user).filter(private, designs__isnull=True, covers__isnull=True):
        services.forget(picture)


def register() -> None:
    holds(
        "avatar",
        export=services.avatar_of,
        erase=services.remove_avatar,
        about="your face, and when you put it there",
        goes="Their face, also from the storage.",
        columns=("uploads.Avatar.user",),
        files=avatar_files,
    )
    holds(
        "uploads",
        export=uploads_of,
        erase=forget_private,
        about="pictures you uploaded",
        goes="Uploads that were never finished, and faces and drafts among them.",
        stays="Pictures they uploaded for the gallery, without their name.",
        columns=("uploads.Picture.uploaded_by",),
        files=upload_files,
    )
