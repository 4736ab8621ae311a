"""Proving an address, forgetting a password, being told: what is mailed, to whom, and what a link can do."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.utils import timezone

from accounts import links
from accounts.models import Session, User
from config.testing.cast import PASSWORD, Phone, decided, person

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NEW = "banarasi-silk-77"


@pytest.fixture(autouse=True)
def _mails_at_once(settings: Any) -> None:
    """Tasks run where they are started; `commit` starts them."""
    settings.TASKS = {"default": {"BACKEND": "config.testing.errands.AtOnce"}}
    settings.LIMITS = {**settings.LIMITS, "auth": {"rate": 10_000, "store": "memory"}}
    settings.PUBLIC_URL = "https://gallery.example"


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def proved(asha: User) -> User:
    asha.email, asha.email_verified_at = "asha@example.com", timezone.now()
    asha.save()
    return asha


def token_in(message: mail.EmailMessage) -> str:
    found = re.search(r"token=(\S+)", str(message.body))
    assert found
    return found[1].replace("%3A", ":")


class TestProving:
    def test_a_new_person_is_asked_and_the_link_proves(self, phone: Phone, commit: Any) -> None:
        body = {"username": "lakshmi", "password": PASSWORD, "email": "lakshmi@example.com"}
        with commit():
            phone.post("/api/auth/register", body)
        [message] = mail.outbox
        assert message.to == ["lakshmi@example.com"]
        assert "https://gallery.example/account/verify-email?token=" in message.body
        assert phone.post("/api/auth/verify-email", {"token": token_in(message)}).status_code == 200
        assert User.objects.get(username="lakshmi").email_verified_at

    def test_nobody_is_mailed_without_an_address(self, phone: Phone, commit: Any) -> None:
        with commit():
            phone.post("/api/auth/register", {"username": "lakshmi", "password": PASSWORD})
        assert mail.outbox == []

    @pytest.mark.parametrize("token", ["", "garbage", "1-2", "\u0967-x", "9" * 900])
    def test_garbage_proves_nothing(self, phone: Phone, token: str) -> None:
        assert phone.post("/api/auth/verify-email", {"token": token}).status_code == 400
        body = {"token": token, "new_password": NEW}
        assert phone.post("/api/auth/reset-password", body).status_code == 400

    def test_a_link_for_an_address_left_since_is_stale(self, phone: Phone, asha: User) -> None:
        asha.email = "old@example.com"
        asha.save()
        token = links.verification(asha)
        User.objects.update(email="new@example.com")
        assert phone.post("/api/auth/verify-email", {"token": token}).json()["details"][0]["code"] == "stale"

    def test_a_link_lives_three_days(self, phone: Phone, asha: User) -> None:
        asha.email = "asha@example.com"
        asha.save()
        token = links.verification(asha)
        with time_machine.travel(timezone.now() + timedelta(days=3, seconds=5), tick=False):
            assert phone.post("/api/auth/verify-email", {"token": token}).status_code == 400

    def test_an_address_is_proved_by_one_account_only(self, phone: Phone, proved: User) -> None:
        other = person("other", email="ASHA@example.com")
        answer = phone.post("/api/auth/verify-email", {"token": links.verification(other)})
        assert (answer.status_code, answer.json()["error"]) == (409, "conflict")

    def test_a_new_address_needs_the_password_and_counts_after_it_was_proved(
        self, phone: Phone, proved: User, commit: Any
    ) -> None:
        phone.holding(proved)
        body = {"email": "rao@example.com"}
        assert phone.patch("/api/auth/me", body).json()["details"][0]["code"] == "password_incorrect"
        with commit():
            seen = phone.patch("/api/auth/me", {**body, "password": PASSWORD}).json()
        assert (seen["email"], seen["email_verified"]) == ("rao@example.com", False)
        assert mail.outbox[0].to == ["rao@example.com"]

    def test_the_mail_can_be_sent_again_until_it_is_proved(self, phone: Phone, asha: User, commit: Any) -> None:
        User.objects.update(email="asha@example.com")
        for _ in range(2):
            with commit():
                phone.holding(asha).post("/api/auth/verify-email/resend")
            User.objects.update(email_verified_at=timezone.now())
        assert len(mail.outbox) == 1


class TestForgetting:
    def test_a_proved_address_gets_a_link_that_works_once_and_ends_all_sessions(
        self, phone: Phone, proved: User, commit: Any
    ) -> None:
        other = Phone().holding(proved)
        with commit():
            phone.post("/api/auth/forgot-password", {"email": "ASHA@example.com"})
        token = token_in(mail.outbox[0])
        body = {"token": token, "new_password": NEW}
        assert phone.post("/api/auth/reset-password", body).status_code == 200
        assert other.get("/api/auth/me").json()["error"] == "session_revoked"
        assert phone.post("/api/auth/login", {"username": "asha", "password": NEW}).status_code == 200
        assert phone.post("/api/auth/reset-password", {**body, "new_password": "another-77-silk"}).status_code == 400

    def test_the_answer_is_the_same_for_known_unknown_and_unproved(
        self, phone: Phone, proved: User, commit: Any
    ) -> None:
        person("unproved", email="unproved@example.com", status="approved", decided_at=timezone.now())
        with commit():
            answers = [
                phone.post("/api/auth/forgot-password", {"email": f"{name}@example.com"})
                for name in ("asha", "nobody", "unproved")
            ]
        assert len({(answer.status_code, answer.content) for answer in answers}) == 1
        assert [message.to for message in mail.outbox] == [["asha@example.com"]]

    @pytest.mark.parametrize("verb", ["block", "reject", "reopen"])
    def test_it_is_no_way_round_approval(self, phone: Phone, proved: User, commit: Any, verb: str) -> None:
        token = links.reset(proved)
        getattr(proved, verb)()
        with commit():
            phone.post("/api/auth/forgot-password", {"email": "asha@example.com"})
        assert mail.outbox == []
        assert phone.post("/api/auth/reset-password", {"token": token, "new_password": NEW}).status_code == 400
        assert not Session.objects.exists()

    def test_a_weak_new_password_is_named_and_the_link_stays(self, phone: Phone, proved: User) -> None:
        token = links.reset(proved)
        answer = phone.post("/api/auth/reset-password", {"token": token, "new_password": "short"})
        assert answer.json()["details"][0]["field"] == "new_password"
        assert phone.post("/api/auth/reset-password", {"token": token, "new_password": NEW}).status_code == 200

    def test_a_link_lives_an_hour(self, phone: Phone, proved: User) -> None:
        token = links.reset(proved)
        with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=5), tick=False):
            body = {"token": token, "new_password": NEW}
            assert phone.post("/api/auth/reset-password", body).status_code == 400

    def test_no_host_header_chooses_where_a_link_leads(self, phone: Phone, proved: User, commit: Any) -> None:
        with commit():
            phone.post("/api/auth/forgot-password", {"email": "asha@example.com"}, HTTP_HOST="localhost:6666")
        assert "https://gallery.example/account/reset-password?token=" in mail.outbox[0].body
        assert "6666" not in mail.outbox[0].body

    def test_nor_where_the_links_of_a_registration_lead(self, phone: Phone, meera: User, commit: Any) -> None:
        User.objects.filter(pk=meera.pk).update(email="meera@example.com", email_verified_at=timezone.now())
        body = {"username": "lakshmi", "password": PASSWORD, "email": "lakshmi@example.com"}
        with commit():
            phone.post("/api/auth/register", body, HTTP_HOST="localhost:6666", HTTP_X_FORWARDED_HOST="evil.example")
        assert sorted(message.to[0] for message in mail.outbox) == ["lakshmi@example.com", "meera@example.com"]
        for message in mail.outbox:
            assert re.findall(r"https?://[^/\s]+", str(message.body)) == ["https://gallery.example"]

    def test_links_open_the_app_when_it_is_named(self, phone: Phone, proved: User, commit: Any, settings: Any) -> None:
        settings.APP_LINK_BASE = "gallery://open"
        with commit():
            phone.post("/api/auth/forgot-password", {"email": "asha@example.com"})
        assert "gallery://open/reset-password?token=" in mail.outbox[0].body


class TestBeingTold:
    @pytest.mark.parametrize(
        ("verb", "subject", "words"),
        [
            ("approve", "Welcome, you are in", "our account is approved"),
            ("reject", "About your account", "e could not approve your account"),
            ("block", "Your account is blocked", "our account is blocked"),
            ("reopen", "We are looking at your account again", "e are looking at your account again"),
        ],
    )
    def test_a_decision_reaches_a_proved_address_with_its_reason(
        self, meera: User, commit: Any, verb: str, subject: str, words: str
    ) -> None:
        start = decided(User.Status.BLOCKED) if verb == "reopen" else {}
        someone = person("lila", email="lila@example.com", email_verified_at=timezone.now(), **start)
        with commit():
            getattr(someone, verb)(by=meera, reason="We saw your <shop>.")
        [message] = mail.outbox
        assert (message.to, message.subject) == (["lila@example.com"], subject)
        assert words in message.body
        assert "We saw your <shop>." in message.body
        [html] = [part.content for part in message.alternatives]  # type: ignore[attr-defined] # EmailMultiAlternatives
        assert words in html
        assert "We saw your &lt;shop&gt;." in html

    def test_a_decision_that_another_overtook_is_not_told(self, proved: User, meera: User, commit: Any) -> None:
        with commit():
            proved.reopen(by=meera)
            proved.approve(by=meera)
        assert [message.subject for message in mail.outbox] == ["Welcome, you are in"]

    def test_a_decision_taken_back_by_the_database_is_not_told(self, proved: User, commit: Any) -> None:
        with commit(), pytest.raises(RuntimeError), transaction.atomic():
            proved.block()
            raise RuntimeError
        assert mail.outbox == []

    def test_whose_account_is_gone_is_told_nothing(self, proved: User, commit: Any) -> None:
        with commit():
            proved.block()
            proved.delete()
        assert mail.outbox == []

    def test_an_unproved_address_is_told_nothing(self, pooja: User, commit: Any) -> None:
        User.objects.update(email="pooja@example.com")
        with commit():
            pooja.approve()
        assert mail.outbox == []


class TestPages:
    def test_looking_at_a_link_does_not_use_it_up(self, client: Any, asha: User) -> None:
        User.objects.update(email="asha@example.com")
        asha.refresh_from_db()
        token = links.verification(asha)
        for _ in range(2):
            shown = client.get("/account/verify-email", {"token": token})
            assert (shown.status_code, shown["Cache-Control"]) == (
                200,
                "max-age=0, no-cache, no-store, must-revalidate, private",
            )
        asha.refresh_from_db()
        assert asha.email_verified_at is None
        assert b"is confirmed" in client.post("/account/verify-email", {"token": token}).content
        asha.refresh_from_db()
        assert asha.email_verified_at

    def test_a_password_is_chosen_on_the_page(self, client: Any, proved: User) -> None:
        form = {"token": links.reset(proved), "new_password": NEW, "confirm_password": "other"}
        wrong = client.post("/account/reset-password", form)
        assert wrong.status_code == 400
        assert b"The two passwords differ." in wrong.content
        assert b"is changed" in client.post("/account/reset-password", {**form, "confirm_password": NEW}).content
        proved.refresh_from_db()
        assert proved.check_password(NEW)

    def test_the_pages_are_guarded_by_csrf(self, asha: User) -> None:
        from django.test import Client

        assert Client(enforce_csrf_checks=True).post("/account/verify-email", {"token": "x"}).status_code == 403

    def test_hostile_tokens_are_shown_as_text(self, client: Any) -> None:
        assert b"<script>" not in client.get("/account/verify-email", {"token": '"><script>'}).content
