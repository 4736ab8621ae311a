"""What happens to every request and every answer, from the outside in."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from functools import cached_property
from hashlib import blake2b
from http import HTTPStatus
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from structlog import get_logger
from structlog.contextvars import bind_contextvars, clear_contextvars

from config.api.errors import code_for, error_response
from config.audit.actor import begin
from config.logs import request_line
from config.watching import figures
from config.watching.queries import Asked, counted

log = get_logger("request")

Handler = Callable[[HttpRequest], HttpResponseBase]

SANE_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# People with a browser read these; everything else is read by programs.
HTML_AREAS = ("/admin", "/account", "/docs", "/static")
# Where a body may be as large as a picture.
PICTURES_COME_IN = ("/api/upload/", "/api/auth/me/avatar")
COMPRESS_ABOVE = 1024
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
NO_GZIP = re.compile(r"\bgzip\s*;\s*q=0(\.0*)?\s*(,|$)")
OTHER = "OTHER"  # anybody can invent methods
QUIET = "/livez"  # asked every few seconds by orchestrators


def speaks_json(path: str) -> bool:
    return not path.startswith(HTML_AREAS)


class Layer:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response


class RequestContext(Layer):
    """A request id on the answer and on every log line, and one line per request. At first nobody acts."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        request.id = given if SANE_ID.fullmatch(given) else uuid.uuid4().hex  # type: ignore[attr-defined] # ours
        clear_contextvars()
        begin()
        bind_contextvars(request_id=request.id)  # type: ignore[attr-defined]
        before = counted.now()
        response = self.get_response(request)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        self.told(request, response, time.perf_counter() - started, counted.since(before))
        clear_contextvars()
        begin()
        return response

    def told(self, request: HttpRequest, response: HttpResponseBase, seconds: float, asked: Asked) -> None:
        if request.path == QUIET and response.status_code == HTTPStatus.OK:
            return
        match = request.resolver_match
        route = match.route if match else ""
        method = request.method if request.method in METHODS else OTHER
        figures.answered(route, method, response.status_code, seconds, asked)
        self.write_line(request, response, route=route, ms=in_ms(seconds), queries=asked.statements)
        if 0 < settings.SLOW_REQUEST_MS <= seconds * 1000:
            facts = {"queries": asked.statements, "database_ms": in_ms(asked.seconds)}
            log.warning("slow_request", method=method, route=route, ms=in_ms(seconds), **facts)

    @staticmethod
    def write_line(request: HttpRequest, response: HttpResponseBase, **facts: Any) -> None:
        level = logging.ERROR if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR else logging.INFO
        # Never the query string: it may hold a search, an address or a token.
        path = CONTROLS.sub("?", request.path[:300])
        told = {"method": (request.method or "")[:16], "path": path, "status": response.status_code, **facts}
        request_line(level, told, as_json=settings.LOG_FORMAT == "json")


def in_ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


class SafeHeaders(Layer):
    """For every answer, also those that Django's own middleware never sees."""

    HEADERS = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.HEADERS.items():
            response.setdefault(name, value)
        return response


class ContentPolicy(CSPMiddleware):
    """One strict policy; the areas in settings.CSP_AREAS get what their pages need on top."""

    @cached_property
    def of_json(self) -> str:
        return build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if speaks_json(request.path):
            response.setdefault(HEADER, self.of_json)
            return response
        for area, update in settings.CSP_AREAS.items():
            if request.path.startswith(area):
                setattr(response, "_csp_update", update)  # noqa: B010 - as django-csp's decorators do
        return super().process_response(request, response)


class OneErrorShape(Layer):
    """Whatever failed further in, the API answers in its own shape: never HTML, never a traceback."""

    OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding", "etag"})

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code < HTTPStatus.BAD_REQUEST or not speaks_json(request.path):
            return response
        if response.get("Content-Type", "").startswith("application/json"):
            return response
        kept = {name: value for name, value in response.items() if name.lower() not in self.OF_THE_BODY}
        shaped = error_response(code_for(response.status_code), status=response.status_code, headers=kept)
        setattr(shaped, "_has_been_logged", getattr(response, "_has_been_logged", False))  # noqa: B010 - Django's
        return shaped


class SaneRequests(Layer):
    """Refuse by the head alone what no view should have to read."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in METHODS:
            return error_response("method_not_allowed", headers={"Allow": ", ".join(METHODS)})
        if not speaks_json(request.path):
            return self.get_response(request)
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return error_response("parse_error", "The address may not contain NUL.")
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            return error_response("parse_error", "Send the body with a Content-Length.", status=411)
        if self.length(request) > self.most(request):
            return error_response("payload_too_large")
        return self.get_response(request)

    @staticmethod
    def most(request: HttpRequest) -> int:
        pictures = request.path.startswith(PICTURES_COME_IN)
        return settings.MAX_BODY_SIZE + (settings.MAX_FILE_SIZE if pictures else 0)

    @staticmethod
    def length(request: HttpRequest) -> int:
        value = request.META.get("CONTENT_LENGTH") or "0"
        return int(value) if value.isdecimal() else 0


class CacheRules(Layer):
    """Signed-in answers stay on the phone that asked; what can be compared gets a weak ETag."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path.startswith("/api/"):
            return response
        signed_in = "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES
        patch_vary_headers(response, ["Authorization"])
        if "Cache-Control" not in response:
            failed = response.status_code >= HTTPStatus.BAD_REQUEST
            response["Cache-Control"] = "no-store" if failed else "private, no-cache" if signed_in else "no-cache"
        if self.comparable(request, response):
            body = response.content  # type: ignore[attr-defined] # not streaming, see comparable()
            response["ETag"] = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
        return response

    @staticmethod
    def comparable(request: HttpRequest, response: HttpResponseBase) -> bool:
        return (
            request.method in {"GET", "HEAD"}
            and response.status_code == HTTPStatus.OK
            and not response.streaming
            and "ETag" not in response
            and "no-store" not in response["Cache-Control"]
        )


class NoTrailingSlash(Layer):
    """`/api/settings/` answers like `/api/settings`, without a redirect and without a second route."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/api/"):
            request.path_info = request.path_info.rstrip("/")
            request.path = request.path.rstrip("/")
        return self.get_response(request)


class Compress(GZipMiddleware):
    """Compression above 1 KB, never for answers that carry a token."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        small = not response.streaming and len(response.content) < COMPRESS_ABOVE  # type: ignore[attr-defined]
        refused = NO_GZIP.search(request.headers.get("Accept-Encoding", ""))
        picture = response.get("Content-Type", "").startswith("image/")
        if small or refused or picture or "no-store" in response.get("Cache-Control", ""):
            return response
        return super().process_response(request, response)


class MessagesOnPages(MessageMiddleware):
    """In the API nobody reads them."""

    def process_request(self, request: HttpRequest) -> None:
        if not request.path_info.startswith("/api/"):
            super().process_request(request)
