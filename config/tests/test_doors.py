"""Every door of the house, and who may enter. A door that is not listed here fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import AllowAny

from accounts.models import User
from accounts.permissions import Approved
from config.api.views import Door
from config.testing.cast import Phone

PUBLIC, APPROVED = "public", "approved"
SIGNED, PICTURE = "who holds a signed link", "everybody, unless PICTURES_PRIVATE"
WATCHING = "who holds METRICS_TOKEN, or asks from METRICS_ADDRESSES"
OPEN = {PUBLIC, SIGNED, PICTURE, WATCHING}
DOORS = {
    ("GET", "/"): PUBLIC,
    ("GET", "/health"): PUBLIC,
    ("GET", "/livez"): PUBLIC,
    ("GET", "/metrics"): WATCHING,
    ("GET", "/info"): PUBLIC,
    ("GET", "/docs"): PUBLIC,
    ("GET", "/openapi.json"): PUBLIC,
    ("GET", "/api/settings"): PUBLIC,
    ("PUT", "/api/admin/settings"): "settings.edit",
    ("GET", "/api/admin/analytics"): "stats.read",
    ("POST", "/api/auth/register"): PUBLIC,
    ("POST", "/api/auth/login"): PUBLIC,
    ("POST", "/api/auth/refresh"): PUBLIC,
    ("POST", "/api/auth/logout"): APPROVED,
    ("GET", "/api/auth/sessions"): APPROVED,
    ("DELETE", "/api/auth/sessions/<id:pk>"): APPROVED,
    ("GET", "/api/auth/me"): APPROVED,
    ("PATCH", "/api/auth/me"): APPROVED,
    ("DELETE", "/api/auth/me"): APPROVED,
    ("POST", "/api/auth/me/delete"): APPROVED,
    ("PUT", "/api/auth/change-password"): APPROVED,
    ("POST", "/api/auth/forgot-password"): PUBLIC,
    ("POST", "/api/auth/reset-password"): PUBLIC,
    ("POST", "/api/auth/verify-email"): PUBLIC,
    ("POST", "/api/auth/verify-email/resend"): APPROVED,
    ("PUT", "/api/auth/me/avatar"): APPROVED,
    ("DELETE", "/api/auth/me/avatar"): APPROVED,
    ("POST", "/api/upload/image"): "pictures.edit",
    ("DELETE", "/api/upload/image/<path:object_key>"): "pictures.edit",
    ("GET", "/api/upload/images"): "pictures.edit",
    ("GET", "/api/upload/presigned-url"): "pictures.edit",
    ("POST", "/api/upload/presigned-url"): "pictures.edit",
    ("POST", "/api/upload/complete"): "pictures.edit",
    ("PUT", "/api/upload/incoming/<str:name>"): SIGNED,
    ("GET", "/pictures/<path:key>"): PICTURE,
    ("GET", "/api/designs"): APPROVED,
    ("POST", "/api/designs"): "designs.edit",
    ("GET", "/api/designs/featured"): APPROVED,
    ("GET", "/api/designs/facets"): APPROVED,
    ("GET", "/api/designs/suggest"): APPROVED,
    ("GET", "/api/designs/<id:pk>/similar"): APPROVED,
    ("GET", "/api/designs/<id:pk>"): APPROVED,
    ("PUT", "/api/designs/<id:pk>"): "designs.edit",
    ("PATCH", "/api/designs/<id:pk>"): "designs.edit",
    ("DELETE", "/api/designs/<id:pk>"): "designs.edit",
    ("POST", "/api/designs/<id:pk>/favorite"): APPROVED,
    ("DELETE", "/api/designs/<id:pk>/favorite"): APPROVED,
    ("GET", "/api/designs/user/favorites"): APPROVED,
    ("GET", "/api/terms"): APPROVED,
    ("GET", "/api/categories"): APPROVED,
    ("GET", "/account/reset-password"): PUBLIC,
    ("GET", "/account/verify-email"): PUBLIC,
    ("GET", "/api/admin/users"): "people.decide",
    ("GET", "/api/admin/users/pending"): "people.decide",
    ("PUT", "/api/admin/users/<id:pk>"): "people.manage",
    ("DELETE", "/api/admin/users/<id:pk>"): "people.manage",
    ("POST", "/api/admin/users/<id:pk>/approve"): "people.decide",
    ("POST", "/api/admin/users/<id:pk>/reject"): "people.decide",
    ("POST", "/api/admin/users/<id:pk>/block"): "people.decide",
    ("POST", "/api/admin/users/<id:pk>/reopen"): "people.decide",
}
METHODS = ("get", "post", "put", "patch", "delete")


def routes(patterns: list[Any], prefix: str = "/") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":  # Django's admin guards its own pages
                yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and not (prefix + str(pattern.pattern)).startswith("/admin/"):
            yield prefix + str(pattern.pattern), pattern.callback  # config/testing/entrances.py lists the admin's


def found() -> Iterator[tuple[str, str, Any]]:
    for path, view in routes(get_resolver().url_patterns):
        kind = getattr(view, "view_class", getattr(view, "cls", None))
        for method in METHODS if kind else ["get"]:
            if kind is None or hasattr(kind, method):
                yield method.upper(), path, kind


def test_every_door_is_listed_with_who_may_enter() -> None:
    assert {(method, path) for method, path, _ in found()} == set(DOORS)


def test_every_door_of_the_api_is_built_on_the_one_base() -> None:
    assert not [path for _, path, kind in found() if path.startswith("/api") and not issubclass(kind, Door)]


def test_a_door_that_says_nothing_is_for_approved_people() -> None:
    assert Door.permission_classes == [Approved]


def address(path: str) -> str:
    return path.replace("<id:pk>", "1").replace("<path:object_key>", "a.webp")


@pytest.mark.once
@pytest.mark.parametrize(("method", "path"), [door for door, who in DOORS.items() if who not in OPEN])
class TestGuardedDoors:
    def test_strangers_are_asked_to_sign_in(self, phone: Phone, method: str, path: str, db: None) -> None:
        answer = phone.generic(method, address(path))
        assert (answer.status_code, answer.json()["error"]) == (401, "token_missing")
        assert answer["WWW-Authenticate"] == "Bearer"

    def test_waiting_people_learn_that_they_wait(self, phone: Phone, pooja: User, method: str, path: str) -> None:
        answer = phone.of(pooja).generic(method, address(path))
        assert answer.status_code in {401, 403}  # the admin's cookie does not even carry them
        assert answer.json()["success"] is False

    def test_approved_people_without_the_right_are_refused(
        self, phone: Phone, asha: User, method: str, path: str
    ) -> None:
        answer = phone.holding(asha).generic(method, address(path))
        if DOORS[method, path] == APPROVED:
            assert answer.status_code not in {401, 403}
        else:
            assert (answer.status_code, answer.json()["error"]) == (403, "admin_required")


@pytest.mark.once
@pytest.mark.parametrize(("method", "path"), [door for door, who in DOORS.items() if who == PUBLIC])
def test_public_doors_ask_nobody(phone: Phone, method: str, path: str, db: None) -> None:
    assert phone.generic(method, address(path)).status_code == (200 if method == "GET" else 400)


def test_public_is_said_in_the_class_not_forgotten() -> None:
    open_doors = {
        path for _, path, kind in found() if path.startswith("/api") and kind.permission_classes == [AllowAny]
    }
    assert open_doors == {path for (_, path), who in DOORS.items() if who in OPEN and path.startswith("/api")}
