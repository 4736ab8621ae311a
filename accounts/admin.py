from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.models import User


@admin.register(User)
class PersonAdmin(ModelAdmin):
    """Read-only until people have their desk; decisions go through verbs, never through a field."""

    list_display = ["username", "full_name", "status", "date_joined", "decided_at"]
    list_filter = ["status"]
    search_fields = ["username", "full_name", "email"]
    ordering = ["-date_joined"]
    fields = [
        "username",
        "full_name",
        "email",
        "status",
        "decided_by",
        "decided_at",
        "reason",
        "last_login",
        "date_joined",
    ]

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False
