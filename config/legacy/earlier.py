"""What the last import brought, kept in the trail.

What is missing of it was deleted here since: it does not come back.
"""

from datetime import datetime
from typing import NamedTuple

from config.audit.models import Entry

WHAT, KIND = "legacy.imported", "legacy.gallery"


class Brought(NamedTuple):
    """Up to where: the highest ids, the newest heart; and the settings as they stood there."""

    users: int = 0
    designs: int = 0
    hearts: datetime | None = None
    settings: dict[str, str] = {}


def last() -> Brought:
    entry = Entry.objects.filter(what=WHAT, kind=KIND).order_by("-pk").first()
    if entry is None:
        return Brought()
    new = {name: pair[1] for name, pair in entry.changes.items()}
    hearts = datetime.fromisoformat(new["hearts"]) if new["hearts"] else None
    return Brought(new["users"], new["designs"], hearts, new["settings"])


def remember(before: Brought, now: Brought, file: str) -> None:
    old, new = plain(before), plain(now)
    changes = {name: [old[name], new[name]] for name in new}
    Entry.objects.create(what=WHAT, kind=KIND, key="", name=file[:200], changes=changes)


def plain(brought: Brought) -> dict[str, object]:
    facts = brought._asdict()
    return {**facts, "hearts": brought.hearts.isoformat() if brought.hearts else None}
