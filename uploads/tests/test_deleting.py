"""DELETE /api/upload/image/{object_key}."""

from typing import Any

import pytest

from accounts.models import User
from config.testing.cast import Phone
from config.testing.pictures import names_on, photo
from uploads import services
from uploads.models import Picture
from uploads.storage import LocalPictures

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def curator(phone: Phone, meera: User) -> Phone:
    return phone.holding(meera)


def test_the_row_goes_at_once_and_its_objects_after_the_commit(
    curator: Phone, shelf: LocalPictures, django_capture_on_commit_callbacks: Any
) -> None:
    picture, _ = services.store(photo(), category="designs", by=None)
    with django_capture_on_commit_callbacks() as later:
        answer = curator.delete(f"/api/upload/image/{picture.object_key}")
    assert answer.json() == {"message": "Image deleted successfully", "success": True}
    assert not Picture.objects.exists()
    assert len(names_on(shelf)) == 3, "a rollback would still need them"
    for callback in later:
        callback()
    assert names_on(shelf) == []


def test_what_is_not_there_is_404(curator: Phone, shelf: LocalPictures) -> None:
    answer = curator.delete("/api/upload/image/designs/2026/11/nothing.webp")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


@pytest.mark.parametrize("key", ["../secret", "%2e%2e/secret", "/etc/passwd", "a/../../b", "a\\b", "x" * 513])
def test_a_key_that_leads_elsewhere_is_400_and_deletes_nothing(curator: Phone, shelf: LocalPictures, key: str) -> None:
    services.store(photo(), category="designs", by=None)
    answer = curator.delete(f"/api/upload/image/{key}")
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_object_key")
    assert len(names_on(shelf)) == 3
