"""Links to pictures, as the gallery builds them. Both rivals share this."""

import os
from typing import Any
from urllib.parse import quote

BASE = f"{os.environ.get('PUBLIC_URL', '')}/pictures/"
WIDTHS = (320, 640, 1280)
THUMBNAIL = 640


def link(key: str) -> str:
    return BASE + quote(key, safe="/~")


def variants(key: str, width: int, height: int, edition: int) -> list[dict[str, Any]]:
    return [
        {
            "width": size,
            "height": max(1, round(height * size / width)),
            "url": link(f"variants/{edition}/{size}/{key}.webp"),
            "format": "webp",
        }
        for size in WIDTHS
        if edition and size < width
    ]


def thumbnail(key: str, made: list[dict[str, Any]]) -> str:
    return next((str(one["url"]) for one in made if one["width"] >= THUMBNAIL), "") or link(key)
