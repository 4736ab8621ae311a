"""A demo gallery is made: people, pictures, designs, and what happened to them."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.text import slugify
from tqdm import tqdm

from accounts.models import User
from config.analytics import rollups
from config.demo import catalogue, marks, people, words
from config.demo.catalogue import Look, Piece
from config.demo.chance import stream
from config.demo.history import History, dates_of
from config.demo.painting import Order, all_painted
from config.demo.seasons import Calendar
from designs import services, vocabulary
from designs.models import Collection, DailyStat, Design, Maker, Moderation
from designs.models.makers import key_of
from favorites.models import Favorite
from uploads import keys
from uploads import services as uploads
from uploads.models import Picture

CHUNK = 500
FEW, MOST = 24, 96  # pictures, unless somebody says how many


class Wanted(NamedTuple):
    designs: int = 60
    users: int = 40
    seed: int = 1
    pictures: int = 0
    width: int = 900

    @property
    def looks(self) -> int:
        return self.pictures or max(1, min(self.designs, max(FEW, min(self.designs * 2 // 5, MOST))))


class Done(NamedTuple):
    designs: int
    people: int
    pictures: int
    hearts: int
    views: int
    told: list[str]  # who can sign in now, and how


def create(wanted: Wanted, now: datetime, *, bar: bool = False) -> Done:
    """What is there already stays as it is."""
    there = set(marks.designs().values_list("external_id", flat=True))
    pieces = catalogue.pieces(wanted.seed, wanted.designs, wanted.looks)
    pieces = [piece for piece in pieces if marks.design_id(wanted.seed, piece.number) not in there]
    numbers = people.missing(wanted.seed, wanted.users)
    if not pieces and not numbers:
        return Done(0, 0, 0, 0, 0, [])
    calendar = Calendar(now)
    staff, told = people.staff(now)
    shown = pictures({piece.look.number: piece.look for piece in pieces}, wanted, staff[people.STUDIO], bar=bar)
    with transaction.atomic():
        made = people.add(wanted.seed, numbers, calendar, staff["approver"])
        designs = add(pieces, wanted.seed, shown, staff, calendar)
        approved = marks.people().filter(looks_like__startswith=f"{marks.MARK}{wanted.seed}:", status="approved")
        hearts, views = remember(designs, History(wanted.seed, calendar, list(approved)))
        rollups.forget()
    return Done(len(designs), len(made), len(shown), hearts, views, told)


# --- Pictures ---------------------------------------------------------------------------------------------------
def pictures(looks: dict[int, Look], wanted: Wanted, by: User, *, bar: bool) -> dict[int, Picture]:
    """One of each look. The same bytes again are the same picture again, so a demo that broke off goes on."""
    orders = [order_of(look, wanted.seed) for look in looks.values()]
    with all_painted(orders, wanted.width) as drawn:
        counted = tqdm(drawn, total=len(orders), unit="picture", disable=None if bar else True)
        stored = (uploads.store(data, category=keys.DESIGNS, by=by)[0] for data in counted)
        return dict(zip(looks, stored, strict=True))


def order_of(look: Look, seed: int) -> Order:
    colour = vocabulary.current().find("colour", look.colour)
    return Order(look.kinds(), colour.hex if colour and colour.hex else "#800000", seed * 1_000 + look.number)


# --- Designs ----------------------------------------------------------------------------------------------------
class Houses(services.Names):
    """Makers and collections of the demo; one that was there before under such a name is used, and stays."""

    def __init__(self) -> None:
        self.makers: dict[str, Maker] = {}
        self.collections: dict[tuple[str, int | None], Collection] = {}

    def maker(self, name: str) -> Maker:
        if name not in self.makers:
            house = next(house for house in words.HOUSES if house.name == name)
            slug = f"{marks.SLUG}{house.key}"
            found = first(Maker.objects.filter(slug=slug)) or first(Maker.objects.filter(key=key_of(name)))
            self.makers[name] = found or Maker.objects.create(name=name, slug=slug)
        return self.makers[name]

    def collection(self, name: str, maker: Maker | None) -> Collection:
        key = name, maker.pk if maker else None
        if key not in self.collections:
            slug = f"{marks.SLUG}{slugify(name)}"
            of_maker = Collection.objects.filter(maker=maker)
            found = first(of_maker.filter(slug=slug)) or first(of_maker.filter(key=key_of(name)))
            self.collections[key] = found or Collection.objects.create(name=name, maker=maker, slug=slug)
        return self.collections[key]


def first(rows: Any) -> Any:
    return rows.first()


def add(
    pieces: list[Piece], seed: int, shown: dict[int, Picture], staff: dict[str, User], calendar: Calendar
) -> list[Design]:
    names, made = Houses(), []
    for piece in pieces:
        facts = facts_of(piece, seed, shown[piece.look.number])
        one = services.make(facts, by=staff[people.STUDIO], names=names)
        date(one.design, piece, seed, calendar, staff["curator"])
        made.append(one)
    for chunk in chunks(made):
        services.insert(chunk)
        date_moderation([one.design.pk for one in chunk])
    return [one.design for one in made]


def facts_of(piece: Piece, seed: int, picture: Picture) -> dict[str, Any]:
    known = vocabulary.current()
    terms = {
        kind: [entry for slug in slugs if (entry := known.find(kind, slug))] for kind, slugs in piece.terms.items()
    }
    category = terms["category"][0] if terms["category"] else None
    return {
        "external_id": marks.design_id(seed, piece.number),
        "title": piece.title,
        "description": piece.description,
        "short_description": piece.short,
        "audience": category.audience if category else "",
        "terms": terms,
        "pictures": [picture],
        "tags": piece.tags,
        "size_available": piece.sizes,
        "price_range": piece.price,
        "designer_name": piece.house,
        "collection_name": piece.collection,
        "status": piece.status,
        "featured": piece.featured,
    }


def date(design: Design, piece: Piece, seed: int, calendar: Calendar, by: User) -> None:
    made, decided = dates_of(stream(seed, "dates", piece.number), calendar, piece.status)
    design.created_at = design.updated_at = made
    design.reason = piece.reason
    if design.moderated_at:
        design.moderated_at, design.moderated_by = decided, by
    if design.published_at or piece.status in {"inactive", "rejected"}:
        design.published_at = decided if piece.status != "rejected" else None
    if design.featured_at:
        design.featured_at = decided


def date_moderation(designs: list[int]) -> None:
    decided = Design.objects.filter(pk=OuterRef("design"))
    Moderation.objects.filter(design__in=designs).update(
        at=Subquery(decided.values("moderated_at")[:1]),
        by=Subquery(decided.values("moderated_by")[:1]),
        reason=Subquery(decided.values("reason")[:1]),
    )


# --- What happened ----------------------------------------------------------------------------------------------
def remember(designs: list[Design], history: History) -> tuple[int, int]:
    """Hearts are counted by the database; views by the day, and here."""
    views, hearts = history.views_of(designs), 0
    for chunk in chunks(designs):
        seen = {design.pk: views[design.pk] for design in chunk}
        DailyStat.objects.bulk_create(history.stats(seen), batch_size=CHUNK * 4)
        for design in chunk:
            design.view_count = sum(seen[design.pk].values())
        Design.objects.bulk_update(chunk, ["view_count"])
        kept = [heart for design in chunk for heart in history.hearts(design, seen[design.pk])]
        Favorite.objects.bulk_create(kept, batch_size=CHUNK * 4)
        hearts += len(kept)
    return hearts, sum(number for days in views.values() for number in days.values())


def chunks(many: Iterable[Any]) -> Iterable[list[Any]]:
    todo = iter(many)
    while chunk := list(islice(todo, CHUNK)):
        yield chunk
