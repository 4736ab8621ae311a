"""Decisions as staff make them, at the API and at the desk: the verb, and who may not use it on whom."""

from accounts.models import ForbiddenMoveError, User
from config.api.errors import Refusal

PAST = {"approve": "approved", "reject": "rejected", "block": "blocked", "reopen": "reopened"}
LAST_MANAGER = "This is the last manager. Name another one first."


def refuse_unfitting(staff: User, person: User) -> None:
    if person.pk == staff.pk:
        raise Refusal("conflict", "Nobody decides on themselves.")
    if person.is_superuser and not staff.is_superuser:
        raise Refusal("admin_required", "Only a superuser may decide on a superuser.")


def keep_a_manager(person: User) -> None:
    if person.is_last_manager():
        raise Refusal("conflict", LAST_MANAGER)


def decide(person: User, verb: str, *, by: User, reason: str = "") -> bool:
    """Whether it changed anything; a refusal when it must not."""
    refuse_unfitting(by, person)
    if verb != "approve":
        keep_a_manager(person)
    try:
        return bool(getattr(person, verb)(by=by, reason=reason))
    except ForbiddenMoveError as error:
        raise Refusal("conflict", str(error)) from None
