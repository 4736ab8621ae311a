"""A look-up whose plan the database keeps finds what the plain QuerySet finds, before and after it is kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection

from accounts import authentication, permissions, sessions
from accounts.models import Session, User
from config import statements
from config.plans import PREPARED_AFTER
from config.statements import Address
from config.testing.gallery import a_design
from designs import listing
from designs.models import Design
from favorites import views as hearts

pytestmark = pytest.mark.django_db
FAR = [2**15, 2**31, 2**63 - 1]
MOST_ASKED = 2 * PREPARED_AFTER
IST = timezone(timedelta(hours=5, minutes=30))
END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
NAMES = ["asha", "ASHA", "आशा", "nobody", "", "%s' OR 1=1 --"]


def sessions_of(asha: User) -> list[list[Any]]:
    session = Session.objects.get(user=asha)
    return [[session.pk, asha.pk], [session.pk, asha.pk + 1], *([far, far] for far in FAR)]


LOOK_UPS: dict[str, tuple[Callable[..., Any], Callable[[User, Design], list[list[Any]]]]] = {
    "session": (authentication.a_session, lambda asha, _: sessions_of(asha)),
    "rights": (permissions.rights_of_one, lambda asha, _: [[asha.pk], *([far] for far in FAR)]),
    "likes": (hearts.a_count, lambda _, design: [[design.pk], *([far] for far in FAR)]),
    "one design": (
        listing.a_design,
        lambda asha, design: [
            [asha.pk, design.pk],
            *([asha.pk, far] for far in FAR),
            *([far, design.pk] for far in FAR),
        ],
    ),
    "who signs in": (
        sessions.who_signs_in,
        lambda *_: [[name, Address(ip)] for name in NAMES for ip in ("127.0.0.1", "2001:db8::", "0.0.0.0")],
    ),
}


@pytest.mark.parametrize("name", LOOK_UPS)
def test_a_look_up_finds_the_same_from_the_first_time_to_the_last(name: str, asha: User) -> None:
    sessions.open_session(asha, "127.0.0.1")
    build, values_for = LOOK_UPS[name]
    values = values_for(asha, a_design())
    found = {}
    for _ in range(MOST_ASKED):
        for number, one in enumerate(values):
            found[number] = statements.rows(name, build, one, keep_plan=True)
            assert found[number] == list(build(one)), one
    assert any(found.values()), "nothing was there to be found"


only_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps statements by itself")


@only_postgresql
def test_it_is_prepared_once_for_small_numbers_and_large(asha: User) -> None:
    def kept() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%accounts_session%'")
            return int(cursor.fetchone()[0])

    before = kept()
    for _ in range(MOST_ASKED):
        for number in (1, *FAR):
            authentication.session_of(number, number)
    assert kept() == before + 1


@only_postgresql
def test_what_comes_back_is_what_djangos_own_cursor_brings(asha: User) -> None:
    text = """SELECT %s::timestamptz, NULL::timestamptz, '{"a": [1]}'::jsonb, '10.0.0.1'::inet, %s, 7::smallint, true"""
    moments = [datetime(1, 1, 1, tzinfo=UTC), datetime(2026, 11, 28, 23, 59, 59, 999_999, tzinfo=IST), END]
    for moment in moments:
        found = []
        for cursor in (connection.cursor(), statements.kept_plan()):
            with cursor:
                cursor.execute(text, [moment, "\u0932\u0939\u0902\u0917\u093e"])
                found.append([(value, repr(value)) for value in cursor.fetchone()])
        assert found[0] == found[1]


@only_postgresql
@pytest.mark.parametrize(
    ("text", "values", "found"),
    [
        ("SELECT %s::text, %s::int", ["a", 7], ("a", 7)),
        ("SELECT '100%%', '%%s', %s::text", ["%s"], ("100%", "%s", "%s")),
        ("SELECT %(b)s::text, %(a)s::int, %(b)s::text", {"a": 1, "b": "x", "c": "not asked"}, ("x", 1, "x")),
        ("SELECT '5%', '%s'", None, ("5%", "%s")),
        ("SELECT '100%%'", [], ("100%",)),
        ("SELECT cardinality(ARRAY[" + ", ".join(["%s"] * 300) + "])", [*range(300)], (300,)),
    ],
)
def test_values_are_written_beside_the_text_as_psycopg_would(text: str, values: Any, found: tuple[Any, ...]) -> None:
    for cursor in (connection.cursor(), statements.kept_plan(), statements.kept_plan()):
        with cursor:
            cursor.execute(text, values)
            assert cursor.fetchone() == found
