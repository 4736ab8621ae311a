"""Signed out everywhere is everywhere: on every phone, and in every browser that shows the admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import links
from accounts.models import User
from config.testing.cast import PASSWORD, Phone, decided, person

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NEW = "banarasi-silk-77"


@pytest.fixture
def anil(db: None) -> User:
    """Staff, an Approver."""
    anil = person("anil", is_staff=True, **decided(User.Status.APPROVED))
    anil.groups.add(Group.objects.get(name="Approvers"))
    return anil


@pytest.fixture
def browser(anil: User) -> Client:
    """Anil's, signed in at the admin's own page."""
    browser = Client()
    browser.post("/admin/login/", {"username": "anil", "password": PASSWORD, "next": "/admin/"})
    assert is_in(browser)
    return browser


def is_in(browser: Client) -> bool:
    """At the desk, and at the doors of the API that take the cookie."""
    seen = {browser.get("/admin/").status_code == 200, browser.get("/api/auth/me").status_code == 200}
    assert len(seen) == 1
    return seen.pop()


def at_the_desk(anil: User, meera: User) -> None:
    desk = Client()
    desk.force_login(meera)
    assert desk.post(f"/admin/accounts/user/{anil.pk}/sign-out/").status_code == 302
    assert is_in(desk)


def by_command(anil: User, meera: User) -> None:
    call_command("sign_out", "anil")


def by_logout_all(anil: User, meera: User) -> None:
    assert Phone().holding(anil).post("/api/auth/logout", {"all": True}).status_code == 200


def by_a_new_password(anil: User, meera: User) -> None:
    body = {"current_password": PASSWORD, "new_password": NEW, "confirm_password": NEW}
    assert Phone().holding(anil).put("/api/auth/change-password", body).status_code == 200


def by_a_reset_password(anil: User, meera: User) -> None:
    body = {"token": links.reset(anil), "new_password": NEW}
    assert Phone().post("/api/auth/reset-password", body).status_code == 200


def by_a_lost_approval_though_it_was_given_again(anil: User, meera: User) -> None:
    anil.block(by=meera)
    anil.reopen(by=meera)
    anil.approve(by=meera)


WAYS = [
    at_the_desk,
    by_command,
    by_logout_all,
    by_a_new_password,
    by_a_reset_password,
    by_a_lost_approval_though_it_was_given_again,
]


@pytest.mark.parametrize("way", WAYS)
def test_the_cookie_is_refused_afterwards(
    browser: Client, anil: User, meera: User, way: Callable[[User, User], None]
) -> None:
    way(User.objects.get(pk=anil.pk), meera)
    assert not is_in(browser)


@pytest.mark.parametrize("way", WAYS)
def test_signing_in_again_works(anil: User, meera: User, way: Callable[[User, User], None]) -> None:
    way(User.objects.get(pk=anil.pk), meera)
    again = Client()
    password = NEW if "password" in way.__name__ else PASSWORD
    again.post("/admin/login/", {"username": "anil", "password": password, "next": "/admin/"})
    assert is_in(again)


def test_signing_out_one_phone_leaves_the_cookie(browser: Client, anil: User) -> None:
    Phone().holding(anil).post("/api/auth/logout", {})
    assert is_in(browser)


def test_signing_out_by_the_cookie_ends_that_cookie_only(browser: Client, anil: User) -> None:
    phone, other = Phone().holding(anil), Client()
    other.force_login(anil)
    assert browser.post("/api/auth/logout", {}, content_type="application/json").status_code == 200
    assert not is_in(browser)
    assert is_in(other)
    assert phone.get("/api/auth/me").status_code == 200


def test_a_cookie_of_yesterdays_key_ends_as_well(browser: Client, anil: User, settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 60, [settings.SECRET_KEY]
    assert is_in(browser)
    User.objects.get(pk=anil.pk).sign_out()
    assert not is_in(browser)


def test_it_costs_a_request_no_query(browser: Client, anil: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get("/api/auth/me").status_code == 200
        return len(seen)

    browser.get("/api/auth/me")
    before = queries()
    User.objects.get(pk=anil.pk).sign_out()
    browser.force_login(User.objects.get(pk=anil.pk))
    assert queries() == before


@pytest.mark.parametrize("who", ["anil", "asha"])
def test_the_desk_offers_it_to_who_may_hold_a_cookie(request: pytest.FixtureRequest, meera: User, who: str) -> None:
    someone = request.getfixturevalue(who)
    desk = Client()
    desk.force_login(meera)
    page = desk.get(f"/admin/accounts/user/{someone.pk}/change/").content.decode()
    assert ("Sign out everywhere" in page) is someone.is_staff
