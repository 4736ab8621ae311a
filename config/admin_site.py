"""The one admin site; the apps register their desks with it."""

from itertools import groupby
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

# What a colleague reads instead of the app's own name; apps of one name share a section.
SECTIONS = {"accounts": "People", "auth": "People", "django_tasks_database": "Background tasks"}
PLACES = {"accounts": 0, "auth": 1, "django_tasks_database": 3}
ELSEWHERE = 2


class SignInForm(AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # It would jump over the skip link, and open the keyboard of a phone over the page.
        del self.fields["username"].widget.attrs["autofocus"]


class GallerySite(UnfoldAdminSite):
    site_title = settings.APP_NAME
    site_header = settings.APP_NAME
    index_title = "What waits for you"
    login_form = SignInForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for label, words in SECTIONS.items():
            apps.get_app_config(label).verbose_name = words

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        found = sorted(super().get_app_list(request, app_label), key=place)
        return [together(list(section)) for _, section in groupby(found, key=lambda app: str(app["name"]))]


def place(app: dict[str, Any]) -> int:
    return PLACES.get(app["app_label"], ELSEWHERE)


def together(section: list[dict[str, Any]]) -> dict[str, Any]:
    return {**section[0], "models": [model for app in section for model in app["models"]]}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar: every desk this colleague may see, and beside each how much waits there."""
    return [
        {"title": app["name"], "items": [link_to(model, request) for model in app["models"]]}
        for app in admin.site.get_app_list(request)
    ]


def link_to(model: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """A desk where something can wait says how much: `waiting(request)`."""
    waiting = getattr(admin.site.get_model_admin(model["model"]), "waiting", None)
    return {"title": model["name"], "link": model["admin_url"], "badge": waiting(request) if waiting else 0}
