"""Who may. Deny by default: a door is for approved people unless it says otherwise in these words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from config.api.errors import Refusal

if TYPE_CHECKING:  # DRF imports this module while its views are half loaded
    from rest_framework.views import APIView

# The contract's words -> the Django permission behind each.
BEHIND = {
    "people.decide": "accounts.decide_people",
    "people.manage": "accounts.manage_people",
    "stats.read": "accounts.read_stats",
    "settings.edit": "accounts.edit_settings",
}


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
