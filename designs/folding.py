"""How texts are compared: without case, without needless spaces, without what cannot be seen."""

import unicodedata

BETWEEN_WORDS = str.maketrans("-_", "  ")
# Joiners of Indian scripts and marks of copied text: some keyboards set them, some do not.
UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


def folded(text: str) -> str:
    if text.isascii():
        return " ".join(text.split()).lower()
    composed = unicodedata.normalize("NFC", text.translate(UNSEEN)).casefold()
    return " ".join(unicodedata.normalize("NFC", composed).split())


def spelled(text: str) -> str:
    """For names of terms, where `all-season`, `All Season` and `all_season` are one."""
    return folded(text.translate(BETWEEN_WORDS))
