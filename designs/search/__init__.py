"""The place of search: what a text means for the list. How it is ranked moves in later; today the newest come first."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from designs import vocabulary
from designs.models import DesignTerm
from designs.search.query import Part, parts


def found(designs: Any, text: str) -> Any:
    """Each part: a term or one below it, or the words in the title or in the name of the maker or the collection."""
    asked = parts(text)
    for part in asked:
        designs = designs.filter(carried(part) | written(part, "title", "designer_name", "collection_name"))
    return designs if asked else designs.none()


def carried(part: Part) -> Any:
    words = vocabulary.current()
    terms = {number for entry in part.entries for number in words.with_children(entry)}
    return Exists(DesignTerm.objects.filter(design=OuterRef("pk"), term__in=terms)) if terms else Q(pk__in=[])


def written(part: Part, *columns: str) -> Q:
    """All its words in one of these columns."""
    found = Q(pk__in=[])
    for column in columns:
        whole = Q()
        for word in part.words:
            whole &= Q(**{f"{column}__icontains": word})
        found |= whole
    return found


def understood(text: str) -> dict[str, Any] | None:
    words = [{"word": part.text, "as": part.meant, "how": part.how} for part in parts(text)]
    return {"text": text, "words": words} if text else None
