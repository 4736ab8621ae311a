"""What staff do with people, at the API and at the desk: the verb, and who may not use it on whom."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.contrib.auth.models import Group
from django.db import transaction
from structlog import get_logger

from accounts import erasure
from accounts.models import ForbiddenMoveError, User
from accounts.permissions import GROUPS, MANAGERS
from config.api.errors import Refusal
from config.audit import trail

log = get_logger(__name__)

PAST = {"approve": "approved", "reject": "rejected", "block": "blocked", "reopen": "reopened"}
LAST_MANAGER = "This is the last manager. Name another one first."
ONLY_APPROVED = "Only people who are approved can have roles."
GONE = "This person was deleted just now."


def refuse_unfitting(staff: User, person: User) -> None:
    if person.pk == staff.pk:
        raise Refusal("conflict", "Nobody decides on themselves.")
    if person.is_superuser and not staff.is_superuser:
        raise Refusal("admin_required", "Only a superuser may decide on a superuser.")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Whoever ends a manager waits here for the others. Entered before any person is changed: else two could wait for
    each other."""
    with transaction.atomic():
        Group.objects.select_for_update(no_key=True).filter(name=MANAGERS).first()
        yield


@contextmanager
def still_there() -> Iterator[None]:
    """Somebody else may have deleted the person since the page was opened."""
    try:
        yield
    except User.DoesNotExist:
        raise Refusal("not_found", GONE) from None


def keep_a_manager(person: User) -> None:
    """Within `one_at_a_time`: the answer must still hold when it is used."""
    if person.is_last_manager():
        raise Refusal("conflict", LAST_MANAGER)


def decide(person: User, verb: str, *, by: User, reason: str = "") -> bool:
    """Whether it changed anything; a refusal when it must not."""
    refuse_unfitting(by, person)
    if verb == "approve":
        return move(person, verb, by=by, reason=reason)
    with one_at_a_time():
        keep_a_manager(person)
        return move(person, verb, by=by, reason=reason)


def move(person: User, verb: str, *, by: User, reason: str) -> bool:
    try:
        with still_there():
            return bool(getattr(person, verb)(by=by, reason=reason))
    except ForbiddenMoveError as error:
        raise Refusal("conflict", str(error)) from None


def erase(person: User) -> None:
    with one_at_a_time():
        keep_a_manager(person)
        erasure.erase(person)


def change_roles(person: User, *, give: Iterable[str] = (), take: Iterable[str] = (), by: User | None = None) -> bool:
    """Whether it changed anything; a refusal when it must not. Without `by`: somebody with a shell on the server."""
    if by:
        refuse_unfitting(by, person)
    with one_at_a_time(), still_there():
        person.refresh_from_db()
        had = set(person.roles)
        roles = had.union(give).difference(take)
        refuse_roles(person, gained=roles - had, lost=had - roles)
        changed = person.hold(roles)
        if changed:
            write_down(person, had, by)
    return changed


def set_role(person: User, role: str, *, yes: bool, by: User | None = None) -> bool:
    return change_roles(person, give={role} if yes else (), take=() if yes else {role}, by=by)


def refuse_roles(person: User, *, gained: set[str], lost: set[str]) -> None:
    if gained and not person.is_approved:
        raise Refusal("conflict", ONLY_APPROVED)
    if MANAGERS in lost:
        keep_a_manager(person)


def write_down(person: User, had: set[str], by: User | None) -> None:
    log.info("roles_changed", person=person.pk, roles=person.roles, by=by and by.pk)
    trail.record("person.roles_changed", on=person, by=by, changes={"roles": (in_order(had), person.roles)})


def in_order(roles: Iterable[str]) -> list[str]:
    return [role for role in GROUPS if role in roles]
