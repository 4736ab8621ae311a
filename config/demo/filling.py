"""So many rows, quickly, to measure with: designs with terms and a cover they share, makers, people and hearts.

They are written past the models, by COPY on PostgreSQL and in bulk on SQLite, with what the models would have written:
cards, scalars, keys. Hearts come before their design: it is counted once, when it comes, and no row is written twice.
Nothing takes these rows away again: they are for a database that is thrown away.
"""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from tqdm import tqdm

from accounts.models import User
from config.demo.chance import skewed, stream
from designs import cards, vocabulary
from designs.models import Audience, Change, Collection, Design, DesignPicture, DesignTerm, Maker
from designs.vocabulary import Entry
from favorites.models import Favorite
from uploads.models import Picture

MAKERS, LINES, CHUNK = 2_000, 5_000, 20_000
COMBINATIONS = 20_000
COVER = "designs/2026/11/20261120_f111f111f111f111f111f111f111f111.webp"
# How many terms of a kind a design carries, from 0 to 3, by likelihood: nine of all kinds.
CARRIED = {
    "category": [0, 95, 5, 0],
    "colour": [2, 50, 35, 13],
    "fabric": [10, 70, 18, 2],
    "occasion": [10, 30, 40, 20],
    "season": [30, 50, 20, 0],
    "style": [40, 50, 10, 0],
    "weave": [50, 48, 2, 0],
    "craft": [30, 45, 20, 5],
    "motif": [50, 35, 12, 3],
}
TITLE = ("weave", "craft", "fabric", "style", "category")
IN_A_LINE, FEATURED, PRICED, WITH_A_RANGE = 0.4, 0.01, 0.9, 0.5
MINUTES = 60 * 24 * 365  # of the year in which they were published
VIEWS = 40
TEXTS = ("description", "short_description", "long_description", "tags", "size_available", "price_range", "reason")
COUNTS = ("view_count", "like_count")
SCALARS = ("category", "style", "colour", "fabric", "occasion", "season")
FACTS = ("audience", "sizes", "price_min", "price_max", "currency", "status", "featured", "featured_at")
NAMED = ("designer_id", "designer_name", "designer_key", "collection_id", "collection_name", "collection_key")
MOMENTS = ("published_at", "created_at", "updated_at")
WRITTEN = ("id", "title", *TEXTS, *SCALARS, *FACTS, *NAMED, "cover_id", "card", *COUNTS, *MOMENTS)
PLACE = ("design_id", "picture_id", "position", "alt")
EMPTY = ("",) * len(TEXTS)


Row = tuple[Any, ...]


class Combination(NamedTuple):
    """Terms that thousands of designs have in common, and all that follows from them."""

    title: str
    terms: list[tuple[int, int]]  # and their places
    scalars: tuple[str, ...]
    card: str


class Names(NamedTuple):
    makers: list[Maker]
    lines: list[Collection]


class Stock(NamedTuple):
    """What a design is put together from."""

    combined: list[Combination]
    names: Names
    cover: Picture
    now: datetime


def maker_name(number: int) -> str:
    return f"Maker {number}"


def fill(designs: int, *, users: int = 0, hearts: int = 0, seed: int = 1, bar: bool = False) -> None:
    names, cover, now = named(), a_cover(), timezone.now()
    chance = stream(seed, "fill")
    combined = combinations(chance, cover, min(COMBINATIONS, max(1, designs)))
    people = somebody(users, now)
    with tqdm(total=designs, unit="design", disable=None if bar else True) as progress:
        for start in range(0, designs, CHUNK):
            size = min(CHUNK, designs - start)
            share = hearts * (start + size) // designs - hearts * start // designs
            with transaction.atomic(), trusted() as unheard:
                numbers = new_numbers(size)
                kept = kept_by(chance, numbers, people, share)
                uses = write_designs(chance, numbers, start, kept, Stock(combined, names, cover, now))
                write(DesignTerm, ("design_id", "term_id", "position"), uses)
                write(DesignPicture, PLACE, ((number, cover.pk, 0, "") for number in numbers))
                if unheard:
                    write(Change, ("design_id", "at"), ((number, now) for number in numbers))
            progress.update(size)
    run("ANALYZE")


