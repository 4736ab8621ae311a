"""What waits for a colleague. Apps above register from their `AppConfig.ready` what can wait at which desk."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.permissions import BEHIND

MOST = 10_000  # counted no further: whoever has so many needs no exact number


class Pile(NamedTuple):
    """One kind of thing that can wait."""

    name: str
    rights: tuple[str, ...]
    rows: Callable[[], QuerySet[Any]]
    since: str  # the field that says since when; empty where nothing does
    one: str
    many: str
    desk: str  # the name of an admin page
    query: dict[str, str]

    def is_for(self, user: User) -> bool:
        return user.has_perms([BEHIND[right] for right in self.rights])

    def look(self) -> "Waiting":
        """One query, which an index ends early."""
        field = self.since or "pk"
        in_order = self.rows().order_by(*filter(None, [self.since]))
        few = in_order.values(field)[: MOST + 1]
        found = few.aggregate(count=Count(field), oldest=Min(field))
        return Waiting(self.name, found["count"], found["oldest"] if self.since else None, self.link, self)

    @property
    def link(self) -> str:
        return reverse(f"admin:{self.desk}") + (f"?{urlencode(self.query)}" if self.query else "")


@dataclass(frozen=True)
class Waiting:
    """So much of it, at this moment."""

    name: str
    count: int  # MOST + 1 stands for more
    oldest: datetime | None
    link: str  # from the first slash
    pile: Pile

    @property
    def shown(self) -> str:
        return f"{MOST:,}+" if self.count > MOST else f"{self.count:,}"

    @property
    def words(self) -> str:
        """`3 people wait to be let in`."""
        return f"{self.shown} {self.pile.one if self.count == 1 else self.pile.many}"


piles: dict[str, Pile] = {}


def waits(  # noqa: PLR0913 - each is said once
    name: str,
    *rights: str,
    rows: Callable[[], QuerySet[Any]],
    one: str,
    many: str,
    desk: str,
    since: str = "",
    query: dict[str, str] | None = None,
) -> None:
    """`rights` in the contract's words; who holds all of them is asked to look."""
    if name in piles:
        raise ValueError(f"Two apps let {name} wait.")
    piles[name] = Pile(name, rights, rows, since, one, many, desk, query or {})


def people_wait() -> None:
    waits(
        "people",
        "people.decide",
        rows=User.objects.pending,
        since="date_joined",
        one="person waits to be let in",
        many="people wait to be let in",
        desk="accounts_user_changelist",
    )


def for_person(user: User) -> list[Waiting]:
    """What waits for them, by their rights; at most one query for each pile. Nothing waits: an empty list."""
    [(_, found)] = for_people([user])
    return found


def for_people(users: Iterable[User]) -> Iterator[tuple[User, list[Waiting]]]:
    """Each pile is looked at once, however many colleagues look after it."""
    seen: dict[str, Waiting] = {}
    for user in users:
        for pile in (mine := [pile for pile in piles.values() if pile.is_for(user)]):
            if pile.name not in seen:
                seen[pile.name] = pile.look()
        yield user, [seen[pile.name] for pile in mine if seen[pile.name].count]
