"""The one who asks: a process with so many kept connections, each sending its next request when an answer is read.

`Driver` starts it and tells it what to do. It reads as little of an answer as it must (status and length), so that it
takes little of the machine; `ceiling` says how many answers a second it could take from a server that does nothing.
"""

import contextlib
import json
import select
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CHUNK = 256 * 1024
LAST_CHUNK = b"\r\n0\r\n\r\n"  # JSON holds no such line
LONGEST_WAIT = 30
AT_LEAST = 2

NOBODY = -1
Ask = tuple[str, str, int]  # method, path, number of the token or NOBODY
Said = tuple[str, str, int, str]  # the same, and a body
Plan = dict[str, list[list[Ask]]]  # scenario -> units; the requests of a unit follow each other on one connection


class Told(NamedTuple):
    """What came of one run."""

    requests: int
    seconds: float
    p50: float  # ms
    p99: float
    refused: dict[str, int]  # status -> answers that were not 200
    cpu: float  # seconds, of the driver itself


# --- In the process of its own --------------------------------------------------------------------------------------
class Connection:
    def __init__(self, port: int, units: Iterator[list[bytes]]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=LONGEST_WAIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.units = units
        self.left: Iterator[bytes] = iter(())
        self.got, self.wanted, self.started = b"", 0, 0.0
        self.took: list[float] = []
        self.refused: dict[str, int] = {}

    def go_on(self, *, may_begin: bool) -> bool:
        """Sends the next request of its unit, or the first one of the next."""
        request = next(self.left, None)
        if request is None and may_begin:
            self.left = iter(next(self.units))
            request = next(self.left)
        if request is None:
            return False
        self.got, self.wanted, self.started = b"", 0, time.perf_counter()
        self.socket.sendall(request)
        return True

    def read(self) -> bool:
        """Whether the answer is whole."""
        data = self.socket.recv(CHUNK)
        if not data:
            raise ConnectionError("the server hung up")
        self.got += data
        if not self.wanted:
            self.wanted = whole(self.got)
        if not self.wanted or len(self.got) < self.wanted or (self.wanted < 0 and not self.got.endswith(LAST_CHUNK)):
            return False
        self.took.append(time.perf_counter() - self.started)
        if (status := self.got[9:12].decode()) != "200":
            self.refused[status] = self.refused.get(status, 0) + 1
        return True


def whole(got: bytes) -> int:
    """How long the answer will be; 0 while its head is not there, -1 when it comes in chunks."""
    end = got.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = got[:end].lower()
    at = head.find(b"\r\ncontent-length:")
    if b"\r\ntransfer-encoding: chunked" in head:
        return -1
    if at < 0:
        raise ValueError(f"an answer without a length: {head!r}")
    return end + 4 + int(head[at + 17 :].split(b"\r\n", 1)[0])


def drive(port: int, units: Iterator[list[bytes]], seconds: float, how_many: int) -> Told:
    connections = {}
    with contextlib.ExitStack() as stack, select.epoll() as ready:
        for _ in range(how_many):
            one = Connection(port, units)
            stack.enter_context(one.socket)
            connections[one.socket.fileno()] = one
            ready.register(one.socket.fileno(), select.EPOLLIN)
        busy, started = time.process_time(), time.perf_counter()
        going = sum(one.go_on(may_begin=True) for one in connections.values())
        while going:
            found = ready.poll(LONGEST_WAIT)
            if not found:
                raise TimeoutError(f"nothing came for {LONGEST_WAIT} s")
            may_begin = time.perf_counter() - started < seconds
            for number, _ in found:
                one = connections[number]
                if one.read() and not one.go_on(may_begin=may_begin):
                    going -= 1
        spent = time.perf_counter() - started
        return told(list(connections.values()), spent, time.process_time() - busy)


def told(connections: list[Connection], seconds: float, cpu: float) -> Told:
    took = [each * 1_000 for one in connections for each in one.took]
    cuts = statistics.quantiles(took, n=100) if len(took) >= AT_LEAST else took * 99
    refused: dict[str, int] = {}
    for one in connections:
        for status, number in one.refused.items():
            refused[status] = refused.get(status, 0) + number
    return Told(len(took), seconds, cuts[49], cuts[98], refused, cpu)


def raw(ask: Ask | Said, tokens: list[str]) -> bytes:
    method, path, token, *rest = ask
    body = "".join(map(str, rest)).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
    if token != NOBODY:
        head += f"Authorization: Bearer {tokens[token]}\r\n"
    if body:
        head += "Content-Type: application/json\r\n"
    if method != "GET":
        head += f"Content-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


def units_from(units: list[list[Ask | Said]], start: int, tokens: list[str]) -> Iterator[list[bytes]]:
    """Round and round, from a place on."""
    at = start
    while True:
        yield [raw(ask, tokens) for ask in units[at % len(units)]]
        at += 1


def serve_commands(plan: str) -> None:
    known = json.loads(Path(plan).read_text(encoding="utf-8"))
    for line in sys.stdin:
        command = json.loads(line)
        units = units_from(known["units"][command["scenario"]], command["start"], known["tokens"])
        try:
            answer: dict[str, Any] = drive(command["port"], units, command["seconds"], command["connections"])._asdict()
        except (OSError, ValueError) as error:
            answer = {"error": repr(error)}
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


def do_nothing(size: int) -> None:
    """A server that answers everything with so many bytes: what the driver itself can take."""
    head = f"HTTP/1.1 {HTTPStatus.OK} OK\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
    answer = head.encode() + b"x" * size
    with socket.create_server(("127.0.0.1", 0)) as door, select.epoll() as ready:
        sys.stdout.write(f"{door.getsockname()[1]}\n")
        sys.stdout.flush()
        ready.register(door.fileno(), select.EPOLLIN)
        there: dict[int, socket.socket] = {}
        while True:
            for number, _ in ready.poll():
                if number == door.fileno():
                    one, _ = door.accept()
                    there[one.fileno()] = one
                    ready.register(one.fileno(), select.EPOLLIN)
                elif there[number].recv(CHUNK):
                    there[number].sendall(answer)
                else:
                    there.pop(number).close()


# --- From outside ---------------------------------------------------------------------------------------------------
class Driver:
    def __init__(self, plan: Path, connections: int) -> None:
        self.connections = connections
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.driving", str(plan)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(
        self, port: int, scenario: str, start: int, seconds: float, meanwhile: Callable[[], object] | None = None
    ) -> Told:
        """`meanwhile` is called a few times a second."""
        command = {"port": port, "scenario": scenario, "start": start, "seconds": seconds}
        assert self.process.stdin  # noqa: S101 - it is a pipe
        assert self.process.stdout  # noqa: S101
        self.process.stdin.write(f"{json.dumps({**command, 'connections': self.connections})}\n".encode())
        self.process.stdin.flush()
        while not select.select([self.process.stdout], [], [], 0.25)[0]:
            if meanwhile:
                meanwhile()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"{scenario} on port {port}: {answer['error']}")
        return Told(**answer)

    def ceiling(self, scenario: str, size: int, seconds: float) -> Told:
        command = [sys.executable, "-m", "bench.driving", "--nothing", str(size)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as server:
            try:
                assert server.stdout  # noqa: S101
                return self.run(int(server.stdout.readline()), scenario, 0, seconds)
            finally:
                server.terminate()

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


if __name__ == "__main__":
    if sys.argv[1] == "--nothing":
        do_nothing(int(sys.argv[2]))
    else:
        serve_commands(sys.argv[1])
