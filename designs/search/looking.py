"""How many designs a text finds, and which parts it has: for who asks that of many texts at once."""

from collections.abc import Sequence
from typing import NamedTuple

from designs.index.state import State
from designs.models import Status
from designs.search.query import SMALL, Part, Reading
from designs.search.ranking import Ranking
from designs.vocabulary import Entry, Vocabulary


class Looked(NamedTuple):
    """As `search.look_for` finds it, without an order."""

    parts: list[Part]
    members: int  # with every word


class Looking:
    """Among what is shown. What was looked for is kept as long as this is."""

    def __init__(self, state: State, known: Vocabulary) -> None:
        self.state, self.known, self.words = state, known, state.all_words
        self.active = state.having("status", Status.ACTIVE)
        self.reading, self.ranking = Reading(state, known, self.active), Ranking(state, known)
        self.looked_for: dict[str, Looked] = {}
        self.having: dict[tuple[str, str], int] = {}

    def carrying(self, entry: Entry) -> int:
        return self.state.with_one_of(self.known.with_children(entry))

    def look(self, text: str) -> Looked:
        if text not in self.looked_for:
            parts = self.reading.parts(text)
            understood = [part for part in parts if part.how != "unknown"]
            members = self.active if 2 * len(understood) > len(parts) else 0
            for part in understood:
                members &= self.with_part(part)
            self.looked_for[text] = Looked(parts, members)
        return self.looked_for[text]

    def with_part(self, part: Part) -> int:
        key = part.text, part.how
        if key not in self.having:
            self.having[key] = self.ranking.asked(part, self.active).found
        return self.having[key]

    def found(self, words: Sequence[str]) -> int:
        """Designs with every one of these words; small ones alone say nothing yet."""
        return self.look(" ".join(words)).members if {*words} - SMALL else self.active

    def said(self, words: Sequence[str]) -> list[Entry]:
        return [entry for part in self.look(" ".join(words)).parts for entry in part.entries]
