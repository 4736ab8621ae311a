"""Names of stored objects. New ones cannot be guessed; old ones of any kind stay valid."""

import re
import uuid
from datetime import datetime
from urllib.parse import quote

from django.utils import timezone

from uploads.validators import refusal

DESIGNS, AVATARS, TEMP = "designs", "avatars", "temp"
CATEGORIES = (DESIGNS, AVATARS, TEMP)
OTHER_NAMES = {"general": DESIGNS, "": DESIGNS}  # the older backend's word
INCOMING, VARIANTS = "incoming/", "variants/"
LONGEST = 512  # bytes
LONGEST_PART = 255  # bytes a folder takes for one name; asked for more it raises
PLAIN = re.compile(r"[\w.~/-]+", re.ASCII)  # the same in an address
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
OURS = re.compile(rf"(?:{'|'.join(CATEGORIES)})/\d{{4}}/\d\d/\d{{8}}_[0-9a-f]{{32}}\.webp")
OUR_VARIANT = re.compile(r"variants/\d+/\d+/(.+)\.webp")


def new(category: str, now: datetime | None = None) -> str:
    now = now or timezone.now()
    return f"{category}/{now:%Y/%m/%Y%m%d}_{uuid.uuid4().hex}.webp"


def incoming(key: str) -> str:
    """Where a phone may write what will be looked at before it is shown. Never served."""
    return INCOMING + key.rsplit("/", 1)[-1].removesuffix(".webp")


def is_ours(key: str) -> bool:
    """Made by us, so ours to delete: what else lies in a bucket is somebody's."""
    variant = OUR_VARIANT.fullmatch(key)
    return bool(OURS.fullmatch(key) or (variant and OURS.fullmatch(variant[1])) or key.startswith(INCOMING))


def checked(key: str, field: str = "object_key") -> str:
    if not is_sane(key):
        raise refusal("bad_object_key", field, "This is not the key of a picture.")
    return key


def is_sane(key: str) -> bool:
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return False
    if not 0 < size <= LONGEST or CONTROL.search(key) or "\\" in key or key.startswith("/"):
        return False
    return all(part not in {"", ".", ".."} for part in key.split("/"))


def is_shown(key: str) -> bool:
    """By the local folder."""
    if not is_sane(key) or key.startswith(INCOMING):
        return False
    return all(len(part.encode()) <= LONGEST_PART for part in key.split("/"))


def quoted(key: str) -> str:
    return key if PLAIN.fullmatch(key) else quote(key, safe="/~")
