"""How likely one word is another one, mistyped on a phone: Damerau's distance, where likely slips cost less."""

from functools import lru_cache

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
VOWELS = frozenset("aeiouy")
SWAPPED, BESIDE, VOWEL_FOR_VOWEL, DOUBLED, UNSPOKEN, ANY = 0.8, 0.7, 0.7, 0.5, 0.8, 1.0
IN_FIRST_LETTER = 0.3  # more: people look at it
SHORT, LONG = 5, 7  # letters
FORGIVEN = (1.0, 1.5, 2.0)  # in words shorter than `SHORT`, than `LONG`, and in others


def neighbours() -> frozenset[tuple[str, str]]:
    places = {letter: (row, at + row / 2) for row, letters in enumerate(ROWS) for at, letter in enumerate(letters)}
    return frozenset(
        (one, other)
        for one, (row, at) in places.items()
        for other, (other_row, other_at) in places.items()
        if one != other and abs(row - other_row) <= 1 and abs(at - other_at) <= 1
    )


NEIGHBOURS = neighbours()


def forgiven(typed: str, meant: str) -> float:
    letters = min(len(typed), len(meant))
    return FORGIVEN[(letters >= SHORT) + (letters >= LONG)]


@lru_cache(maxsize=20_000)
def cost(typed: str, meant: str) -> float:
    before, row = [0.0] * (len(meant) + 1), [0.0]
    for at, letter in enumerate(meant):
        row.append(row[-1] + left_out(meant, at, letter))
    for at, letter in enumerate(typed):
        two_before, before, row = before, row, [row[0] + left_out(typed, at, letter)]
        for to, wanted in enumerate(meant):
            best = min(
                before[to] + replaced(letter, wanted, first=not (at and to)),
                before[to + 1] + left_out(typed, at, letter),
                row[to] + left_out(meant, to, wanted),
            )
            if at and to and letter == meant[to - 1] and wanted == typed[at - 1]:
                best = min(best, two_before[to - 1] + SWAPPED)
            row.append(best)
    return row[-1]


def replaced(letter: str, wanted: str, *, first: bool) -> float:
    if letter == wanted:
        return 0.0
    more = IN_FIRST_LETTER if first else 0.0
    if (letter, wanted) in NEIGHBOURS:
        return BESIDE + more
    return (VOWEL_FOR_VOWEL if {letter, wanted} <= VOWELS else ANY) + more


def left_out(word: str, at: int, letter: str) -> float:
    """A letter too many or too few."""
    if at and letter == word[at - 1]:
        return DOUBLED
    return (UNSPOKEN if letter in VOWELS or letter == "h" else ANY) + (0.0 if at else IN_FIRST_LETTER)
