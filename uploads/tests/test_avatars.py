"""PUT and DELETE /api/auth/me/avatar: a face, gone with its person."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts import erasure
from accounts.models import User
from config.testing.cast import Phone, person
from config.testing.pictures import names_on, photo, upload
from uploads import services
from uploads.models import Avatar, Picture
from uploads.storage import LocalPictures

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DOOR = "/api/auth/me/avatar"


def show(phone: Phone, data: bytes | None = None) -> Any:
    return phone.put(DOOR, upload(data), format="multipart")


def test_it_is_a_square_that_everybody_who_sees_me_sees(
    phone: Phone, asha: User, meera: User, shelf: LocalPictures
) -> None:
    body = show(phone.holding(asha)).json()
    picture = Picture.objects.get()
    assert body["avatar_url"] == f"http://testserver/pictures/{picture.object_key}"
    assert picture.object_key.startswith("avatars/")
    with Image.open(shelf.path(picture.object_key)) as image:
        assert image.size == (512, 512)
    assert phone.get("/api/auth/me").json()["avatar_url"] == body["avatar_url"]
    people = phone.holding(meera).get("/api/admin/users?search=asha").json()
    assert [person["avatar_url"] for person in people] == [body["avatar_url"]]


def test_a_list_of_people_asks_once_for_all_their_faces(phone: Phone, meera: User, shelf: LocalPictures) -> None:
    counts = []
    for number in (1, 20):
        while User.objects.count() < number + 1:
            services.set_avatar(person(f"face{User.objects.count()}"), photo(size=(40, 40)))
        phone.holding(meera).get("/api/admin/users")
        with CaptureQueriesContext(connection) as queries:
            assert len(phone.get("/api/admin/users").json()) == number + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_new_one_takes_the_place_of_the_old(
    phone: Phone, asha: User, shelf: LocalPictures, django_capture_on_commit_callbacks: Any
) -> None:
    show(phone.holding(asha))
    with django_capture_on_commit_callbacks(execute=True):
        show(phone, photo("navy"))
    assert names_on(shelf) == [Picture.objects.get().object_key]


def test_removing_it_is_idempotent_and_leaves_nothing(
    phone: Phone, asha: User, shelf: LocalPictures, django_capture_on_commit_callbacks: Any
) -> None:
    show(phone.holding(asha))
    with django_capture_on_commit_callbacks(execute=True):
        assert [phone.delete(DOOR).status_code for _ in range(2)] == [200, 200]
    assert names_on(shelf) == []
    assert not Picture.objects.exists()
    assert phone.get("/api/auth/me").json()["avatar_url"] is None


def test_it_goes_with_the_account(asha: User, shelf: LocalPictures, django_capture_on_commit_callbacks: Any) -> None:
    services.set_avatar(asha, photo())
    assert erasure.export(asha)["avatar"]["url"].startswith("http://testserver/pictures/avatars/")
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(asha)
    assert names_on(shelf) == []
    assert not Picture.objects.exists()


def test_two_people_may_show_the_same_photo(asha: User, meera: User, shelf: LocalPictures) -> None:
    faces = [services.set_avatar(person, photo()) for person in (asha, meera)]
    assert len({face.object_key for face in faces}) == 2


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", photo()[:300]])
def test_what_is_no_picture_changes_nothing(phone: Phone, asha: User, shelf: LocalPictures, data: bytes) -> None:
    show(phone.holding(asha))
    before = names_on(shelf)
    assert show(phone, data).status_code in {400, 415}
    assert names_on(shelf) == before


def test_it_cannot_be_deleted_as_a_picture(phone: Phone, meera: User, shelf: LocalPictures) -> None:
    key = services.set_avatar(meera, photo()).object_key
    answer = phone.holding(meera).delete(f"/api/upload/image/{key}")
    assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
    assert names_on(shelf) == [key]


def test_ten_a_minute_for_each_person(phone: Phone, asha: User, shelf: LocalPictures, settings: Any) -> None:
    assert settings.LIMITS["upload"]["rate"] == 10
    statuses = [phone.holding(asha).delete(DOOR).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


@pytest.mark.django_db(transaction=True)
def test_of_six_at_once_one_stays(asha: User, shelf: LocalPictures) -> None:
    colours = ["navy", "gold", "teal", "plum", "coral", "olive"]
    threads = [threading.Thread(target=set_from_a_phone, args=(asha.pk, colour)) for colour in colours]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = Avatar.objects.get(user=asha).picture
    assert list(Picture.objects.all()) == [kept]
    assert shelf.head(kept.object_key)


def set_from_a_phone(user: int, colour: str) -> None:
    try:
        services.set_avatar(User.objects.get(pk=user), photo(colour))
    finally:
        connection.close()