def write_designs(
    chance: random.Random, numbers: list[int], start: int, kept: dict[int, list[int]], stock: Stock
) -> Iterator[Row]:
    """Answers which terms they carry."""
    now = stock.now
    hearts = ((user, design, now) for design, users in kept.items() for user in users)
    write(Favorite, ("user_id", "design_id", "created_at"), hearts)
    chosen = [stock.combined[skewed(chance, len(stock.combined))] for _ in numbers]
    rows = (
        a_design(chance, number, start + place, one, len(kept.get(number, ())), stock)
        for place, (number, one) in enumerate(zip(numbers, chosen, strict=True))
    )
    write(Design, WRITTEN, rows)
    return ((number, *term) for number, one in zip(numbers, chosen, strict=True) for term in one.terms)


def a_design(chance: random.Random, number: int, place: int, one: Combination, hearts: int, stock: Stock) -> Row:
    line = stock.names.lines[skewed(chance, LINES)] if chance.random() < IN_A_LINE else None
    maker = line.maker if line and line.maker else stock.names.makers[skewed(chance, MAKERS)]
    lowest, highest = prices(chance)
    status = chance.choices(("active", "inactive", "draft", "pending"), (94, 3, 2, 1))[0]
    audience = chance.choices((*Audience.values, ""), (70, 15, 5, 5, 5))[0]
    published = stock.now - timedelta(minutes=MINUTES * (1 - chance.random() ** 0.5), microseconds=place)
    featured = chance.random() < FEATURED
    views = hearts * 12 + int(VIEWS * (chance.paretovariate(1.2) - 1))
    of_line = (line.pk, line.name, line.key) if line else (None, "", "")
    facts = (audience, "[]", lowest, highest, "INR", status, featured, published if featured else None)
    named = (maker.pk, maker.name, maker.key, *of_line)
    counts = (min(views, 1_000_000), hearts)
    moments = (published,) * len(MOMENTS)
    shown = (stock.cover.pk, one.card)
    return (number, f"{one.title} {place}", *EMPTY, *one.scalars, *facts, *named, *shown, *counts, *moments)


def prices(chance: random.Random) -> tuple[int | None, int | None]:
    """In paise; between 500 and 300,000 rupees, more cheap ones than dear ones."""
    lowest = int(50_000 * 600 ** chance.random()) // 100 * 100
    highest = lowest + int(lowest * chance.random()) // 100 * 100 if chance.random() < WITH_A_RANGE else None
    return (lowest, highest) if chance.random() < PRICED else (None, None)


# --- Terms ------------------------------------------------------------------------------------------------------
def combinations(chance: random.Random, cover: Picture, how_many: int) -> list[Combination]:
    known = vocabulary.current().by_kind
    facts = cards.facts_of(cover)
    return [combined({kind: some(chance, kind, known[kind]) for kind in CARRIED}, facts) for _ in range(how_many)]


def combined(terms: dict[str, list[Entry]], picture: dict[str, Any]) -> Combination:
    placed = [(place, entry) for of_kind in terms.values() for place, entry in enumerate(of_kind)]
    placed.sort(key=itemgetter(0))
    row = cards.columns(((entry.kind, entry.slug, entry.id) for _, entry in placed), [picture])
    said = [terms[kind][0].name for kind in TITLE if terms[kind]]
    if terms["colour"]:
        said += ["in", terms["colour"][0].name]
    scalars = tuple(row[kind] for kind in SCALARS)
    title = " ".join(said)[:180] or "Design"
    return Combination(title, [(entry.id, place) for place, entry in placed], scalars, json.dumps(row["card"]))


def some(chance: random.Random, kind: str, known: tuple[Entry, ...]) -> list[Entry]:
    how_many = chance.choices(range(4), CARRIED[kind])[0]
    return [known[at] for at in dict.fromkeys(skewed(chance, len(known)) for _ in range(how_many))]


