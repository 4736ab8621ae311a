"""Sets of designs as integers: slot 5 is in the set when bit 5 is one. AND and counting run over 30 designs a step.

Numbers of designs (a price, a moment, a score) are kept as planes: plane 3 is the set of those whose number has bit 3.
"""

import re
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence

REVERSED = slice(None, None, -1)
FROM_DIGITS = bytes.maketrans(b"01", b"\x00\x01")
TO_DIGITS = bytes.maketrans(b"\x00\x01", b"01")
BYTE = range(256)
DIGIT_OF_BIT = [bytes(ord("1") if value >> bit & 1 else ord("0") for value in BYTE) for bit in range(8)]
NOT_ZERO = re.compile(rb"[^\0]")
SPARSE = 500  # slots to a member
WIDTH = 8  # bytes of a number in an `array("q")`
LOWEST_FIRST = range(WIDTH) if sys.byteorder == "little" else range(WIDTH)[REVERSED]


def set_of(slots: Iterable[int], size: int) -> int:
    found = bytearray(size // 8 + 1)
    for slot in slots:
        found[slot >> 3] |= 1 << (slot & 7)
    return int.from_bytes(found, "little")


def flags(members: int) -> bytes:
    """One byte for each slot up to the last member, 1 for a member: what `itertools.compress` takes."""
    return f"{members:b}".encode()[REVERSED].translate(FROM_DIGITS)


def from_flags(flags: bytes) -> int:
    return int(flags.translate(TO_DIGITS)[REVERSED] or b"0", 2)


def members(found: int) -> Iterator[int]:
    return few_members(found) if found.bit_count() * SPARSE < found.bit_length() else many_members(found)


def many_members(found: int) -> Iterator[int]:
    every = flags(found)
    slot = every.find(1)
    while slot >= 0:
        yield slot
        slot = every.find(1, slot + 1)


def few_members(found: int) -> Iterator[int]:
    """Thirty of a million are found four times as fast."""
    for match in NOT_ZERO.finditer(found.to_bytes(found.bit_length() // 8 + 1, "little")):
        first = match.start() * 8
        yield from (first + bit for bit in bits_of(match[0][0]))


def downwards(found: int) -> Iterator[int]:
    """The members, the last slot first."""
    data = found.to_bytes(found.bit_length() // 8 + 1)
    for match in NOT_ZERO.finditer(data):
        first = (len(data) - 1 - match.start()) * 8
        yield from (first + bit for bit in reversed(list(bits_of(match[0][0]))))


def bits_of(number: int) -> Iterator[int]:
    return (bit for bit in range(number.bit_length()) if number >> bit & 1)


# --- Planes -----------------------------------------------------------------------------------------------------
def planes_of(numbers: "array[int]") -> list[int]:
    """Of an `array("q")` of numbers that are not negative."""
    data = numbers.tobytes()
    planes = [
        int(data[byte::WIDTH].translate(digits)[REVERSED] or b"0", 2)
        for byte in LOWEST_FIRST
        for digits in DIGIT_OF_BIT
    ]
    while planes and not planes[-1]:
        planes.pop()
    return planes


def at_least(planes: Sequence[int], number: int, among: int) -> int:
    """The members of `among` whose number is this or more."""
    if number.bit_length() > len(planes):
        return among if number <= 0 else 0
    more, equal = 0, among
    for bit in reversed(range(len(planes))):
        if number >> bit & 1:
            equal &= planes[bit]
        else:
            more |= equal & planes[bit]
            equal &= ~planes[bit]
    return more | equal if number > 0 else among


def greatest(planes: Sequence[int], among: int) -> int | None:
    if not among:
        return None
    number = 0
    for bit in reversed(range(len(planes))):
        if with_bit := among & planes[bit]:
            among, number = with_bit, number | 1 << bit
    return number


def least(planes: Sequence[int], among: int) -> int | None:
    if not among:
        return None
    number = 0
    for bit in reversed(range(len(planes))):
        if without_bit := among & ~planes[bit]:
            among = without_bit
        else:
            number |= 1 << bit
    return number


def number_at(planes: Sequence[int], slot: int) -> int:
    return sum((plane >> slot & 1) << bit for bit, plane in enumerate(planes))


def add(planes: list[int], members: int, number: int) -> None:
    """To the numbers of these members; all 100,000 of them are added to at once, as a processor's adder does it."""
    carry = bit = 0
    while carry or number >> bit:
        if bit == len(planes):
            planes.append(0)
        plane, addend = planes[bit], members if number >> bit & 1 else 0
        planes[bit] = plane ^ addend ^ carry
        carry = plane & addend | carry & (plane ^ addend)
        bit += 1


def foremost(planes: Sequence[int], among: int, most: int, *, highest: bool = True) -> tuple[int, int]:
    """Those sure to be among the `most` with the highest (lowest) numbers, and those that tie for the places left."""
    sure, tied, held = 0, among, 0
    for plane in reversed(planes):
        higher = tied & plane
        first = higher if highest else tied ^ higher
        number = held + first.bit_count()
        if number >= most:
            tied = first
        else:
            sure, tied, held = sure | first, tied ^ first, number
    return sure, tied
