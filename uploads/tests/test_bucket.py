"""One client of the bucket for the whole process, and names that a bucket takes as they are."""

import threading
from typing import Any

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
