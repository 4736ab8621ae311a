"""Old and new, field by field, as short as they can be read."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

LONGEST = 200
Changes = dict[str, list[Any]]


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changes:
    """Field -> [old, new] of what is not the same."""
    names = dict.fromkeys([*old, *new])
    return {name: short(old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


def gone(old: Mapping[str, Any]) -> Changes:
    """What was there, when all of it went."""
    return {name: short(value, None) for name, value in old.items() if value not in (None, "", [], {})}


def short(old: Any, new: Any) -> list[Any]:
    if isinstance(old, list) and isinstance(new, list) and is_long(old, new) and set(old) != set(new):
        old, new = [one for one in old if one not in new], [one for one in new if one not in old]
    return [said(old, start_of_difference(old, new)), said(new, start_of_difference(old, new))]


def is_long(*lists: list[Any]) -> bool:
    return any(len(", ".join(map(str, one))) > LONGEST for one in lists)


def start_of_difference(old: Any, new: Any) -> int:
    """Of two long texts that begin alike, the reader wants the place where they part."""
    if not (isinstance(old, str) and isinstance(new, str)) or max(len(old), len(new)) <= LONGEST:
        return 0
    alike = next((place for place, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), None)
    same = min(len(old), len(new)) if alike is None else alike
    return max(0, same - LONGEST // 4)


def said(value: Any, start: int = 0) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list):
        return cut(", ".join(map(str, value))) if is_long(value) else [said(one) for one in value]
    return cut(str(value), start)


def cut(text: str, start: int = 0) -> str:
    text = f"…{text[start:]}" if start else text
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
