"""What people type, understood and answered: see docs/search.md."""

from typing import Any, NamedTuple

from designs.folding import words_of
from designs.index.state import State
from designs.search.query import Part, Reading, telling
from designs.search.ranking import NOTHING, Hits, Ranking
from designs.vocabulary import Vocabulary


class Search(NamedTuple):
    text: str
    parts: list[Part]
    hits: Hits
    meant: str | None = None  # the text without its slips, when it has any and something is known of it

    def shown(self) -> dict[str, Any]:
        """For the person who asked."""
        unknown = [part.text for part in self.parts if part.how == "unknown"]
        return {
            "text": self.text,
            "words": [{"word": part.text, "as": part.meant, "how": part.how} for part in self.parts],
            "not_understood": unknown,
            "did_you_mean": self.meant,
            "with_every_word": self.hits.with_every_part.bit_count(),
        }


NOTHING_SOUGHT = Search("", [], NOTHING)


def look_for(text: str, among: int, state: State, known: Vocabulary, visible: int | None = None) -> Search:
    """Among these designs, understood by all that are visible. Half of the words unknown: nothing is found."""
    read = list(Reading(state, known, among if visible is None else visible).read(text))
    parts = telling(read)
    understood = [part for part in parts if part.how != "unknown"]
    if 2 * len(understood) <= len(parts):
        return Search(text, parts, NOTHING)
    hits = Ranking(state, known).hits(understood, among)
    return Search(text, parts, hits, mended(text, read) if hits.members else None)


def mended(text: str, read: list[Part]) -> str | None:
    before = [None, *read]
    said = [part.corrected for part, phrase in zip(read, before, strict=False) if phrase_is_told(part, phrase)]
    meant = " ".join(said)
    return meant if any(part.is_mended for part in read) and meant != " ".join(words_of(text)) else None


def phrase_is_told(part: Part, phrase: Part | None) -> bool:
    """The last word of a phrase is told again where the phrase is told by its term."""
    return not part.is_repeated or bool(phrase and phrase.is_mended)
