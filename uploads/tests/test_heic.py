"""HEIC, when the optional decoder is installed and the environment lets it in; else a sentence that helps."""

import io
from typing import Any

import pytest
from PIL import Image

from accounts.models import User
from config import switches
from config.testing.cast import Phone
from config.testing.pictures import photo, upload
from uploads import validators
from uploads.models import Picture
from uploads.storage import LocalPictures

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def heic() -> bytes:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(photo())).save(buffer, "HEIF")
    return buffer.getvalue()


def send(phone: Phone, curator: User) -> Any:
    return phone.holding(curator).post("/api/upload/image", upload(heic(), "IMG_0001.HEIC"), format="multipart")


def test_it_comes_in_like_any_other(
    phone: Phone, meera: User, shelf: LocalPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_in(monkeypatch)
    body = send(phone, meera).json()
    assert (body["width"], body["height"]) == (900, 600)
    stored = shelf.read(body["object_key"], 10**6)
    assert stored
    assert stored[8:12] == b"WEBP"


def test_without_the_decoder_it_is_415_and_says_what_to_do(
    phone: Phone, meera: User, shelf: LocalPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_in(monkeypatch)
    monkeypatch.setattr(validators, "decodes_heic", lambda: False)
    answer = send(phone, meera)
    assert (answer.status_code, answer.json()["error"]) == (415, "unsupported_format")
    assert "Most Compatible" in answer.json()["message"]
    assert not Picture.objects.exists()


def test_unless_the_environment_lets_it_in_it_is_415(phone: Phone, meera: User, shelf: LocalPictures) -> None:
    assert send(phone, meera).status_code == 415


def let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    today = switches.current()
    kinds = [*today.allowed_file_types, "image/heic"]
    monkeypatch.setattr(switches, "current", lambda: switches.Switches(**{**vars(today), "allowed_file_types": kinds}))
