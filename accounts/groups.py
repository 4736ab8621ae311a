"""The groups a new gallery starts with."""

from typing import Any

from django.contrib.auth.models import Group, Permission

from accounts.permissions import BEHIND, GROUPS


def ensure_groups(**_: Any) -> None:
    """After every migration: make the groups that are missing, with their rights. What staff changed since stays."""
    for name, rights in GROUPS.items():
        group, created = Group.objects.get_or_create(name=name)
        if created:
            codes = [BEHIND[right].split(".")[1] for right in rights]
            group.permissions.set(Permission.objects.filter(content_type__app_label="accounts", codename__in=codes))
