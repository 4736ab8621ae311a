"""Leave to put, the putting, and looking at what was put: on the local disk and in a bucket that checks."""

import urllib.error
import urllib.request
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from config.testing.cast import Phone
from config.testing.pictures import in_bucket, names_on, photo
from config.testing.s3 import Bucket
from uploads import keys
from uploads.models import Picture
from uploads.storage import LocalPictures

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ASK, DONE = "/api/upload/presigned-url", "/api/upload/complete"


@pytest.fixture
def curator(phone: Phone, meera: User) -> Phone:
    return phone.holding(meera)


def ask(phone: Phone, **facts: Any) -> Any:
    return phone.post(ASK, {"filename": "saree.jpg", **facts}).json()


def put(phone: Phone, ticket: Any, data: bytes, kind: str = "image/jpeg", **more: str) -> int:
    """As the phone would, whoever issued the ticket."""
    url = more.get("url", ticket["upload_url"])
    if url.startswith("http://testserver"):
        return phone.put(url, data, content_type=kind).status_code
    request = urllib.request.Request(url, data, {"Content-Type": kind}, method="PUT")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture(params=["disk", pytest.param("bucket", marks=pytest.mark.once)])
def anywhere(request: pytest.FixtureRequest, settings: Any) -> Any:
    if request.param == "disk":
        return request.getfixturevalue("shelf")
    return in_bucket(settings, request.getfixturevalue("strict_bucket"))


class TestOnTheDiskAndInABucket:
    def test_put_and_complete(self, curator: Phone, anywhere: Any) -> None:
        data = photo()
        ticket = ask(curator, size=len(data))
        assert put(curator, ticket, data) == 200
        assert names_on(anywhere) == [keys.incoming(ticket["object_key"])]
        body = curator.post(DONE, {"object_key": ticket["object_key"]}).json()
        assert body["object_key"] == ticket["object_key"]
        assert body["public_url"] == ticket["public_url"], "what the phone was promised"
        assert (body["width"], body["height"], body["duplicate_of"]) == (900, 600, None)
        assert len(names_on(anywhere)) == 3
        assert keys.incoming(ticket["object_key"]) not in names_on(anywhere)

    def test_completing_again_changes_nothing(self, curator: Phone, anywhere: Any) -> None:
        ticket = ask(curator)
        put(curator, ticket, photo())
        first, again = (curator.post(DONE, {"object_key": ticket["object_key"]}).json() for _ in range(2))
        assert again == first

    @pytest.mark.parametrize(
        ("data", "kind"),
        [(photo() + b"x", "image/jpeg"), (photo()[:-1], "image/jpeg"), (photo(), "text/html")],
        ids=["longer", "shorter", "another type"],
    )
    def test_another_length_or_type_than_was_signed_is_refused(
        self, curator: Phone, anywhere: Any, data: bytes, kind: str
    ) -> None:
        ticket = ask(curator, size=len(photo()))
        assert 400 <= put(curator, ticket, data, kind) < 500
        assert names_on(anywhere) == []

    def test_another_key_or_signature_is_refused(self, curator: Phone, anywhere: Any) -> None:
        ticket, other = ask(curator), ask(curator)
        name, wrong = keys.incoming(ticket["object_key"]), keys.incoming(other["object_key"])
        assert 400 <= put(curator, ticket, photo(), url=ticket["upload_url"].replace(name, wrong)) < 500
        assert 400 <= put(curator, ticket, photo(), url=ticket["upload_url"][:-1] + "x") < 500
        assert 400 <= put(curator, ticket, photo(), url=ticket["upload_url"].split("?")[0]) < 500
        assert names_on(anywhere) == []

    def test_a_ticket_runs_out(self, curator: Phone, anywhere: Any) -> None:
        with time_machine.travel(timezone.now() - timedelta(minutes=16), tick=True):
            ticket = anywhere.ticket("incoming/late", "image/jpeg", None)
        assert 400 <= put(curator, {"upload_url": ticket.url}, photo()) < 500
        assert names_on(anywhere) == []

    def test_what_is_no_picture_leaves_neither_object_nor_row(self, curator: Phone, anywhere: Any) -> None:
        ticket = ask(curator)
        assert put(curator, ticket, b"<html><script>alert(1)</script>") == 200
        answer = curator.post(DONE, {"object_key": ticket["object_key"]})
        assert (answer.status_code, answer.json()["error"]) == (415, "unsupported_format")
        assert names_on(anywhere) == []
        assert not Picture.objects.exists()

    def test_nothing_put_yet_can_be_put_later(self, curator: Phone, anywhere: Any) -> None:
        ticket = ask(curator)
        answer = curator.post(DONE, {"object_key": ticket["object_key"]})
        assert (answer.status_code, answer.json()["error"]) == (400, "picture_not_found")
        put(curator, ticket, photo())
        assert curator.post(DONE, {"object_key": ticket["object_key"]}).status_code == 200


