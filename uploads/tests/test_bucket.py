"""One client of the bucket for the whole process, names that a bucket takes as they are, and links that are signed."""

import threading
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine

from config.testing.pictures import in_bucket
from config.testing.s3 import Bucket
from uploads.bucket import BucketPictures


def test_eight_threads_share_one_client(settings: Any, moto_bucket: Bucket) -> None:
    shelf, found, ready = in_bucket(settings, moto_bucket), [], threading.Barrier(8)
    assert isinstance(shelf, BucketPictures)

    def use() -> None:
        ready.wait()
        found.append(shelf.client)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(client) for client in found}) == 1


def test_keys_of_the_older_backend_stay_as_they_are(settings: Any, moto_bucket: Bucket) -> None:
    shelf = in_bucket(settings, moto_bucket)
    key = "designs/old/साड़ी (1) & more+.JPG"
    shelf.put(key, b"red", "image/jpeg")
    assert moto_bucket.keys() == [key]
    assert shelf.read(key, 10) == b"red"
    stored = shelf.head(key)
    assert stored
    assert (stored.key, stored.size) == (key, 3)
    shelf.remove(key)
    assert shelf.head(key) is None
    assert shelf.read(key, 10) is None


OFFLINE = Bucket("http://bucket:8333", name="pictures")  # links are string work: nobody is asked


def parts(url: str) -> tuple[str, str, dict[str, str]]:
    found = urlsplit(url)
    return f"{found.scheme}://{found.netloc}", found.path, dict(parse_qsl(found.query))


@pytest.mark.parametrize("size", [2_314_891, None])
def test_a_permit_to_put_is_the_one_that_the_makers_of_s3_would_sign(settings: Any, size: int | None) -> None:
    shelf = in_bucket(settings, OFFLINE, incoming_bucket="incoming")
    facts = {"ContentType": "image/jpeg"} | ({"ContentLength": size} if size else {})
    where = {"Bucket": "incoming", "Key": "incoming/abc"}
    with time_machine.travel(datetime(2026, 11, 28, 12, tzinfo=UTC), tick=False):
        ours = shelf.ticket("incoming/abc", "image/jpeg", size)
        theirs = OFFLINE.client.generate_presigned_url("put_object", Params=where | facts, ExpiresIn=ours.expires_in)
    assert parts(ours.url) == parts(theirs)


def test_phones_are_sent_to_the_address_they_know_and_the_server_keeps_to_its_own(settings: Any) -> None:
    shelf = in_bucket(settings, OFFLINE, public_endpoint="https://s3.example.com/", incoming_bucket="incoming")
    assert isinstance(shelf, BucketPictures)
    assert parts(shelf.ticket("incoming/abc", "image/jpeg", 1).url)[:2] == (
        "https://s3.example.com",
        "/incoming/incoming/abc",
    )
    assert parts(shelf.signed_link("designs/a.webp", 0))[:2] == ("https://s3.example.com", "/pictures/designs/a.webp")
    assert shelf.client.meta.endpoint_url == "http://bucket:8333"
