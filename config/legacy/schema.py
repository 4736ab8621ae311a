"""What the older backend kept."""

import sqlite3

TABLES = {
    "users": ("id", "username", "password_hash", "is_admin", "is_approved", "created_at", "updated_at"),
    "designs": (
        *("id", "title", "description", "short_description", "long_description", "r2_object_key"),
        *("category", "style", "colour", "fabric", "occasion", "size_available", "price_range", "tags"),
        *("featured", "status", "view_count", "like_count", "designer_name", "collection_name", "season"),
        *("created_at", "updated_at"),
    ),
    "user_favorites": ("user_id", "design_id", "created_at"),
    "app_settings": ("key", "value", "description"),
}
# By these a list of rows is known that nobody named.
SIGNS = {
    "users": {"username", "password_hash"},
    "designs": {"title", "r2_object_key"},
    "user_favorites": {"user_id", "design_id"},
    "app_settings": {"key", "value"},
}
LONGEST = 64 * 2**20  # of a statement or a row


class UnfitError(Exception):
    """Nothing can be brought from there: one sentence for whoever runs it."""


def is_of_the_disk(error: sqlite3.Error) -> bool:
    """It is full, or fails: nothing is wrong with what was read."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def spoken(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
