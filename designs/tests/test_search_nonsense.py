"""Whatever stands in `q`, the answer is a page or a 400 in the one shape, within a fifth of a second."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from accounts.models import User
from config.testing.cast import Phone, make_asha
from config.testing.ground import rows_for_many
from designs import vocabulary
from designs.models import Search
from designs.tests.reference import a_catalogue, seeded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facets_at_once"), pytest.mark.once]
DOOR = "/api/designs"
SOON = 100  # pieces of work; a fifth of a second of CPU on a quiet machine


@pytest.fixture(scope="module")
def everything(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[User]:
    with rows_for_many(django_db_blocker):
        vocabulary.forget()
        asha = make_asha()
        a_catalogue(seeded(3), 60, asha)
        yield asha


@pytest.fixture
def shop(everything: User, db: None, settings: Any) -> Phone:
    settings.LIMITS = {**settings.LIMITS, "standard": {**settings.LIMITS["standard"], "rate": 10**6}}
    phone = Phone().holding(everything)
    phone.get(DOOR, {"q": "silk"})  # what is read once is read
    return phone


def asked(shop: Phone, query: str) -> Any:
    """By the address as it is written, so that half a letter gets there, too."""
    took = []
    for _ in range(2):  # the first may be slowed down by something else
        started = time.process_time()
        answer = shop.get(f"{DOOR}?{query}")
        took.append((time.process_time() - started) / a_piece_of_work())
        if took[-1] < SOON:
            return answer
    raise AssertionError(f"{took} pieces of work")


def a_piece_of_work() -> float:
    """In seconds of CPU, at this moment: machines differ, and others use them."""
    started = time.process_time()
    found = {str(number): number * number % 7 for number in range(20_000)}
    assert len(found) == 20_000
    return time.process_time() - started


QUERY_LANGUAGES = [
    *['"silk" AND NEAR( *', "silk & red | !zari <-> work:*", "'silk':*A", "title:silk", "silk*", "NEAR(silk red, 3)"],
    *[
        "^silk",
        "-silk",
        "+silk -red",
        "silk OR",
        "(silk",
        "silk)",
        '"',
        "''",
        "'",
        "\\",
        "%",
        "_",
        "%s %(x)s",
        "{silk}",
    ],
    *[
        "' OR 1=1 --",
        "silk'; DROP TABLE designs_design; --",
        "$$silk$$",
        "[silk]",
        "silk\tred\nzari",
        "/silk/",
        "#",
        "?",
    ],
    *["<script>alert(1)</script>", "&amp;", "silk;", "${jndi:ldap://x}", "../../etc/passwd", "silk~2", "silk^9"],
]
UNSEEN = [
    *["\u202esilk\u202c", "\u200fsilk\u200e", "si\u200blk", "\ufeffsilk", "\u2028silk", "si\u00adlk", "\u0301" * 300],
    *["🦄", "🦄" * 300, "👩🏽‍🦱 silk", "🇮🇳", "ﷺ" * 300, "ß" * 300, "İ" * 300, "\U0010ffff", "\ufffe", "\x01\x02\x1b"],
]
LONG = [
    *["x" * 300, "सा" * 150, "क्" * 150, "a " * 150, "ab " * 100, "abc " * 75, "silk " * 60, "sareesaree" * 30],
    *["lehngaa " * 37, "qwrtp " * 50, "anrkali slawar mustrad " * 13, "'" * 300, "(" * 300, "- " * 150, "\u0627" * 300],
]


@pytest.mark.once
@pytest.mark.parametrize("text", [*QUERY_LANGUAGES, *UNSEEN, *LONG], ids=lambda text: ascii(text)[:40])
def test_it_is_only_text(shop: Phone, text: str) -> None:
    answer = asked(shop, f"q={quote(text)}")
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert len(body["designs"]) == min(body["total"], body["per_page"])
    assert text.strip() == "" or body["search"]["text"] == " ".join(text.split())
    facets = shop.get(f"{DOOR}/facets?q={quote(text)}")
    assert facets.json()["total"] == body["total"]
    assert shop.get(f"{DOOR}/suggest?q={quote(text)}").status_code == 200


@pytest.mark.both
def test_either_database_takes_them_all(shop: Phone) -> None:
    for text in [*QUERY_LANGUAGES, *UNSEEN, *LONG[:3]]:
        assert asked(shop, f"q={quote(text)}&fields=id").status_code == 200, text


@pytest.mark.once
@pytest.mark.parametrize(
    "text",
    ['"silk"', "silk!!!", "(silk)", "silk*", "\u202esilk\u202c", "si\u200blk", "silk 🦄", "'silk'", "SILK;", "«silk»"],
)
def test_signs_around_a_word_change_nothing(shop: Phone, text: str) -> None:
    plain = asked(shop, "q=silk&per_page=100").json()
    assert plain["total"] > 10
    assert asked(shop, f"q={quote(text)}&per_page=100").json()["designs"] == plain["designs"]


@pytest.mark.parametrize(
    "written", ["%ED%A0%80", "silk%ED%B0%80", "%ff%fe", "%C3", "%E0%A4", "%F5%80%80%80", "%", "%zz", "%u0041", "%C0%AF"]
)
def test_half_a_letter_in_the_address_is_no_accident(shop: Phone, written: str) -> None:
    answer = asked(shop, f"q={written}")
    assert answer.status_code in {200, 400}, answer.content
    assert answer.status_code == 200 or {"success", "error", "message"} <= set(answer.json())


@pytest.mark.parametrize("written", ["%00", "silk%00", "%00silk%00red"])
def test_a_nul_is_refused_in_words(shop: Phone, written: str) -> None:
    answer = asked(shop, f"q={written}")
    assert (answer.status_code, answer.json()["error"]) == (400, "parse_error")


@pytest.mark.parametrize("letter", ["x", "स", "🦄"])
def test_the_longest_text_has_three_hundred_characters(shop: Phone, letter: str) -> None:
    assert asked(shop, f"q={quote(letter * 300)}").status_code == 200
    assert asked(shop, f"q=++{quote(letter * 300)}+++").status_code == 200, "spaces around it do not count"
    for length in (301, 5_000):
        answer = asked(shop, f"q={quote(letter * length)}")
        assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")
        assert answer.json()["details"][0]["field"] == "q"


@pytest.mark.parametrize("how_many", [30, 31, 60])
def test_of_very_many_words_the_first_are_read(shop: Phone, how_many: int) -> None:
    words = ["silk", *["red"] * (how_many - 1)]
    shown = asked(shop, f"q={'+'.join(words)}").json()["search"]
    assert [word["word"] for word in shown["words"]] == words[:30]
    assert shown["with_every_word"]


@pytest.mark.parametrize("written", ["", "+", "%20%09%0a", "%E2%80%83"])
def test_an_empty_text_is_no_search(shop: Phone, written: str) -> None:
    body = asked(shop, f"q={written}").json()
    assert body["search"] is None
    assert body["total"] == shop.get(DOOR).json()["total"] > 0


def test_of_two_texts_the_last_counts(shop: Phone) -> None:
    assert asked(shop, "q=red&q=silk").json()["search"]["text"] == "silk"


def test_nonsense_is_not_kept_as_a_search(shop: Phone) -> None:
    before = Search.objects.count()
    for text in ("x" * 200, "98765 43210", "asha@example.com"):
        asked(shop, f"q={quote(text)}")
    assert Search.objects.count() == before


@pytest.mark.once
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=60), st.text("silkरेশమी'\"()*:&|!<->%\\ \u202e🦄", max_size=60)))
@example("\u1e9e" * 300)
def test_whatever_somebody_types_has_an_answer(shop: Phone, text: str) -> None:
    answer = asked(shop, f"q={quote(text)}")
    assert answer.status_code == (400 if "\0" in text else 200), answer.content
