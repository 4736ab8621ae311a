"""Staff hear of the queue: the first newcomer at once, those of the next ten minutes together."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from accounts import emails
from accounts.models import User
from config import tasks
from config.testing.cast import PASSWORD, Phone, person
from config.testing.errands import AtOnce, work
from config.tests.test_tasks import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]
ONE, THREE = "One person waits to be let in", "3 people wait to be let in"


@pytest.fixture
def meera(meera: User) -> User:
    """Staff, with an address that is proved."""
    meera.email, meera.email_verified_at = "meera@example.com", timezone.now()
    meera.save()
    return meera


@pytest.fixture(autouse=True)
def _staff(meera: User, settings: Any) -> None:
    settings.PUBLIC_URL = "https://gallery.example"
    settings.LIMITS = {**settings.LIMITS, "auth": {"rate": 10_000, "store": "table"}}


def register(*names: str) -> None:
    for name in names:
        answer = Phone().post("/api/auth/register", {"username": name, "password": PASSWORD})
        assert answer.status_code == 200


def subjects() -> list[str]:
    return [str(message.subject) for message in mail.outbox]


class TestTheDigest:
    @pytest.fixture(autouse=True)
    def _at_once(self, settings: Any) -> Iterator[None]:
        settings.TASKS = {"default": {"BACKEND": "config.testing.errands.AtOnce"}}
        AtOnce.laid_aside.clear()
        yield
        AtOnce.laid_aside.clear()

    @pytest.fixture
    def clock(self) -> Iterator[Any]:
        with time_machine.travel(timezone.now(), tick=False) as clock:
            yield clock

    def pause_ends(self, clock: Any) -> None:
        clock.shift(emails.STAFF_PAUSE + emails.CLOCKS_DIFFER)
        AtOnce.run_what_is_due()

    def test_the_first_in_a_quiet_time_is_told_at_once_to_who_may_decide(self, asha: User) -> None:
        User.objects.filter(pk=asha.pk).update(email="asha@example.com", email_verified_at=timezone.now())
        register("lakshmi")
        [message] = mail.outbox
        assert (message.to, message.subject) == (["meera@example.com"], ONE)
        assert "https://gallery.example/admin/accounts/user/" in message.body
        assert AtOnce.laid_aside == []

    def test_those_of_the_pause_come_together_at_its_end_though_nobody_registers_any_more(self, clock: Any) -> None:
        register("lakshmi", "sita", "gita")
        assert subjects() == [ONE]
        assert len(AtOnce.laid_aside) == 1
        self.pause_ends(clock)
        assert subjects() == [ONE, THREE]
        assert "3 people wait for a decision, 2 of them new:" in mail.outbox[1].body
        [html] = [part.content for part in mail.outbox[1].alternatives]  # type: ignore[attr-defined] # EmailMultiAlternatives
        assert "3 people wait for a decision, 2 of them new." in html

    def test_it_comes_when_the_pause_ends_and_not_before(self, clock: Any) -> None:
        register("lakshmi")
        clock.shift(240)
        register("sita")
        run_after = AtOnce.laid_aside[0].task.run_after
        assert run_after
        assert run_after - timezone.now() == timedelta(seconds=emails.STAFF_PAUSE - 240 + emails.CLOCKS_DIFFER)

    def test_nobody_waiting_any_more_is_no_mail(self, clock: Any, meera: User) -> None:
        register("lakshmi", "sita")
        for someone in User.objects.pending():
            someone.approve(by=meera)
        self.pause_ends(clock)
        assert subjects() == [ONE]

    def test_a_digest_begins_a_pause_of_its_own(self, clock: Any) -> None:
        register("lakshmi", "sita", "gita")
        self.pause_ends(clock)
        register("radha")
        assert subjects() == [ONE, THREE]
        self.pause_ends(clock)
        assert subjects() == [ONE, THREE, "4 people wait to be let in"]
        assert "1 of them new" in mail.outbox[-1].body

    def test_after_a_quiet_time_the_next_is_told_at_once_again(self, clock: Any) -> None:
        register("lakshmi", "sita")
        self.pause_ends(clock)
        clock.shift(emails.STAFF_PAUSE + 1)
        register("gita")
        assert subjects() == [ONE, "2 people wait to be let in", THREE]
        assert AtOnce.laid_aside == []

    def test_a_digest_overtaken_by_a_newcomer_waits_for_the_next_end(self, clock: Any) -> None:
        register("lakshmi", "sita")
        clock.shift(emails.STAFF_PAUSE + 1)
        register("gita")
        AtOnce.run_what_is_due()
        assert subjects() == [ONE, THREE]
        assert len(AtOnce.laid_aside) == 1

    def test_of_twelve_at_once_one_mails_and_one_comes_back(self) -> None:
        someone = person("lakshmi")

        def tell(_: int) -> None:
            try:
                emails.tell_staff.call(user_id=someone.pk)
            finally:
                connection.close()

        with ThreadPoolExecutor(12) as crowd:
            list(crowd.map(tell, range(12)))
        assert (len(mail.outbox), len(AtOnce.laid_aside)) == (1, 1)

    def test_the_task_carries_an_id_and_nothing_else(self) -> None:
        register("lakshmi", "sita")
        assert AtOnce.laid_aside[0].kwargs == {"user_id": User.objects.get(username="sita").pk}

    def test_a_registration_that_is_taken_back_tells_nobody(self) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            User.objects.register("lakshmi", PASSWORD)
            raise RuntimeError
        assert mail.outbox == []


def test_with_a_worker_the_digest_waits_in_its_queue(settings: Any) -> None:
    settings.TASKS, settings.TASKS_MODE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}, "worker"
    with time_machine.travel(timezone.now()) as clock:
        for name in ("lakshmi", "sita", "gita"):
            register(name)
            work()
            assert subjects() == [ONE]
        clock.shift(emails.STAFF_PAUSE + emails.CLOCKS_DIFFER)
        work()
    assert subjects() == [ONE, THREE]


@pytest.mark.drill
def test_in_the_process_the_digest_comes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emails, "STAFF_PAUSE", 1)
    monkeypatch.setattr(emails, "CLOCKS_DIFFER", 0.1)
    register("lakshmi")
    assert eventually(lambda: subjects() == [ONE])
    register("sita", "gita")
    assert eventually(lambda: len(subjects()) > 1)
    assert eventually(nothing_runs)
    assert subjects() == [ONE, THREE]


def nothing_runs() -> bool:
    threads = tasks.threads
    return (threads.places._value, threads.clocks._value) == (threads.MOST_WAITING, threads.MOST_LATER)
