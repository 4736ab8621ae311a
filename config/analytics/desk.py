"""The front page of the admin: what waits for this colleague first, then the figures, if they may read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.admin import people
from accounts.admin.cells import age, moment_with_age
from accounts.admin.deciding import staff_of
from accounts.models import User
from accounts.permissions import BEHIND
from accounts.waiting import MOST, Pile, Waiting, piles
from config.analytics import figures
from config.analytics.asking import Number, asked, first
from config.analytics.charts import Chart
from config.analytics.figures import PERIODS, SHOWN, Figures, Share, Top, Typed
from config.analytics.tables import TABLES
from designs.admin import searches
from designs.admin.catalogue import listing
from designs.admin.catalogue.rows import Row
from designs.models import Status

CHARTS = (
    ("views", "Views", "view", "views"),
    ("hearts", "Hearts", "heart", "hearts"),
    ("registrations", "New people", "person", "people"),
)
COLOURS = 24
PEOPLE, DESIGNS, TERMS, SEARCHES = (
    f"{model}_changelist" for model in ("accounts_user", "designs_design", "designs_term", "designs_search")
)
DESKS = {PEOPLE: "people.decide", DESIGNS: "designs.edit", TERMS: "designs.edit", SEARCHES: "designs.edit"}


def front_page(request: HttpRequest) -> dict[str, Any]:
    """What the template shows. Asked before the sidebar is made, which then counts nothing again."""
    user, length = staff_of(request), figures.length_of(request.GET.get("days", ""))
    mine = [pile for pile in piles.values() if pile.is_for(user)]
    questions = of_piles(mine)
    found = figures.read(user, length, questions) if may(user, "stats.read") else None
    values = found.values if found else asked(user, questions)
    told = [told_of(pile, values) for pile in mine]
    tell_the_sidebar(request, {waiting.name: waiting.count for waiting in told})
    return {
        "waiting": [Card(waiting) for waiting in told if waiting.count],
        "calm": calm([pile.name for pile in mine]),
        "edits": may(user, "designs.edit"),
        "figures": Shown(found, user) if found else None,
        "periods": [(number, number == length) for number in PERIODS],
        "days": length,
    }


def may(user: User, right: str) -> bool:
    return user.has_perm(BEHIND[right])


# --- What waits ---------------------------------------------------------------------------------------------------
def of_piles(mine: Iterable[Pile]) -> dict[str, Combinable]:
    """Each as `Pile.look` counts it, but all of them in one statement."""
    questions: dict[str, Combinable] = {}
    for pile in mine:
        by = pile.since or "pk"
        questions[f"waiting_{pile.name}"] = Number(pile.rows().order_by(by).values(by)[: MOST + 1])
        if pile.since:
            questions[f"oldest_{pile.name}"] = first(pile.rows().order_by(by), by)
    return questions


def told_of(pile: Pile, values: dict[str, Any]) -> Waiting:
    return Waiting(pile.name, values[f"waiting_{pile.name}"], values.get(f"oldest_{pile.name}"), pile.link, pile)


class Card(NamedTuple):
    waiting: Waiting

    @property
    def said(self) -> str:
        return self.waiting.pile.one if self.waiting.count == 1 else self.waiting.pile.many

    @property
    def since(self) -> str:
        """How long the oldest of them waits."""
        if self.waiting.oldest is None:
            return ""
        text = age(self.waiting.oldest)
        return text if text == "just now" else f"for {text}" if self.waiting.count == 1 else f"the oldest for {text}"


def calm(names: list[str]) -> str:
    if names == ["people"]:
        return "Nobody waits to be let in."
    return "Nobody waits, and nothing is left to look at." if "people" in names else "Nothing waits for you."


SIDEBAR = {"people": people.COUNTED, "searches": searches.COUNTED, "designs": listing.COUNTED}


def count_for_sidebar(request: HttpRequest) -> None:
    """What the page has not counted for itself, in one statement."""
    user: Any = request.user
    mine = [piles[name] for name, known in SIDEBAR.items() if known not in request.META and piles[name].is_for(user)]
    if len(mine) > 1:
        values = asked(user, {name: rows for name, rows in of_piles(mine).items() if name.startswith("waiting_")})
        tell_the_sidebar(request, {pile.name: values[f"waiting_{pile.name}"] for pile in mine})


def tell_the_sidebar(request: HttpRequest, counts: dict[str, int]) -> None:
    known = {name: count for name, count in counts.items() if count <= MOST}
    if "people" in known:
        request.META[people.COUNTED] = known["people"]
    if "searches" in known:
        request.META[searches.COUNTED] = known["searches"]
    if "designs" in known:
        request.META[listing.COUNTED] = {Status.PENDING: known["designs"]}


# --- The figures --------------------------------------------------------------------------------------------------
class Tile(NamedTuple):
    label: str
    number: int
    href: str  # the list behind it, for those who may open it
    note: str = ""
    change: int | None = None

    @property
    def shown(self) -> str:
        return f"{self.number:,}"

    @property
    def change_in_words(self) -> str:
        if self.change is None:
            return ""
        return f"{self.change:+,} %".replace("-", "\N{MINUS SIGN}") if self.change else "as before"

    @property
    def way(self) -> str:
        return "up" if (self.change or 0) > 0 else "down" if (self.change or 0) < 0 else "same"


class Line(NamedTuple):
    """Of a list with bars."""

    name: str
    number: int
    href: str
    percent: int = 0
    hex: str = ""

    @property
    def shown(self) -> str:
        return f"{self.number:,}"


@dataclass(frozen=True)
class Shown:
    """The figures as one colleague sees them: what they may not open has no link."""

    found: Figures
    user: User

    @cached_property
    def lately(self) -> list[Tile]:
        found = self.found
        return [
            *(Tile(title, found.sum(name), f"#{name}", change=found.change(name)) for name, title, *_ in CHARTS),
            Tile("Active people", found.active, self.people(status="approved"), change=found.change_of_active),
        ]

    @cached_property
    def standing(self) -> list[Tile]:
        catalogue, facts = self.found.catalogue, self.found.facts
        return [
            Tile("Designs", catalogue.designs, self.designs(), "shown"),
            Tile("Designs", catalogue.featured, self.designs(featured="1"), "featured"),
            Tile("People", self.found.people, self.people(status="all"), "in all"),
            Tile("Views", facts["views"], "#top-designs", "in all"),
            Tile("Hearts", facts["hearts"], "#top-designs", "in all"),
        ]

    @cached_property
    def counted(self) -> SafeString:
        return moment_with_age(self.found.as_of, "{} ago")

    @cached_property
    def csv(self) -> dict[str, str]:
        query = urlencode({"days": self.found.period.days})
        return {name: f"{reverse('admin:figures', args=[name])}?{query}" for name in TABLES}

    @cached_property
    def charts(self) -> list[Chart]:
        days = self.found.days
        return [Chart(*words, [(day.day, getattr(day, words[0])) for day in days]) for words in CHARTS]

    @cached_property
    def is_empty(self) -> bool:
        return not self.found.catalogue.designs

    @cached_property
    def tops(self) -> list[tuple[Top, Row, str]]:
        link = "admin:designs_design_change"
        return [
            (top, Row(top.design), reverse(link, args=[top.design.pk]) if self.edits else "") for top in self.found.tops
        ]

    @cached_property
    def categories(self) -> list[Line]:
        return bars((one, self.designs(category=one.value)) for one in self.found.catalogue.shares["category"][:SHOWN])

    @cached_property
    def makers(self) -> list[Line]:
        return bars((one, self.designs(maker=one.name)) for one in self.found.catalogue.shares["maker"][:SHOWN])

    @cached_property
    def colours(self) -> list[Line]:
        found = self.found.catalogue.shares["colour"][:COLOURS]
        return bars((one, self.desk(TERMS, kind="colour", q=one.name)) for one in found)

    @cached_property
    def searches(self) -> list[tuple[Typed, str]]:
        return [(one, self.desk(SEARCHES, show="found", q=one.text)) for one in self.found.searches]

    @cached_property
    def searches_in_vain(self) -> list[tuple[Typed, str]]:
        return [(one, self.desk(SEARCHES, q=one.text)) for one in self.found.searches_in_vain]

    # --- Links -------------------------------------------------------------------------------------------------
    @cached_property
    def open(self) -> dict[str, str]:
        """Desk -> its address, for those that this colleague may open."""
        return {page: reverse(f"admin:{page}") for page, right in DESKS.items() if may(self.user, right)}

    @property
    def edits(self) -> bool:
        return DESIGNS in self.open

    @property
    def uploads(self) -> bool:
        return may(self.user, "pictures.edit")

    def people(self, **query: str) -> str:
        return self.desk(PEOPLE, **query)

    def designs(self, **query: str) -> str:
        return self.desk(DESIGNS, status="active", **query)

    def desk(self, page: str, **query: str) -> str:
        return f"{self.open[page]}?{urlencode(query)}" if page in self.open else ""


def bars(shares: Iterable[tuple[Share, str]]) -> list[Line]:
    known = list(shares)
    most = max((share.designs for share, _ in known), default=0) or 1
    return [Line(one.name, one.designs, href, round(100 * one.designs / most), one.hex) for one, href in known]
