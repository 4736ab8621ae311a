"""Deleting pictures: asked first, one row at a time, by the service that keeps what is in use."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from unfold.admin import ModelAdmin

from config.api.errors import Refusal
from uploads import services
from uploads.admin.tiles import short_name
from uploads.models import Picture


def counted(number: int) -> str:
    return "1 picture" if number == 1 else f"{number} pictures"


def delete_url(*pictures: int, **more: str) -> str:
    query = [("picture", picture) for picture in pictures]
    return f"{reverse('admin:uploads_picture_delete_chosen')}?{urlencode([*query, *more.items()])}"


def delete_each(desk: ModelAdmin, request: HttpRequest, pictures: list[Picture]) -> None:
    """One sentence for those that went, one for each that stayed."""
    gone = sum(delete_one(desk, request, picture) for picture in pictures)
    if gone:
        messages.success(request, f"{counted(gone)} deleted.")


def delete_one(desk: ModelAdmin, request: HttpRequest, picture: Picture) -> bool:
    name = short_name(picture.object_key)
    try:
        with transaction.atomic():
            desk.log_deletions(request, [picture])  # before: afterwards it has no number
            services.delete(picture)
    except Refusal as error:
        messages.error(request, f"{name} was not deleted: {error.message}")
        return False
    return True
