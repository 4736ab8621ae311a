"""How texts are compared: without case, without needless spaces, without what cannot be seen; and word by word."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

BETWEEN_WORDS = str.maketrans("-_", "  ")
# Joiners of Indian scripts and marks of copied text: some keyboards set them, some do not.
UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
APOSTROPHES = dict.fromkeys(map(ord, "'\u2019\u02bc`"))
# Letters, digits, and the marks that Indian scripts and Urdu set on them.
WORD = re.compile(r"[^\W_\u0300-\u036f]+(?:[\u064b-\u065f\u0670\u0900-\u0903\u093a-\u0963\u0981-\u0d7f]+[^\W_]*)*")
ASCII_WORD = re.compile("[a-z0-9]+")
ACCENTS = re.compile(r"[\u0300-\u036f]")
SHORTEST_PLURAL = 4


def folded(text: str) -> str:
    if text.isascii():
        return " ".join(text.split()).lower()
    composed = unicodedata.normalize("NFC", text.translate(UNSEEN)).casefold()
    return " ".join(unicodedata.normalize("NFC", composed).split())


def spelled(text: str) -> str:
    """For names of terms, where `all-season`, `All Season` and `all_season` are one."""
    return folded(text.translate(BETWEEN_WORDS))


def words_of(text: str) -> list[str]:
    """As they are written, without case and accents; `men's` is `mens`."""
    if text.isascii():
        return ASCII_WORD.findall(text.lower().replace("'", "").replace("`", ""))
    plain = unicodedata.normalize("NFD", folded(text).translate(APOSTROPHES))
    return WORD.findall(unicodedata.normalize("NFC", ACCENTS.sub("", plain)))


@lru_cache(maxsize=100_000)
def singular(word: str) -> str:
    """Of a word in Latin letters that looks like a plural: `blouses`, `dresses`, `juttis`; others stay."""
    if len(word) < SHORTEST_PLURAL or word[-1] != "s" or word[-2] in "su" or not word.isascii():
        return word
    return word[:-2] if word.endswith(("sses", "ches", "shes", "xes")) else word[:-1]


def stems(text: str) -> Iterator[str]:
    """What is compared when designs are searched."""
    return map(singular, words_of(text))
