"""Three servers behind a proxy share nothing but PostgreSQL, Redis and a bucket, and act as one."""

import json
import os
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from config.testing import fleet, postgres
from config.testing.fleet import Fleet
from config.testing.pictures import photo
from config.testing.s3 import Bucket
from config.testing.servers import ADMIN, ADMIN_PASSWORD

pytestmark = pytest.mark.fleet
ASKED = 8  # times a server, so that each of its processes answers
LANE = os.environ.get("TEST_DATABASE_URL", "")


@pytest.fixture(scope="module")
def three(strict_server: Bucket) -> Iterator[Fleet]:
    r2 = strict_server.r2
    bucket = {
        "S3_ENDPOINT_URL": r2["endpoint"],
        "CLOUDFLARE_R2_ACCESS_KEY": r2["access_key"],
        "CLOUDFLARE_R2_SECRET_KEY": r2["secret_key"],
        "CLOUDFLARE_R2_BUCKET_NAME": r2["bucket_name"],
        "PICTURES_PRIVATE": "1",
    }
    with (
        postgres.database(LANE, f"gallery_fleet_{os.getpid()}") as url,
        fleet.fleet(url, bucket, LIMIT_STANDARD="100000", LIMIT_AUTH="20", WEB_DRAIN_SECONDS="3") as standing,
    ):
        yield standing


def ask(url: str, method: str = "GET", body: Any = None, **headers: str) -> tuple[int, Any]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data=data, method=method)
    for name, value in {"Content-Type": "application/json", **headers}.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


@pytest.fixture(scope="module")
def manager(three: Fleet) -> dict[str, str]:
    """Signed in past the proxy: it counts who comes through it by their true address, and a crowd does."""
    body = {"username": ADMIN, "password": ADMIN_PASSWORD}
    status, answer = ask(f"{three.servers[0].url}/api/auth/login", "POST", body, X_Forwarded_For="203.0.113.1")
    assert status == 200, answer
    return {"Authorization": f"Bearer {answer['access_token']}"}


def everywhere(three: Fleet, path: str, **headers: str) -> list[tuple[int, Any]]:
    return [ask(f"{server.url}{path}", **headers) for server in three.servers]


def until_all_agree(three: Fleet, path: str, fits: Any, headers: dict[str, str]) -> float:
    """Seconds until each server says so."""
    started = time.monotonic()
    while time.monotonic() - started < 10:
        if all(fits(answer) for answer in everywhere(three, path, **headers)):
            return time.monotonic() - started
        time.sleep(0.05)
    raise AssertionError(everywhere(three, path, **headers))


def test_a_limit_is_one_limit(three: Fleet) -> None:
    """20 of 80 pass, wherever they knock."""

    def knock(number: int) -> int:
        body = {"username": f"nobody-{number}", "password": "wrong"}
        return ask(f"{three.url}/api/auth/login", "POST", body)[0]

    with ThreadPoolExecutor(16) as crowd:
        assert Counter(crowd.map(knock, range(80))) == {401: 20, 429: 60}


def test_a_token_of_one_opens_all_and_signing_out_at_one_closes_all(three: Fleet) -> None:
    body = {"username": ADMIN, "password": ADMIN_PASSWORD}
    _, answer = ask(f"{three.servers[0].url}/api/auth/login", "POST", body, X_Forwarded_For="203.0.113.2")
    mine = {"Authorization": f"Bearer {answer['access_token']}"}
    assert [status for status, _ in everywhere(three, "/api/auth/me", **mine)] == [200] * 3
    assert ask(f"{three.servers[1].url}/api/auth/logout", "POST", {}, **mine)[0] == 200
    assert [status for status, _ in everywhere(three, "/api/auth/me", **mine)] == [401] * 3


def test_a_switch_is_effective_everywhere_within_a_second(three: Fleet, manager: dict[str, str]) -> None:
    """Every process has read the old value just before; whoever asks a second after the answer reads the new one."""

    def said() -> set[int]:
        answers = [answer for _ in range(ASKED) for answer in everywhere(three, "/api/settings")]
        return {settings["featured_designs_limit"] for _, settings in answers}

    assert said() == {10}
    body = {"featured_designs_limit": 7}
    assert ask(f"{three.servers[2].url}/api/admin/settings", "PUT", body, **manager)[0] == 200
    time.sleep(1)
    assert said() == {7}


def test_a_picture_and_its_design_are_everywhere(three: Fleet, manager: dict[str, str]) -> None:
    mark, boundary = b"\r\n", b"------------------------fleet"
    part = b'Content-Disposition: form-data; name="file"; filename="saree.jpg"\r\nContent-Type: image/jpeg\r\n'
    form = mark.join([b"--" + boundary, part, photo(), b"--" + boundary + b"--", b""])
    kind = {"Content_Type": f"multipart/form-data; boundary={boundary.decode()}"}
    status, picture = ask(f"{three.servers[0].url}/api/upload/image", "POST", form, **manager, **kind)
    assert status == 200, picture
    body = {"title": "Kanjeevaram of the fleet", "image_ids": [picture["id"]], "category": "saree", "colour": "red"}
    status, design = ask(f"{three.servers[1].url}/api/designs", "POST", body, **manager)
    assert status == 201, design
    assert ask(f"{three.servers[2].url}/api/designs/{design['id']}", **manager)[0] == 200
    path = "/api/designs?q=kanjeevaram+laal"
    until_all_agree(three, path, lambda said: [one["id"] for one in said[1]["designs"]] == [design["id"]], manager)
    shown = ask(f"{three.servers[2].url}/api/designs/{design['id']}", **manager)[1]
    with urllib.request.urlopen(shown["image_url"], timeout=20) as answer:
        assert answer.headers["Content-Type"].startswith("image/")


def test_a_request_that_comes_again_elsewhere_gets_the_first_answer(three: Fleet, manager: dict[str, str]) -> None:
    body, key = {"title": "Once", "status": "draft"}, {"Idempotency_Key": "fleet-1"}
    answers = [ask(f"{server.url}/api/designs", "POST", body, **manager, **key) for server in three.servers]
    assert {status for status, _ in answers} == {201}
    assert len({answer["id"] for _, answer in answers}) == 1


def test_replacing_each_server_under_load_fails_no_request(three: Fleet, manager: dict[str, str]) -> None:
    stopped, told = [False], Counter[int]()

    def go_on(number: int) -> None:
        while not stopped[0]:
            if number % 2:
                told[ask(f"{three.url}/api/designs", **manager)[0]] += 1
            else:
                told[ask(f"{three.url}/api/auth/me", "PATCH", {"full_name": f"Meera {number}"}, **manager)[0]] += 1

    with ThreadPoolExecutor(6) as crowd:
        running = [crowd.submit(go_on, number) for number in range(6)]
        try:
            for number in range(fleet.SERVERS):
                three.replace(number)
        finally:
            stopped[0] = True
        for one in running:
            one.result()
    assert set(told) == {200}, told
    assert told[200] > 50
