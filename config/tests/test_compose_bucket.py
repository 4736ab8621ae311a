"""The bucket of docker-compose.yml behind its proxy, both run by its words, with addresses of this machine."""

import contextlib
import http.server
import os
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.testing import composed
from config.testing.composed import Standing
from config.testing.deployment import ROOT, read, server_environment
from config.testing.pictures import in_bucket
from config.testing.s3 import Bucket
from config.testing.tools import tool
from uploads.storage import Pictures

pytestmark = pytest.mark.xdist_group("compose")  # one bucket, one proxy
PICTURE = b"RIFF....WEBP, as far as a proxy is concerned"


class Gallery(http.server.BaseHTTPRequestHandler):
    """Well, and without any picture of its own."""

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200 if self.path == "/livez" else 404)
        self.end_headers()
        self.wfile.write(b"the gallery")

    do_GET = do_PUT = do_DELETE = answer  # noqa: N815 - the names of http.server

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def gallery() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gallery) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(scope="module")
def standing(rclone_program: Path) -> Iterator[Standing]:
    with gallery() as behind, composed.standing(rclone_program, behind) as found:
        yield found


@pytest.fixture
def shelf(standing: Standing, settings: Any) -> Pictures:
    """The storage of a server of compose."""
    given = standing.given
    keys = (given["CLOUDFLARE_R2_ACCESS_KEY"], given["CLOUDFLARE_R2_SECRET_KEY"])
    return in_bucket(
        settings,
        Bucket(given["S3_ENDPOINT_URL"], *keys, name=given["CLOUDFLARE_R2_BUCKET_NAME"]),
        incoming_bucket=given["CLOUDFLARE_R2_INCOMING_BUCKET"],
        public_endpoint=given["S3_PUBLIC_ENDPOINT_URL"],
        public_url=given["CLOUDFLARE_R2_PUBLIC_URL"],
    )


def test_storage_check_is_content_with_what_compose_gives(standing: Standing, tmp_path: Path) -> None:
    env = server_environment("web", standing.given) | {"ENV_FILE": os.devnull, "DATA_DIR": str(tmp_path)}
    env |= {"PATH": os.environ["PATH"], "DATABASE_URL": "sqlite://:memory:", "ALLOW_SQLITE": "1"}
    command = [sys.executable, "manage.py", "storage_check"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("  ok    ") == 11
    assert done.stdout.endswith("Everything works.\n")
    assert [path for path in standing.folder.rglob("*") if path.is_file()] == []


def test_both_buckets_are_there_from_the_start(standing: Standing) -> None:
    assert sorted(path.name for path in standing.folder.iterdir()) == ["incoming", "pictures"]


def test_a_phone_puts_by_its_permit_through_the_proxy(standing: Standing, shelf: Pictures) -> None:
    ticket = shelf.ticket("incoming/abc", "image/webp", len(PICTURE))
    assert ticket.url.startswith(f"{standing.url}/incoming/incoming/abc?")
    request = urllib.request.Request(ticket.url, PICTURE, ticket.headers, method="PUT")
    assert urllib.request.urlopen(request).status == 200
    assert shelf.read("incoming/abc", 100) == PICTURE
    shelf.remove("incoming/abc")


def test_a_picture_is_read_by_everybody_and_kept_for_ever(standing: Standing, shelf: Pictures) -> None:
    shelf.put("designs/2026/a.webp", PICTURE, "image/webp")
    answer = urllib.request.urlopen(shelf.link("designs/2026/a.webp"))
    assert answer.read() == PICTURE
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    part = standing.ask("GET", "/pictures/designs/2026/a.webp", Range="bytes=0-3")
    assert (part.status, part.body) == (206, b"RIFF")
    shelf.remove("designs/2026/a.webp")


def test_what_is_not_there_is_not_remembered_as_such(standing: Standing) -> None:
    answer = standing.ask("GET", "/pictures/designs/none.webp")
    assert answer.status == 404
    assert "Cache-Control" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/incoming/incoming/abc"),  # without a permit
        ("PUT", "/pictures/designs/a.webp"),
        ("DELETE", "/pictures/designs/here.webp"),
        ("GET", "/incoming/incoming/here"),
        ("GET", "/pictures/../incoming/incoming/here"),
        ("GET", "/pictures/%2e%2e/incoming/incoming/here"),
        ("GET", "/pictures/..%2fincoming/incoming/here"),
        ("GET", "/pictures//../incoming/incoming/here"),
        ("GET", "/pictures/designs/"),  # no list
        ("GET", "/pictures/"),
        ("GET", "/pictures/designs/.draft"),
    ],
)
def test_nothing_else_is_read_or_written_from_outside(
    standing: Standing, shelf: Pictures, method: str, path: str
) -> None:
    there = {"designs/here.webp": "pictures", "incoming/here": "incoming"}
    for key in there:
        shelf.put(key, PICTURE, "image/webp")
    (standing.folder / "pictures/designs/.draft").write_bytes(PICTURE)
    answer = standing.ask(method, path, PICTURE if method == "PUT" else None, Content_Type="image/webp")
    assert answer.status >= 400
    assert PICTURE not in answer.body
    files = sorted(str(path.relative_to(standing.folder)) for path in standing.folder.rglob("*") if path.is_file())
    assert files == ["incoming/incoming/here", "pictures/designs/.draft", "pictures/designs/here.webp"]
    (standing.folder / "pictures/designs/.draft").unlink()
    for key in there:
        shelf.remove(key)


def test_a_page_elsewhere_may_put_by_a_permit_as_a_phone_does(standing: Standing) -> None:
    page = "https://app.example.com"
    answer = standing.ask("OPTIONS", "/incoming/incoming/abc", Origin=page, Access_Control_Request_Method="PUT")
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"


def test_the_proxy_that_has_no_bucket_leaves_all_paths_to_the_gallery() -> None:
    """It adapts without the variables of compose, and every path goes to the servers."""
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    command = [tool("caddy"), "adapt", "--adapter", "caddyfile", "--config", str(ROOT / "proxy/Caddyfile")]
    adapted = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    assert "file_server" not in adapted
    assert re.findall(r'"dial":"([^"]+)"', adapted) == ["web:8000"]
    assert "file_server" in read("proxy/Caddyfile")
