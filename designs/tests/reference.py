"""The list and the facets once more, plain and slow: rows read naively, every rule written down a second time."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import User
from config.testing.gallery import a_picture
from designs import cards
from designs.models import Audience, Collection, Design, DesignPicture, DesignTag, DesignTerm, Kind, Maker, Term

Query = list[tuple[str, str]]
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
NOBODY = 2**53


# --- Catalogues and requests, made up ---------------------------------------------------------------------------
WORDS = {
    "category": ["saree", "lehenga", "ghagra", "chaniya-choli"],
    "colour": ["red", "maroon", "burgundy", "navy-blue", "gold"],
    "fabric": ["silk", "katan-silk", "art-silk", "cotton"],
    "occasion": ["wedding", "haldi", "reception"],
    "weave": ["banarasi", "kanjivaram"],
    "craft": ["zari", "zardozi"],
    "style": ["anarkali"],
    "season": ["summer", "winter"],
    "motif": ["paisley"],
}
MAKERS = ["Anokhi, Jaipur", "Ritu Kumar", "ritu  kumar", "ŚILPA"]
COLLECTIONS = ["Diwali 2026", "Bridal"]
TAGS = ["zari", "Handloom", "new in"]
PRICES = [None, 0, 99_900, 250_000, 10**15]
STATUSES = ["active"] * 6 + ["draft", "pending", "inactive", "rejected"]
SORTS = ["newest", "oldest", "popular", "most_viewed", "price", "-price", "title"]


def seeded(number: int) -> Random:
    return Random(number)  # noqa: S311 - to be repeated, not to be secret


def known_terms() -> list[Term]:
    return [term for term in Term.objects.all() if term.slug in WORDS[term.kind]]


def a_catalogue(random: Random, size: int, user: User) -> None:
    """Whatever may stand in a gallery, and equal values everywhere."""
    terms, picture = known_terms(), a_picture(dominant_colour="#800000")
    makers = {name: Maker.objects.named(name) for name in MAKERS}
    lines = [Collection.objects.named(name, makers[maker]) for name in COLLECTIONS for maker in MAKERS[:2]]
    designs = [
        a_row(random, random.choice([None, *makers.values()]), random.choice([None, *lines])) for _ in range(size)
    ]
    for design in designs:
        design.cover = picture
        design.save()
    DesignPicture.objects.bulk_create([DesignPicture(design=design, picture=picture) for design in designs])
    DesignTerm.objects.bulk_create(
        DesignTerm(design=design, term=term, position=position)
        for design in designs
        for position, term in enumerate(random.sample(terms, random.randint(0, 5)))
    )
    DesignTag.objects.bulk_create(
        DesignTag(design=design, key=tag.casefold()) for design in designs for tag in TAGS if random.random() < 0.3
    )
    heart: Any = Design._meta.get_field("favorites").related_model  # of the app above, by the relation's name
    heart.objects.bulk_create([heart(user=user, design=design) for design in designs if random.random() < 0.2])
    cards.write(design.pk for design in designs)


def a_row(random: Random, maker: Maker | None, line: Collection | None) -> Design:
    lowest, highest = random.choice(PRICES), random.choice(PRICES)
    if lowest is not None and highest is not None:
        lowest, highest = min(lowest, highest), max(lowest, highest)
    status = random.choice(STATUSES)
    return Design(
        title=random.choice(["Red silk", "red Silk", "Élan", "Zari work"]),
        audience=random.choice(["", *Audience.values]),
        status=status,
        published_at=MONDAY + timedelta(hours=random.randint(0, 3)),
        created_at=MONDAY + timedelta(hours=random.randint(-30, 3), microseconds=random.randint(0, 1)),
        featured=random.random() < 0.2,
        featured_at=timezone.now(),
        view_count=random.randint(0, 3),
        price_min=lowest,
        price_max=highest,
        designer=maker,
        designer_name=maker.name if maker else "",
        collection=line,
        collection_name=line.name if line else "",
    )


def a_query(random: Random, most: int = 4) -> Query:
    """Up to so many filters, some with two values."""
    names = random.sample(list(CHOICES), random.randint(0, most))
    return [(name, value) for name in names for value in CHOICES[name](random)]


def one_or_two(*values: str) -> Callable[[Random], list[str]]:
    return lambda random: random.sample(values, min(len(values), random.randint(1, 2)))


def one(*values: str) -> Callable[[Random], list[str]]:
    return lambda random: [random.choice(values)]


CHOICES: dict[str, Callable[[Random], list[str]]] = {
    **{kind: one_or_two(*slugs) for kind, slugs in WORDS.items()},
    "fabric": one_or_two("silk", "Katan Silk", "COTTON"),
    "colour_family": one_or_two("red", "blue", "green"),
    "audience": one_or_two(*Audience.values),
    "tag": one_or_two("ZARI", "handloom", "nowhere"),
    "designer_name": one_or_two("ritu kumar", "Anokhi, Jaipur", "śilpa", "Nobody"),
    "collection_name": one_or_two("diwali 2026", "Bridal"),
    "price_min": one("0", "99900", "100000", "9999999999"),
    "price_max": one("0", "99900", "300000", "9999999999"),
    "featured": one("true", "0"),
    "favorited": one("1", "false"),
    "created_after": one("2026-11-15", "2026-11-16T09:00:00Z", "1999-01-01"),
    "created_before": one("2026-11-16T09:00:00.000001Z", "2026-11-16", "2026-11-16T14:30:00+05:30"),
}


# --- The rules ----------------------------------------------------------------------------------------------------
@dataclass
class Plain:
    """A design, and all that hangs on it."""

    design: Design
    terms: set[Term]
    tags: set[str]
    is_kept: bool


class Reference:
    def __init__(self, user: User) -> None:
        self.terms = list(Term.objects.select_related("parent", "merged_into"))
        self.over = {term.pk: term.merged_into_id or term.parent_id for term in self.terms}
        kept = set(Design.objects.filter(favorites__user=user).values_list("pk", flat=True))
        found = Design.objects.prefetch_related("terms", "tag_rows")
        self.rows = [
            Plain(design, set(design.terms.all()), {row.key for row in design.tag_rows.all()}, design.pk in kept)
            for design in found
        ]

    # --- Which designs ---
    def matching(self, query: Query, ignoring: str = "") -> list[Plain]:
        asked: dict[str, list[str]] = {}
        for name, value in query:
            asked.setdefault(name, []).append(value)
        status = asked.pop("status", ["active"])[0]
        asked.pop(ignoring, None)
        if ignoring == "price":
            asked = {name: values for name, values in asked.items() if not name.startswith("price_")}
        rows = [row for row in self.rows if row.design.status == status]
        return [row for row in rows if all(self.passes(row, name, values) for name, values in asked.items())]

    def passes(self, row: Plain, name: str, values: list[str]) -> bool:
        if name in Kind.values:
            parts = [part for value in values for part in value.split(",")]
            return any(self.carries(row, self.called(name, part)) for part in parts)
        if name == "colour_family":
            return any(term.family in values for term in row.terms)
        if name == "tag":
            return any(value.casefold() in row.tags for value in values)
        if name in {"designer_name", "collection_name"}:
            return plain(getattr(row.design, name)) in [plain(value) for value in values]
        return self.passes_facts(row, name, values)

    def passes_facts(self, row: Plain, name: str, values: list[str]) -> bool:
        design, value = row.design, values[0]
        if name == "audience":
            return design.audience in values
        if name == "featured":
            return design.featured == (value in {"true", "1"})
        if name == "favorited":
            return row.is_kept == (value in {"true", "1"})
        if name in {"price_min", "price_max"}:
            return meets(design, name, int(value))
        moment = datetime.fromisoformat(value if "T" in value else f"{value}T00:00:00Z")
        return design.created_at >= moment if name == "created_after" else design.created_at < moment

    def called(self, kind: str, text: str) -> Term:
        of_kind = [term for term in self.terms if term.kind == kind]
        found = next(term for term in of_kind if text.casefold() in {term.slug, term.name.casefold()})
        while found.merged_into:
            found = next(term for term in of_kind if term == found.merged_into)
        return found

    def carries(self, row: Plain, term: Term) -> bool:
        return any(self.belongs(own, term) for own in row.terms)

    def belongs(self, term: Term, to: Term) -> bool:
        at: int | None = term.pk
        while at is not None and at != to.pk:
            at = self.over[at]
        return at is not None

    # --- In which order ---
    def ids(self, query: Query, sort: str) -> list[int]:
        return [row.design.pk for row in ordered(self.matching(query), sort)]

    # --- How many with each choice ---
    def facets(self, query: Query) -> dict[str, Any]:
        kinds = {kind: self.of_terms(kind, query) for kind in Kind.values}
        families = dict.fromkeys(term.family for term in self.terms if term.family and term.is_active)
        return {
            "total": len(self.matching(query)),
            "total_is_capped": False,
            "facets": {
                **{kind: dict(found) for kind, found in kinds.items()},
                "colour_family": dict(self.counts(query, "colour_family", list(families))),
                "audience": dict(self.counts(query, "audience", Audience.values)),
                **{name: self.of_names(name, query) for name in ("designer_name", "collection_name")},
            },
            "price": self.prices(query),
        }

    def of_terms(self, kind: str, query: Query) -> Iterator[tuple[str, int]]:
        chosen = {self.called(kind, value).pk for name, value in query if name == kind}
        rows = self.matching(query, ignoring=kind)
        for term in [term for term in self.terms if term.kind == kind]:
            count = sum(self.carries(row, term) for row in rows)
            if (count and term.is_active) or term.pk in chosen:
                yield term.slug, count

    def counts(self, query: Query, name: str, options: list[str]) -> Iterator[tuple[str, int]]:
        rows = self.matching(query, ignoring=name)
        for option in options:
            count = sum(self.passes(row, name, [option]) for row in rows)
            if count or (name, option) in query:
                yield option, count

    def of_names(self, name: str, query: Query) -> dict[str, int]:
        rows = self.matching(query, ignoring=name)
        counts = Counter(plain(getattr(row.design, name)) for row in rows if getattr(row.design, name))
        return {**{plain(value): 0 for asked, value in query if asked == name}, **counts}

    def prices(self, query: Query) -> dict[str, int | None]:
        designs = [row.design for row in self.matching(query, ignoring="price")]
        starts = [design.price_min if design.price_min is not None else design.price_max for design in designs]
        lowest = [start for start in starts if start is not None]
        ends = [design.price_max if design.price_max is not None else design.price_min for design in designs]
        return {"min": min(lowest, default=None), "max": max((end for end in ends if end is not None), default=None)}


def plain(text: str) -> str:
    return " ".join(text.casefold().split())


def meets(design: Design, name: str, amount: int) -> bool:
    """A design with one end of a range stands for that price, one without any price for none."""
    highest = design.price_max if design.price_max is not None else design.price_min
    lowest = design.price_min if design.price_min is not None else design.price_max
    if highest is None or lowest is None:
        return False
    return highest >= amount if name == "price_min" else lowest <= amount


def ordered(rows: list[Plain], sort: str) -> list[Plain]:
    keys: dict[str, Callable[[Design], Any]] = {
        "newest": lambda design: design.published_at,
        "oldest": lambda design: design.published_at,
        "popular": lambda design: design.like_count,
        "most_viewed": lambda design: design.view_count,
        "price": lambda design: next((p for p in (design.price_min, design.price_max) if p is not None), NOBODY),
        "-price": lambda design: next((p for p in (design.price_max, design.price_min) if p is not None), -1),
        "title": lambda design: design.title_key,
    }
    downwards = sort in {"newest", "popular", "most_viewed", "-price"}
    return sorted(rows, key=lambda row: (keys[sort](row.design), row.design.pk), reverse=downwards)
