"""How demo rows are known, without a column or a table of their own: each mark can be made here only, and no edit by
staff takes it away.

Designs carry an `external_id` that begins with `demo:`. People carry it in `looks_like`, which is computed of names
that have no colon, and is on no form. Slugs of makers and collections begin with two dashes after `demo`: slugs made of
names never hold two. Pictures were uploaded by the demo's studio, which has no password and so uploads nothing else.
"""

from django.db.models import Q, QuerySet

from accounts.models import User
from designs.models import Collection, Design, Maker
from uploads.models import Picture

MARK = "demo:"
SLUG = "demo--"
STUDIO = f"{MARK}studio"


def design_id(seed: int, number: int) -> str:
    return f"{MARK}{seed}:{number:05d}"


def person_id(seed: int, number: int) -> str:
    return f"{MARK}{seed}:{number:05d}"


def designs() -> QuerySet[Design]:
    return Design.objects.filter(Q(external_id__startswith=MARK) | Q(created_by__looks_like=STUDIO))


def people() -> QuerySet[User]:
    return User.objects.filter(looks_like__startswith=MARK)


def pictures() -> QuerySet[Picture]:
    return Picture.objects.filter(uploaded_by__looks_like=STUDIO)


def makers() -> QuerySet[Maker]:
    return Maker.objects.filter(slug__startswith=SLUG)


def collections() -> QuerySet[Collection]:
    return Collection.objects.filter(slug__startswith=SLUG)
