"""The groups a new gallery starts with."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from accounts.permissions import BEHIND, GROUPS


def ensure_groups(**_: Any) -> None:
    """After every migration: what is new comes to its groups. What staff changed since stays."""
    missing = [right for right in BEHIND if not behind([right]).exists()]
    for label in {right.split(".")[0] for right in BEHIND.values()}:
        create_permissions(apps.get_app_config(label), verbosity=0)  # those of apps above come later than this signal
    for name, rights in GROUPS.items():
        group, created = Group.objects.get_or_create(name=name)
        group.permissions.add(*behind([right for right in rights if created or right in missing]))


def behind(rights: Iterable[str]) -> Any:
    named = [BEHIND[right].split(".") for right in rights]
    asked: list[Any] = [Q(content_type__app_label=label, codename=code) for label, code in named]
    return Permission.objects.filter(Q.create(asked, Q.OR)) if asked else Permission.objects.none()
