"""Who made each design, or what line it belongs to, and how often a name occurs in a set of designs."""

import heapq
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import compress
from typing import NamedTuple

from designs.index import bits


class Spellings:
    """Names of makers or of collections by number, as designs spell them; 0 is none. Only ever grows."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str]] = [("", "")]
        self.numbers: dict[tuple[str, str], int] = {}
        self.of_key: dict[str, list[int]] = defaultdict(list)
        self.spelled_variously: set[str] = set()

    def number(self, key: str, name: str) -> int:
        if not key:
            return 0
        if (key, name) not in self.numbers:
            self.numbers[key, name] = len(self.all)
            self.of_key[key].append(len(self.all))
            self.all.append((key, name))
            if len(self.of_key[key]) > 1:
                self.spelled_variously.add(key)
        return self.numbers[key, name]


class Names(NamedTuple):
    """Who made each design, or what line it belongs to."""

    spellings: Spellings
    by_slot: "array[int]"

    def any_of(self, keys: Iterable[str]) -> int:
        return self._among({number for key in keys for number in self.spellings.of_key.get(key, ())})

    def like(self, key: str) -> int:
        """An empty key: all that have no name."""
        return self.any_of([key]) if key else self._among({0})

    def _among(self, wanted: set[int]) -> int:
        if 0 in wanted:
            return bits.from_flags(bytes(map(wanted.__contains__, self.by_slot)))
        data = self.by_slot.tobytes()
        return bits.set_of((slot for number in wanted for slot in places(data, number)), len(self.by_slot))

    def top(self, members: int, most: int, also: Iterable[str]) -> list[tuple[str, str, int]]:
        """Key, name and count of the most frequent, and of those also asked for; the most frequent first."""
        counts = self._counted(members)
        least = min(heapq.nlargest(most, counts.values()), default=0)
        frequent = (number for number, count in counts.items() if count >= least)
        ranked = sorted((-counts[number], self.spellings.all[number][::-1]) for number in frequent)[:most]
        found = {key: (key, name, -count) for count, (name, key) in ranked}
        for key in also:
            shown = max(self.spellings.of_key.get(key, [0]), key=counts.__getitem__)
            name = self.spellings.all[shown][1] if counts[shown] else key
            found.setdefault(key, (key, name, counts[shown]))
        return list(found.values())

    def _counted(self, members: int) -> Counter[int]:
        """Of a name that is spelled in several ways all count under the spelling that most of these designs use."""
        counts = Counter(compress(self.by_slot, bits.flags(members)))
        del counts[0]
        for key in self.spellings.spelled_variously.copy():
            ways = {number: counts.pop(number) for number in self.spellings.of_key[key] if number in counts}
            if ways:
                shown = min(ways, key=lambda number: (-ways[number], self.spellings.all[number]))
                counts[shown] = sum(ways.values())
        return counts


def places(data: bytes, number: int) -> Iterator[int]:
    """Where in an `array("I")`, given as bytes, this number stands: fifty times as fast as asking each."""
    wanted = array("I", [number]).tobytes()
    width, at = len(wanted), data.find(wanted)
    while at >= 0:
        if at % width == 0:
            yield at // width
        at = data.find(wanted, at + 1)
