"""Deleting pictures: asked first, one row at a time, by the service that keeps what is in use."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from config.api.errors import Refusal
from uploads import services
from uploads.admin.tiles import short_name
from uploads.models import Picture


def counted(number: int) -> str:
    return "1 picture" if number == 1 else f"{number} pictures"


def delete_url(*pictures: int, **more: str) -> str:
    query = [("picture", picture) for picture in pictures]
    return f"{reverse('admin:uploads_picture_delete_chosen')}?{urlencode([*query, *more.items()])}"


def delete_each(request: HttpRequest, pictures: list[Picture]) -> None:
    """One sentence for those that went, one for each that stayed."""
    gone = sum(delete_one(request, picture) for picture in pictures)
    if gone:
        messages.success(request, f"{counted(gone)} deleted.")


def delete_one(request: HttpRequest, picture: Picture) -> bool:
    name = short_name(picture.object_key)
    try:
        services.delete(picture)
    except Refusal as error:
        messages.error(request, f"{name} was not deleted: {error.message}")
        return False
    return True
