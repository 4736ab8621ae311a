"""What happens when many do the same at once: real threads, a real database."""

from collections import Counter

import pytest

from accounts.models import Decision, Session, User
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
