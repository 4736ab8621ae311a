"""Which designs a request asks for: text from the address, checked, as conditions on the QuerySet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any, Self

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, is_naive, make_aware
from rest_framework.request import Request

from config.api.errors import Refusal, detail, wrong
from config.api.filters import boolean, whole_number
from designs import vocabulary
from designs.folding import folded
from designs.models import Audience, Kind, Status
from designs.querysets import DesignQuerySet

WHOLE = {"designer_name": "designer_key", "collection_name": "collection_key"}
SINGLE = {"price_min", "price_max", "featured", "favorited", "created_after", "created_before", "q", "status"}
PARAMETERS = frozenset({*Kind.values, *WHOLE, "audience", "colour_family", "tag", *SINGLE})
MOST_VALUES = 50
HIGHEST_PRICE = 10**15
LONGEST_SEARCH = 300


@dataclass
class Asked:
    """Each filter by its name, so that a facet can leave its own one out."""

    terms: dict[str, list[vocabulary.Entry]] = field(default_factory=dict)  # by kind
    families: list[str] = field(default_factory=list)
    audiences: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=dict)  # column -> folded names
    price_min: int | None = None
    price_max: int | None = None
    featured: bool | None = None
    favorited: bool | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    status: str = Status.ACTIVE
    q: str = ""


def read(request: Request) -> Asked:
    words = vocabulary.current()
    return Asked(
        terms={kind: found for kind in Kind.values if (found := terms(request, kind, words))},
        families=choices(request, "colour_family", words.families()),
        audiences=choices(request, "audience", Audience.values),
        tags=[folded(tag) for tag in values(request, "tag")],
        names={
            column: [folded(each) for each in named]
            for name, column in WHOLE.items()
            if (named := whole(request, name))
        },
        price_min=price(request, "price_min"),
        price_max=price(request, "price_max"),
        featured=flag(request, "featured"),
        favorited=flag(request, "favorited"),
        created_after=moment(request, "created_after"),
        created_before=moment(request, "created_before"),
        status=status(request),
        q=text(request),
    )


def values(request: Request, name: str) -> list[str]:
    """A comma or a repetition: any of these."""
    found = [part.strip() for given in request.query_params.getlist(name) for part in given.split(",")]
    return within(name, [part for part in found if part])


def whole(request: Request, name: str) -> list[str]:
    """Names may hold commas, so only a repetition is another one."""
    return within(name, [given for given in request.query_params.getlist(name) if given.strip()])


def within(name: str, found: list[str]) -> list[str]:
    if len(found) > MOST_VALUES:
        raise wrong(name, "max_length", f"{name}: at most {MOST_VALUES} values.")
    return list(dict.fromkeys(found))


def terms(request: Request, kind: str, words: vocabulary.Vocabulary) -> list[vocabulary.Entry]:
    found = []
    for value in values(request, kind):
        entry = words.find(kind, value)
        if entry is None:
            raise unknown_value(kind, value, words.nearest(kind, value))
        found.append(entry)
    return found


def choices(request: Request, name: str, known: Iterable[str]) -> list[str]:
    options, found = list(known), values(request, name)
    for value in found:
        if value.lower() not in options:
            raise unknown_value(name, value, vocabulary.nearest_of(value, options))
    return [value.lower() for value in found]


def unknown_value(name: str, value: str, near: str | None) -> Refusal:
    hint = f" Did you mean {near}?" if near else ""
    what = "field" if name == "fields" else name.replace("_", " ")
    message = f"There is no {what} {value[:60]!r}.{hint}"
    return Refusal("unknown_value", message, details=[detail(name, "unknown_value", message)])


def price(request: Request, name: str) -> int | None:
    return whole_number(request, name, 0, 0, HIGHEST_PRICE) if name in request.query_params else None


def flag(request: Request, name: str) -> bool | None:
    return boolean(request, name, default=False) if name in request.query_params else None


def moment(request: Request, name: str) -> datetime | None:
    value = request.query_params.get(name)
    if value is None:
        return None
    try:
        found = parse_datetime(value)
        day = None if found else parse_date(value)
    except ValueError:
        found = day = None
    if day:
        found = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - made aware below
    if found is None:
        raise wrong(name, "invalid", f"{name} must look like 2026-11-20 or 2026-11-20T10:13:00Z.")
    return make_aware(found, get_current_timezone()) if is_naive(found) else found


def status(request: Request) -> str:
    asked = request.query_params.get("status", Status.ACTIVE)
    if asked not in Status.values:
        raise unknown_value("status", asked, vocabulary.nearest_of(asked, Status.values))
    if asked != Status.ACTIVE and not request.user.has_perm("designs.edit_designs"):
        raise Refusal("admin_required")
    return asked


def text(request: Request) -> str:
    asked = " ".join(request.query_params.get("q", "").split())
    if len(asked) > LONGEST_SEARCH:
        raise wrong("q", "max_length", f"q: at most {LONGEST_SEARCH} characters.")
    return asked


@dataclass(frozen=True)
class Wanted:
    """The same as numbers and texts for the database."""

    status: str
    groups: list[list[int]]  # of terms; a design carries one of each group
    audiences: list[str]
    tags: list[str]
    names: dict[str, list[str]]
    price_min: int | None
    price_max: int | None
    featured: bool | None
    favorited: bool | None
    created_after: datetime | None
    created_before: datetime | None

    def among(self, designs: DesignQuerySet) -> DesignQuerySet:
        """All but the hearts, which not every QuerySet knows."""
        found = designs.filter(status=self.status)
        for group in self.groups:
            found = found.with_any(group)
        if self.audiences:
            found = found.filter(audience__in=self.audiences)
        if self.tags:
            found = found.tagged(self.tags)
        for column, names in self.names.items():
            found = found.filter(**{f"{column}__in": names})
        found = found.priced(self.price_min, self.price_max)
        if self.featured is not None:
            found = found.filter(featured=self.featured)
        if self.created_after:
            found = found.filter(created_at__gte=self.created_after)
        if self.created_before:
            found = found.filter(created_at__lt=self.created_before)
        return found

    @property
    def narrows(self) -> bool:
        """Whether any of it is asked, beside the status."""
        return (
            any([*self.groups, self.audiences, self.tags, self.names])
            or any(value is not None for value in (self.price_min, self.price_max, self.featured, self.favorited))
            or bool(self.created_after or self.created_before)
        )

    # --- For statements that are compiled once -----------------------------------------------------------------
    @property
    def shape(self) -> tuple[Any, ...]:
        """All that changes the SQL."""
        lists: tuple[list[Any], ...] = (*self.groups, self.audiences, self.tags, *self.names.values())
        single = (self.price_min, self.price_max, self.created_after, self.created_before)
        sizes, given = tuple(map(len, lists)), tuple(value is not None for value in single)
        return (self.status, len(self.groups), tuple(self.names), sizes, given, self.featured, self.favorited)

    def values(self) -> Iterator[Any]:
        yield from chain(*self.groups, self.audiences, self.tags, *self.names.values())
        single = (self.price_min, self.price_max, self.created_after, self.created_before)
        yield from (value for value in single if value is not None)

    def with_values(self, values: Iterator[Any]) -> Self:
        """The same shape, with these in the order of `values`."""

        def fresh(given: list[Any]) -> list[Any]:
            return [next(values) for _ in given]

        def one(given: Any) -> Any:
            return None if given is None else next(values)

        return replace(
            self,
            groups=[fresh(group) for group in self.groups],
            audiences=fresh(self.audiences),
            tags=fresh(self.tags),
            names={column: fresh(names) for column, names in self.names.items()},
            price_min=one(self.price_min),
            price_max=one(self.price_max),
            created_after=one(self.created_after),
            created_before=one(self.created_before),
        )


def wanted(asked: Asked) -> Wanted:
    words = vocabulary.current()
    groups = [list(chain.from_iterable(map(words.with_children, entries))) for entries in asked.terms.values()]
    if asked.families:
        groups.append(list(chain.from_iterable(map(words.of_family, asked.families))))
    return Wanted(
        status=asked.status,
        groups=groups,
        audiences=asked.audiences,
        tags=asked.tags,
        names=asked.names,
        price_min=asked.price_min,
        price_max=asked.price_max,
        featured=asked.featured,
        favorited=asked.favorited,
        created_after=asked.created_after,
        created_before=asked.created_before,
    )
