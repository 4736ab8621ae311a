"""The doors of the house itself."""

import importlib
from typing import Any

import pytest
from django.db import DatabaseError

from config import site, urls
from config.testing.cast import Phone
from config.testing.pictures import in_bucket
from config.testing.s3 import Bucket

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_the_welcome_says_where_to_go_next(phone: Phone) -> None:
    assert phone.get("/").json() == {
        "message": "Welcome to Design Gallery",
        "version": "0.1.0",
        "environment": "test",
        "status": "running",
        "links": {
            "docs": "/docs",
            "openapi": "/openapi.json",
            "admin": "/admin/",
            "health": "/health",
            "settings": "/api/settings",
        },
    }


def test_info_tells_version_and_features(phone: Phone) -> None:
    assert phone.get("/info").json() == {
        "app_name": "Design Gallery",
        "version": "0.1.0",
        "environment": "test",
        "debug": False,
        "features": site.FEATURES,
    }


def test_livez_touches_nothing(phone: Phone, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = phone.get("/livez")
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"ok", "no-store")


def test_a_well_gallery(phone: Phone) -> None:
    answer = phone.get("/health")
    body = answer.json()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert set(body) == {"status", "version", "environment", "timestamp", "checks"}
    assert body["status"] == "healthy"
    assert {name: check["status"] for name, check in body["checks"].items()} == dict.fromkeys(
        ["database", "storage", "cache", "memory", "uptime"], "ok"
    )


def test_many_monitors_ask_the_database_once_a_second(phone: Phone, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        for _ in range(20):
            phone.get("/health")


def test_a_failing_part_degrades_and_only_the_database_makes_it_503(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    answer = phone.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["cache"] == {"status": "failing"}

    def away() -> None:
        raise DatabaseError("could not connect to 10.0.0.1 as gallery")

    monkeypatch.setattr(site, "_ask_database", away)
    site.forget_health()
    answer = phone.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "unhealthy")
    assert "10.0.0.1" not in answer.content.decode()


def test_a_folder_that_cannot_be_written_degrades(phone: Phone, settings: Any) -> None:
    settings.MEDIA_ROOT = "/proc/pictures"
    assert phone.get("/health").json()["checks"]["storage"] == {"status": "failing"}


@pytest.mark.once
def test_r2_that_is_away_degrades(phone: Phone, settings: Any) -> None:
    in_bucket(settings, Bucket("http://127.0.0.1:1"))
    assert phone.get("/health").json()["checks"]["storage"] == {"status": "failing"}


def test_the_docs_can_be_switched_off(settings: Any) -> None:
    settings.DOCS = False
    doors = importlib.reload(urls).urlpatterns
    settings.DOCS = True
    importlib.reload(urls)
    assert not {"docs", "openapi"} & {getattr(door, "name", None) for door in doors}
