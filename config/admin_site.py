"""The one admin site; the apps register their desks with it."""

from collections.abc import Callable
from functools import wraps
from itertools import groupby
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from accounts.permissions import BEHIND
from config.audit import trail

HOUSE = "The gallery"
# What a colleague reads instead of the app's own name; apps of one name share a section.
SECTIONS = {"accounts": "People", "auth": "People", "audit": HOUSE, "django_tasks_database": "Background tasks"}
PLACES = {"accounts": 0, "auth": 1, "audit": 3, "django_tasks_database": 4}
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

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:  # noqa: FBT001, FBT002 - Django's
        """Whoever asks for the page does what its verbs write down."""

        @wraps(view)
        def as_who_asks(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            with trail.acting(request.user.pk):
                return view(request, *args, **kwargs)

        return super().admin_view(as_who_asks, cacheable)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from config.analytics import desk  # noqa: PLC0415 - it knows desks, which register with this site

        return super().index(request, {**desk.front_page(request), **(extra_context or {})})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "clock": clock()}

    def extra_urls(self) -> list[URLPattern]:
        from config.analytics import tables  # noqa: PLC0415 - the same

        return [path("figures/<slug:name>.csv", self.admin_view(tables.table), name="figures")]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        found = sorted(super().get_app_list(request, app_label), key=place)
        return [together(list(section)) for _, section in groupby(found, key=lambda app: str(app["name"]))]


def clock() -> str:
    """As the setting calls it, and how far it is from UTC."""
    zone, away = timezone.get_default_timezone_name(), f"{timezone.localtime():%z}"
    return zone if zone == "UTC" else f"{zone} (UTC{away[:3]}:{away[3:]})"


def place(app: dict[str, Any]) -> int:
    return PLACES.get(app["app_label"], ELSEWHERE)


def together(section: list[dict[str, Any]]) -> dict[str, Any]:
    return {**section[0], "models": [model for app in section for model in app["models"]]}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar: every desk this colleague may see, and beside each how much waits there."""
    from config.analytics import desk  # noqa: PLC0415 - the same

    desk.count_for_sidebar(request)
    sections = {
        app["name"]: [link_to(model, request) for model in app["models"]] for app in admin.site.get_app_list(request)
    }
    if request.user.has_perm(BEHIND["settings.edit"]):
        page = {"title": "Switches", "link": reverse("switches-page"), "badge": 0}
        sections[HOUSE] = [page, *sections.get(HOUSE, [])]
    return [{"title": title, "items": items} for title, items in sections.items()]


def link_to(model: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """A desk where something can wait says how much: `waiting(request)`."""
    waiting = getattr(admin.site.get_model_admin(model["model"]), "waiting", None)
    return {"title": model["name"], "link": model["admin_url"], "badge": waiting(request) if waiting else 0}
