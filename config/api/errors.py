"""One shape for every refusal, whoever speaks: a view, a middleware, Django, or gunicorn."""

import math
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response
from structlog import get_logger
from structlog.contextvars import get_contextvars

log = get_logger(__name__)

Details = list[dict[str, str]]
MOST_DETAILS = 50

# code -> (status, the sentence a person reads when nobody wrote a better one)
CODES: dict[str, tuple[int, str]] = {
    "validation_error": (400, "Please check what you entered."),
    "parse_error": (400, "The request could not be understood."),
    "unknown_field": (400, "The request names a field that does not exist."),
    "unknown_parameter": (400, "The address names a parameter that does not exist."),
    "unknown_value": (400, "The address asks for a value that does not exist."),
    "invalid_cursor": (400, "This cursor does not belong to this list. Start again without it."),
    "page_too_deep": (400, "This page is too far down the list. Continue with the cursor."),
    "image_broken": (400, "The picture is damaged and cannot be opened."),
    "image_too_many_pixels": (400, "The picture has too many pixels."),
    "bad_object_key": (400, "This is not the key of a picture."),
    "picture_not_found": (400, "There is no such picture."),
    "token_missing": (401, "Please sign in."),
    "token_invalid": (401, "This sign-in is not valid. Please sign in again."),
    "token_expired": (401, "This sign-in has run out. Refresh it."),
    "session_expired": (401, "You have been away for long. Please sign in again."),
    "session_revoked": (401, "You have been signed out. Please sign in again."),
    "invalid_credentials": (401, "The name or the password is wrong."),
    "registration_closed": (403, "Registration is closed at the moment."),
    "account_pending": (403, "Your account is waiting for approval."),
    "account_rejected": (403, "Your account was not approved."),
    "account_blocked": (403, "Your account is blocked."),
    "admin_required": (403, "You do not have the right to do this."),
    "not_found": (404, "There is nothing here."),
    "method_not_allowed": (405, "This address does not know this method."),
    "request_timeout": (408, "The request came in too slowly. Please try again."),
    "conflict": (409, "This conflicts with something that is already there."),
    "payload_too_large": (413, "The request is too large."),
    "file_too_large": (413, "The file is too large."),
    "uri_too_long": (414, "The address is too long."),
    "unsupported_media_type": (415, "Send the body as application/json."),
    "unsupported_format": (415, "This is not a picture we can read."),
    "throttled": (429, "Too many requests. Please wait a moment."),
    "server_error": (500, "Something went wrong on our side. Please try again later."),
    "maintenance": (503, "The gallery is closed for maintenance. Please come back soon."),
    "database_unavailable": (503, "The gallery cannot reach its database. Please try again in a moment."),
    "storage_unavailable": (503, "The gallery cannot reach its pictures. Please try again in a moment."),
}
# A status that came from elsewhere -> our code. Other 4xx read as parse_error, other 5xx as server_error.
STATUS_CODES = {
    401: "token_missing",
    403: "admin_required",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    409: "conflict",
    413: "payload_too_large",
    414: "uri_too_long",
    415: "unsupported_media_type",
    429: "throttled",
    503: "maintenance",
}

# More special first: RequestDataTooBig is a SuspiciousOperation.
FROM_DJANGO: dict[type[Exception], str] = {
    Http404: "not_found",
    PermissionDenied: "admin_required",
    RequestDataTooBig: "payload_too_large",
    SuspiciousOperation: "parse_error",
    UnreadablePostError: "request_timeout",
}


class Refusal(exceptions.APIException):
    """A refusal by code: `raise Refusal("conflict", "This name is taken.")`."""

    def __init__(
        self,
        code: str,
        message: str = "",
        *,
        details: Details | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.code = code
        self.status_code, default = CODES[code]
        self.message = message or default
        self.details = details or []
        self.retry_after = retry_after
        super().__init__(self.message, code)


def wrong(field: str, code: str, message: str) -> Refusal:
    """A `validation_error` about one field."""
    return Refusal("validation_error", message, details=[detail(field, code, message)])


def detail(field: str, code: str, message: str) -> dict[str, str]:
    return {"field": field, "code": code, "message": message}


def envelope(code: str, message: str = "", details: Details | None = None, request_id: str = "") -> dict[str, Any]:
    return {
        "success": False,
        "error": code,
        "message": message or CODES[code][1],
        "details": details or [],
        "request_id": request_id or get_contextvars().get("request_id", ""),
    }


def error_response(
    code: str,
    message: str = "",
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """For those who speak before or after the views: the middleware."""
    body = orjson.dumps(envelope(code, message))
    return HttpResponse(
        body, status=status or CODES[code][0], content_type="application/json", headers=dict(headers or {})
    )


def code_for(status: int) -> str:
    fallback = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "parse_error"
    return STATUS_CODES.get(status, fallback)


def answer(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. `None` lets the crash through, to be logged and shaped further out."""
    refusal = as_refusal(exc)
    if refusal is None:
        return None
    headers = {}
    if refusal.status_code == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    request: HttpRequest = context["request"]
    request_id = getattr(request, "id", "")
    body = envelope(refusal.code, refusal.message, refusal.details, request_id)
    return Response(body, status=refusal.status_code, headers=headers)


def as_refusal(exc: Exception) -> Refusal | None:
    if isinstance(exc, Refusal):
        return exc
    if isinstance(exc, exceptions.ValidationError):
        details = list(islice(flatten(exc.detail), MOST_DETAILS))
        return Refusal(first_code(details), sentence(details), details=details)
    if isinstance(exc, exceptions.APIException):
        return from_drf(exc)
    if isinstance(exc, OperationalError | InterfaceError):
        log.error("database_unavailable", exc_info=exc)
        return Refusal("database_unavailable", retry_after=5)
    code = next((code for kind, code in FROM_DJANGO.items() if isinstance(exc, kind)), None)
    return Refusal(code) if code else None


def from_drf(exc: exceptions.APIException) -> Refusal:
    if isinstance(exc, exceptions.Throttled):
        return Refusal("throttled", retry_after=max(1, math.ceil(getattr(exc, "wait", None) or 1)))
    if isinstance(exc, exceptions.AuthenticationFailed):
        code = str(exc.get_codes())
        return Refusal(code if code in CODES else "token_invalid")
    code = code_for(exc.status_code)
    spoken = isinstance(exc, exceptions.ParseError | exceptions.PermissionDenied)
    return Refusal(code, str(exc.detail) if spoken and exc.detail != exc.default_detail else "")


def flatten(problem: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested lists and dictionaries of problems, as one flat list with dotted names."""
    if isinstance(problem, Mapping):
        for name, inner in problem.items():
            yield from flatten(inner, _below(path, "" if name == "non_field_errors" else str(name)))
    elif isinstance(problem, list | tuple):
        for index, inner in enumerate(problem):
            nested = isinstance(inner, Mapping | list | tuple)
            yield from flatten(inner, _below(path, str(index)) if nested else path)
    else:
        yield detail(path, str(getattr(problem, "code", "invalid")), str(problem))


def _below(path: str, name: str) -> str:
    return ".".join(part for part in (path, name) if part)


def first_code(details: Details) -> str:
    """When every problem is an unknown name, the whole refusal says so."""
    return "unknown_field" if details and all(d["code"] == "unknown_field" for d in details) else "validation_error"


def sentence(details: Details) -> str:
    if not details:
        return ""
    field, message = details[0]["field"], details[0]["message"]
    return f"{field}: {message}" if field else message
