"""Which designs are liked most: hearts change no set of the index, so it is asked anew every few seconds."""

import time

from designs.index.state import State
from designs.models import Design, Status

READ_EVERY = 5.0
MOST = 10_000

_kept: tuple[float, list[int]] = (0.0, [])


def slots(state: State) -> list[int]:
    """The most liked first, of equals the newest."""
    return [slot for number in numbers() if (slot := state.slot(number)) is not None]


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
