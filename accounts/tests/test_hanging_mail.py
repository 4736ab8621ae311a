"""A mail server that accepts and then says nothing delays nobody and betrays nothing."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from accounts import emails
from accounts.models import User
from accounts.tests.test_digest import nothing_runs
from config.testing.cast import PASSWORD, Phone
from config.tests.test_tasks import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture(autouse=True)
def _silent_server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(emails, "STAFF_PAUSE", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_TIMEOUT = 1
        yield
        assert eventually(nothing_runs, seconds=15)  # the tasks give up before the database of this test goes away


def test_neither_registering_nor_forgetting_waits_for_it(phone: Phone, asha: User, meera: User) -> None:
    for someone in (asha, meera):
        address = f"{someone.username}@example.com"
        User.objects.filter(pk=someone.pk).update(email=address, email_verified_at=timezone.now())
    started = time.perf_counter()
    for name in ("lakshmi", "sita", "gita"):  # the first is mailed about at once, the others in a digest
        body = {"username": name, "password": PASSWORD, "email": f"{name}@example.com"}
        assert phone.post("/api/auth/register", body).status_code == 200
    for address in ("asha@example.com", "nobody@example.com"):
        assert phone.post("/api/auth/forgot-password", {"email": address}).status_code == 200
    assert time.perf_counter() - started < 0.9
    assert User.objects.pending().count() == 3


def test_no_decision_waits_for_it(asha: User, meera: User) -> None:
    User.objects.filter(pk=asha.pk).update(email="asha@example.com", email_verified_at=timezone.now())
    started = time.perf_counter()
    for verb in ("block", "reopen", "approve"):
        assert Phone().holding(meera).post(f"/api/admin/users/{asha.pk}/{verb}", {}).status_code == 200
    assert time.perf_counter() - started < 0.9
