"""POST /api/upload/image: in at once, and nothing half-made."""

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from accounts.models import User
from config.testing.cast import Phone
from config.testing.pictures import in_bucket, names_on, photo, upload
from config.testing.s3 import Bucket
from uploads import keys, services
from uploads.models import Picture
from uploads.storage import LocalPictures, Stored

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DOOR = "/api/upload/image"


@pytest.fixture
def curator(phone: Phone, meera: User) -> Phone:
    return phone.holding(meera)


def send(phone: Phone, data: Any = None, **more: Any) -> Any:
    return phone.post(DOOR, {**upload(data), **more}, format="multipart")


def test_the_answer_is_all_that_the_app_needs_to_show_it(curator: Phone, shelf: LocalPictures) -> None:
    answer = send(curator)
    body = answer.json()
    key = body["object_key"]
    assert answer.status_code == 200
    assert keys.OURS.fullmatch(key)
    base = "http://testserver/pictures"
    assert body == {
        "id": Picture.objects.get().pk,
        "object_key": key,
        "public_url": f"{base}/{key}",
        "width": 900,
        "height": 600,
        "thumbhash": body["thumbhash"],
        "dominant_colour": "#dc133d",
        "variants": [
            {"width": 320, "height": 213, "url": f"{base}/variants/1/320/{key}.webp", "format": "webp"},
            {"width": 640, "height": 427, "url": f"{base}/variants/1/640/{key}.webp", "format": "webp"},
        ],
        "duplicate_of": None,
    }
    assert re.fullmatch(r"[A-Za-z0-9+/=]{20,40}", body["thumbhash"])
    assert names_on(shelf) == sorted([key, f"variants/1/320/{key}.webp", f"variants/1/640/{key}.webp"])


@pytest.mark.parametrize(
    ("asked", "folder"),
    [({}, "designs"), ({"category": "general"}, "designs"), ({"category": "temp"}, "temp")],
)
def test_the_category_is_the_folder(curator: Phone, shelf: LocalPictures, asked: dict[str, str], folder: str) -> None:
    assert send(curator, **asked).json()["object_key"].startswith(f"{folder}/")


def test_the_category_may_stand_in_the_query(curator: Phone, shelf: LocalPictures) -> None:
    answer = curator.post(f"{DOOR}?category=temp", upload(), format="multipart")
    assert answer.json()["object_key"].startswith("temp/")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [({}, "required", "file"), ({**upload(), "category": "secrets"}, "invalid_choice", "category")],
)
def test_a_wrong_form_is_told_what_is_wrong(
    curator: Phone, shelf: LocalPictures, body: Any, code: str, field: str
) -> None:
    answer = curator.post(DOOR, body, format="multipart")
    assert (answer.status_code, answer.json()["details"][0]["code"]) == (400, code)
    assert answer.json()["details"][0]["field"] == field
    assert not names_on(shelf)


def test_json_is_refused_with_the_media_type(curator: Phone) -> None:
    answer = curator.post(DOOR, {"file": "saree.jpg"})
    assert (answer.status_code, answer.json()["error"]) == (415, "unsupported_media_type")


def test_a_picture_above_the_switch_is_too_large(curator: Phone, shelf: LocalPictures, meera: User) -> None:
    curator.put("/api/admin/settings", {"max_upload_size": 2048})
    answer = send(curator, b"x" * 2049)
    assert (answer.status_code, answer.json()["error"]) == (413, "file_too_large")
    assert not names_on(shelf)


def test_the_same_bytes_again_are_the_same_picture(curator: Phone, shelf: LocalPictures) -> None:
    first, again = send(curator).json(), send(curator).json()
    assert again == {**first, "duplicate_of": first["id"]}
    assert len(names_on(shelf)) == 3


