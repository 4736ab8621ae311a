"""PostgreSQL goes away under a running server: it says so, stays alive, and recovers."""

import http.client
import json
import os
import time
from contextlib import closing
from typing import Any

import pytest

from config.site import HEALTH_CACHED_SECONDS
from config.testing import postgres
from config.testing.servers import Server, running

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif("TEST_DATABASE_URL" not in os.environ, reason="the PostgreSQL lane's"),
    pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL programs installed"),
]


def get(server: Server, path: str) -> tuple[int, Any]:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as door:
        door.request("GET", path)
        answer = door.getresponse()
        body = answer.read()
        return answer.status, json.loads(body) if body.startswith(b"{") else body


@pytest.mark.drill
def test_the_server_outlives_its_database(monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres.Cluster() as cluster:
        monkeypatch.setenv("TEST_DATABASE_URL", cluster.url)
        with running(called="left", prepared=False, WEB_CONCURRENCY="1") as server:
            assert get(server, "/health")[1]["status"] == "healthy"
            cluster.stop()
            time.sleep(HEALTH_CACHED_SECONDS + 0.1)
            assert get(server, "/livez") == (200, b"ok")
            status, body = get(server, "/health")
            assert (status, body["status"]) == (503, "unhealthy")
            assert get(server, "/api/settings")[0] == 200, "switches fall back"
            status, body = get(server, "/api/probe/pages")
            assert (status, body["error"]) == (503, "database_unavailable")
            cluster.start()
            time.sleep(HEALTH_CACHED_SECONDS + 0.1)
            assert get(server, "/health")[1]["status"] == "healthy"