# --- What they point at: there already, or made now ---------------------------------------------------------------
def a_cover() -> Picture:
    facts = {"size": 1_000, "width": 900, "height": 1_200, "content_type": "image/webp"}
    return Picture.objects.get_or_create(object_key=COVER, defaults=facts)[0]


def named() -> Names:
    keys = [f"maker {number}" for number in range(MAKERS)]
    if not Maker.objects.filter(key=keys[-1]).exists():
        rows = [Maker(name=maker_name(n), key=key, slug=f"maker-{n}") for n, key in enumerate(keys)]
        Maker.objects.bulk_create(rows, ignore_conflicts=True)
    known = {maker.key: maker for maker in Maker.objects.filter(key__startswith="maker ")}
    makers = [known[key] for key in keys]
    slugs = [f"line-{number}" for number in range(LINES)]
    if not Collection.objects.filter(slug=slugs[-1]).exists():
        lines = [
            Collection(name=f"Line {n}", key=f"line {n}", slug=slug, maker=makers[n % MAKERS])
            for n, slug in enumerate(slugs)
        ]
        Collection.objects.bulk_create(lines, ignore_conflicts=True)
    there = Collection.objects.filter(slug__startswith="line-").select_related("maker")
    by_slug = {line.slug: line for line in there}
    return Names(makers, [by_slug[slug] for slug in slugs])


def somebody(how_many: int, now: datetime) -> list[int]:
    """Approved people without a password."""
    there = set(User.objects.filter(username__startswith="fill-").values_list("username", flat=True))
    facts = {"status": User.Status.APPROVED, "decided_at": now, "password": make_password(None)}
    names = [name for number in range(how_many) if (name := f"fill-{number}") not in there]
    User.objects.bulk_create([User(username=name, **facts) for name in names], batch_size=2_000)
    everybody = User.objects.filter(username__startswith="fill-").order_by("pk")
    return list(everybody.values_list("pk", flat=True)[:how_many])


def kept_by(chance: random.Random, designs: list[int], people: list[int], hearts: int) -> dict[int, list[int]]:
    """Most hearts are on few designs; nobody keeps one twice."""
    kept: dict[int, set[int]] = {}
    ranked = chance.sample(designs, len(designs))
    left = min(hearts, len(designs) * len(people))
    while left:
        design = ranked[skewed(chance, len(ranked))]
        users = kept.setdefault(design, set())
        before = len(users)
        users.add(people[skewed(chance, len(people))] if len(users) * 4 < len(people) else next_of(people, users))
        left -= len(users) - before
    return {design: sorted(users) for design, users in kept.items()}


def next_of(people: list[int], users: set[int]) -> int:
    return next((person for person in people if person not in users), people[0])


# --- Writing ----------------------------------------------------------------------------------------------------
@contextmanager
def trusted() -> Iterator[bool]:
    """No look at each foreign key, a third of the time: what these rows point at was just read. For superusers only;
    others do without. Triggers pause as well: each design comes with its count of hearts, and answered is whether the
    database tells nobody of it.
    """
    paused = connection.vendor == "postgresql" and triggers_are("replica")
    yield paused
    if paused:
        triggers_are("DEFAULT")


def triggers_are(role: str) -> bool:
    with suppress(ProgrammingError), transaction.atomic():
        run(f"SET LOCAL session_replication_role = {role}")
        return True
    return False


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def new_numbers(how_many: int) -> list[int]:
    """Ids that nobody else will get."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            taken = "SELECT nextval(pg_get_serial_sequence('designs_design', 'id')) FROM generate_series(1, %s)"
            cursor.execute(taken, [how_many])
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'designs_design'")
        first = cursor.fetchone()[0] + 1
        return list(range(first, first + how_many))


def write(model: Any, columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
    quoted = connection.ops.quote_name
    table, names = quoted(model._meta.db_table), ", ".join(map(quoted, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(tuple(columns)))
        moment = connection.ops.adapt_datetimefield_value
        adapted = (tuple([moment(cell) if type(cell) is datetime else cell for cell in row]) for row in rows)
        while chunk := list(islice(adapted, CHUNK)):
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", chunk)  # noqa: S608
