"""How a search text is understood: the longest phrases that the vocabulary knows, in any script; then what sounds like
one of them; then the words as they are written.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from designs import vocabulary
from designs.folding import folded, spelled
from designs.vocabulary import Entry, Vocabulary

LONGEST_PHRASE = 4
MOST_WORDS = 30
# Letters, digits, and the marks that Indian scripts and Urdu set on them.
WORD = re.compile(r"[\w\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0d7f]+")
SMALL = frozenset("a an and by for from in is my of on or the to what wear which with ka ke ki ko mein aur".split())


class Part(NamedTuple):
    text: str
    how: str  # name, synonym, spelling or text
    entries: tuple[Entry, ...] = ()

    @property
    def words(self) -> list[str]:
        return self.text.split()

    @property
    def meant(self) -> str:
        return ", ".join(dict.fromkeys(entry.name for entry in self.entries)) or self.text


def parts(text: str) -> list[Part]:
    """Small words count only where there is nothing else, or inside of a phrase."""
    words, known = WORD.findall(folded(text))[:MOST_WORDS], vocabulary.current()
    found, at = [], 0
    while at < len(words):
        part = longest(words[at : at + LONGEST_PHRASE], known)
        found.append(part)
        at += len(part.words)
    return [part for part in found if part.text not in SMALL] or found


def longest(words: Sequence[str], known: Vocabulary) -> Part:
    phrases = [" ".join(words[:size]) for size in range(len(words), 0, -1)]
    for phrase in phrases:
        if phrase not in SMALL and (entries := known.meanings(phrase)):
            is_name = any(spelled(phrase) in {spelled(entry.name), spelled(entry.slug)} for entry in entries)
            return Part(phrase, "name" if is_name else "synonym", entries)
    for phrase in phrases:
        if phrase not in SMALL and (entries := known.soundings(phrase)):
            return Part(phrase, "spelling", entries)
    return Part(words[0], "text")
