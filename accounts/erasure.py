"""What we hold about a person, to hand out and to forget.

Apps above register from their `AppConfig.ready` what they hold; the door, the desk and the commands all come here.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db import transaction
from structlog import get_logger

from accounts.models import User
from config.audit import trail

log = get_logger(__name__)
File = tuple[str, Callable[[], bytes | None]]  # its name, and its bytes when they are wanted


class Holder(NamedTuple):
    name: str
    export: Callable[[User], Any]  # rows that may be many: an iterator of them
    erase: Callable[[User], None]
    about: str = ""  # what it is, for the person
    goes: str = ""  # for whoever erases: what is gone afterwards, and what stays
    stays: str = ""
    columns: tuple[str, ...] = ()  # `favorites.Favorite.user`: where people are named
    files: Callable[[User], Iterator[File]] | None = None


holders: list[Holder] = []


def holds(name: str, *, export: Callable[[User], Any], erase: Callable[[User], None], **more: Any) -> None:
    holders.append(Holder(name, export, erase, **more))


def nothing(user: User) -> None:
    """For what goes with the person's row, or stays without them, by its foreign key."""


def parts(user: User) -> Iterator[tuple[Holder, Any]]:
    """Each holder with what it hands out; asked one after the other, as they are read."""
    return ((holder, holder.export(user)) for holder in holders)


def export(user: User) -> dict[str, Any]:
    """All of it at once."""
    return {holder.name: list(found) if isinstance(found, Iterator) else found for holder, found in parts(user)}


def erase(user: User) -> None:
    """Everything or nothing."""
    number = user.pk
    with transaction.atomic():
        trail.record("person.erased", on=user)  # before: afterwards they have no number
        for holder in holders:
            holder.erase(user)
        user.delete()
    log.info("person_erased", person=number)
