"""A mail server that accepts and then says nothing delays nobody and betrays nothing."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from config.testing.cast import PASSWORD, Phone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def silent_server(settings: Any) -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_TIMEOUT = 1
        yield server
        time.sleep(1.2)  # the tasks give up before the database of this test goes away


def test_neither_registering_nor_forgetting_waits_for_it(phone: Phone, asha: User) -> None:
    User.objects.update(email="asha@example.com", email_verified_at=timezone.now())
    body = {"username": "lakshmi", "password": PASSWORD, "email": "lakshmi@example.com"}
    started = time.perf_counter()
    assert phone.post("/api/auth/register", body).status_code == 200
    for address in ("asha@example.com", "nobody@example.com"):
        assert phone.post("/api/auth/forgot-password", {"email": address}).status_code == 200
    assert time.perf_counter() - started < 0.9
    assert User.objects.filter(username="lakshmi").exists()
