"""Where a picture and its variants are found. String work: no query, no network."""

from typing import Any

from uploads import variants
from uploads.storage import pictures

THUMBNAIL = 640


def of_picture(key: str, width: int, height: int, edition: int) -> tuple[str, list[dict[str, Any]]]:
    """Its own, and its variants as the contract shows them, smallest first."""
    widths = variants.widths_of(width) if edition else []
    whole, *urls = pictures().links([key, *(variants.variant_key(key, narrower, edition) for narrower in widths)])
    return whole, [
        {"width": narrower, "height": max(1, round(height * narrower / width)), "url": url, "format": "webp"}
        for narrower, url in zip(widths, urls, strict=True)
    ]


def thumbnail(urls: list[dict[str, Any]], whole: str) -> str:
    """The smallest that is sharp on a card of two columns; a small picture is its own thumbnail."""
    return next((entry["url"] for entry in urls if entry["width"] >= THUMBNAIL), whole)
