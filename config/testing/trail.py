"""What the trail says, as tests compare it."""

from typing import Any

from config.audit.models import Entry


def told(*, besides: str = "") -> list[tuple[int | None, str, str]]:
    """Who, what, which: oldest first. `besides`: what the making of the scene wrote."""
    return list(Entry.objects.exclude(what=besides).order_by("pk").values_list("by", "what", "key"))


def changes_of(what: str) -> dict[str, list[Any]]:
    """Of the only entry of this kind."""
    return dict(Entry.objects.get(what=what).changes)
