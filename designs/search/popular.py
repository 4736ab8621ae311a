"""Which designs are liked most: hearts change no set of the index, so it is asked anew every few seconds."""

import time
from typing import NamedTuple

from designs.index import bits
from designs.index.state import State
from designs.models import Design, Status

READ_EVERY = 5.0
MOST = 10_000

_kept: tuple[float, list[int]] = (0.0, [])


class Liked(NamedTuple):
    """Places by slot: the most liked comes first, of equals the newest."""

    members: int
    places: dict[int, int]

    def in_order(self, members: int) -> list[int]:
        return sorted(bits.members(members & self.members), key=self.places.__getitem__)


def of(state: State) -> Liked:
    """Looked up once for a state, not for each search."""
    liked = numbers()
    if state.liked is None or state.liked[0] is not liked:
        found = [slot for number in liked if (slot := state.slot(number)) is not None]
        places = {slot: place for place, slot in enumerate(found)}
        state.liked = (liked, Liked(bits.set_of(found, state.size), places))
    return state.liked[1]


def numbers() -> list[int]:
    global _kept  # noqa: PLW0603 - the cache is this module's
    now = time.monotonic()
    if not _kept[0] or now - _kept[0] >= READ_EVERY:
        liked = Design.objects.filter(status=Status.ACTIVE, like_count__gt=0).order_by("-like_count", "-pk")
        _kept = (now, list(liked.values_list("pk", flat=True)[:MOST]))
    return _kept[1]


def forget() -> None:
    global _kept  # noqa: PLW0603
    _kept = (0.0, [])
