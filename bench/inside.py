"""Requests through all of the application in this process, without a server and a test client around them."""

import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, NamedTuple

DESIGNS, PEOPLE, HEARTS = 2_000, 5, 500


PASSWORD = "a long enough password"


class Ask(NamedTuple):
    method: str
    path: str
    body: bytes = b""


def set_up(**more: str) -> str:
    """A filled gallery on SQLite, under the settings of production; where its files lie."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "ENVIRONMENT": "test", "ENV_FILE": os.devnull}
    os.environ |= {"DATA_DIR": tempfile.mkdtemp(prefix="gallery-bench-"), "LOG_LEVEL": "WARNING", "LOG_FORMAT": "json"}
    os.environ |= dict.fromkeys(["LIMIT_STANDARD", "LIMIT_SUGGEST", "LIMIT_AUTH"], "1000000")
    os.environ |= more
    import django

    django.setup()
    from bench import standing

    standing.fill(DESIGNS, PEOPLE, HEARTS)
    return os.environ["DATA_DIR"]


class Inside:
    def __init__(self) -> None:
        from django.core.wsgi import get_wsgi_application

        from accounts.models import User
        from bench.asking import token_of
        from designs import index

        index.searchable()
        self.application: Any = get_wsgi_application()
        self.user = User.objects.filter(username__startswith="fill-", status="approved").earliest("pk")
        self.token = token_of(self.user)

    def ask(self, asked: Ask) -> bytes:
        said: list[Any] = []
        answer = self.application(self.environ(asked), lambda status, _: said.append(status))
        body = b"".join(answer)
        answer.close()
        if not said[0].startswith(str(HTTPStatus.OK.value)):
            raise RuntimeError(f"{asked}: {said[0]} {body[:300]!r}")
        return body

    def environ(self, asked: Ask) -> dict[str, Any]:
        path, _, query = asked.path.partition("?")
        return {
            "REQUEST_METHOD": asked.method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(asked.body)),
            "CONTENT_TYPE": "application/json" if asked.body else "",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_ACCEPT": "application/json",
            "HTTP_AUTHORIZATION": f"Bearer {self.token}",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(asked.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }


def doors(user: Any) -> dict[str, Iterator[Ask]]:
    """What is asked again and again, each time a little differently where a real phone would."""
    from designs.models import Design

    shown = list(Design.objects.shown().exclude(favorites__user=user).order_by("pk").values_list("pk", flat=True))

    def round_and_round(found: list[Ask]) -> Iterator[Ask]:
        while True:
            yield from found

    def paths(found: list[str]) -> Iterator[Ask]:
        return round_and_round([Ask("GET", path) for path in found])

    return {
        "first page": paths(["/api/designs"]),
        "filtered": paths([f"/api/designs?category=saree&price_max={10**8 + number}" for number in range(500)]),
        "by popularity": paths([f"/api/designs?colour=red&sort=popular&price_max={10**8 + n}" for n in range(500)]),
        "search": paths(["/api/designs?q=red+silk+saree", "/api/designs?q=lehnga"]),
        "suggest": paths(["/api/designs/suggest?q=sar", "/api/designs/suggest?q=red"]),
        "facets": paths([f"/api/designs/facets?category=saree&price_max={10**8 + number}" for number in range(500)]),
        "detail": paths([f"/api/designs/{number}" for number in shown]),
        "similar": paths([f"/api/designs/{number}/similar" for number in shown]),
        "hearts": round_and_round(
            [Ask(way, f"/api/designs/{number}/favorite") for number in shown for way in ("POST", "DELETE")]
        ),
        "my favorites": paths(["/api/designs/user/favorites"]),
        "me": paths(["/api/auth/me"]),
        "sign in": round_and_round([signing_in(user)]),
    }


def signing_in(user: Any) -> Ask:
    """All but the hash: here it is one that takes no time."""
    from django.test.utils import override_settings

    override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]).enable()
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return Ask("POST", "/api/auth/login", json.dumps({"username": user.username, "password": PASSWORD}).encode())


def cpu_of(work: Any) -> float:
    """Milliseconds of this thread."""
    started = time.thread_time()
    work()
    return (time.thread_time() - started) * 1_000
