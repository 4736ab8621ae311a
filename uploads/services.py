"""A picture comes in, and goes. Its objects are put before its row and removed after it: no row ever lacks them."""

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts.models import User
from config.api.errors import Refusal
from config.audit import trail
from config.tasks import after_commit
from config.watching.figures import outcome_of
from uploads import keys, tasks, uses, validators, variants, watermark
from uploads.models import Avatar, Picture
from uploads.storage import Ticket, pictures
from uploads.variants import Rendered, variant_key
from uploads.watermark import Mark

WEBP = "image/webp"


@outcome_of("upload")
def store(data: bytes, *, category: str, by: User | None) -> tuple[Picture, Picture | None]:
    """The picture, and the one it is a duplicate of: the same bytes again are the same picture again."""
    validators.check_size(len(data))
    if same := Picture.objects.first_of(category, sha256(data).hexdigest()):
        return same, same
    return keep(drawn(data, category=category, by=by, mark=watermark.current()))


def drawn(data: bytes, *, category: str, by: User | None, mark: Mark | None) -> Picture:
    """Its objects lie in the storage, its row does not exist yet: `keep` or `discard` comes next."""
    picture = Picture(object_key=keys.new(category), category=category, uploaded_by=by)
    picture.sha256 = sha256(data).hexdigest()
    put(picture, variants.render(data, mark), mark)
    return picture


def keep(picture: Picture) -> tuple[Picture, Picture | None]:
    try:
        with transaction.atomic():
            picture.save(force_insert=True)
    except IntegrityError:
        discard(picture.all_keys)
        same = Picture.objects.first_of(picture.category, picture.sha256)  # twice at once: the other was quicker
        if same is None:
            raise
        return same, same
    except BaseException:
        discard(picture.all_keys)
        raise
    return picture, None


def put(picture: Picture, rendered: Rendered, mark: Mark | None) -> None:
    """The full image last: once it is there, everything is."""
    describe(picture, rendered, mark)
    objects = {variant_key(picture.object_key, w, picture.edition): data for w, data in rendered.variants.items()}
    put_all({**objects, picture.object_key: rendered.full})


def describe(picture: Picture, rendered: Rendered, mark: Mark | None) -> None:
    picture.status, picture.content_type = Picture.Status.READY, WEBP
    picture.size, picture.width, picture.height = len(rendered.full), rendered.width, rendered.height
    picture.thumbhash, picture.dominant_colour = rendered.thumbhash, rendered.dominant_colour
    picture.edition, picture.mark = 1, mark.name if mark else ""


def put_all(objects: dict[str, bytes]) -> None:
    shelf, there = pictures(), []
    try:
        for key, data in objects.items():
            there.append(key)
            shelf.put(key, data, WEBP)
    except BaseException:
        discard(there)
        raise


def discard(names: list[str]) -> None:
    """For what no row names."""
    tasks.remove_objects.call(names)


# --- Presigned: a ticket, the phone puts, and we look -----------------------------------------------------------
def ticket(*, category: str, content_type: str, size: int | None, by: User) -> tuple[Picture, Ticket]:
    if size is not None:
        validators.check_size(size, "size")
    key = keys.new(category)
    leave = pictures().ticket(keys.incoming(key), content_type, size)
    picture = Picture.objects.create(
        object_key=key, category=category, content_type=content_type, status=Picture.Status.INCOMING, uploaded_by=by
    )
    return picture, leave


@outcome_of("upload")
def complete(key: str, *, field: str = "object_key") -> Picture:
    """What lies under the quarantined name of this key becomes a picture; asking again changes nothing."""
    picture = known(keys.checked(key, field), field)
    if not picture.is_incoming:
        return picture
    data = pictures().read(keys.incoming(key), validators.most_bytes() + 1)
    if data is None:
        picture = known(key, field)  # somebody else may just have completed it
        if picture.is_incoming:
            raise validators.refusal("picture_not_found", field, "Nothing was uploaded under this key yet.")
        return picture
    look_at(picture, data)
    discard([keys.incoming(key)])
    return picture


def known(key: str, field: str) -> Picture:
    picture = Picture.objects.called([key]).exclude(status=Picture.Status.BROKEN).first()
    if picture is None:
        raise validators.refusal("picture_not_found", field, "There is no picture with this key.")
    return picture


def look_at(picture: Picture, data: bytes) -> None:
    mark = watermark.current()
    try:
        rendered = variants.render(data, mark)
    except Refusal:
        Picture.objects.filter(pk=picture.pk, status=Picture.Status.INCOMING).delete()
        discard([keys.incoming(picture.object_key)])
        raise
    picture.sha256 = sha256(data).hexdigest()
    picture.is_first = Picture.objects.first_of(picture.category, picture.sha256) is None
    put(picture, rendered, mark)
    make_ready(picture)


