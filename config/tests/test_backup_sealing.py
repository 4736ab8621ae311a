"""Chunks that are missing, moved, repeated or of another file do not open."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as some

from config.backup import sealing
from config.backup.faults import BackupError
from config.backup.sealing import CHUNK, MAGIC, MARK, SALT, TAG, Key, opened, sealed

KEY, OTHER = Key("k" * 40), Key("o" * 40)
HEAD = len(MAGIC) + MARK + SALT
STEP = CHUNK + TAG
THREE = bytes(range(256)) * (CHUNK * 5 // 2 // 256)


def open_again(data: bytes, key: Key = KEY, name: str = "file") -> bytes:
    return opened(io.BytesIO(data), key, name).read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK // 2])
def test_what_is_sealed_opens(size: int) -> None:
    data = THREE[:size]
    assert open_again(sealed(data, KEY, "file")) == data


def test_the_same_is_never_sealed_the_same_way() -> None:
    assert sealed(b"saree", KEY, "file") != sealed(b"saree", KEY, "file")


def chunks(data: bytes) -> list[bytes]:
    body = data[HEAD:]
    return [body[start : start + STEP] for start in range(0, len(body), STEP)]


@pytest.mark.parametrize(
    "order", [[0], [0, 1], [1, 2], [1, 0, 2], [0, 2, 1], [0, 0, 2], [0, 1, 2, 2], [2], []], ids=str
)
def test_chunks_belong_where_they_were(order: list[int]) -> None:
    data = sealed(THREE, KEY, "file")
    parts = chunks(data)
    assert len(parts) == 3
    with pytest.raises(BackupError, match="file is damaged, or its end is missing"):
        open_again(data[:HEAD] + b"".join(parts[number] for number in order))


def test_a_chunk_of_another_file_does_not_fit() -> None:
    one, other = sealed(THREE, KEY, "file"), sealed(THREE, KEY, "file")
    with pytest.raises(BackupError, match="is damaged"):
        open_again(one[:HEAD] + b"".join([*chunks(one)[:2], chunks(other)[2]]))


def test_a_file_opens_under_its_own_name_only() -> None:
    with pytest.raises(BackupError, match="other is damaged"):
        open_again(sealed(b"saree", KEY, "file"), name="other")


def test_another_key_is_told_from_damage() -> None:
    with pytest.raises(BackupError, match=r"This is not the key that the backup was made with\."):
        open_again(sealed(b"saree", KEY, "file"), OTHER)


@given(some.integers(0, HEAD + 5 + TAG - 1), some.integers(1, 255))
def test_no_byte_can_be_changed(at: int, by: int) -> None:
    data = bytearray(sealed(b"saree", KEY, "file"))
    data[at] ^= by
    with pytest.raises(BackupError):
        open_again(bytes(data))


@given(some.integers(0, HEAD + 5 + TAG - 1))
def test_nothing_can_be_cut_off(at: int) -> None:
    with pytest.raises(BackupError):
        open_again(sealed(b"saree", KEY, "file")[:at])


def test_pictures_have_other_names_under_another_key() -> None:
    assert KEY.alias("ab") != OTHER.alias("ab") != "ab"


def test_a_short_key_is_refused() -> None:
    with pytest.raises(BackupError, match="32 or more"):
        sealing.Key("short")
