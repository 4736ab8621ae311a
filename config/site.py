"""Doors of the house itself: what it is, whether it is well, and its switches."""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hmac import compare_digest
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from structlog import get_logger

from accounts.permissions import Requires
from config import leaving, switches
from config.api.errors import Refusal, detail
from config.api.serializers import StrictSerializer
from config.api.throttles import client_address
from config.api.views import Door
from config.watching import figures

log = get_logger(__name__)

STARTED = time.time()
HEALTH_CACHED_SECONDS = 1.0
STORAGE_CACHED_SECONDS = 30.0
# What this release can do, for apps that ask before they show a button.
FEATURES = {
    "authentication": True,
    "design_management": True,
    "file_upload": True,
    "admin_panel": True,
    "analytics": True,
    "favorites": True,
    "settings": True,
}
NO_STORE = {"Cache-Control": "no-store"}


class Links(serializers.Serializer[Any]):
    docs = serializers.CharField(required=False)
    openapi = serializers.CharField(required=False)
    admin = serializers.CharField()
    health = serializers.CharField()
    settings = serializers.CharField()


class Welcome(serializers.Serializer[Any]):
    message = serializers.CharField()
    version = serializers.CharField()
    environment = serializers.CharField()
    status = serializers.CharField()
    links = Links()


class Info(serializers.Serializer[Any]):
    app_name = serializers.CharField()
    version = serializers.CharField()
    environment = serializers.CharField()
    debug = serializers.BooleanField()
    features = serializers.DictField(child=serializers.BooleanField())


class Health(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["healthy", "degraded", "unhealthy"])
    version = serializers.CharField()
    environment = serializers.CharField()
    timestamp = serializers.DateTimeField()
    checks = serializers.DictField()


class SystemDoor(Door):
    """Public, open in maintenance."""

    permission_classes = [AllowAny]
    authentication_classes = []
    open_in_maintenance = True


class UncountedDoor(SystemDoor):
    """Orchestrators and monitors ask often and from one address."""

    throttle_classes = []


class WelcomeDoor(SystemDoor):
    @extend_schema(responses=Welcome, summary="What this is and where to go next")
    def get(self, request: Request) -> Response:
        docs = {"docs": "/docs", "openapi": "/openapi.json"} if settings.DOCS else {}
        return Response(
            {
                "message": f"Welcome to {switches.current().app_name}",
                "version": settings.APP_VERSION,
                "environment": settings.ENVIRONMENT,
                "status": "running",
                "links": {**docs, "admin": "/admin/", "health": "/health", "settings": "/api/settings"},
            }
        )


class InfoDoor(SystemDoor):
    @extend_schema(responses=Info, summary="Version and features")
    def get(self, request: Request) -> Response:
        return Response(
            {
                "app_name": switches.current().app_name,
                "version": settings.APP_VERSION,
                "environment": settings.ENVIRONMENT,
                "debug": settings.DEBUG,
                "features": FEATURES,
            }
        )


