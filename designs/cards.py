"""What a page of designs shows of terms and pictures, kept beside each design so that a page is one query.

`write` is the only author; whoever changes terms, their designs, pictures or their order calls it in the same
transaction. `shown` is the contract's design object.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from designs.models import PLURALS, SCALARS, Collection, Design, DesignPicture, DesignTerm, Kind, Maker
from designs.vocabulary import Entry
from uploads import links
from uploads.models import Picture

CHUNK = 500
FIRST_OF = [kind.value for kind in SCALARS]
ALL_OF = [(PLURALS[kind], kind.value) for kind in Kind]
FACTS = ("object_key", "width", "height", "thumbhash", "dominant_colour", "edition")


def write(designs: Iterable[int]) -> None:
    todo = iter(sorted(set(designs)))
    while chunk := list(islice(todo, CHUNK)):
        with transaction.atomic():
            write_chunk(chunk)


def write_chunk(numbers: list[int]) -> None:
    terms, pictures = terms_of(numbers), pictures_of(numbers)
    for number in numbers:
        Design.objects.filter(pk=number).update(**columns(terms[number], pictures[number]))


def of(terms: dict[str, list[Entry]], pictures: list[Picture]) -> dict[str, Any]:
    """What `write` would find of a design that is made with these."""
    placed = [(place, entry) for entries in terms.values() for place, entry in enumerate(entries)]
    in_order = [entry for _, entry in sorted(placed, key=itemgetter(0))]
    return columns(((entry.kind, entry.slug, entry.id) for entry in in_order), [facts_of(one) for one in pictures])


def columns(terms: Iterable[tuple[str, str, int]], pictures: list[dict[str, Any]]) -> dict[str, Any]:
    slugs, ids = defaultdict(list), []
    for kind, slug, number in terms:
        slugs[kind].append(slug)
        ids.append(number)
    scalars = {kind.value: (slugs.get(kind) or [""])[0] for kind in SCALARS}
    card = {"terms": slugs, "term_ids": ids, "pictures": pictures}
    return {"card": card, "cover_id": pictures[0]["id"] if pictures else None, **scalars}


def terms_of(numbers: list[int]) -> dict[int, list[tuple[str, str, int]]]:
    found = defaultdict(list)
    uses = DesignTerm.objects.filter(design__in=numbers).order_by("position", "pk")
    for design, kind, slug, number in uses.values_list("design_id", "term__kind", "term__slug", "term_id"):
        found[design].append((kind, slug, number))
    return found


def pictures_of(numbers: list[int]) -> dict[int, list[dict[str, Any]]]:
    found = defaultdict(list)
    for place in DesignPicture.objects.filter(design__in=numbers).select_related("picture"):
        found[place.design_id].append(facts_of(place.picture, place.alt))
    return found


def facts_of(picture: Picture, alt: str = "") -> dict[str, Any]:
    return {"id": picture.pk, "alt": alt, **{name: getattr(picture, name) for name in FACTS}}


def pictures_changed(pictures: Iterable[int]) -> None:
    """New variants have new names."""
    write(DesignPicture.objects.filter(picture__in=list(pictures)).values_list("design_id", flat=True))


# --- Read without models: a page has sixty of them ---------------------------------------------------------------
class Named(NamedTuple):
    pk: int
    slug: str
    name: str


class Row(NamedTuple):
    """A design for `shown`, and what lists are sorted by. The names are those of `COLUMNS`."""

    id: int
    external_id: str | None
    title: str
    description: str
    short_description: str
    long_description: str
    category: str
    style: str
    colour: str
    fabric: str
    occasion: str
    season: str
    audience: str
    tags: str
    size_available: str
    price_range: str
    price_min: int | None
    price_max: int | None
    currency: str
    designer_name: str
    collection_name: str
    featured: bool
    status: str
    view_count: int
    like_count: int
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime
    title_key: str
    price_from: int
    price_to: int
    is_favorited: bool
    hearted_at: datetime | None
    card_text: str
    sizes_text: str
    designer_id: int | None
    designer_slug: str | None
    designer_now: str | None
    collection_id: int | None
    collection_slug: str | None
    collection_now: str | None

    @property
    def pk(self) -> int:
        return self.id

    @property
    def card(self) -> Any:
        return orjson.loads(self.card_text)

    @property
    def sizes(self) -> Any:
        return orjson.loads(self.sizes_text)

    @property
    def designer(self) -> Named | None:
        number, slug, name = self.designer_id, self.designer_slug, self.designer_now
        return Named(number, slug or "", name or "") if number else None

    @property
    def collection(self) -> Named | None:
        number, slug, name = self.collection_id, self.collection_slug, self.collection_now
        return Named(number, slug or "", name or "") if number else None


# Looked up for each row: for a join PostgreSQL would rather read all makers than find twenty.
NAMES = {
    f"{whose}_{what}": Subquery(model.objects.filter(pk=OuterRef(f"{whose}_id")).values(column))
    for whose, model in (("designer", Maker), ("collection", Collection))
    for what, column in (("slug", "slug"), ("now", "name"))
}


def read(designs: QuerySet[Any], **more: Any) -> QuerySet[Any, Any]:
    """After `for_cards`: the columns of `Row`, and what else is asked for."""
    texts = {name: Cast(name.removesuffix("_text"), TextField()) for name in ("card_text", "sizes_text")}
    return designs.annotate(**texts, **NAMES, **more).values_list(*Row._fields, *more)


# --- The contract's object --------------------------------------------------------------------------------------
def shown(design: Design | Row) -> dict[str, Any]:
    card = design.card
    images = [image(facts, design.title) for facts in card.get("pictures", [])]
    cover = images[0] if images else {}
    slugs = card.get("terms", {})
    return {
        "id": design.pk,
        "external_id": design.external_id,
        "title": design.title,
        "description": design.description or None,
        "short_description": design.short_description or None,
        "long_description": design.long_description or None,
        "image_url": cover.get("url"),
        "r2_object_key": card["pictures"][0]["object_key"] if images else None,
        "thumbnail_url": cover.get("thumbnail_url"),
        "images": images,
        **{kind: getattr(design, kind) or None for kind in FIRST_OF},
        **{plural: slugs.get(kind, []) for plural, kind in ALL_OF},
        "audience": design.audience or None,
        "tags": design.tags or None,
        "tag_list": [tag.strip() for tag in design.tags.split(",") if tag.strip()],
        "size_available": design.size_available or None,
        "sizes": design.sizes,
        "price_range": design.price_range or None,
        "price_min": design.price_min,
        "price_max": design.price_max,
        "currency": design.currency,
        "designer_name": design.designer_name or None,
        "designer": named(design.designer),
        "collection_name": design.collection_name or None,
        "collection": named(design.collection),
        "featured": design.featured,
        "status": design.status,
        "view_count": design.view_count,
        "like_count": design.like_count,
        "is_favorited": bool(getattr(design, "is_favorited", False)),
        "published_at": design.published_at,
        "created_at": design.created_at,
        "updated_at": design.updated_at,
    }


def named(row: Any) -> dict[str, Any] | None:
    return {"id": row.pk, "slug": row.slug, "name": row.name} if row else None


def image(facts: dict[str, Any], title: str) -> dict[str, Any]:
    key, width, height = facts["object_key"], facts["width"], facts["height"]
    url, variants = links.of_picture(key, width, height, facts["edition"])
    return {
        "id": facts["id"],
        "url": url,
        "thumbnail_url": links.thumbnail(variants, url),
        "width": width,
        "height": height,
        "thumbhash": facts["thumbhash"] or None,
        "dominant_colour": facts["dominant_colour"] or None,
        "alt": facts["alt"] or title,
        "variants": variants,
    }
