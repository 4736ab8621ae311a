"""A person's row: what can be in it, what cannot, and who may enter."""

from typing import Any

import pytest
from django.contrib.auth import authenticate as by_backends
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import User
from config.testing.cast import PASSWORD, person

pytestmark = pytest.mark.django_db


def authenticate(**who: str) -> User | None:
    """As the admin's sign-in page does."""
    found = by_backends(RequestFactory().post("/admin/login/"), **who)
    assert found is None or isinstance(found, User)
    return found


def refuses(**fields: Any) -> str:
    """The name of the constraint that stops such a row."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        User.objects.create(**fields)
    return str(caught.value)


@pytest.mark.parametrize("name", ["ASHA", "Asha", "aSHa"])
def test_names_are_unique_without_case(asha: User, name: str) -> None:
    assert "user_name_unique_without_case" in refuses(username=name)


def test_verified_addresses_are_unique_without_case() -> None:
    now = timezone.now()
    User.objects.create(username="one", email="Asha@example.com", email_verified_at=now)
    assert "user_verified_email_unique" in refuses(username="two", email="asha@EXAMPLE.com", email_verified_at=now)
    User.objects.create(username="three", email="asha@example.com")  # unverified: anybody may type it


def test_a_decision_has_its_time_and_a_waiting_person_has_none() -> None:
    assert "user_decided_at_exactly_when_decided" in refuses(username="a", status="approved")
    assert "user_decided_at_exactly_when_decided" in refuses(username="b", status="pending", decided_at=timezone.now())


def test_an_unknown_status_is_impossible() -> None:
    assert "user_status" in refuses(username="a", status="famous", decided_at=timezone.now())


@pytest.mark.parametrize("name", ["Meena Kumari", "asha@old.example", "आशा", "ஆஷா", "a" * 255])
def test_names_of_the_older_backend_fit_and_sign_in(name: str) -> None:
    person(name, status=User.Status.APPROVED, decided_at=timezone.now())
    assert authenticate(username=name, password=PASSWORD)


def test_people_sign_in_whatever_case_they_type(asha: User) -> None:
    assert authenticate(username="ASHA", password=PASSWORD) == asha


@pytest.mark.parametrize("who", ["pooja", "ravi"])
def test_only_the_approved_enter(request: pytest.FixtureRequest, who: str) -> None:
    user = request.getfixturevalue(who)
    assert not user.may_enter()
    assert not user.is_active
    assert authenticate(username=who, password=PASSWORD) is None


def test_a_superuser_is_approved_by_the_shell() -> None:
    user = User.objects.create_superuser("root", password=PASSWORD)
    assert (user.is_approved, user.is_active, user.is_admin) == (True, True, True)
    assert user.decided_at


def test_managers_and_superusers_are_admins(asha: User, meera: User) -> None:
    assert (asha.is_admin, meera.is_admin) == (False, True)


@pytest.mark.once
def test_an_old_bcrypt_password_signs_in_and_is_upgraded(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["accounts.hashers.ModestArgon2", "accounts.hashers.OlderBcrypt"]
    old = "bcrypt$$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"  # abc123xyz, a published example
    User.objects.create(username="old", password=old, status="approved", decided_at=timezone.now())
    assert authenticate(username="old", password="abc123xyz")
    assert User.objects.get(username="old").password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
