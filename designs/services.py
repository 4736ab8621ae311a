"""A design is made, changed and removed: its row, its terms, its pictures, its card, all or nothing."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import User
from config.api.errors import Refusal, detail, wrong
from designs import cards, changes, parsing
from designs.folding import folded
from designs.models import (
    Collection,
    Design,
    DesignPicture,
    DesignTag,
    DesignTerm,
    ForbiddenMoveError,
    Maker,
    Status,
)
from designs.vocabulary import Entry
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


def create(facts: dict[str, Any], *, by: User | None) -> Design:
    status = facts.get("status") or Status.ACTIVE
    if status != Status.DRAFT and not facts.get("pictures"):
        raise wrong("r2_object_key", "picture_required", "A design without a picture can only be a draft.")
    with transaction.atomic():
        design = Design(created_by=by)
        describe(design, facts)
        save(design)
        attach(design, facts)
        move(design, status, by)
        if facts.get("featured"):
            design.feature(by=by)
    return design


def change(design: Design, facts: dict[str, Any], *, by: User | None) -> Design:
    with transaction.atomic():
        describe(design, facts)
        design.updated_at = timezone.now()
        save(design)
        attach(design, facts)
        if "status" in facts:
            move(design, facts["status"], by)
        if "featured" in facts:
            design.feature(by=by, on=facts["featured"])
    return design


def describe(design: Design, facts: dict[str, Any]) -> None:
    for name in PLAIN:
        if name in facts:
            setattr(design, name, facts[name])
    name_makers(design, facts)
    price(design, facts)
    if "sizes" in facts or "size_available" in facts:
        design.sizes = facts.get("sizes") or parsing.sizes(facts.get("size_available") or "")
        design.size_available = facts.get("size_available") or ", ".join(design.sizes)
    if "tags" in facts:
        design.tags = ",".join(facts["tags"])


def name_makers(design: Design, facts: dict[str, Any]) -> None:
    if "designer_name" in facts:
        design.designer = Maker.objects.named(facts["designer_name"]) if facts["designer_name"] else None
        design.designer_name = design.designer.name if design.designer else ""
    if "collection_name" in facts or ("designer_name" in facts and design.collection_name):
        name = facts.get("collection_name", design.collection_name)
        design.collection = Collection.objects.named(name, design.designer) if name else None
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


def save(design: Design) -> None:
    try:
        with transaction.atomic():
            design.save()
    except IntegrityError as error:
        if "external_id" not in str(error):
            raise
        taken = "There is a design with this external_id already."
        raise Refusal("conflict", taken, details=[detail("external_id", "unique", taken)]) from None


def attach(design: Design, facts: dict[str, Any]) -> None:
    if "terms" in facts:
        set_terms(design, facts["terms"])
    if "pictures" in facts:
        set_pictures(design, facts["pictures"])
    if "tags" in facts:
        set_tags(design, facts["tags"])
    cards.write([design.pk])
    design.refresh_from_db()


def set_terms(design: Design, kinds: dict[str, list[Entry]]) -> None:
    """Of these kinds only; the others stay."""
    DesignTerm.objects.filter(design=design, term__kind__in=kinds).delete()
    DesignTerm.objects.bulk_create(
        DesignTerm(design=design, term_id=entry.id, position=position)
        for entries in kinds.values()
        for position, entry in enumerate(entries)
    )


def set_pictures(design: Design, pictures: list[Picture]) -> None:
    """In this order; what a picture was called stays. Those that nothing shows any more leave the storage."""
    called = dict(design.pictures.values_list("picture_id", "alt"))
    design.pictures.all().delete()
    DesignPicture.objects.bulk_create(
        DesignPicture(design=design, picture=picture, position=position, alt=called.get(picture.pk, ""))
        for position, picture in enumerate(pictures)
    )
    if not pictures and design.status != Status.DRAFT:
        raise wrong("image_ids", "picture_required", "A design without a picture can only be a draft.")
    Design.objects.filter(pk=design.pk).update(cover=pictures[0] if pictures else None)
    forget_unused(set(called) - {picture.pk for picture in pictures})


def set_tags(design: Design, tags: list[str]) -> None:
    design.tag_rows.all().delete()
    DesignTag.objects.bulk_create(
        [DesignTag(design=design, key=key) for key in dict.fromkeys(folded(tag) for tag in tags)]
    )


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
        number, pictures = design.pk, list(design.pictures.values_list("picture_id", flat=True))
        design.delete()
        forget_unused(pictures)
        changes.tell([number])
