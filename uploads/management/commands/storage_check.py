"""Prove that the storage does what this gallery needs, step by step."""

import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.api.errors import Refusal
from uploads import keys
from uploads.storage import LocalPictures, Ticket, pictures

BODY = b"a picture, as far as storage_check is concerned"
KIND = "image/png"
PATIENCE = 20


class FailedError(Exception):
    """A step did not do what it should; the text says what to do about it."""


class Command(BaseCommand):
    help = "Puts, reads, signs, lists and deletes one object of its own in the configured storage. Leaves nothing."

    def handle(self, **_: Any) -> None:
        self.shelf, self.key = pictures(), keys.new(keys.TEMP)
        self.incoming = keys.incoming(self.key)
        where = f"{settings.R2['endpoint']}, bucket {settings.R2['bucket_name']}"
        local = isinstance(self.shelf, LocalPictures)
        self.stdout.write(f"Storage: {settings.MEDIA_ROOT if local else where}")
        try:
            failed = sum(not self.done(name, step) for name, step in self.steps(local=local))
        finally:
            for key in (self.key, self.incoming):
                self.quietly(partial(self.shelf.remove, key))
        if failed:
            raise CommandError(f"{failed} steps failed.", returncode=1)
        self.stdout.write(self.style.SUCCESS("Everything works."))

    def steps(self, *, local: bool) -> Iterator[tuple[str, Callable[[], None]]]:
        yield "put an object", lambda: self.shelf.put(self.key, BODY, KIND)
        yield "ask for its head", self.head
        yield "read it", self.read
        if local:
            self.stdout.write("  skip  links: the running server signs and serves local pictures itself")
        else:
            yield f"read it by its {'signed' if settings.PICTURES_PRIVATE else 'public'} link", self.read_by_link
            yield "put by a signed link", self.put_signed
            yield "be refused with another type", lambda: self.refused(type="text/html")
            yield "be refused with another length", lambda: self.refused(body=BODY * 2)
            yield "be refused under another key", self.refused_elsewhere
            if not settings.PICTURES_PRIVATE:
                yield "not see what is incoming", self.incoming_is_hidden
        yield "list it", self.listed
        yield "delete it", self.deleted

    def done(self, name: str, step: Callable[[], None]) -> bool:
        try:
            step()
        except (FailedError, Refusal, OSError) as error:
            self.stdout.write(self.style.ERROR(f"  FAIL  {name}: {getattr(error, 'message', error)}"))
            return False
        self.stdout.write(f"  ok    {name}")
        return True

    # --- Steps -------------------------------------------------------------------------------------------------
    def head(self) -> None:
        stored = self.shelf.head(self.key)
        expect(stored is not None and stored.size == len(BODY), "it is not there, or of another size")

    def read(self) -> None:
        expect(self.shelf.read(self.key, 1_000) == BODY, "other bytes came back")

    def read_by_link(self) -> None:
        status, body = fetch("GET", self.shelf.link(self.key))
        hint = "is CLOUDFLARE_R2_PUBLIC_URL the public address of this bucket?"
        expect(status == 200 and body == BODY, f"answered {status}; {hint}")  # noqa: PLR2004

    def put_signed(self) -> None:
        ticket = self.ticket()
        status, _ = fetch("PUT", ticket.url, BODY, ticket.headers["Content-Type"])
        expect(status == 200, f"answered {status}; may this key write?")  # noqa: PLR2004
        expect(self.shelf.read(self.incoming, 1_000) == BODY, "the object did not arrive")
        self.shelf.remove(self.incoming)

    def refused(self, *, type: str = KIND, body: bytes = BODY) -> None:  # noqa: A002
        status, _ = fetch("PUT", self.ticket().url, body, type)
        expect(400 <= status < 500, f"answered {status}: the signature is not looked at")  # noqa: PLR2004
        expect(self.shelf.head(self.incoming) is None, "and yet the object is there")

    def refused_elsewhere(self) -> None:
        other = keys.INCOMING + uuid.uuid4().hex
        status, _ = fetch("PUT", self.ticket().url.replace(self.incoming, other), BODY, KIND)
        self.shelf.remove(other)
        expect(400 <= status < 500, f"answered {status}: the signature is not looked at")  # noqa: PLR2004

    def incoming_is_hidden(self) -> None:
        self.shelf.put(self.incoming, BODY, KIND)
        status, _ = fetch("GET", self.shelf.plain_link(self.incoming))
        self.shelf.remove(self.incoming)
        hint = "set CLOUDFLARE_R2_INCOMING_BUCKET to a private bucket, or let the domain refuse /incoming/"
        expect(status >= 400, f"it is public; {hint}")  # noqa: PLR2004

    def listed(self) -> None:
        expect(self.key in [stored.key for stored in self.shelf.walk(self.key)], "the list does not hold it")

    def deleted(self) -> None:
        self.shelf.remove(self.key)
        expect(self.shelf.head(self.key) is None, "it is still there")

    def ticket(self) -> Ticket:
        return self.shelf.ticket(self.incoming, KIND, len(BODY))

    @staticmethod
    def quietly(step: Callable[[], None]) -> None:
        try:
            step()
        except Refusal:
            return


def expect(holds: bool, otherwise: str) -> None:  # noqa: FBT001
    if not holds:
        raise FailedError(otherwise)


def fetch(method: str, url: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
    headers = {"Content-Type": kind} if kind else {}
    request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - the storage's own address
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return answer.status, answer.read(1_000)
    except urllib.error.HTTPError as error:
        return error.code, b""
