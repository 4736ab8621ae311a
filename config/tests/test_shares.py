"""Connections that stay open are shared out evenly among the workers."""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.shares import LONGEST, PLACES, Shares
from config.testing.servers import Server, running

MANY = 16
FAIR = 11  # of sixteen, on a machine that has other things to do; on a quiet one they hold eight each


class TestWhoIsAhead:
    @pytest.mark.plain
    @pytest.mark.parametrize(
        ("held", "ahead"),
        [
            ({7: 5}, 0),  # alone
            ({7: 5, 8: 5}, 0),
            ({7: 5, 8: 2, 9: 4}, 3),
            ({7: 2, 8: 5}, 0),
            ({7: 5, PLACES - 1: 0}, 5),
            ({8: 3}, 0),  # not there yet
        ],
    )
    def test_of_the_one_who_holds_the_fewest(self, held: dict[int, int], ahead: int) -> None:
        shares = Shares()
        for worker, connections in held.items():
            shares.tell(worker, connections)
        assert shares.ahead(7) == ahead

    @pytest.mark.plain
    def test_nobody_waits_for_who_left(self) -> None:
        shares = Shares()
        shares.tell(7, 5)
        shares.tell(8 + PLACES, 0)
        assert shares.ahead(7) == 5
        shares.leave(8 + PLACES)
        assert shares.ahead(7) == 0

    @pytest.mark.plain
    def test_nobody_waits_long(self) -> None:
        shares = Shares()
        shares.tell(7, 1_000)
        shares.tell(8, 0)
        started = time.monotonic()
        shares.let_others_first(7)
        assert LONGEST <= time.monotonic() - started < 20 * LONGEST


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(called="shares", LIMIT_ANONYMOUS="1000000") as server:
        yield server


def workers(server: Server) -> list[int]:
    found = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text("utf-8")
    return [int(pid) for pid in found.split()]


def sockets(pid: int) -> int:
    links = Path(f"/proc/{pid}/fd").iterdir()
    return sum(str(link.readlink()).startswith("socket:") for link in links if link.is_symlink())


def spread(server: Server) -> list[int]:
    """How many of the connections that are opened now each worker holds."""
    before = {pid: sockets(pid) for pid in workers(server)}
    with contextlib.ExitStack() as stack:
        for _ in range(MANY):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            one.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert b"200" in one.recv(4_096)
        return [sockets(pid) - there for pid, there in before.items()]


def until_all_are_closed(server: Server, before: list[int]) -> None:
    for _ in range(100):
        if [sockets(pid) for pid in workers(server)] == before:
            return
        time.sleep(0.05)
    raise AssertionError("connections stay open")


def until_it_is_shared(server: Server, without: int = 0) -> None:
    """Workers do not come at once, and the first one answers alone meanwhile."""
    held: list[int] = []
    for _ in range(80):
        if without not in workers(server):
            held = spread(server)
            if (len(held), sum(held)) == (2, MANY) and max(held) <= FAIR:
                return
        time.sleep(0.25)
    raise AssertionError(held)


@pytest.mark.server
@pytest.mark.drill
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
class TestTheServer:
    def test_each_worker_gets_its_share(self, server: Server) -> None:
        """Without it one of two took more than twelve of sixteen in two of three tries."""
        until_it_is_shared(server)
        time.sleep(0.5)  # until these are closed
        before = [sockets(pid) for pid in workers(server)]
        for _ in range(6):
            held = spread(server)
            assert (len(held), sum(held)) == (2, MANY)
            assert max(held) <= FAIR, held
            until_all_are_closed(server, before)

    def test_also_after_one_was_killed(self, server: Server) -> None:
        """Its place is nobody's: who is left takes all at once, and shares with who comes instead."""
        victim = workers(server)[0]
        os.kill(victim, signal.SIGKILL)
        until_it_is_shared(server, without=victim)
