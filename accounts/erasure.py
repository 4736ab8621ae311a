"""What we hold about a person, to hand out and to forget.

Apps above register from their `AppConfig.ready` what they hold; the door, the desk and the command all come here.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import transaction
from structlog import get_logger

from accounts.models import User

log = get_logger(__name__)


class Holder(NamedTuple):
    name: str
    export: Callable[[User], Any]
    erase: Callable[[User], None]


holders: list[Holder] = []


def holds(name: str, *, export: Callable[[User], Any], erase: Callable[[User], None]) -> None:
    holders.append(Holder(name, export, erase))


def export(user: User) -> dict[str, Any]:
    own = {
        "username": user.username,
        "full_name": user.full_name,
        "email": user.email,
        "note": user.note,
        "status": user.status,
        "registered_at": user.date_joined,
        "devices": list(user.sessions.values("device_name", "ip", "created_at", "rotated_at")),
        "decisions": list(user.decisions.values("was", "became", "at", "reason")),
    }
    return {"account": own, **{holder.name: holder.export(user) for holder in holders}}


def erase(user: User) -> None:
    """Everything or nothing; sessions and decisions go with the row."""
    number = user.pk
    with transaction.atomic():
        for holder in holders:
            holder.erase(user)
        user.delete()
    log.info("person_erased", person=number)
