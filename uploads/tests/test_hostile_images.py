"""Every picture of uploads/tests/hostile.py: rendered soundly, or refused in the right words, and never for long."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from config.api.errors import CODES, Refusal
from config.testing.cast import Phone
from uploads import keys, variants
from uploads.models import Picture
from uploads.tests import hostile
from uploads.tests.hostile import GROUPS, IMAGES, REFUSED, RENDERED, Odd

# Pillow's murmurs about odd metadata; they would be errors here, and are none in production.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")
PATIENCE = 8.0  # seconds for one picture, on a slow machine


@contextmanager
def in_time() -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < PATIENCE


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_its_code(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile.staff_changed_nothing(monkeypatch)
    data = IMAGES[name].make()
    with in_time(), pytest.raises(Refusal) as refusal:
        variants.render(data)
    assert refusal.value.code == IMAGES[name].refused
    assert refusal.value.details[0]["field"] == "file"


@pytest.mark.parametrize("name", RENDERED)
def test_it_is_rendered_soundly(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile.staff_changed_nothing(monkeypatch)
    data = IMAGES[name].make()
    with in_time():
        rendered = variants.render(data)
    assert (rendered.width, rendered.height) == IMAGES[name].size
    hostile.assert_sound(rendered)


def test_an_avatar_is_asked_the_same_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile.staff_changed_nothing(monkeypatch)
    for name, odd in hostile.BENT.items():
        assert avatar_code(odd.make()) == odd.refused, name


def avatar_code(data: bytes) -> str:
    try:
        square = variants.render_avatar(data)
    except Refusal as refusal:
        return refusal.code
    assert square.width == square.height <= variants.AVATAR_SIDE
    hostile.assert_ours(square.full, (square.width, square.height))
    return ""


@pytest.fixture
def shelf(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "pictures"
    return tmp_path / "pictures"


@pytest.fixture
def curator(phone: Phone, meera: User, settings: Any) -> Phone:
    settings.LIMITS = {**settings.LIMITS, "curating": {"rate": 10_000, "store": "memory"}}
    return phone.holding(meera)


def things(shelf: Path) -> tuple[int, set[Path]]:
    return Picture.objects.count(), {path for path in shelf.rglob("*") if path.is_file()}


def sent(phone: Phone, odd: Odd) -> Any:
    file = SimpleUploadedFile(odd.filename, odd.make(), "image/jpeg")
    with in_time():
        return phone.post("/api/upload/image", {"file": file}, format="multipart")


@pytest.mark.once
@pytest.mark.parametrize("group", GROUPS)
def test_the_door_refuses_and_keeps_nothing_or_stores_only_ours(curator: Phone, shelf: Path, group: str) -> None:
    for name, odd in GROUPS[group].items():
        before = things(shelf)
        answer = sent(curator, odd)
        if odd.refused:
            assert (answer.status_code, answer.json()["error"]) == (CODES[odd.refused][0], odd.refused), name
            assert list(answer.json()) == ["success", "error", "message", "details", "request_id"]
            assert things(shelf) == before, name
        else:
            assert answer.status_code == 200, (name, answer.json())
            assert_stored(answer.json(), odd, shelf)


def assert_stored(told: dict[str, Any], odd: Odd, shelf: Path) -> None:
    picture = Picture.objects.get(pk=told["id"])
    assert keys.OURS.fullmatch(picture.object_key)
    assert (told["width"], told["height"]) == odd.size
    hostile.assert_ours((shelf / picture.object_key).read_bytes(), odd.size)
    assert [variant["width"] for variant in told["variants"]] == variants.widths_of(odd.size[0])
    for key, variant in zip(picture.variant_keys, told["variants"], strict=True):
        hostile.assert_ours((shelf / key).read_bytes(), (variant["width"], variant["height"]))


@pytest.mark.once
@pytest.mark.django_db
def test_what_rides_along_is_left_behind(curator: Phone, shelf: Path) -> None:
    for odd in [*hostile.POLYGLOTS.values(), hostile.NOTES["gps-in-a-jpeg"], hostile.NOTES["xmp-in-a-webp"]]:
        sent(curator, odd)
    stored = b"".join(path.read_bytes() for path in things(shelf)[1])
    assert stored
    assert not [word for word in (b"<script", b"<?php", b"PK\3\4", b"Exif", b"adobe", b"Kanjeevaram") if word in stored]
