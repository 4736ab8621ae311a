"""Who may. Deny by default: a door is for approved people unless it says otherwise in these words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

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


def rights() -> list[Prefetch[Any]]:
    """All that says what somebody may: three queries, for one person and for a hundred."""
    permissions = Permission.objects.select_related("content_type")
    return [Prefetch(name, permissions) for name in ("groups__permissions", "user_permissions")]


def held_by(user: User) -> list[str]:
    """In the contract's words. A list fetches `rights` for all its rows at once; for one person it is done here."""
    if user.is_superuser or not user.may_enter():
        return list(BEHIND) if user.may_enter() else []
    prefetch_related_objects([user], *rights())
    granted = [
        *user.user_permissions.all(),
        *(right for group in user.groups.all() for right in group.permissions.all()),
    ]
    held = {f"{right.content_type.app_label}.{right.codename}" for right in granted}
    return [name for name, behind in BEHIND.items() if behind in held]


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
