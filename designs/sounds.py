"""How a word of Indian wear sounds, whoever writes it: `lehnga`, `lahenga` and `लहंगा` are one key.

Another script becomes Latin; aspirates lose their h; letters that stand for one sound become one; doubled letters, a
plural's s, a silent h and a final e go; vowels are three. Of a word with three consonants or more only the first and
the last vowel stay, and of the first only whether it is round: what lies between is written at will.
"""

import re
from functools import lru_cache

# The blocks of Indian scripts lie in one order, 128 apart: one table serves them all.
FIRST, LAST, BLOCK = 0x0900, 0x0D7F, 0x80
CONSONANTS = dict(
    enumerate("k kh g gh n ch chh j jh n t th d dh n t th d dh n n p ph b bh m y r r l l l v sh sh s h".split(), 0x15)
) | dict(enumerate("k kh g z r rh f y".split(), 0x58))
VOWELS = dict(enumerate("a a i i u u r l e e e ai o o o au".split(), 0x05))
SIGNS = dict(enumerate("a i i u u r r e e e ai o o o au".split(), 0x3E))
DOT, SILENCER, NASALS = 0x3C, 0x4D, {0x01, 0x02, 0x70}
DOTTED = {"j": "z", "d": "r", "dh": "r", "ph": "f"}
SOUTHERN = 0x0B00  # from Odia on a last consonant keeps its a
TAMIL_S = "\u0b9a"  # at the beginning of a word; elsewhere a ch
URDU = dict(
    zip(
        "اآبپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیئےةهيك",
        "a a b p t t s j ch h kh d d z r r z z s sh s z t z a g f k k g l m n n v h h - i i e h h i k".split(),
        strict=True,
    )
)

LONG = (("ee", "i"), ("oo", "u"), ("aa", "a"), ("ou", "u"), ("ay", "ai"), ("ey", "e"), ("aw", "au"))
ONE_SOUND = (  # C is ch, and S an s that makes no plural
    *(("chh", "C"), ("tch", "C"), ("ch", "C"), ("sh", "S"), ("ph", "f"), ("bh", "b"), ("dh", "d"), ("kh", "k")),
    *(("gh", "g"), ("jh", "j"), ("th", "t"), ("rh", "r"), ("ck", "k"), ("x", "ks"), ("q", "k")),
    *(("ce", "Se"), ("ci", "Si"), ("cy", "Sy"), ("c", "k"), ("z", "j"), ("w", "v")),
)
CLASSES = str.maketrans({"i": "e", "y": "e", "u": "o", "S": "s"})
NO_LETTER, DOUBLED, VOWEL = re.compile("[^a-z]"), re.compile(r"(.)\1+"), re.compile("[aeo]")
SILENT_H = re.compile(r"(?<=[aeiou])h|h(?=[^aeiou]|$)")
SHORT = 3


@lru_cache(maxsize=50_000)
def key(word: str) -> str:
    """Of one word. Empty when nothing of it can be spoken."""
    sound = NO_LETTER.sub("", shortened(word).lower())
    for written, one in ONE_SOUND:
        sound = sound.replace(written, one)
    sound = DOUBLED.sub(r"\1", sound)
    if len(sound) > SHORT:
        sound = sound.removesuffix("s")
    sound = SILENT_H.sub("", sound)
    if len(sound) > SHORT:
        sound = sound.removesuffix("e")
    return squeezed(DOUBLED.sub(r"\1", sound.translate(CLASSES)))


def squeezed(sound: str) -> str:
    consonants, vowel = VOWEL.sub("", sound), VOWEL.search(sound)
    if len(consonants) < SHORT or not vowel:
        return sound
    first = vowel[0].replace("e", "a")
    end = sound[-1] if VOWEL.match(sound[-1]) else ""
    start = first + consonants[0] if vowel.start() == 0 else consonants[0] + first
    return start + consonants[1:] + end


@lru_cache(maxsize=50_000)
def shortened(word: str) -> str:
    """In Latin letters, where one vowel is one letter: `koorti` is `kurti`."""
    sound = romanised(word)
    for written, one in LONG:
        sound = sound.replace(written, one)
    return sound


def romanised(word: str) -> str:
    """A consonant carries an a, unless a vowel or a silencer follows, or the word of a northern script ends."""
    if word.isascii():
        return word
    out: list[str] = []
    is_open = False
    for letter in word:
        place = (ord(letter) - FIRST) % BLOCK if FIRST <= ord(letter) <= LAST else -1
        if place == DOT and out:
            out[-1] = DOTTED.get(out[-1], out[-1])
        elif place in SIGNS or place == SILENCER:
            out.append(SIGNS.get(place, ""))
            is_open = False
        else:
            out += ["a"] * is_open + [spoken(letter, place)]
            is_open = place in CONSONANTS
    out += ["a"] * (is_open and SOUTHERN <= ord(word[-1]) <= LAST)
    return "s" + "".join(out[1:]) if word.startswith(TAMIL_S) else "".join(out)


def spoken(letter: str, place: int) -> str:
    if place < 0:
        return URDU.get(letter, letter)
    return CONSONANTS.get(place) or VOWELS.get(place) or ("n" if place in NASALS else "")
