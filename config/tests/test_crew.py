"""A few hands at a time; who waits for long counts no longer."""

import contextlib
import gc
import socket
import time
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event, Lock

import pytest
from django.db import connection

from config import crew
from config.crew import FARTHER, NEAR, PATIENCE, Crew, Distance
from config.testing.servers import Server, running

SOON = 5.0
HANDS = 4


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.002)


class Guests:
    """Work that waits until it is let go, and who is at it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.inside: list[int] = []
        self.done: list[int] = []
        self.most = 0

    def at_work(self, number: int) -> bool:
        return number in self.inside

    def has_left(self, number: int) -> bool:
        return number in self.done

    def stay(self, number: int, leave: Event) -> None:
        with self.lock:
            self.inside.append(number)
            self.most = max(self.most, len(self.inside))
        assert leave.wait(SOON)
        with self.lock:
            self.inside.remove(number)
            self.done.append(number)


def a_few(hands: int, at_once: int) -> Crew:
    near = Distance()
    near.at_once = at_once
    return Crew(hands, near)


@pytest.fixture
def long_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "PATIENCE", 600.0)


@pytest.mark.plain
class TestHands:
    @pytest.mark.usefixtures("long_patience")
    def test_no_more_than_so_many_are_at_work_at_once_and_who_came_first_is_first(self) -> None:
        guests, leave = Guests(), [Event() for _ in range(6)]
        few = a_few(HANDS, at_once=2)
        for number in range(6):
            few.give(partial(guests.stay, number, leave[number]))
        for number in range(6):
            until(partial(guests.at_work, number))
            assert set(guests.inside) <= {number, number + 1}
            leave[number].set()
            until(partial(guests.has_left, number))
        assert guests.done == [0, 1, 2, 3, 4, 5]
        assert guests.most == 2

    def test_who_is_at_it_for_long_keeps_nobody_waiting(self) -> None:
        guests, never, now = Guests(), Event(), Event()
        now.set()
        few = a_few(HANDS, at_once=2)
        for number in range(2):
            few.give(partial(guests.stay, number, never))
        started = time.monotonic()
        few.give(lambda: guests.stay(2, now))
        until(lambda: guests.done == [2])
        assert time.monotonic() - started >= PATIENCE / 2
        never.set()
        until(lambda: sorted(guests.done) == [0, 1, 2])
        assert guests.most == 3

    def test_as_many_as_there_are_hands_may_take_long(self) -> None:
        guests, never = Guests(), Event()
        few = a_few(HANDS, at_once=1)
        for number in range(HANDS + 1):
            few.give(partial(guests.stay, number, never))
        until(lambda: len(guests.inside) == HANDS)
        time.sleep(2 * PATIENCE)
        assert guests.inside == [0, 1, 2, 3]
        never.set()
        until(lambda: len(guests.done) == HANDS + 1)

    @pytest.mark.usefixtures("long_patience")
    def test_who_stands_aside_lets_another_in_at_once(self) -> None:
        guests, leave = Guests(), Event()
        few = a_few(HANDS, at_once=1)

        def long() -> None:
            crew.stand_aside()
            crew.stand_aside()  # twice is once
            guests.stay(0, leave)

        few.give(long)
        few.give(lambda: guests.stay(1, leave))
        few.give(lambda: guests.stay(2, leave))
        until(lambda: guests.inside == [0, 1])
        time.sleep(0.05)
        assert guests.inside == [0, 1]
        leave.set()
        until(lambda: len(guests.done) == 3)

    @pytest.mark.usefixtures("long_patience")
    def test_whoever_comes_back_from_long_work_makes_no_crowd(self) -> None:
        guests, first, second, last = Guests(), Event(), Event(), Event()
        few = a_few(HANDS, at_once=1)

        def long() -> None:
            crew.stand_aside()
            guests.stay(0, first)

        few.give(long)
        few.give(lambda: guests.stay(1, second))
        few.give(lambda: guests.stay(2, last))
        until(lambda: guests.inside == [0, 1])
        first.set()
        until(lambda: guests.done == [0])
        time.sleep(0.05)
        assert guests.inside == [1]  # the third one waits for the second one's place
        second.set()
        until(lambda: guests.inside == [2])
        last.set()

    @pytest.mark.usefixtures("long_patience")
    def test_one_that_fails_leaves_its_hand_at_work(self, caplog: pytest.LogCaptureFixture) -> None:
        done: list[int] = []
        few = a_few(1, at_once=1)

        def fail() -> None:
            raise SystemExit

        few.give(fail)
        few.give(lambda: done.append(1))
        until(lambda: done == [1])
        assert "ended badly" in caplog.text

    @pytest.mark.usefixtures("long_patience")
    def test_every_piece_is_done_once_however_fast_they_come(self) -> None:
        done: list[int] = []
        few = a_few(HANDS, at_once=2)
        for number in range(5_000):
            few.give(partial(done.append, number))
        until(lambda: len(done) >= 5_000)
        time.sleep(0.02)
        assert sorted(done) == list(range(5_000))
        assert (few.counting, len(few.resting)) == (0, HANDS)

    @pytest.mark.usefixtures("long_patience")
    def test_who_rests_keeps_nothing(self) -> None:
        few = a_few(HANDS, at_once=2)

        class Picture:
            def show(self) -> None:
                """Done."""

        picture = Picture()
        gone = weakref.ref(picture)
        few.give(picture.show)
        del picture
        until(lambda: len(few.resting) == HANDS)
        gc.collect()
        assert gone() is None

    def test_elsewhere_nobody_need_stand_aside(self) -> None:
        crew.stand_aside()


def slowly(seconds: float) -> Callable[..., object]:
    def execute(ask: Callable[..., object], *question: object) -> object:
        time.sleep(seconds)
        return ask(*question)

    return execute


@pytest.mark.django_db
class TestHowManyAtOnce:
    def test_more_where_the_database_is_far(self) -> None:
        far = Distance()
        with connection.execute_wrapper(slowly(4.2 * FARTHER)):
            far.measure()
        more = far.at_once - NEAR
        assert more in {4, 5, 6, 7} if connection.vendor == "postgresql" else more == 0

    def test_one_that_is_here_is_near(self) -> None:
        near = Distance()
        near.at_once = 8
        near.measure()
        assert near.at_once <= NEAR + 1 or connection.vendor != "postgresql"  # the machine may be busy


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(called="crew", WEB_CONCURRENCY="1", WEB_THREADS="4", LIMIT_ANONYMOUS="1000000") as one:
        yield one


def ask(one: socket.socket) -> None:
    one.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    heard = b""
    while not heard.endswith(b"ok"):
        piece = one.recv(4_096)
        assert piece, heard
        heard += piece
    assert heard.startswith(b"HTTP/1.1 200")


def answered_after(server: Server) -> float:
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as one:
        ask(one)
    return time.monotonic() - started


@pytest.mark.server
@pytest.mark.drill
class TestTheServer:
    def test_those_who_only_open_the_door_hold_no_hand(self, server: Server) -> None:
        with contextlib.ExitStack() as stack:
            for _ in range(12):
                stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            time.sleep(0.2)
            assert answered_after(server) < 2

    def test_who_opened_it_early_is_answered_when_it_speaks(self, server: Server) -> None:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as one:
            time.sleep(0.5)
            for _ in range(2):
                ask(one)

    def test_three_who_send_slowly_leave_the_fourth_hand_free(self, server: Server) -> None:
        with contextlib.ExitStack() as stack:
            for _ in range(3):
                one = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
                one.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0")
            time.sleep(0.6)
            assert answered_after(server) < 2