@csrf_exempt  # a wrong method is 405, not a missing cookie
@require_safe
def livez(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The process answers. It touches nothing, so a slow database never gets a good process killed."""
    if leaving.begun.is_set():
        return HttpResponse("leaving", content_type="text/plain", headers=NO_STORE, status=503)
    return HttpResponse("ok", content_type="text/plain", headers=NO_STORE)


@csrf_exempt
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, for whoever holds the token or asks from a named address; for others there is nothing here."""
    if not may_watch(request):
        raise Http404
    page, content_type = figures.page()
    return HttpResponse(page, content_type=content_type, headers=NO_STORE)


def may_watch(request: HttpRequest) -> bool:
    said = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and compare_digest(said.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return True
    address = ip_address(client_address(request))
    return any(address in network for network in settings.METRICS_ADDRESSES)


class HealthDoor(UncountedDoor):
    @extend_schema(responses={200: Health, 503: Health}, summary="Is the gallery well?")
    def get(self, request: Request) -> Response:
        report = health()
        return Response(report, status=503 if report["status"] == "unhealthy" else 200, headers=NO_STORE)


_health: tuple[float, dict[str, Any]] | None = None
_storage: tuple[float, dict[str, Any]] | None = None


def health() -> dict[str, Any]:
    """Asked at most once a second in each process, however many monitors there are."""
    global _health  # noqa: PLW0603
    now = time.monotonic()
    if _health is None or now - _health[0] >= HEALTH_CACHED_SECONDS:
        _health = (now, _look())
    return _health[1]


def forget_health() -> None:
    global _health, _storage  # noqa: PLW0603
    _health = _storage = None


def _look() -> dict[str, Any]:
    checks = {
        "database": _try(_ask_database),
        "storage": _storage_check(),
        "cache": _try(_ask_cache),
        "memory": {"status": "ok", "rss_mb": _memory_mb()},
        "uptime": {"status": "ok", "seconds": int(time.time() - STARTED)},
    }
    failing = [name for name, check in checks.items() if check["status"] != "ok"]
    return {
        "status": "unhealthy" if "database" in failing else "degraded" if failing else "healthy",
        "version": settings.APP_VERSION,
        "environment": settings.ENVIRONMENT,
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "checks": checks,
    }


def _try(ask: Callable[[], object]) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        ask()
    except Exception as error:  # noqa: BLE001 - whatever it is, the answer is "failing"
        # The reason goes to the log: it may name hosts and users.
        log.warning("health_check_failed", check=ask.__name__, reason=repr(error))
        return {"status": "failing"}
    return {"status": "ok", "ms": round((time.perf_counter() - started) * 1000, 1)}


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_cache() -> None:
    cache.set("health", 1, timeout=10)
    if cache.get("health") != 1:
        raise LookupError("what was written was not read")


def _ask_storage() -> None:
    storages["default"].exists("health")
    if isinstance(storages["default"], FileSystemStorage):
        Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=settings.MEDIA_ROOT).close()


def _storage_check() -> dict[str, Any]:
    """A bucket is far away: ask it seldom."""
    global _storage  # noqa: PLW0603
    now = time.monotonic()
    if _storage is None or now - _storage[0] >= STORAGE_CACHED_SECONDS:
        _storage = (now, _try(_ask_storage))
    return _storage[1]


def _memory_mb() -> int:
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest // (1024 * 1024 if sys.platform == "darwin" else 1024)


class Settings(StrictSerializer):
    app_name = serializers.CharField(max_length=60)
    app_version = serializers.CharField(read_only=True)
    min_app_version = serializers.RegexField(r"^\d{1,4}(\.\d{1,4}){0,2}$")
    maintenance_mode = serializers.BooleanField()
    registration_open = serializers.BooleanField()
    allow_screenshots = serializers.BooleanField()
    allow_downloads = serializers.BooleanField()
    watermark_enabled = serializers.BooleanField()
    max_upload_size = serializers.IntegerField()
    allowed_file_types = serializers.ListField(child=serializers.CharField(max_length=60), min_length=1, max_length=10)
    featured_designs_limit = serializers.IntegerField()
    pagination_default_size = serializers.IntegerField()
    pagination_max_size = serializers.IntegerField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        found = switches.problems(attrs)
        if found:
            details = [detail(problem.field, problem.code, problem.message) for problem in found]
            raise Refusal("validation_error", f"{found[0].field}: {found[0].message}", details=details)
        return attrs


def settings_answer() -> dict[str, Any]:
    return Settings({**vars(switches.current()), "app_version": settings.APP_VERSION}).data


class SettingsDoor(SystemDoor):
    @extend_schema(responses=Settings, summary="What the app needs to know at its start")
    def get(self, request: Request) -> Response:
        return Response(settings_answer())


class AdminSettingsDoor(Door):
    permission_classes = [Requires("settings.edit")]

    @extend_schema(request=Settings(partial=True), responses=Settings, summary="Change switches; all fields optional")
    def put(self, request: Request) -> Response:
        body = Settings(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        if not body.validated_data:
            raise Refusal("validation_error", "Name at least one setting to change.")
        switches.change(body.validated_data, by=request.user)
        return Response(settings_answer())
