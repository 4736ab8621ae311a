"""What makes no sense is a 400 in the one shape, quickly: nobody makes the gallery work by asking nonsense."""

import time
from typing import Any
from urllib.parse import quote

import pytest

from accounts.models import User
from config.testing.cast import Phone
from config.testing.gallery import a_design

pytestmark = pytest.mark.django_db
DOOR = "/api/designs"
SOON = 0.050  # seconds of work for each
QUESTIONS = {
    "page=0": "validation_error",
    "page=-1": "validation_error",
    "page=9223372036854775808": "validation_error",
    "page=10001&per_page=100": "page_too_deep",
    "per_page=1000000": "validation_error",
    "per_page=many": "validation_error",
    "cursor=garbage": "invalid_cursor",
    f"cursor={'x' * 4_000}": "invalid_cursor",
    "sort=password": "validation_error",
    "sort=relevance": "validation_error",
    "featured=maybe": "validation_error",
    "favorited=2": "validation_error",
    "colour=rad": "unknown_value",
    f"colour={quote('लालल')}": "unknown_value",
    f"colour={'x' * 3_000}": "unknown_value",
    f"colour={','.join(f'c{n}' for n in range(500))}": "validation_error",
    "audience=aliens": "unknown_value",
    "color=red": "unknown_parameter",
    "designer__user__password=x": "unknown_parameter",
    "price_min=cheap": "validation_error",
    "price_max=-1": "validation_error",
    f"price_min={'9' * 400}": "validation_error",
    "created_after=yesterday": "validation_error",
    "created_after=0000-00-00": "validation_error",
    "fields=password": "unknown_value",
    "total=perhaps": "validation_error",
}


def asked(phone: Phone, query: str) -> tuple[Any, float]:
    started = time.process_time()
    return phone.get(f"{DOOR}?{query}"), time.process_time() - started


def test_nonsense_is_refused_within_fifty_milliseconds(phone: Phone, asha: User, subtests: pytest.Subtests) -> None:
    a_design()
    phone.holding(asha)
    other = phone.get(DOOR, {"cursor": "", "per_page": "1", "sort": "title"}).json()["next_cursor"]
    a_cursor = other or "bound-elsewhere"
    for query, code in {**QUESTIONS, f"cursor={a_cursor}&sort=newest": "invalid_cursor"}.items():
        with subtests.test(query[:60]):
            answer, took = asked(phone, query)
            if took > SOON:  # it may have imported what nobody needed before
                answer, took = asked(phone, query)
            body = answer.json()
            assert (answer.status_code, body["error"]) == (400, code), body
            assert {"success", "error", "message", "details"} <= set(body)
            assert took < SOON
