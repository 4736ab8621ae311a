"""`Idempotency-Key`: a phone that lost the answer asks again and gets the same one, and nothing happens twice."""

import re
from collections.abc import Callable, Iterator
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from typing import Any

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.errors import Refusal, wrong
from config.api.renderers import JSON
from config.repeats.models import FirstAnswer

SANE = re.compile(r"[\x20-\x7e]{1,255}")
Handler = Callable[..., Response]


def repeatable(handler: Handler) -> Handler:
    """For a handler of a door. Only what succeeded is remembered: a refused request may be mended and sent again."""

    @wraps(handler)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **kwargs)
        first, mine = FirstAnswer.objects.claim(request.user.pk or 0, sane(key), digest(request))
        if not mine:
            return again(first, digest(request))
        try:
            response = handler(view, request, *args, **kwargs)
        except BaseException:
            first.delete()
            raise
        first.answer(response.status_code, orjson.loads(JSON().render(response.data)))
        return response

    return once


def sane(key: str) -> str:
    if not SANE.fullmatch(key):
        raise wrong("Idempotency-Key", "invalid", "Idempotency-Key must be 1 to 255 printable ASCII characters.")
    return key


def again(first: FirstAnswer, asked: str) -> Response:
    if first.digest != asked:
        raise Refusal("conflict", "This Idempotency-Key was used for another request.")
    if first.status is None:
        raise Refusal("conflict", "The first request with this Idempotency-Key is still at work.", retry_after=2)
    return Response(first.body, status=HTTPStatus(first.status))


def digest(request: Request) -> str:
    """Of the door and the body; a multipart body by its parts, since its boundary changes from try to try."""
    told = sha256(f"{request.method} {request.path}?{request.META.get('QUERY_STRING', '')}\n".encode())
    if not isinstance(request.data, QueryDict):
        told.update(orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS))
        return told.hexdigest()
    for name, values in sorted(request.data.lists()):
        for value in values:
            told.update(f"\n{name}=".encode())
            for chunk in parts(value):
                told.update(chunk)
    return told.hexdigest()


def parts(value: Any) -> Iterator[bytes]:
    if isinstance(value, UploadedFile):
        yield from value.chunks()
        value.seek(0)  # the handler reads it, too
    else:
        yield str(value).encode()
