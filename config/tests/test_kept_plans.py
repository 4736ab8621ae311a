"""A look-up whose plan the database keeps finds what the plain QuerySet finds, before and after it is kept."""

from collections.abc import Callable
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
FAR = [2**15, 2**31, 2**63 - 1]  # psycopg names a narrower type for a smaller number
MOST_ASKED = 2 * PREPARED_AFTER
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


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps statements by itself")
def test_it_is_prepared_once(asha: User) -> None:
    def kept() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%accounts_session%'")
            return int(cursor.fetchone()[0])

    before = kept()
    for _ in range(MOST_ASKED):
        authentication.session_of(2**40, 2**40)
    assert kept() == before + 1
