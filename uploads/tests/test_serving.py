"""GET /pictures/...: cached for ever, in ranges, private when asked for, and never what was not looked at."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from config.testing.cast import Phone
from config.testing.pictures import in_bucket, photo
from config.testing.s3 import Bucket
from uploads import services
from uploads.models import Picture
from uploads.storage import STEADY_SECONDS, LocalPictures, pictures

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def saree(shelf: LocalPictures) -> Picture:
    return services.store(photo(), category="designs", by=None)[0]


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_picture_is_cached_for_ever_and_by_everybody(phone: Phone, saree: Picture, shelf: LocalPictures) -> None:
    answer = phone.get(saree.url)
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Content-Encoding" not in answer
    assert body_of(answer) == shelf.read(saree.object_key, 10**6)


def test_who_has_it_already_gets_304(phone: Phone, saree: Picture) -> None:
    etag = phone.head(saree.url)["ETag"]
    assert phone.get(saree.url, HTTP_IF_NONE_MATCH=etag).status_code == 304


def test_a_part_of_it_is_206(phone: Phone, saree: Picture) -> None:
    answer = phone.get(saree.url, HTTP_RANGE="bytes=4-11")
    assert (answer.status_code, answer["Content-Range"]) == (206, f"bytes 4-11/{saree.size}")
    assert body_of(answer)[4:] == b"WEBP"
    assert phone.get(saree.url, HTTP_RANGE=f"bytes={saree.size}-").status_code == 416


@pytest.mark.parametrize("key", ["", "designs", "designs/", "designs/2026", "nothing.webp", "incoming/x"])
def test_there_is_no_listing_and_nothing_else(phone: Phone, saree: Picture, key: str) -> None:
    answer = phone.get(f"/pictures/{key}")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_what_nobody_looked_at_is_never_served(phone: Phone, shelf: LocalPictures) -> None:
    shelf.put("incoming/x.webp", photo(), "image/webp")
    for path in ("incoming/x.webp", "designs/../incoming/x.webp", "%69ncoming/x.webp", "./incoming/x.webp"):
        assert phone.get(f"/pictures/{path}").status_code == 404


def test_what_a_browser_might_run_is_downloaded_as_bytes(phone: Phone, shelf: LocalPictures) -> None:
    shelf.put("old/page.html", b"<script>", "text/html")
    answer = phone.get("/pictures/old/page.html")
    assert (answer["Content-Type"], answer["Content-Disposition"]) == ("application/octet-stream", "attachment")
    assert body_of(answer)


def test_other_methods_are_refused_in_our_shape(phone: Phone, saree: Picture) -> None:
    assert phone.delete(saree.url).json()["error"] == "method_not_allowed"


class TestPrivate:
    @pytest.fixture(autouse=True)
    def private(self, settings: Any, shelf: LocalPictures) -> None:
        settings.PICTURES_PRIVATE = True

    def test_the_link_is_signed_and_stays_the_same_for_hours(self, phone: Phone, saree: Picture) -> None:
        with time_machine.travel(timezone.now()) as clock:
            first = saree.url
            links = set()
            for _ in range(STEADY_SECONDS // 3600):
                links.add(saree.url)
                assert phone.head(first).status_code == 200
                clock.shift(timedelta(hours=1))
            assert len(links) <= 2
            clock.shift(timedelta(hours=7))
            assert saree.url != first
            assert phone.head(first).status_code == 404

    def test_without_its_signature_or_with_anothers_there_is_nothing(self, phone: Phone, saree: Picture) -> None:
        path, query = saree.url.split("?")
        other = saree.urls()[0]["url"].split("?")[1]
        for link in (path, f"{path}?{other}", f"{path}?{query}0", f"{path}?{query.replace('expires=1', 'expires=9')}"):
            assert phone.get(link).status_code == 404

    def test_answers_that_hold_signed_links_are_not_kept(self, phone: Phone, meera: User) -> None:
        answer = phone.holding(meera).get("/api/upload/images")
        assert answer["Cache-Control"] == "no-store"
        assert "ETag" not in answer

    def test_phones_may_keep_the_picture_itself(self, phone: Phone, saree: Picture) -> None:
        assert phone.head(saree.url)["Cache-Control"] == f"private, max-age={STEADY_SECONDS}"

    def test_a_bucket_accepts_the_steady_link(self, settings: Any, strict_bucket: Bucket) -> None:
        import urllib.request

        in_bucket(settings, strict_bucket, public_url="")
        pictures().put("designs/साड़ी 1.webp", b"red", "image/webp")
        link = pictures().link("designs/साड़ी 1.webp")
        assert link == pictures().link("designs/साड़ी 1.webp")
        with urllib.request.urlopen(link) as answer:
            assert answer.read() == b"red"
