"""Single values, whatever SQLite let into their columns."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

YES = {"1", "true", "yes", "y", "t", "on"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECONDS_FROM = 10**11  # seconds would be the year 5138
HIGHEST_ID = 2**53  # as the API takes them
WHOLE = re.compile(r"[+-]?\d{1,18}(?:\.0*)?")
SURROGATE = re.compile("[\ud800-\udfff]")


def text(value: Any) -> str:
    """Without NUL, which no database but SQLite keeps."""
    if type(value) is str and value.isascii() and "\0" not in value:  # as nearly all are
        return value
    if value is None:
        return ""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return SURROGATE.sub("\ufffd", str(value)).replace("\0", "")


def whole(value: Any) -> int | None:
    if type(value) is int:  # as nearly all are
        return value
    said = text(value).strip()
    return int(said.partition(".")[0]) if WHOLE.fullmatch(said) else None


def number(value: Any) -> int | None:
    """An id."""
    found = whole(value)
    return found if found is not None and 0 < found < HIGHEST_ID else None


def flag(value: Any) -> bool:
    return text(value).strip().lower().removesuffix(".0") in YES


def moment(value: Any) -> datetime | None:
    """As SQLite writes it, as ISO 8601, or as seconds or milliseconds since 1970; UTC when nothing else is said."""
    said = text(value).strip()
    try:
        if WHOLE.fullmatch(said) or isinstance(value, float):
            since = float(said)
            return EPOCH + timedelta(seconds=since / 1000 if abs(since) >= MILLISECONDS_FROM else since)
        found = datetime.fromisoformat(said)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
