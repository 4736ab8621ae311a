"""gunicorn's threaded worker with manners of ours: its refusals have our shape, nobody may stall a thread, and a few
requests at a time are worked on."""

import errno
import socket
import time
import uuid
from functools import partial
from http import HTTPStatus
from threading import Timer
from typing import Any, NamedTuple, Self

import orjson
from django.conf import settings
from gunicorn import glogging, util
from gunicorn.http.errors import InvalidHeader
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

from config import leaving
from config.api.errors import code_for, envelope
from config.api.middleware import SafeHeaders
from config.crew import Crew
from config.shares import shares

LINGER = 1.0  # seconds the other side has to hang up after our last word
SLOWEST = 16 * 1024  # bytes a second; a body that keeps this pace is never cut off


class TooSlowError(Exception):
    """The head of a request did not arrive in time."""


class PatientSocket(socket.socket):
    """Patient, but not for ever: reading ends BODY_TIMEOUT seconds after it began, or later at a fair pace.

    A socket timeout alone would not do: a client that sends one byte a second never lets it run out.
    """

    in_body = False
    started: float | None = None
    received = 0

    @classmethod
    def of(cls, plain: socket.socket) -> Self:
        timeout = plain.gettimeout()
        patient = cls(plain.family, plain.type, plain.proto, fileno=plain.detach())
        patient.settimeout(timeout)
        return patient

    def begin(self, *, in_body: bool) -> None:
        self.in_body, self.started, self.received = in_body, None, 0

    def shutdown(self, how: int, /) -> None:
        self.begin(in_body=True)  # what is read from here on is only drained; gunicorn expects an OSError when it stops
        super().shutdown(how)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        self.started = self.started or time.monotonic()
        left = self.started + settings.BODY_TIMEOUT + self.received / SLOWEST - time.monotonic()
        before = self.gettimeout()
        self.settimeout(max(0.001, left if before is None else min(before, left)))
        try:
            data = super().recv(size, flags)
        except TimeoutError:
            raise self._too_slow() from None
        finally:
            self.settimeout(before)
        if not data and self.in_body:
            raise OSError(errno.ECONNRESET, "the body ended before its length")
        self.received += len(data)
        return data

    def _too_slow(self) -> Exception:
        # Django turns an OSError under a body into UnreadablePostError, which becomes our 408.
        return OSError(errno.ETIMEDOUT, "the body came too slowly") if self.in_body else TooSlowError()


class JsonErrors:
    """Stands in for the socket while gunicorn writes its HTML error page: keeps the status, answers in our shape."""

    def __init__(self, client: socket.socket) -> None:
        self.client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def sendall(self, page: bytes) -> None:
        status = int(page.split(b" ", 2)[1])
        # gunicorn calls an unknown transfer coding "not implemented"; to the caller it is a wrong request.
        self.client.sendall(raw_error(400 if status == HTTPStatus.NOT_IMPLEMENTED else status))


class Served(NamedTuple):
    """As a finished future, which is what gunicorn asks."""

    again: Any  # whether the connection stays open, or gunicorn's own answer

    def cancelled(self) -> bool:
        return False

    def result(self) -> Any:
        return self.again


def raw_error(status: int) -> bytes:
    request_id = uuid.uuid4().hex
    body = orjson.dumps(envelope(code_for(status), request_id=request_id))
    headers = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        **SafeHeaders.HEADERS,
        "X-Request-ID": request_id,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{head}\r\n".encode("latin-1") + body


def has_said_something(client: socket.socket) -> bool:
    """Or hung up; it does not wait."""
    try:
        client.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


class Worker(ThreadWorker):
    takes_part = False  # in sharing out connections
    held = 0

    def get_thread_pool(self) -> Crew:
        return Crew(self.cfg.threads)

    @property
    def nr_conns(self) -> int:
        return self.held

    @nr_conns.setter
    def nr_conns(self, held: int) -> None:
        self.held = held
        if self.takes_part:
            shares.tell(self.age, held)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - gunicorn's signature
        super().set_accept_enabled(enabled)
        self.takes_part = enabled
        if enabled:
            shares.tell(self.age, self.held)
        else:
            shares.leave(self.age)

    def accept(self, listener: Any) -> None:
        shares.let_others_first(self.age)
        super().accept(listener)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Closed at once, the door would turn away who is already knocking. A second signal closes it."""
        if settings.WEB_DRAIN_SECONDS and not leaving.begun.is_set():
            leaving.begun.set()
            close = Timer(settings.WEB_DRAIN_SECONDS, super().handle_exit, [sig, frame])
            close.daemon = True
            close.start()
        else:
            super().handle_exit(sig, frame)

    def enqueue_req(self, conn: TConn) -> None:
        if not conn.initialized and not conn.data_ready and not has_said_something(conn.sock):
            self.finish_request(conn, Served(_DEFER))  # back to the loop: who only opened the door holds no thread
            return
        if not isinstance(conn.sock, PatientSocket):
            conn.sock = PatientSocket.of(conn.sock)
        conn.sock.begin(in_body=False)
        self.tpool.give(partial(self.serve, conn))

    def serve(self, conn: TConn) -> None:
        again: Any = False
        try:
            again = self.handle(conn)
        finally:
            self.method_queue.defer(self.finish_request, conn, Served(again))

    def handle(self, conn: TConn) -> Any:
        again = super().handle(conn)
        if again is False:
            # Here rather than in finish_request, which would linger in the loop that serves everybody.
            util.close_graceful(conn.sock, LINGER)
            conn.close = lambda **_: None
        return again

    def handle_request(self, req: Any, conn: TConn) -> Any:
        if req.version >= (1, 1) and not any(name == "HOST" for name, _ in req.headers):
            raise InvalidHeader("HOST", req=req)
        conn.sock.begin(in_body=True)
        conn.sock.settimeout(settings.BODY_TIMEOUT)  # also for sending: who never reads may not hold a thread either
        try:
            return super().handle_request(req, conn)
        except TimeoutError:
            self.log.info("An answer was not read by %s", (conn.client or ("?",))[0])
            return False

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:  # noqa: FBT001 - gunicorn's signature
        try:
            return bool(super()._keepalive_after(conn, keepalive))
        except Exception:  # noqa: BLE001 - the answer is out; nobody may answer again for what is behind it
            return False

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        if isinstance(exc, TooSlowError):
            self.log.info("A request came too slowly from %s", (addr or ("?",))[0])
            client.sendall(raw_error(HTTPStatus.REQUEST_TIMEOUT))
            return
        super().handle_error(req, JsonErrors(client), addr, exc)


class Logger(glogging.Logger):
    """Our middleware writes the line of a request; gunicorn would gather another one for a log that nobody keeps."""

    def access(self, *_: Any) -> None:
        """Asked after each request, whatever `accesslog` says, where logging is configured by a dictionary."""
