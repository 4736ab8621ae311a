"""A design is made, changed and removed: its row, its terms, its pictures, its card, all or nothing."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import User
from config.api.errors import Refusal, detail, wrong
from designs import cards, parsing
from designs.folding import folded
from designs.models import (
    Collection,
    Design,
    DesignPicture,
    DesignTag,
    DesignTerm,
    ForbiddenMoveError,
    Maker,
    Moderation,
    Status,
)
from uploads import services as uploads
from uploads.models import Picture

PLAIN = ("external_id", "title", "description", "short_description", "long_description", "audience", "currency")
VERBS = {
    Status.DRAFT: "withdraw",
    Status.PENDING: "submit",
    Status.ACTIVE: "publish",
    Status.INACTIVE: "hide",
    Status.REJECTED: "reject",
}


class Names:
    """Makers and collections by name; whoever writes many designs remembers them."""

    def maker(self, name: str) -> Maker:
        return Maker.objects.named(name)

    def collection(self, name: str, maker: Maker | None) -> Collection:
        return Collection.objects.named(name, maker)


BY_NAME = Names()


class Made(NamedTuple):
    """A design that is not stored yet, and what it was made of."""

    design: Design
    facts: dict[str, Any]


def create(facts: dict[str, Any], *, by: User | None) -> Design:
    with transaction.atomic():
        made = make(facts, by=by)
        with refused_when_taken():
            insert([made])
    made.design.refresh_from_db()
    return made.design


def make(facts: dict[str, Any], *, by: User | None, names: Names = BY_NAME) -> Made:
    """Its row as it will stand. Names of makers are created where they are new."""
    status, pictures, now = Status(facts.get("status") or Status.ACTIVE), facts.get("pictures") or [], timezone.now()
    if status != Status.DRAFT and not pictures:
        raise wrong("r2_object_key", "picture_required", "A design without a picture can only be a draft.")
    design = Design(created_by=by, status=status, **cards.of(facts.get("terms", {}), pictures))
    describe(design, facts, names)
    design.fold_names()
    if status != Status.DRAFT:
        design.moderated_by, design.moderated_at = by, now
    if status == Status.ACTIVE:
        design.published_at = now
    if facts.get("featured"):
        design.featured, design.featured_at = True, now
    return Made(design, facts)


def insert(many: list[Made]) -> None:
    """All or none of them, in a few statements however many they are."""
    with transaction.atomic():
        Design.objects.bulk_create(made.design for made in many)
        DesignTerm.objects.bulk_create(row for made in many for row in term_rows(*made))
        DesignPicture.objects.bulk_create(row for made in many for row in picture_rows(*made))
        DesignTag.objects.bulk_create(row for made in many for row in tag_rows(*made))
        Moderation.objects.bulk_create(row for made in many for row in moderation_rows(made.design))


def term_rows(design: Design, facts: dict[str, Any]) -> Iterator[DesignTerm]:
    for entries in facts.get("terms", {}).values():
        for position, entry in enumerate(entries):
            yield DesignTerm(design=design, term_id=entry.id, position=position)


def picture_rows(
    design: Design, facts: dict[str, Any], called: dict[int, str] | None = None
) -> Iterator[DesignPicture]:
    for position, picture in enumerate(facts.get("pictures") or []):
        alt = (called or {}).get(picture.pk, "")
        yield DesignPicture(design=design, picture=picture, position=position, alt=alt)


def tag_rows(design: Design, facts: dict[str, Any]) -> Iterator[DesignTag]:
    keys = dict.fromkeys(folded(tag) for tag in facts.get("tags") or [])
    return (DesignTag(design=design, key=key) for key in keys)


def moderation_rows(design: Design) -> Iterator[Moderation]:
    if design.status != Status.DRAFT:
        yield Moderation(design=design, what=design.status, by=design.created_by)
    if design.featured:
        yield Moderation(design=design, what="featured", by=design.created_by)


def change(design: Design, facts: dict[str, Any], *, by: User | None) -> Design:
    with transaction.atomic():
        describe(design, facts)
        design.updated_at = timezone.now()
        with refused_when_taken():
            design.save()
        attach(design, facts)
        if "status" in facts:
            move(design, facts["status"], by)
        if "featured" in facts:
            design.feature(by=by, on=facts["featured"])
    return design


def describe(design: Design, facts: dict[str, Any], names: Names = BY_NAME) -> None:
    for name in PLAIN:
        if name in facts:
            setattr(design, name, facts[name])
    name_makers(design, facts, names)
    price(design, facts)
    if "sizes" in facts or "size_available" in facts:
        design.sizes = facts.get("sizes") or parsing.sizes(facts.get("size_available") or "")
        design.size_available = facts.get("size_available") or ", ".join(design.sizes)
    if "tags" in facts:
        design.tags = ",".join(facts["tags"])


def name_makers(design: Design, facts: dict[str, Any], names: Names) -> None:
    if "designer_name" in facts:
        design.designer = names.maker(facts["designer_name"]) if facts["designer_name"] else None
        design.designer_name = design.designer.name if design.designer else ""
    if "collection_name" in facts or ("designer_name" in facts and design.collection_name):
        name = facts.get("collection_name", design.collection_name)
        design.collection = names.collection(name, design.designer) if name else None
        design.collection_name = design.collection.name if design.collection else ""


def price(design: Design, facts: dict[str, Any]) -> None:
    """Numbers win over what the text says; the text is kept as it was written."""
    if "price_range" in facts:
        design.price_range = facts["price_range"]
        if not {"price_min", "price_max"} & set(facts):
            design.price_min, design.price_max = parsing.prices(facts["price_range"])
    for name in ("price_min", "price_max"):
        if name in facts:
            setattr(design, name, facts[name])
    if design.price_min is not None and design.price_max is not None and design.price_min > design.price_max:
        raise wrong("price_max", "out_of_range", "The highest price is below the lowest.")


@contextmanager
def refused_when_taken() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "external_id" not in str(error):
            raise
        taken = "There is a design with this external_id already."
        raise Refusal("conflict", taken, details=[detail("external_id", "unique", taken)]) from None


def attach(design: Design, facts: dict[str, Any]) -> None:
    if "terms" in facts:
        set_terms(design, facts)
    if "pictures" in facts:
        set_pictures(design, facts)
    if "tags" in facts:
        set_tags(design, facts)
    cards.write([design.pk])
    design.refresh_from_db()


def set_terms(design: Design, facts: dict[str, Any]) -> None:
    """Of the kinds that are named; the others stay."""
    DesignTerm.objects.filter(design=design, term__kind__in=facts["terms"]).delete()
    DesignTerm.objects.bulk_create(term_rows(design, facts))


def set_pictures(design: Design, facts: dict[str, Any]) -> None:
    """In this order; what a picture was called stays. Those that nothing shows any more leave the storage."""
    pictures = facts["pictures"]
    if not pictures and design.status != Status.DRAFT:
        raise wrong("image_ids", "picture_required", "A design without a picture can only be a draft.")
    called = dict(design.pictures.values_list("picture_id", "alt"))
    design.pictures.all().delete()
    DesignPicture.objects.bulk_create(picture_rows(design, facts, called))
    Design.objects.filter(pk=design.pk).update(cover=pictures[0] if pictures else None)
    forget_unused(set(called) - {picture.pk for picture in pictures})


def set_tags(design: Design, facts: dict[str, Any]) -> None:
    design.tag_rows.all().delete()
    DesignTag.objects.bulk_create(tag_rows(design, facts))


def forget_unused(pictures: Iterable[int]) -> None:
    for picture in Picture.objects.filter(pk__in=list(pictures)):
        try:
            with transaction.atomic():
                uploads.forget(picture)
        except ProtectedError:
            continue  # another design shows it, too


def move(design: Design, to: str, by: User | None, reason: str = "") -> bool:
    verb = getattr(design, VERBS[Status(to)])
    try:
        return bool(verb(by=by, reason=reason) if reason else verb(by=by))
    except ForbiddenMoveError as error:
        raise Refusal("conflict", str(error)) from None


def remove(design: Design) -> None:
    with transaction.atomic():
        # Locked first: a heart pressed right now waits, and finds it gone.
        design = Design.objects.select_for_update(of=("self",)).get(pk=design.pk)
        pictures = list(design.pictures.values_list("picture_id", flat=True))
        design.delete()
        forget_unused(pictures)
