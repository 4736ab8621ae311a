"""Idempotency-Key: the first answer again, for a day, for one person, also when two ask at once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.models import User
from config.repeats.models import GIVEN_UP, FirstAnswer
from config.testing.cast import Phone
from config.testing.pictures import photo, upload
from uploads.models import Picture
from uploads.storage import LocalPictures

pytestmark = pytest.mark.django_db
DOOR = "/api/upload/image"


def send(phone: Phone, key: str, data: bytes | None = None) -> Any:
    return phone.post(DOOR, upload(data), format="multipart", HTTP_IDEMPOTENCY_KEY=key)


@pytest.mark.parametrize("key", ["", "x" * 256, "साड़ी", "a\tb"])
def test_a_key_that_is_none_is_refused(phone: Phone, meera: User, shelf: LocalPictures, key: str) -> None:
    answer = send(phone.holding(meera), key)
    assert (answer.status_code, answer.json()["details"][0]["field"]) == (400, "Idempotency-Key")
    assert not Picture.objects.exists()


def test_each_person_has_keys_of_their_own(phone: Phone, meera: User, shelf: LocalPictures) -> None:
    FirstAnswer.objects.create(owner=meera.pk + 1, key="a", digest="x", status=200, body={"id": 7})
    assert send(phone.holding(meera), "a").json()["object_key"]


def test_a_key_is_forgotten_after_a_day(phone: Phone, meera: User, shelf: LocalPictures) -> None:
    phone.holding(meera)
    send(phone, "a")
    FirstAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert send(phone, "a", photo("navy")).status_code == 200


def test_while_the_first_is_at_work_the_second_is_told_to_wait(phone: Phone, meera: User, shelf: LocalPictures) -> None:
    phone.holding(meera)
    send(phone, "a")
    FirstAnswer.objects.update(status=None, body=None)
    answer = send(phone, "a")
    assert (answer.status_code, answer["Retry-After"]) == (409, "2")


def test_a_first_that_died_is_taken_over_by_exactly_one(meera: User) -> None:
    first, _ = FirstAnswer.objects.claim(meera.pk, "a", "same")
    with time_machine.travel(timezone.now() + GIVEN_UP + timedelta(seconds=1), tick=False):
        assert [FirstAnswer.objects.claim(meera.pk, "a", "same")[1] for _ in range(2)] == [True, False]
        assert not FirstAnswer.objects.claim(meera.pk, "a", "another")[1]
    assert FirstAnswer.objects.get() == first


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_works_and_the_others_wait_or_get_its_answer(meera: User, shelf: LocalPictures) -> None:
    phones, answers = [Phone().holding(meera) for _ in range(8)], []

    def ask(phone: Phone) -> None:
        answers.append(send(phone, "a", photo(size=(700, 700))))
        connection.close()

    threads = [threading.Thread(target=ask, args=(phone,)) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 200}) == 1
    assert Picture.objects.count() == 1
