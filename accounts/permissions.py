"""Who may. Deny by default: a door is for approved people unless it says otherwise in these words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Prefetch
from django.http import HttpRequest
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from config import statements
from config.api.errors import Refusal

if TYPE_CHECKING:  # DRF imports this module while its views are half loaded
    from rest_framework.views import APIView

    from accounts.models import User

# The contract's words -> the Django permission behind each, also those of apps above.
BEHIND = {
    "people.decide": "accounts.decide_people",
    "people.manage": "accounts.manage_people",
    "designs.edit": "designs.edit_designs",
    "pictures.edit": "uploads.edit_pictures",
    "stats.read": "accounts.read_stats",
    "settings.edit": "accounts.edit_settings",
}
# Which group starts with which rights; staff may change them later.
GROUPS = {
    "Approvers": ["people.decide"],
    "Curators": ["designs.edit", "pictures.edit"],
    "Managers": list(BEHIND),
}
MANAGERS = "Managers"


class Held(NamedTuple):
    """What somebody is and what that grants, each in the order it is told everywhere."""

    roles: list[str]
    rights: list[str]  # in the contract's words


def rights() -> list[Prefetch[Any]]:
    """For a list of people: three queries, however many there are."""
    permissions = Permission.objects.select_related("content_type")
    return [Prefetch(name, permissions) for name in ("groups__permissions", "user_permissions")]


def held(user: User) -> Held:
    """From what a list fetched with `rights`; for one person by one statement."""
    return held_by(user, fetched_rows(user) if has_fetched(user, "groups", "user_permissions") else asked_rows(user))


def held_by(user: User, rows: Iterable[tuple[Any, ...]]) -> Held:
    """Of a group, what it grants, and what is granted to the person alone."""
    rows = list(rows)
    granted = {f"{label}.{code}" for _, *pairs in rows for label, code in (pairs[:2], pairs[2:])}
    granted |= set(BEHIND.values()) if user.is_superuser else set()
    may = [right for right, behind in BEHIND.items() if behind in granted] if user.may_enter() else []
    return Held(in_order(group for group, *_ in rows), may)


def roles_of(user: User) -> list[str]:
    """A list may have fetched the groups alone."""
    return in_order(group.name for group in user.groups.all()) if has_fetched(user, "groups") else user.held.roles


def in_order(names: Iterable[str | None]) -> list[str]:
    among = set(names)
    return [role for role in GROUPS if role in among]


def has_fetched(user: User, *relations: str) -> bool:
    return set(relations) <= set(getattr(user, "_prefetched_objects_cache", {}))


def fetched_rows(user: User) -> Iterable[tuple[Any, ...]]:
    for right in user.user_permissions.all():
        yield None, None, None, right.content_type.app_label, right.codename
    for group in user.groups.all():
        yield group.name, None, None, None, None
        for right in group.permissions.all():
            yield group.name, right.content_type.app_label, right.codename, None, None


def asked_rows(user: User) -> list[tuple[Any, ...]]:
    return statements.rows("rights", rights_of_one, [user.pk], keep_plan=True)


def rights_of_one(values: Sequence[Any]) -> Any:
    """Groups with what each grants, beside what is granted to the person alone."""
    ways = ("groups__permissions", "user_permissions")
    columns = [f"{way}__{name}" for way in ways for name in ("content_type__app_label", "codename")]
    return get_user_model().objects.filter(pk=values[0]).values_list("groups__name", *columns)


class Approved(BasePermission):
    """Somebody staff have let in."""

    def has_permission(self, request: Request | HttpRequest, view: APIView | None) -> bool:
        user = request.user
        if not user or not user.is_authenticated:
            raise Refusal("token_missing")
        if not user.may_enter():
            raise Refusal(f"account_{user.status}", user.reason)
        return True


def Requires(name: str) -> type[BasePermission]:  # noqa: N802 - reads as the class it makes
    """`permission_classes = [Requires("settings.edit")]`."""
    behind = BEHIND[name]

    class Holder(Approved):
        permission = name

        def has_permission(self, request: Request | HttpRequest, view: APIView | None) -> bool:
            if not super().has_permission(request, view):
                return False
            if not request.user.has_perm(behind):
                raise Refusal("admin_required")
            return True

    return Holder
