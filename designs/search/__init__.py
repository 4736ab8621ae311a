"""What people type, understood and answered: see docs/search.md."""

from typing import Any, NamedTuple

from designs.index.state import State
from designs.search.query import Part, Reading
from designs.search.ranking import NOTHING, Hits, Ranking
from designs.vocabulary import Vocabulary


class Search(NamedTuple):
    text: str
    parts: list[Part]
    hits: Hits

    def shown(self) -> dict[str, Any]:
        """For the person who asked."""
        unknown = [part.text for part in self.parts if part.how == "unknown"]
        return {
            "text": self.text,
            "words": [{"word": part.text, "as": part.meant, "how": part.how} for part in self.parts],
            "not_understood": unknown,
            "did_you_mean": self.meant(),
            "with_every_word": self.hits.with_every_part.bit_count(),
        }

    def meant(self) -> str | None:
        """The text without its slips; None when it has none, or when nothing is known of it."""
        if not self.hits.members or not any(part.is_mended for part in self.parts):
            return None
        return " ".join(part.corrected for part in self.parts)


NOTHING_SOUGHT = Search("", [], NOTHING)


def look_for(text: str, among: int, state: State, known: Vocabulary) -> Search:
    """Among these designs. Where half of the words or more mean nothing, nothing is found."""
    parts = Reading(state, known).parts(text)
    understood = [part for part in parts if part.how != "unknown"]
    if 2 * len(understood) <= len(parts):
        return Search(text, parts, NOTHING)
    return Search(text, parts, Ranking(state, known).hits(understood, among))