def make_ready(picture: Picture) -> None:
    """Of two who complete at once, one does; both wrote the same objects."""
    facts = {name: getattr(picture, name) for name in FACTS}
    waiting = Picture.objects.filter(pk=picture.pk, status=Picture.Status.INCOMING)
    try:
        with transaction.atomic():
            waiting.update(**facts)
    except IntegrityError:  # the same bytes became another picture just now
        waiting.update(**{**facts, "is_first": False})
    picture.refresh_from_db()


FACTS = [
    "status",
    "sha256",
    "is_first",
    "size",
    "content_type",
    "width",
    "height",
    "thumbhash",
    "dominant_colour",
    "edition",
    "mark",
]


# --- Variants anew ----------------------------------------------------------------------------------------------
def renew_variants(picture: Picture) -> None:
    """Under new names, since phones keep the old ones for a year; the old objects go once the row says so."""
    if picture.status == Picture.Status.ADOPTED:
        take_in(picture)
        return
    mark = watermark.current()
    edition, old = picture.edition + 1, picture.variant_keys
    renewed = rendered_again(picture, mark)
    put_all({variant_key(picture.object_key, width, edition): data for width, data in renewed.items()})
    with transaction.atomic():
        same = Picture.objects.filter(pk=picture.pk, edition=picture.edition)
        if same.update(edition=edition, mark=mark.name if mark else ""):
            for listener in uses.listeners:
                listener([picture.pk])
            after_commit(tasks.remove_objects, names=old)


def rendered_again(picture: Picture, mark: Mark | None) -> dict[int, bytes]:
    return variants.render_variants(stored(picture), mark)


def stored(picture: Picture) -> bytes:
    data = pictures().read(picture.object_key, settings.MAX_FILE_SIZE + 1)
    if data is None:
        raise Refusal("picture_not_found", "Its picture is missing in the storage.")
    return data


def take_in(picture: Picture) -> None:
    """One that was adopted gets a key of ours, as if it came today. The old object stays, and its key leads here."""
    ours = drawn(stored(picture), category=picture.category, by=None, mark=watermark.current())
    ours.is_first = Picture.objects.first_of(ours.category, ours.sha256) is None
    try:
        taken = taken_in(picture, ours)
    except BaseException:
        discard(ours.all_keys)
        raise
    if not taken:  # by somebody else meanwhile
        discard(ours.all_keys)


def taken_in(picture: Picture, ours: Picture) -> bool:
    facts = {name: getattr(ours, name) for name in FACTS}
    facts |= {"object_key": ours.object_key, "earlier_key": picture.object_key}
    adopted = Picture.objects.filter(pk=picture.pk, status=Picture.Status.ADOPTED)
    with transaction.atomic():
        try:
            with transaction.atomic():
                changed = adopted.update(**facts)
        except IntegrityError:  # the same bytes became another picture just now
            changed = adopted.update(**{**facts, "is_first": False})
        for listener in uses.listeners if changed else ():
            listener([picture.pk])
    return bool(changed)


# --- Going ------------------------------------------------------------------------------------------------------
def delete(picture: Picture) -> None:
    try:
        with transaction.atomic():
            trail.record("picture.deleted", on=picture)
            forget(picture)
    except ProtectedError:
        raise Refusal("conflict", "This picture is in use.") from None


def forget(picture: Picture) -> None:
    """The row now, its objects once that holds."""
    objects = [*picture.all_keys, *([keys.incoming(picture.object_key)] if picture.is_incoming else [])]
    picture.delete()
    after_commit(tasks.remove_objects, names=objects)


# --- Avatars ----------------------------------------------------------------------------------------------------
@outcome_of("avatar")
def set_avatar(user: User, data: bytes) -> Picture:
    picture = Picture(object_key=keys.new(keys.AVATARS), category=keys.AVATARS, uploaded_by=user)
    put(picture, variants.render_avatar(data), None)
    try:
        replace_avatar(user, picture)
    except BaseException:
        discard(picture.all_keys)
        raise
    return picture


def replace_avatar(user: User, picture: Picture) -> None:
    with transaction.atomic():
        list(User.objects.select_for_update().filter(pk=user.pk))  # two phones at once: one after the other
        remove_avatar(user)
        picture.save(force_insert=True)
        Avatar.objects.create(user=user, picture=picture)


def remove_avatar(user: User) -> None:
    with transaction.atomic():
        old = list(Picture.objects.filter(avatar__user=user))
        Avatar.objects.filter(user=user).delete()
        for picture in old:
            forget(picture)


def avatar_of(user: User) -> dict[str, Any] | None:
    picture = Picture.objects.filter(avatar__user=user).first()
    return {"url": picture.url, "uploaded_at": picture.created_at} if picture else None
