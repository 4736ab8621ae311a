"""The place of search: what a text means for the list. Its understanding moves in later; today it is plain."""

from typing import Any

from django.db.models import Q


def found(designs: Any, text: str) -> Any:
    """Every word somewhere in the title or the maker's name."""
    for word in text.split():
        designs = designs.filter(Q(title__icontains=word) | Q(designer_name__icontains=word))
    return designs


def understood(text: str) -> dict[str, Any] | None:
    words = [{"word": word, "as": word, "how": "written"} for word in text.split()]
    return {"text": text, "words": words} if text else None
