"""What happens when many do the same at once: real threads, a real database."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts import sessions
from accounts.models import Decision, Session, User
from accounts.services import erase
from config.api.errors import Refusal
from config.limits.stores import TableStore
from config.testing.cast import PASSWORD, Phone, person
from config.testing.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_ten_refreshes_of_one_token_leave_one_live_generation(asha: User) -> None:
    token = Phone().holding(asha).pair["refresh_token"]
    body = {"refresh_token": token}
    answers = at_once(lambda _: Phone().post("/api/auth/refresh", body), 10)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    assert Session.objects.get().generation == 1


def test_twenty_registrations_of_one_name_make_one_account() -> None:
    def register(number: int) -> int:
        name = "lakshmi" if number % 2 else "LAKSHMI"
        phone = Phone(REMOTE_ADDR=f"203.0.113.{number}")
        return phone.post("/api/auth/register", {"username": name, "password": PASSWORD}).status_code

    assert Counter(at_once(register, 20)) == {200: 1, 409: 19}
    assert User.objects.count() == 1


def test_twelve_decisions_at_once_leave_one_state_and_the_whole_history(meera: User) -> None:
    someone = person("someone")

    def decide(number: int) -> bool:
        mine = User.objects.get(pk=someone.pk)
        return (mine.approve if number % 2 else mine.reject)(by=meera)

    changed = at_once(decide, 12)
    someone.refresh_from_db()
    history = list(Decision.objects.filter(person=someone))
    assert len(history) == sum(changed)
    states = ["pending", *(decision.became for decision in history)]
    assert [decision.was for decision in history] == states[:-1]
    assert states[-1] == someone.status


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole file")
def test_who_is_deleted_while_they_sign_in_is_gone_and_nobody_waits_for_the_other(asha: User) -> None:
    """The last statement of a sign-in comes while a deletion holds the counters and has not come to the person yet."""
    tries = sessions.failures_key("asha", "203.0.113.7", known=False)
    TableStore().hit(tries, 900)

    def come_in() -> str:
        try:
            sessions.open_session(asha, "203.0.113.7", tries=tries)
        except Refusal as refused:
            return refused.code
        finally:
            connection.close()
        return "signed in"

    with ThreadPoolExecutor(1) as aside:
        with transaction.atomic():
            TableStore().forget(tries)
            coming = aside.submit(come_in)
            wait_until_somebody_waits()
            erase(User.objects.get(pk=asha.pk))
        assert coming.result(5) == "invalid_credentials"
    assert not User.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole file")
@pytest.mark.parametrize("first", ["sign-in", "block"])
def test_who_is_blocked_while_they_sign_in_keeps_no_session(asha: User, meera: User, first: str) -> None:
    """Whoever has the person first, the other waits, and sees what they did."""
    found = User.objects.get(pk=asha.pk)  # as the password was compared with

    def come_in() -> str:
        try:
            sessions.open_session(found, "203.0.113.7")
        except Refusal as refused:
            return refused.code
        finally:
            connection.close()
        return "signed in"

    def block() -> str:
        try:
            User.objects.get(pk=asha.pk).block(by=meera)
        finally:
            connection.close()
        return "blocked"

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            if first == "sign-in":
                sessions.open_session(found, "203.0.113.7")
            else:
                User.objects.get(pk=asha.pk).block(by=meera)
            waiting = other.submit(block if first == "sign-in" else come_in)
            wait_until_somebody_waits()
        assert waiting.result(5) == ("blocked" if first == "sign-in" else "account_blocked")
    assert not Session.objects.filter(revoked_at=None).exists()


def wait_until_somebody_waits(seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits for this transaction")
