"""What every answer carries: an id, safe headers, an ETag, no trailing-slash surprises."""

import gzip
import io
import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from accounts.models import User
from config.testing.cast import Phone

pytestmark = [pytest.mark.urls("config.testing.probes"), pytest.mark.django_db, pytest.mark.once]

ALL_KINDS = ["/", "/health", "/api/settings", "/api/nope", "/api/probe/crash", "/admin/login/", "/docs", "/livez"]


@pytest.fixture
def phone(phone: Phone) -> Phone:
    phone.raise_request_exception = False
    return phone


@pytest.mark.parametrize("path", ALL_KINDS)
def test_safe_headers_are_on_every_answer(phone: Phone, path: str) -> None:
    answer = phone.get(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "camera=(self)" in answer["Permissions-Policy"]


def test_a_wrong_host_gets_the_same_headers(phone: Phone) -> None:
    answer = phone.get("/api/settings", headers={"host": "evil.example"})
    assert {"Content-Security-Policy", "X-Request-ID", "X-Content-Type-Options"} <= set(answer.headers)


def test_only_the_admin_may_evaluate_scripts(phone: Phone) -> None:
    policies = {path: phone.get(path)["Content-Security-Policy"] for path in ALL_KINDS}
    assert [path for path, policy in policies.items() if "unsafe-eval" in policy] == ["/admin/login/"]


def test_a_sane_request_id_is_kept(phone: Phone) -> None:
    assert phone.get("/", headers={"x-request-id": "phone-7.run-42"})["X-Request-ID"] == "phone-7.run-42"


@pytest.mark.parametrize("given", ["short", "a" * 65, "two words here", "naïve-naïve", "<script>alert</script>"])
def test_another_request_id_is_replaced(phone: Phone, given: str) -> None:
    answer = phone.get("/", headers={"x-request-id": given})
    assert len(answer["X-Request-ID"]) == 32


def test_one_log_line_per_request_names_route_status_and_id_but_no_query(phone: Phone) -> None:
    with capture_logs() as lines:
        answer = phone.get("/api/settings?token=abc")
    [line] = [line for line in lines if line["event"] == "request"]
    assert line["route"] == "api/settings"
    assert line["status"] == answer.status_code == 200
    assert "abc" not in json.dumps(line)


def test_the_line_of_a_signed_in_request_names_the_person_by_number_only(
    phone: Phone, asha: User, production_log: io.StringIO
) -> None:
    phone.of(asha).get("/api/probe/signed-in")
    [line] = [json.loads(line) for line in production_log.getvalue().splitlines() if '"route"' in line]
    assert line["user_id"] == asha.pk
    assert "asha" not in production_log.getvalue()


@pytest.mark.parametrize("style", ["json", "console"])
def test_either_way_it_holds_the_same_and_no_secret(
    phone: Phone, asha: User, production_log: io.StringIO, settings: Any, style: str
) -> None:
    settings.LOG_FORMAT = style
    phone.of(asha).get("/api/nowhere/token=kanjeevaram?q=kanjeevaram", headers={"x-request-id": "phone-7.run-42"})
    [line] = [json.loads(line) for line in production_log.getvalue().splitlines() if '"route"' in line]
    assert line.pop("timestamp").endswith("Z")
    assert line.pop("ms") > 0
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "request",
        "method": "GET",
        "path": "/api/nowhere/token=[hidden]",
        "queries": 0,
        "request_id": "phone-7.run-42",
        "route": "",
        "status": 404,
    }


class TestCaching:
    def test_a_public_answer_has_a_weak_etag_and_becomes_304(self, phone: Phone) -> None:
        first = phone.get("/api/settings")
        assert first["ETag"].startswith('W/"')
        assert first["Cache-Control"] == "no-cache"
        again = phone.get("/api/settings", headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_a_signed_in_answer_stays_on_the_phone(self, phone: Phone, asha: User) -> None:
        answer = phone.of(asha).get("/api/probe/signed-in")
        assert answer["Cache-Control"] == "private, no-cache"
        assert "Authorization" in answer["Vary"]
        assert answer["ETag"].startswith('W/"')

    def test_an_error_is_not_kept(self, phone: Phone) -> None:
        answer = phone.get("/api/nope")
        assert answer["Cache-Control"] == "no-store"
        assert "ETag" not in answer

    def test_a_token_answer_is_neither_stored_nor_compared_nor_compressed(self, phone: Phone) -> None:
        answer = phone.get("/api/probe/token", headers={"accept-encoding": "gzip"})
        assert answer["Cache-Control"] == "no-store"
        assert "ETag" not in answer
        assert "Content-Encoding" not in answer


class TestCompression:
    def test_large_answers_are_compressed(self, phone: Phone) -> None:
        answer = phone.get("/api/probe/large", headers={"accept-encoding": "gzip"})
        assert answer["Content-Encoding"] == "gzip"
        assert json.loads(gzip.decompress(answer.content))["text"].startswith("saree")

    def test_small_answers_are_not(self, phone: Phone) -> None:
        assert "Content-Encoding" not in phone.get("/api/settings", headers={"accept-encoding": "gzip"})


class TestAddresses:
    def test_a_trailing_slash_answers_the_same_without_a_redirect(self, phone: Phone) -> None:
        plain, slashed = phone.get("/api/settings"), phone.get("/api/settings/")
        assert (slashed.status_code, slashed.content) == (200, plain.content)

    def test_an_unknown_method_is_405_also_on_plain_views(self, phone: Phone) -> None:
        for path in ("/livez", "/api/settings", "/admin/login/"):
            answer = phone.generic("FOO", path)
            assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")

    def test_a_known_method_that_a_door_lacks_is_405_with_allow(self, phone: Phone) -> None:
        answer = phone.post("/api/settings")
        assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")
        assert "GET" in answer["Allow"]

    def test_json_whatever_the_accept_header_asks(self, phone: Phone) -> None:
        answer = phone.get("/api/settings", headers={"accept": "text/html"})
        assert answer["Content-Type"] == "application/json"


class TestCors:
    @pytest.fixture(autouse=True)
    def _origins(self, settings: Any) -> None:
        settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]

    def test_a_known_page_may_read_and_sees_our_headers(self, phone: Phone) -> None:
        answer = phone.get("/api/settings", headers={"origin": "https://app.example"})
        assert answer["Access-Control-Allow-Origin"] == "https://app.example"
        exposed = {name.strip() for name in answer["Access-Control-Expose-Headers"].split(",")}
        assert exposed == {"ETag", "Link", "X-Total-Count", "X-Request-ID", "Retry-After"}
        assert "Access-Control-Allow-Credentials" not in answer

    def test_an_unknown_page_may_not(self, phone: Phone) -> None:
        answer = phone.get("/api/settings", headers={"origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in answer

    def test_an_error_may_be_read_as_well(self, phone: Phone) -> None:
        answer = phone.get("/api/nope", headers={"origin": "https://app.example"})
        assert answer["Access-Control-Allow-Origin"] == "https://app.example"

    def test_a_preflight_is_answered(self, phone: Phone) -> None:
        ask = {"origin": "https://app.example", "access-control-request-method": "PUT"}
        answer = phone.options("/api/admin/settings", headers=ask)
        assert answer.status_code == 200
        assert "PUT" in answer["Access-Control-Allow-Methods"]
