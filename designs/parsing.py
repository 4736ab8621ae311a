"""What shops write about prices and sizes, as numbers and lists. What is not understood stays a text only."""

import re

MINOR = 100  # paise in a rupee
HIGHEST = 10**13
NUMBER = re.compile(
    r"(?<!\d)(?<!\d\.)(\d[\d,]*(?:\.\d+)?)(?![\d.]|\s*%)\s*(k|thousand|l|lac|lacs|lakh|lakhs|cr|crore|crores)?\b",
    re.IGNORECASE,
)
TIMES = {"k": 10**3, "thousand": 10**3, "l": 10**5, "lac": 10**5, "lakh": 10**5, "cr": 10**7, "crore": 10**7}
BELOW_NOTHING = re.compile("\\s*[-\u2212]")
UP_TO = re.compile(r"\b(under|below|upto|up to|less than|max)\b|^\s*<", re.IGNORECASE)
FROM = re.compile(r"\b(above|over|from|more than|starting|starts|min|onwards)\b|\+\s*$|^\s*>", re.IGNORECASE)

LETTERS = ["XXS", "XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL", "5XL", "6XL"]
SAME = {"XXXL": "3XL", "2XL": "XXL", "XXXXL": "4XL", "SMALL": "S", "MEDIUM": "M", "LARGE": "L"}
FREE = re.compile(r"^(free ?size|one ?size|fs|os)$", re.IGNORECASE)
RANGE = re.compile(r"^(\S+?)\s*(?:-|\u2013|\u2014|to)\s*(\S+)$", re.IGNORECASE)
BETWEEN = re.compile(r"[,/;|]|\band\b|&", re.IGNORECASE)
MOST_SIZES = 30


def prices(text: str) -> tuple[int | None, int | None]:
    """In minor units: `₹5,000 - 10k` is (500000, 1000000), `under 2000` is (None, 200000)."""
    found = [(number.replace(",", ""), (unit or "").lower().rstrip("s")) for number, unit in NUMBER.findall(text)]
    if not found or len(found) > 2 or BELOW_NOTHING.match(text):  # noqa: PLR2004 - a range has two ends
        return None, None
    last, unit = found[-1]
    amounts = sorted(amount(number, own or (unit if float(number) < float(last) else "")) for number, own in found)
    if amounts[-1] > HIGHEST:
        return None, None
    if len(amounts) == 1 and UP_TO.search(text):
        return None, amounts[0]
    if len(amounts) == 1 and FROM.search(text):
        return amounts[0], None
    return amounts[0], amounts[-1]


def amount(number: str, unit: str) -> int:
    """`1 - 2 lakh` means lakhs both times; `500 - 1k` does not."""
    return round(float(number) * TIMES.get(unit, 1) * MINOR)


def sizes(text: str) -> list[str]:
    """`S-XL, Free Size` is S, M, L, XL, Free Size."""
    found: list[str] = []
    for part in BETWEEN.split(text):
        found += [size for size in spread(part.strip()) if size not in found]
    return found[:MOST_SIZES]


def spread(part: str) -> list[str]:
    ends = RANGE.match(part)
    if not ends:
        return [one_size(part)] if part else []
    first, last = one_size(ends[1]), one_size(ends[2])
    if first in LETTERS and last in LETTERS:
        return LETTERS[LETTERS.index(first) : LETTERS.index(last) + 1] or [first, last]
    if first.isdecimal() and last.isdecimal() and 0 < int(last) - int(first) <= 40:  # noqa: PLR2004
        return [str(size) for size in range(int(first), int(last) + 1, 2)]
    return [part]


def one_size(text: str) -> str:
    if FREE.match(text):
        return "Free Size"
    upper = text.upper().replace(" ", "")
    return SAME.get(upper, upper if upper in LETTERS else text)[:30]
