"""How many pixels may be decoded at once in this process: many uploads wait for one another instead of for the OOM."""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from PIL import Image

# Five photos of 12 megapixels, decoded at half size; more would only wait for the processor. One larger picture at a
# time gets in as well, alone.
MOST = 16_000_000

M_MMAP_THRESHOLD = -3  # of glibc's malloc.h
LARGE = 1024 * 1024


def give_large_blocks_back() -> None:
    """glibc keeps freed pixels in the heap of their thread: eight large PNGs left 1.5 GB behind, not 0.4."""
    with suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)


class Room:
    def __init__(self) -> None:
        self.taken = 0
        self.changed = threading.Condition()

    def take(self, pixels: int) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.taken == 0 or self.taken + pixels <= MOST)
            self.taken += pixels

    def give_back(self, pixels: int) -> None:
        with self.changed:
            self.taken -= pixels
            self.changed.notify_all()


room = Room()


@contextmanager
def room_for(image: Image.Image) -> Iterator[None]:
    pixels = weight(image)
    room.take(pixels)
    try:
        yield
    finally:
        room.give_back(pixels)


def weight(image: Image.Image) -> int:
    """The pixels decoding holds. A progressive JPEG keeps the coefficients of its full size, whatever draft says."""
    scale = getattr(image, "decoderconfig", ()) if image.info.get("progressive") else ()
    times = max(1, scale[0]) ** 2 if scale else 1
    return image.width * image.height * times
