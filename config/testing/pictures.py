"""Photos made in memory, and the shelves they lie on: a folder of the test's own, or a bucket."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from config.r2 import r2_storage
from config.testing.errands import AtOnce
from config.testing.s3 import Bucket
from uploads.storage import LocalPictures, Pictures, pictures


def photo(colour: str = "crimson", size: tuple[int, int] = (900, 600), kind: str = "JPEG", **how: Any) -> bytes:
    """A plain one: every colour gives other bytes."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind, **how)
    return buffer.getvalue()


def upload(data: bytes | None = None, name: str = "saree.jpg") -> dict[str, SimpleUploadedFile]:
    """The form of a phone that sends a picture."""
    return {"file": SimpleUploadedFile(name, photo() if data is None else data, "image/jpeg")}


def names_on(shelf: Pictures) -> list[str]:
    return [stored.key for stored in shelf.walk()]


@pytest.fixture
def shelf(settings: Any, tmp_path: Path) -> LocalPictures:
    """The local folder, empty; what is to happen after a commit happens right then."""
    settings.TASKS = {"default": {"BACKEND": f"{AtOnce.__module__}.{AtOnce.__name__}"}}
    settings.MEDIA_ROOT = tmp_path / "pictures"
    settings.PUBLIC_URL = "http://testserver"
    found = pictures()
    assert isinstance(found, LocalPictures)
    return found


def in_bucket(settings: Any, bucket: Bucket, **more: str) -> Pictures:
    """From here on pictures lie in this bucket, and no link leads anywhere else."""
    public = {"public_endpoint": "", "public_url": f"{bucket.endpoint}/{bucket.name}"}
    settings.R2 = {**bucket.r2, "incoming_bucket": "", **public, **more}
    settings.STORAGES = {**settings.STORAGES, "default": r2_storage(settings.R2)}
    return pictures()