@pytest.mark.drill
@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_the_same_photo_ten_times_at_once_is_one_picture(shelf: LocalPictures) -> None:
    data, found = photo(size=(700, 500)), []
    threads = [threading.Thread(target=lambda: found.append(stored(data))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 10
    assert set(found) == {Picture.objects.get().object_key}
    assert len(names_on(shelf)) == 3


def stored(data: bytes) -> str:
    from django.db import connection

    try:
        return services.store(data, category="designs", by=None)[0].object_key
    finally:
        connection.close()


class TestNothingHalfMade:
    @pytest.mark.once
    def test_a_storage_that_is_away_is_503_and_no_row(self, curator: Phone, settings: Any) -> None:
        in_bucket(settings, Bucket("http://127.0.0.1:1"))
        answer = send(curator)
        assert (answer.status_code, answer.json()["error"]) == (503, "storage_unavailable")
        assert answer["Retry-After"] == "10"
        assert not Picture.objects.exists()

    def test_a_storage_that_fails_half_way_keeps_nothing(
        self, curator: Phone, shelf: LocalPictures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put, calls = LocalPictures.put, []

        def failing(self: LocalPictures, *what: Any) -> None:
            calls.append(what[0])
            if len(calls) == 3:
                Path("/dev/full").write_bytes(b"x")
            put(self, *what)

        monkeypatch.setattr(LocalPictures, "put", failing)
        with pytest.raises(OSError, match="No space"):
            services.store(photo(), category="designs", by=None)
        assert names_on(shelf) == []
        assert not Picture.objects.exists()

    def test_a_database_that_fails_after_the_objects_were_put_leaves_none(
        self, shelf: LocalPictures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def failing(*_: Any, **__: Any) -> None:
            assert len(names_on(shelf)) == 3, "they were put before"
            raise DatabaseError

        monkeypatch.setattr(Picture, "save", failing)
        with pytest.raises(DatabaseError):
            services.store(photo(), category="designs", by=None)
        assert names_on(shelf) == []

    def test_a_disk_that_cannot_be_written_is_503(self, curator: Phone, settings: Any) -> None:
        settings.MEDIA_ROOT = "/proc/pictures"
        assert send(curator).json()["error"] == "storage_unavailable"
        assert not Picture.objects.exists()


class TestIdempotencyKey:
    def test_the_same_key_gives_the_first_answer_again(self, curator: Phone, shelf: LocalPictures) -> None:
        first, again = (curator.post(DOOR, upload(), format="multipart", HTTP_IDEMPOTENCY_KEY="a") for _ in range(2))
        assert again.json() == first.json(), "also `duplicate_of`: it is the first answer, not a second upload"
        assert Picture.objects.count() == 1

    def test_the_same_key_with_another_picture_is_a_conflict(self, curator: Phone, shelf: LocalPictures) -> None:
        curator.post(DOOR, upload(), format="multipart", HTTP_IDEMPOTENCY_KEY="a")
        answer = curator.post(DOOR, upload(photo("navy")), format="multipart", HTTP_IDEMPOTENCY_KEY="a")
        assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
        assert Picture.objects.count() == 1

    def test_a_refused_request_may_be_mended(self, curator: Phone, shelf: LocalPictures) -> None:
        refused = curator.post(DOOR, upload(b"<html>"), format="multipart", HTTP_IDEMPOTENCY_KEY="a")
        assert refused.status_code == 415
        assert curator.post(DOOR, upload(), format="multipart", HTTP_IDEMPOTENCY_KEY="a").status_code == 200


@pytest.mark.once
def test_in_a_bucket_the_picture_carries_its_type_and_its_caching(
    curator: Phone, settings: Any, strict_bucket: Bucket
) -> None:
    in_bucket(settings, strict_bucket)
    body = send(curator).json()
    assert body["public_url"] == f"{strict_bucket.endpoint}/gallery/{body['object_key']}"
    found = strict_bucket.client.head_object(Bucket="gallery", Key=body["object_key"])
    assert (found["ContentType"], found["CacheControl"]) == ("image/webp", "public, max-age=31536000, immutable")
    assert len(strict_bucket.keys()) == 3


def test_curators_upload_120_a_minute(phone: Phone, meera: User, shelf: LocalPictures, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "curating": {**settings.LIMITS["curating"], "rate": 2}}
    statuses = [send(phone.holding(meera)).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_what_is_listed_says_who_uses_it(curator: Phone, shelf: LocalPictures, meera: User) -> None:
    first, second = send(curator).json(), send(curator, photo("navy")).json()
    avatar = services.set_avatar(meera, photo("gold"))
    body = curator.get("/api/upload/images?limit=2").json()
    assert [image["key"] for image in body["images"]] == [avatar.object_key, second["object_key"]]
    assert body["images"][0]["used_by"] == [{"kind": "avatar", "id": meera.pk}]
    assert body["count"] == 2
    rest = curator.get(f"/api/upload/images?limit=2&cursor={body['next_cursor']}").json()
    picture = Picture.objects.get(pk=first["id"])
    assert rest == {
        "images": [
            {
                "key": picture.object_key,
                "size": picture.size,
                "last_modified": picture.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "public_url": first["public_url"],
                "id": first["id"],
                "width": 900,
                "height": 600,
                "used_by": [],
            }
        ],
        "count": 1,
        "next_cursor": None,
    }
    assert len(curator.get("/api/upload/images?prefix=avatars/").json()["images"]) == 1


def test_the_walk_is_in_the_order_of_bytes(shelf: LocalPictures) -> None:
    names = ["a.b", "a/b", "a/c/d", "ab", "z", "ä"]
    for name in names:
        shelf.put(name, b"x", "image/webp")
    assert names_on(shelf) == sorted(names, key=str.encode)
    assert [isinstance(stored, Stored) for stored in shelf.walk("a/")] == [True, True]
