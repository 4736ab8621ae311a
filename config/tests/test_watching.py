"""What ops see: figures that add up over processes, slow requests with their queries, errors without secrets."""

import gzip
import http.server
import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from django.db import OperationalError, connection
from django.test import Client

from config.testing.servers import Server, running
from config.watching import figures
from config.watching.queries import counted

UNPACK: dict[str | None, Any] = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
TOKEN = "a-token-for-prometheus"
SECRET = "kanjeevaram-77"


class Sentry(http.server.BaseHTTPRequestHandler):
    """Takes envelopes as the real one does, and keeps them."""

    said: list[str] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.said.append(UNPACK[self.headers.get("Content-Encoding")](body).decode())
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Not on the screen."""


@pytest.fixture(scope="module")
def sentry() -> Iterator[str]:
    Sentry.said = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sentry) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://public@127.0.0.1:{listening.server_port}/1"
        listening.shutdown()


@pytest.fixture(scope="module")
def watched(sentry: str) -> Iterator[Server]:
    with running(
        called="watched", METRICS_TOKEN=TOKEN, SLOW_REQUEST_MS="1", SENTRY_DSN=sentry, LIMIT_AUTH="1000"
    ) as server:
        yield server


def ask(server: Server, path: str, *, token: str = "", body: dict[str, str] | None = None) -> tuple[int, str]:
    request = urllib.request.Request(f"{server.url}{path}", data=json.dumps(body).encode() if body else None)
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def told(server: Server) -> str:
    status, page = ask(server, "/metrics", token=TOKEN)
    assert status == 200
    return page


def value(page: str, sample: str) -> float:
    found = re.search(rf"^{re.escape(sample)} (\S+)$", page, re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.mark.drill
@pytest.mark.server
class TestALivingServer:
    def test_what_two_processes_answered_is_added_up(self, watched: Server) -> None:
        sample = 'gallery_requests_total{method="GET",route="info",status="200"}'
        before = value(told(watched), sample)
        for _ in range(20):
            assert ask(watched, "/info")[0] == 200
        page = told(watched)
        assert value(page, sample) == before + 20
        assert value(page, 'gallery_request_seconds_count{route="info"}') == before + 20

    def test_addresses_and_methods_that_somebody_invents_share_one_line(self, watched: Server) -> None:
        for number in range(5):
            ask(watched, f"/api/nowhere-{number}")
        page = told(watched)
        assert "nowhere" not in page
        assert value(page, 'gallery_requests_total{method="GET",route="unknown",status="404"}') >= 5

    def test_how_sign_ins_ended(self, watched: Server) -> None:
        ask(watched, "/api/auth/login", body={"username": "meera", "password": SECRET})
        right = {"username": watched.env["ADMIN_USERNAME"], "password": watched.env["ADMIN_PASSWORD"]}
        assert ask(watched, "/api/auth/login", body=right)[0] == 200
        page = told(watched)
        assert value(page, 'gallery_outcomes_total{outcome="invalid_credentials",what="sign-in"}') == 1
        assert value(page, 'gallery_outcomes_total{outcome="ok",what="sign-in"}') == 1

    def test_queries_who_waits_and_the_queue(self, watched: Server) -> None:
        new = {"username": "pooja.42", "password": "a long enough password"}
        assert ask(watched, "/api/auth/register", body=new)[0] == 200
        page = told(watched)
        assert value(page, "gallery_pending_people") == 1
        assert value(page, 'gallery_tasks{status="FAILED"}') == 0
        assert value(page, 'gallery_queries_total{route="api/auth/register"}') >= 2
        assert value(page, 'gallery_database_seconds_total{route="api/auth/register"}') > 0

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no pool")
    def test_the_pool(self, watched: Server) -> None:
        time.sleep(figures.POOL_EVERY)
        ask(watched, "/health")
        assert value(told(watched), 'gallery_pool{state="idle"}') >= 1

    def test_whoever_may_not_ask_finds_nothing(self, watched: Server) -> None:
        for token in ("", "wrong", TOKEN[:-1], TOKEN + "x"):
            status, body = ask(watched, "/metrics", token=token)
            assert (status, "gallery_" in body) == (404, False)

    def test_a_slow_request_is_told_with_its_queries(self, watched: Server) -> None:
        ask(watched, "/api/auth/login", body={"username": "nobody", "password": SECRET})
        line = next(line for line in reversed(watched.log.splitlines()) if "slow_request" in line)
        assert re.search(r"queries=\d+", line)
        assert "database_ms=" in line
        assert SECRET not in watched.log

    def test_an_error_reaches_sentry_without_what_was_sent(self, watched: Server) -> None:
        assert ask(watched, f"/api/probe/crash?q={SECRET}")[0] == 500
        deadline = time.monotonic() + 20
        while not Sentry.said and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)  # a second one would be too many
        (sent,) = Sentry.said
        assert "RuntimeError" in sent
        assert "/api/probe/crash" in sent
        assert '"request_id"' in sent
        for kept_back in (SECRET, "Authorization", "127.0.0.1", "hunter2"):
            assert kept_back not in sent.replace(watched.url, ""), kept_back


@pytest.mark.django_db
class TestTheDoor:
    def test_it_is_not_there_unless_asked_for(self, client: Client) -> None:
        assert client.get("/metrics").status_code == 404

    @pytest.mark.parametrize(("networks", "status"), [(["10.0.0.0/8", "127.0.0.0/8"], 200), (["10.0.0.0/8"], 404)])
    def test_by_address(self, client: Client, settings: Any, networks: list[str], status: int) -> None:
        settings.METRICS_ADDRESSES = [ip_network(one) for one in networks]
        assert client.get("/metrics").status_code == status

    def test_queries_are_counted_for_each_thread(self) -> None:
        before = counted.now()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.execute("SELECT 1")
        asked = counted.since(before)
        assert asked.statements == 2
        assert asked.seconds > 0

    def test_a_figure_that_cannot_be_asked_is_left_out(self) -> None:
        def fails() -> float:
            raise OperationalError("away")

        assert figures.values_of(figures.Told("x", "x", fails)) == []
        assert figures.values_of(figures.Told("x", "x", lambda: {"a": 1.0}, "kind")) == [("a", 1.0)]


def test_the_rules_ask_for_figures_that_are_told() -> None:
    rules = Path("docs/alerts.yml").read_text(encoding="utf-8")
    asked = set(re.findall(r"gallery_[a-z_]+", rules))
    own = Path("config/watching/figures.py").read_text(encoding="utf-8")
    known = set(re.findall(r'"(gallery_[a-z_]+)"', own)) | {one.name for one in figures.told}
    assert len(asked) >= 5
    assert {re.sub(r"_(total|bucket)$", "", name) for name in asked} <= known
    assert rules.count("- alert:") == 5
