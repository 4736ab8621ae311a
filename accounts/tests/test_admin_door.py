"""The admin's sign-in page closes to guessing; the API keeps its own count."""

from typing import Any

import pytest

from accounts.models import User
from config.testing.cast import PASSWORD, Phone

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def knock(client: Any, password: str, address: str = "203.0.113.5", username: str = "meera") -> int:
    form = {"username": username, "password": password, "next": "/admin/"}
    return client.post("/admin/login/", form, REMOTE_ADDR=address).status_code


def test_ten_wrong_passwords_close_it_for_that_name_and_address_only(client: Any, meera: User) -> None:
    assert [knock(client, "guess") for _ in range(9)] == [200] * 9
    assert knock(client, "guess") == 429
    assert knock(client, PASSWORD) == 429
    assert knock(client, PASSWORD, address="198.51.100.7") == 302


def test_a_success_forgets_the_failures(client: Any, meera: User) -> None:
    for _ in range(3):
        for _ in range(8):
            knock(client, "guess")
        assert knock(client, PASSWORD) == 302


def test_the_page_says_what_happened_in_words(client: Any, meera: User) -> None:
    for _ in range(10):
        knock(client, "guess")
    page = client.post("/admin/login/", {"username": "meera", "password": "x"}, REMOTE_ADDR="203.0.113.5")
    assert b"Too many wrong passwords" in page.content


def test_the_two_doors_count_apart(client: Any, phone: Phone, meera: User) -> None:
    for _ in range(10):
        knock(client, "guess", address="127.0.0.1")
    assert phone.post("/api/auth/login", {"username": "meera", "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize("who", ["asha", "pooja", "ravi"])
def test_only_staff_come_in(client: Any, request: pytest.FixtureRequest, who: str) -> None:
    request.getfixturevalue(who)
    assert knock(client, PASSWORD, username=who) == 200
    assert client.get("/admin/").status_code == 302
