"""Whatever the bytes are: a refusal in one of four words, or a sound picture."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.api.errors import Refusal
from uploads import variants
from uploads.tests import hostile

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

SMALL = (24, 16)
NOTED: dict[str, Any] = {"exif": hostile.turned(6), "icc_profile": hostile.display_p3()}
SEEDS = {
    "jpeg": hostile.jpeg(size=SMALL, **NOTED),
    "progressive-jpeg": hostile.jpeg(size=SMALL, progressive=True),
    "png": hostile.png(size=SMALL, **NOTED),
    "palette": hostile.png("P", size=SMALL, transparency=bytes(range(256))),
    "webp": hostile.webp("RGBA", size=SMALL, **NOTED),
    "lossless-webp": hostile.webp(size=SMALL, lossless=True),
}
MAGICS = [b"\xff\xd8\xff", hostile.MAGIC, b"RIFF\x64\0\0\0WEBPVP8 ", b""]
places = st.integers(0, 10_000)


def flipped(data: bytes, at: int, bit: int) -> bytes:
    at %= max(1, len(data))
    return data[:at] + bytes(byte ^ 1 << bit % 8 for byte in data[at : at + 1]) + data[at + 1 :]


def shortened(data: bytes, at: int, length: int) -> bytes:
    at %= max(1, len(data))
    return data[:at] + data[at + length % 64 :]


def repeated(data: bytes, at: int, length: int) -> bytes:
    at %= max(1, len(data))
    return data[: at + length % 64] + data[at:]


mutations = st.lists(st.tuples(st.sampled_from([flipped, shortened, repeated]), places, places), min_size=1, max_size=6)


@pytest.fixture(scope="module", autouse=True)
def untouched() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        hostile.staff_changed_nothing(patch)
        yield


def assert_sound_or_refused(data: bytes) -> None:
    try:
        rendered = variants.render(data)
    except Refusal as refusal:
        assert refusal.code in hostile.CODES
    else:
        hostile.assert_sound(rendered)


@given(st.sampled_from(MAGICS), st.binary(max_size=300))
def test_any_bytes_are_sound_or_refused(magic: bytes, rest: bytes) -> None:
    assert_sound_or_refused(magic + rest)


@pytest.mark.parametrize("kind", SEEDS)
@given(changes=mutations)
def test_a_damaged_picture_is_sound_or_refused(
    kind: str, changes: list[tuple[Callable[[bytes, int, int], bytes], int, int]]
) -> None:
    data = SEEDS[kind]
    for change, at, how in changes:
        data = change(data, at, how)
    assert_sound_or_refused(data)


@given(changes=mutations)
def test_damaged_notes_are_sound_or_refused(
    changes: list[tuple[Callable[[bytes, int, int], bytes], int, int]],
) -> None:
    """Behind right checksums, where most damage would stop at the door."""
    exif, profile = hostile.turned(6), hostile.display_p3()
    for change, at, how in changes:
        exif, profile = change(exif, at, how), change(profile, at, how)
    assert_sound_or_refused(hostile.png(size=SMALL, exif=exif or b"\0", icc_profile=profile or b"\0"))
    assert_sound_or_refused(hostile.jpeg(size=SMALL, exif=exif, icc_profile=profile))
