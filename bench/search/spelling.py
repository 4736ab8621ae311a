"""How people misspell: slips of a finger on a phone, and words written as they sound."""

import random
from collections.abc import Iterator

KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SHORTEST, LONG = 5, 8
TWICE = 0.4  # of the long words get two slips

# As people transliterate: vowels and some consonants either way, the rest only as it stands here.
EITHER_WAY = (("aa", "a"), ("ee", "i"), ("oo", "u"), ("w", "v"), ("sh", "s"), ("z", "j"), ("ph", "f"))
ONE_WAY = (
    *(("ck", "k"), ("q", "k"), ("kh", "k"), ("th", "t"), ("dh", "d"), ("gh", "g"), ("bh", "b"), ("ch", "chh")),
    *(("t", "th"), ("d", "dh"), ("k", "q"), ("ya", "ia"), ("ai", "ei"), ("ei", "ai"), ("c", "k")),
)
DOUBLED = "dlmnprt"
# Long and short vowels, and nasals by dot, moon or letter, in Devanagari, Gujarati and Bengali.
SCRIPT_EITHER_WAY = (("ी", "ि"), ("ू", "ु"), ("ं", "ँ"), ("ी", "ि"), ("ી", "િ"), ("ૂ", "ુ"), ("ী", "ি"), ("ূ", "ু"))
# Dotted letters without their dot, sounds that a dialect does not part, a consonant that should be written twice.
SCRIPT_ONE_WAY = (
    *(("ड़", "ड"), ("ज़", "ज"), ("फ़", "फ"), ("श", "स"), ("ट्ट", "ट"), ("र्त", "रत"), ("शे", "शै")),
    *(("ળ", "લ"), ("ણ", "ન"), ("શ", "સ"), ("ટ્ટ", "ટ"), ("ર્ત", "રત"), ("ેં", "ે")),
    *(("ড়", "র"), ("শ", "স"), ("ণ", "ন"), ("র্ত", "রত")),
)


# --- Slips ------------------------------------------------------------------------------------------------------
def slipped(chance: random.Random, query: str) -> str:
    """In one of its longer words; in a long one sometimes twice."""
    words = query.split()
    places = [place for place, word in enumerate(words) if len(word) >= SHORTEST and word.isascii()]
    place = chance.choice(places)
    word = words[place]
    times = 2 if len(word) >= LONG and chance.random() < TWICE else 1
    while words[place] == word:
        for _ in range(times):
            words[place] = slip(chance, words[place])
    return " ".join(words)


def slip(chance: random.Random, word: str) -> str:
    """The first letter stays right, mostly: it is looked at."""
    at = chance.randrange(0 if chance.random() < 0.1 else 1, len(word) - 1)  # noqa: PLR2004
    how = chance.choice(("transpose", "drop", "double", "neighbour"))
    if how == "transpose":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if how == "drop":
        return word[:at] + word[at + 1 :]
    if how == "double":
        return word[: at + 1] + word[at:]
    return word[:at] + chance.choice(neighbours(word[at])) + word[at + 1 :]


def neighbours(letter: str) -> str:
    for number, row in enumerate(KEYS):
        if (at := row.find(letter)) >= 0:
            around = row[max(0, at - 1) : at + 2]
            below = KEYS[number + 1][max(0, at - 1) : at + 1] if number + 1 < len(KEYS) else ""
            return (around + below).replace(letter, "")
    return "a"  # a hyphen


# --- As it sounds -----------------------------------------------------------------------------------------------
def written_otherwise(word: str) -> Iterator[str]:
    """One change each, without the word itself."""
    latin = word.isascii()
    either, one_way = (EITHER_WAY, ONE_WAY) if latin else (SCRIPT_EITHER_WAY, SCRIPT_ONE_WAY)
    for one, other in (*either, *((other, one) for one, other in either), *one_way):
        yield from replaced(word, one, other)
    if latin:
        for letter in DOUBLED:
            yield from (word[0] + rest for rest in replaced(word[1:], letter, letter * 2))
            yield from replaced(word, letter * 2, letter)


def replaced(word: str, one: str, other: str) -> Iterator[str]:
    at = word.find(one)
    while at >= 0:
        fits = not (one in other and other in word[max(0, at - 1) : at + 2])  # aa does not become aaa
        if fits:
            yield word[:at] + other + word[at + len(one) :]
        at = word.find(one, at + 1)
