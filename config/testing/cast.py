"""The four people every test knows, and the client they knock with."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import sessions
from accounts.models import User
from config.logs import House, logging_config

PASSWORD = "kanjeevaram-42"


def person(username: str, **fields: Any) -> User:
    return User.objects.create_user(username, password=PASSWORD, **fields)


def decided(status: User.Status) -> dict[str, Any]:
    return {"status": status, "decided_at": timezone.now()}


def make_asha() -> User:
    return person("asha", **decided(User.Status.APPROVED))


def make_pooja() -> User:
    return person("pooja")


def make_ravi() -> User:
    return person("ravi", **decided(User.Status.REJECTED), reason="No boutique of that name.")


def make_meera() -> User:
    meera = person("meera", is_staff=True, **decided(User.Status.APPROVED))
    meera.groups.add(Group.objects.get(name="Managers"))
    return meera


@pytest.fixture
def asha(db: None) -> User:
    """Approved: browses and favourites."""
    return make_asha()


@pytest.fixture
def pooja(db: None) -> User:
    """Pending: registered, waiting."""
    return make_pooja()


@pytest.fixture
def ravi(db: None) -> User:
    """Rejected, with a reason."""
    return make_ravi()


@pytest.fixture
def meera(db: None) -> User:
    """Staff, a Manager with every right."""
    return make_meera()


class Phone(APIClient):
    """The app on somebody's phone: `phone.of(asha).get("/api/settings")`."""

    def of(self, user: User) -> "Phone":
        """Signed in by the admin's cookie."""
        self.force_login(user)
        return self

    def carrying(self, pair: dict[str, Any]) -> "Phone":
        """Signed in by an access token."""
        self.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access_token']}")
        return self

    def holding(self, user: User) -> "Phone":
        """Signed in by a session of its own, without the sign-in door."""
        self.session_row = sessions.open_session(user, "127.0.0.1", "test phone")
        self.pair = sessions.pair(self.session_row)
        return self.carrying(self.pair)


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def asha_phone(phone: Phone, asha: User) -> Phone:
    return phone.holding(asha)


@pytest.fixture
def production_log() -> Iterator[io.StringIO]:
    """What production would write: one JSON object a line."""
    recipe = logging_config("INFO", "json")["formatters"]["house"]
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(House(**{name: value for name, value in recipe.items() if name != "()"}))
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)
