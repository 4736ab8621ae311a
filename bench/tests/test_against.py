"""The measuring itself: what counts as a whole answer, and as an equal one."""

import pytest

from bench.agreeing import differences
from bench.asking import unlike
from bench.driving import whole


def test_an_answer_is_whole_by_its_length() -> None:
    head = b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 5"
    assert whole(head) == 0
    assert whole(head + b"\r\n\r\nab") == len(head) + 4 + 5


def test_an_answer_in_chunks_ends_by_itself() -> None:
    assert whole(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}") == -1


def test_an_answer_without_a_length_is_refused() -> None:
    with pytest.raises(ValueError, match="without a length"):
        whole(b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": [1, 2]}, {"a": [1, 3]}),
        ({"a": 1}, {"a": 1, "b": None}),
        ({"a": 1}, {"a": True}),
        ([1], [1, 2]),
        ({"a": None}, {"a": ""}),
    ],
)
def test_bodies_that_differ(one: object, other: object) -> None:
    assert list(differences(one, other))


def test_bodies_that_are_equal_but_for_what_each_has_of_its_own() -> None:
    one = {"designs": [{"id": 1}], "next_cursor": "x", "search": None}
    assert not list(differences(one, {"search": {}, "next_cursor": None, "designs": [{"id": 1}]}))


def test_a_path_nobody_asked_for_before_finds_the_same() -> None:
    assert unlike("/api/designs?colour=red&page=2", 7) == "/api/designs?colour=red&page=2&price_max=100000007"
    assert unlike("/api/designs?price_max=500", 7) == "/api/designs?price_max=507"
