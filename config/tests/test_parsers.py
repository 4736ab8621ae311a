"""What the JSON parser lets through, and what it refuses."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.api.errors import Refusal
from config.api.parsers import LARGEST, loads

whole = st.integers(min_value=-LARGEST, max_value=LARGEST)
plain_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=50)
values = st.recursive(
    st.none() | st.booleans() | whole | st.floats(allow_nan=False, allow_infinity=False) | plain_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(plain_text, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_every_sane_body_comes_through_unchanged(value: Any) -> None:
    assert loads(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_random_bytes_are_a_body_or_a_refusal_never_a_crash(body: bytes) -> None:
    try:
        loads(body)
    except Refusal as refusal:
        assert refusal.status_code == 400


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "parse_error"),
        (b"{", "parse_error"),
        (b'{"a": 1,}', "parse_error"),
        (b"\xff\xfe", "parse_error"),
        (b"[" * 100_000, "parse_error"),
        (b'{"a":' * 100_000, "parse_error"),
        (b"[" * 33 + b"]" * 33, "parse_error"),
        (b"NaN", "parse_error"),
        (b'{"a": -Infinity}', "parse_error"),
        (b'{"a": 1, "a": 2}', "parse_error"),
        (b'{"a": 9223372036854775808}', "validation_error"),
        (b'{"a": -9223372036854775809}', "validation_error"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "validation_error"),
        (b'{"a": 1e999}', "validation_error"),
        (b'{"a": "\\u0000"}', "validation_error"),
        (b'{"a\\u0000": 1}', "validation_error"),
        (b'{"a": "\\ud800"}', "validation_error"),
        (b'{"\\udfff": 1}', "validation_error"),
        (b'{"a": "' + b"x" * 100_000 + b'"}', "validation_error"),
    ],
    ids=lambda value: repr(value[:20]) if isinstance(value, bytes) else "",
)
def test_a_body_that_would_hurt_further_in_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        loads(body)
    assert caught.value.code == code


def test_the_refusal_names_the_place() -> None:
    with pytest.raises(Refusal) as caught:
        loads(b'{"designs": [{"title": "a\\u0000b"}]}')
    assert caught.value.details[0]["field"] == "designs.0.title"


def test_thirty_two_levels_are_enough_for_everybody() -> None:
    assert loads(b"[" * 32 + b"]" * 32)
