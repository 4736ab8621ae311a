"""Logs tell what happened and keep secrets."""

import io
import json
import logging

import pytest

from config.logs import HIDDEN, hide_secrets, scrub

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoxfQ.sflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {JWT}",
        f"refused {JWT}",
        "postgres://gallery:kanjeevaram@db/gallery is away",
        "redis://:kanjeevaram@cache:6379/0",
        "password=kanjeevaram&x=1",
        '{"new_password": "kanjeevaram"}',
        "reset token: kanjeevaram",
        "KeyError: {'refresh_token': 'kanjeevaram'}",
        "BASIC kanjeevaram",
        "Api-Key: kanjeevaram",
        "APIKEY=kanjeevaram",
        "MY_SECRET=kanjeevaram",
        "pa\u017f\u017fword=kanjeevaram",  # letters that are an s without case
        "to\u212aen=kanjeevaram",  # and a k
    ],
)
def test_a_secret_inside_a_text_is_hidden(text: str) -> None:
    assert HIDDEN in scrub(text)
    assert "kanjeevaram" not in scrub(text)
    assert JWT not in scrub(text)


@pytest.mark.parametrize("text", ["GET /api/designs 200", "The token is invalid.", "Asha changed her password"])
def test_plain_words_stay(text: str) -> None:
    assert scrub(text) == text


def test_a_value_under_a_telling_name_is_hidden_at_any_depth() -> None:
    event = {"event": "x", "body": {"password": "p", "deep": [{"access_token": "t"}], "title": "Saree"}}
    assert hide_secrets(None, "info", event) == {
        "event": "x",
        "body": {"password": HIDDEN, "deep": [{"access_token": HIDDEN}], "title": "Saree"},
    }


def test_production_writes_one_json_object_a_line(production_log: io.StringIO) -> None:
    logging.getLogger("probe").info("A design was published", extra={"design": 7})
    line = json.loads(production_log.getvalue())
    assert line["event"] == "A design was published"
    assert line["design"] == 7
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")


def test_a_traceback_is_one_line_too_and_keeps_its_secrets(production_log: io.StringIO) -> None:
    try:
        raise ValueError("token=kanjeevaram")
    except ValueError:
        logging.getLogger("probe").exception("It broke")
    line = json.loads(production_log.getvalue())
    assert "ValueError" in line["exception"]
    assert "kanjeevaram" not in line["exception"]
