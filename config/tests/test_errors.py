"""Every refusal has the one shape, whoever speaks."""

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions, serializers

from config.api.errors import CODES, Refusal, as_refusal, code_for, envelope, flatten
from config.api.serializers import StrictSerializer
from config.testing.cast import Phone

pytestmark = [pytest.mark.urls("config.testing.probes"), pytest.mark.once]


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (Refusal("conflict"), "conflict"),
        (exceptions.ParseError(), "parse_error"),
        (exceptions.NotAuthenticated(), "token_missing"),
        (exceptions.AuthenticationFailed(), "token_invalid"),
        (exceptions.AuthenticationFailed(code="account_blocked"), "account_blocked"),
        (exceptions.PermissionDenied(), "admin_required"),
        (exceptions.NotFound(), "not_found"),
        (exceptions.MethodNotAllowed("FOO"), "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/csv"), "unsupported_media_type"),
        (exceptions.Throttled(3), "throttled"),
        (Http404(), "not_found"),
        (PermissionDenied(), "admin_required"),
        (RequestDataTooBig(), "payload_too_large"),
        (TooManyFieldsSent(), "parse_error"),
        (UnreadablePostError(), "request_timeout"),
        (OperationalError("locked"), "database_unavailable"),
        (InterfaceError("closed"), "database_unavailable"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_each_exception_has_its_code_and_the_codes_status(raised: Exception, code: str) -> None:
    refusal = as_refusal(raised)
    assert refusal is not None
    assert (refusal.code, refusal.status_code) == (code, CODES[code][0])


def test_a_crash_is_left_to_be_logged() -> None:
    assert as_refusal(RuntimeError()) is None


def test_the_envelope_has_exactly_these_names() -> None:
    assert envelope("not_found", request_id="r") == {
        "success": False,
        "error": "not_found",
        "message": "There is nothing here.",
        "details": [],
        "request_id": "r",
    }


def test_every_code_has_a_sentence_that_ends() -> None:
    assert all(message.endswith(".") for _, message in CODES.values())


@pytest.mark.parametrize(("status", "code"), [(404, "not_found"), (418, "parse_error"), (502, "server_error")])
def test_a_status_from_elsewhere_gets_a_code(status: int, code: str) -> None:
    assert code_for(status) == code


def test_nested_problems_become_dotted_names() -> None:
    class Item(serializers.Serializer[object]):
        count = serializers.IntegerField()

    class Order(StrictSerializer):
        title = serializers.CharField()
        items = Item(many=True)

    order = Order(data={"items": [{"count": 1}, {"count": "x"}]})
    assert not order.is_valid()
    assert [(d["field"], d["code"]) for d in flatten(order.errors)] == [
        ("title", "required"),
        ("items.1.count", "invalid"),
    ]


class TestThroughTheDoor:
    def test_unknown_fields_are_named(self, phone: Phone, db: None) -> None:
        answer = phone.post("/api/probe/echo", {"title": "Saree", "titel": 1, "id": 7})
        assert answer.status_code == 400
        assert answer.json()["error"] == "unknown_field"
        assert answer.json()["details"] == [
            {"field": "titel", "code": "unknown_field", "message": "There is no such field."}
        ]

    def test_read_only_fields_are_ignored(self, phone: Phone, db: None) -> None:
        assert phone.post("/api/probe/echo", {"title": "Saree", "id": 7}).json() == {"title": "Saree"}

    def test_null_clears_an_optional_field(self, phone: Phone, db: None) -> None:
        assert phone.post("/api/probe/echo", {"title": "Saree", "note": None}).json()["note"] is None

    def test_the_message_is_one_sentence_about_the_first_problem(self, phone: Phone, db: None) -> None:
        answer = phone.post("/api/probe/echo", {})
        assert answer.json()["message"] == "title: This field is required."

    def test_a_crash_tells_nothing_but_the_request_id(self, phone: Phone, db: None) -> None:
        phone.raise_request_exception = False
        answer = phone.get("/api/probe/crash")
        assert answer.status_code == 500
        assert answer.json() == {
            "success": False,
            "error": "server_error",
            "message": "Something went wrong on our side. Please try again later.",
            "details": [],
            "request_id": answer["X-Request-ID"],
        }

    def test_a_crash_in_debug_is_still_json(self, phone: Phone, db: None, settings: object) -> None:
        settings.DEBUG = True  # type: ignore[attr-defined]
        phone.raise_request_exception = False
        assert phone.get("/api/probe/crash").json()["error"] == "server_error"

    def test_a_database_that_is_away_asks_to_come_back(self, phone: Phone, db: None) -> None:
        answer = phone.get("/api/probe/away")
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert answer.json()["error"] == "database_unavailable"
        assert "10.0.0.1" not in answer.content.decode()

    def test_an_unknown_path_is_json_also_outside_the_api(self, phone: Phone, db: None) -> None:
        for path in ("/api/nope", "/nope"):
            assert phone.get(path).json()["error"] == "not_found"

    def test_a_wrong_host_is_json(self, phone: Phone, db: None) -> None:
        answer = phone.get("/api/settings", headers={"host": "evil.example"})
        assert (answer.status_code, answer.json()["error"]) == (400, "parse_error")
