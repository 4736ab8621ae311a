"""Uploading without a script: the browser sends all files at once, and each is answered in words."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from config import switches
from config.api.errors import Refusal
from config.api.throttles import knock
from uploads import keys, services, validators

LANE = "curating"  # of the door that the script uses


def facts() -> dict[str, Any]:
    """What the page and its script have to know."""
    kinds = switches.current().allowed_file_types
    most = validators.most_bytes()
    return {
        "accept": ",".join(kinds),
        "kinds": validators.spoken(kinds),
        "most": most,
        "most_in_words": validators.megabytes(most),
        "door": reverse("upload-image"),
        "picture_page": reverse("admin:uploads_picture_change", args=[0]),
        "public_url": settings.PUBLIC_URL,
        "category": keys.DESIGNS,
    }


def take_each(request: HttpRequest, by: User) -> bool:
    """Whether all of them are stored now."""
    files = request.FILES.getlist("files")
    if not files:
        messages.error(request, "Choose at least one picture.")
    return bool(files) and all([take_one(request, file, by) for file in files])  # noqa: C419 - each has its sentence


def take_one(request: HttpRequest, file: UploadedFile[bytes], by: User) -> bool:
    try:
        knock(LANE, f"user:{by.pk}")
        validators.check_size(file.size or 0)
        _, same = services.store(file.read(), category=keys.DESIGNS, by=by)
    except Refusal as error:
        messages.error(request, f"{file.name}: {error.message}")
        return False
    messages.success(request, f"{file.name}: {'already here' if same else 'uploaded'}.")
    return True
