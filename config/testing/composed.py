"""Bucket and proxy of docker-compose.yml, run by its words, with addresses of this machine."""

import contextlib
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import NamedTuple

from config.testing.deployment import ROOT, a_compose_env, environment_of, service
from config.testing.fleet import beside
from config.testing.servers import free_port
from config.testing.tools import tool


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes


@dataclass
class Standing:
    """The bucket, and the proxy in front of it; `given` is a compose.env with the addresses of both."""

    folder: Path
    given: dict[str, str]
    proxy_port: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.proxy_port}"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """As it stands: nothing is made tidy on the way."""
        with contextlib.closing(HTTPConnection("localhost", self.proxy_port, timeout=20)) as connection:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())


@contextlib.contextmanager
def standing(rclone: Path, gallery_port: int) -> Iterator[Standing]:
    """In front of a gallery on that port, which may come later."""
    given = a_compose_env()
    with tempfile.TemporaryDirectory(prefix="gallery-compose-") as home:
        folder = Path(home, "bucket")
        folder.mkdir()
        with bucket(given, folder, rclone) as port, proxy(given, folder, port, gallery_port) as proxy_port:
            yield Standing(folder, moved(given, port, proxy_port), proxy_port)


def moved(given: dict[str, str], bucket_port: int, proxy_port: int) -> dict[str, str]:
    theirs, ours = given["S3_ENDPOINT_URL"], f"http://127.0.0.1:{bucket_port}"
    home, here = given["PUBLIC_URL"], f"http://localhost:{proxy_port}"
    return {name: value.replace(theirs, ours).replace(home, here) for name, value in given.items()}


@contextlib.contextmanager
def bucket(given: dict[str, str], folder: Path, rclone: Path) -> Iterator[int]:
    port = free_port()
    (shell, flag), (script,) = service("bucket")["entrypoint"], service("bucket")["command"]
    script = script.replace("/bucket", str(folder)).replace(":8333", f"127.0.0.1:{port}")
    bin_of = folder.parent / "bin"
    bin_of.mkdir()
    (bin_of / "rclone").symlink_to(rclone)
    env = environment_of("bucket", given) | {"PATH": f"{bin_of}:{os.environ['PATH']}", "HOME": "/nonexistent"}
    with beside([shell, flag, script], env):
        wait_until_somebody_listens(port)
        yield port


@contextlib.contextmanager
def proxy(given: dict[str, str], folder: Path, bucket_port: int, gallery_port: int) -> Iterator[int]:
    port = free_port()
    here = {"GALLERY_ADDRESS": f"http://:{port}", "GALLERY_SERVERS": f"127.0.0.1:{gallery_port}"}
    own = {"GALLERY_BUCKET": f"127.0.0.1:{bucket_port}", "GALLERY_BUCKET_FOLDER": str(folder)}
    away = {"XDG_DATA_HOME": str(folder.parent), "XDG_CONFIG_HOME": str(folder.parent), "PATH": os.environ["PATH"]}
    _, *words = service("proxy")["command"]
    words = [word.replace("/etc/caddy", str(ROOT / "proxy")) for word in words]
    with beside([tool("caddy"), *words], environment_of("proxy", given) | here | own | away):
        wait_until_somebody_listens(port)
        yield port


def wait_until_somebody_listens(port: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise AssertionError(f"nobody listens on port {port}")