def test_the_ticket_is_all_a_phone_needs(curator: Phone, shelf: LocalPictures) -> None:
    answer = curator.post(ASK, {"filename": "साड़ी.PNG", "category": "temp", "size": 1_000})
    body = answer.json()
    assert body == {
        "object_key": body["object_key"],
        "upload_url": body["upload_url"],
        "method": "PUT",
        "headers": {"Content-Type": "image/png", "Content-Length": "1000"},
        "public_url": f"http://testserver/pictures/{body['object_key']}",
        "expires_in": 900,
    }
    assert body["object_key"].startswith("temp/")
    assert answer["Cache-Control"] == "no-store"


def test_asking_by_get_is_the_same(curator: Phone, shelf: LocalPictures) -> None:
    body = curator.get(f"{ASK}?filename=a.webp&category=general").json()
    assert body["headers"] == {"Content-Type": "image/webp"}
    assert body["object_key"].startswith("designs/")


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"size": 10**9}, 413, "file_too_large"),
        ({"content_type": "image/svg+xml"}, 415, "unsupported_format"),
        ({"filename": "run.exe"}, 415, "unsupported_format"),
        ({"filename": ""}, 400, "validation_error"),
        ({"category": "secrets"}, 400, "validation_error"),
        ({"acl": "public"}, 400, "unknown_field"),
    ],
)
def test_what_could_never_be_completed_is_refused_at_once(
    curator: Phone, shelf: LocalPictures, facts: Any, status: int, code: str
) -> None:
    answer = curator.post(ASK, {"filename": "saree.jpg", **facts})
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert not Picture.objects.exists()


def test_a_photo_that_is_there_already_is_told(curator: Phone, shelf: LocalPictures) -> None:
    first = curator.post(DONE, {"object_key": completed(curator)}).json()
    second = curator.post(DONE, {"object_key": completed(curator)}).json()
    assert second["duplicate_of"] == first["id"]
    assert second["id"] != first["id"], "the key that the phone was given stays its own"


def completed(phone: Phone) -> str:
    ticket = ask(phone)
    put(phone, ticket, photo())
    phone.post(DONE, {"object_key": ticket["object_key"]})
    return str(ticket["object_key"])


@pytest.mark.once
def test_quarantine_may_have_a_bucket_of_its_own(curator: Phone, settings: Any, strict_bucket: Bucket) -> None:
    strict_bucket.client.create_bucket(Bucket="quarantine")
    in_bucket(settings, strict_bucket, incoming_bucket="quarantine")
    ticket = ask(curator)
    assert put(curator, ticket, photo()) == 200
    assert strict_bucket.keys() == []
    assert curator.post(DONE, {"object_key": ticket["object_key"]}).status_code == 200
    assert len(strict_bucket.keys()) == 3
    assert "Contents" not in strict_bucket.client.list_objects_v2(Bucket="quarantine")
    strict_bucket.client.delete_bucket(Bucket="quarantine")
