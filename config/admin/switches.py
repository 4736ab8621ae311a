"""The switches as a page: each in words, with its bounds, what it is now, and who changed it last."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from accounts.permissions import BEHIND
from config import switches
from config.audit.models import Entry
from config.audit.reading import Line, lines

WORDS = {
    "App": {"app_name": "Name of the gallery", "min_app_version": "Oldest app that may be used"},
    "Doors": {"maintenance_mode": "Closed for maintenance", "registration_open": "New people may register"},
    "Pictures": {
        "allow_screenshots": "Screenshots are allowed",
        "allow_downloads": "Pictures may be saved",
        "watermark_enabled": "Watermark",
        "max_upload_size": "Largest picture, in bytes",
        "allowed_file_types": "File types",
    },
    "Pages": {
        "featured_designs_limit": "Featured designs",
        "pagination_default_size": "Designs on a page",
        "pagination_max_size": "Most designs on a page",
    },
}
VERSION = r"^\d{1,4}(\.\d{1,4}){0,2}$"
LONGEST_NAME = 60


def field_for(name: str, label: str, value: Any) -> forms.Field:
    """What was shown is sent along: only the difference is a wish."""
    shared: dict[str, Any] = {"label": label, "help_text": help_for(name), "show_hidden_initial": True}
    if isinstance(value, bool):
        return forms.BooleanField(required=False, widget=forms.CheckboxInput, **shared)
    if isinstance(value, int):
        return forms.IntegerField(widget=UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric"}), **shared)
    if isinstance(value, list):
        choices = [(kind, kind) for kind in settings.ALLOWED_FILE_TYPES]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **shared)
    widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    if name == "min_app_version":
        return forms.RegexField(VERSION, error_messages={"invalid": "Like 1.4 or 1.4.0."}, widget=widget, **shared)
    return forms.CharField(max_length=LONGEST_NAME, widget=widget, **shared)


def help_for(name: str) -> str:
    words = str(settings.CONSTANCE_CONFIG[name][1])
    if name not in switches.BOUNDS:
        return words
    low, high, ceiling = switches.BOUNDS[name]
    return f"{words} {low:,} to {high:,}; the ceiling is set by {ceiling}."


@dataclass(frozen=True)
class Shown:
    field: BoundField
    last: Line | None

    @property
    def look(self) -> str:
        looks = {forms.BooleanField: "tick", forms.MultipleChoiceField: "ticks"}
        return looks.get(type(self.field.field), "line")

    @property
    def before(self) -> str:
        """What was shown, beside ticks that are written one by one."""
        return self.field.as_hidden(only_initial=True)


class SwitchesForm(forms.Form):
    def __init__(self, data: Any = None) -> None:
        now = vars(switches.current())
        super().__init__(data, initial=now)
        for section in WORDS.values():
            self.fields |= {name: field_for(name, label, now[name]) for name, label in section.items()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for problem in switches.problems(self.wishes()):
            self.add_error(problem.field, problem.message)
        return cleaned

    def wishes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}

    def sections(self, last: dict[str, Line]) -> list[tuple[str, list[Shown]]]:
        return [(title, [Shown(self[name], last.get(name)) for name in names]) for title, names in WORDS.items()]


def page(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(BEHIND["settings.edit"]):
        raise PermissionDenied
    form = SwitchesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        save(request, form.wishes())
        return redirect("switches-page")
    context = {
        **admin.site.each_context(request),
        "title": "Switches",
        "form": form,
        "sections": form.sections(last_changes(request)),
    }
    return TemplateResponse(request, "admin/switches/page.html", context, status=400 if form.errors else 200)


def save(request: HttpRequest, wishes: dict[str, Any]) -> None:
    changed = switches.change(wishes, by=request.user)
    if changed:
        labels = {name: label for section in WORDS.values() for name, label in section.items()}
        messages.success(request, f"Changed: {', '.join(labels[name] for name in changed)}.")
    else:
        messages.info(request, "Nothing was changed.")


def last_changes(request: HttpRequest) -> dict[str, Line]:
    """Of each switch the newest."""
    newest = Entry.objects.filter(kind=switches.KIND).values("key").annotate(newest=Max("pk")).values("newest")
    return {line.entry.key: line for line in lines(Entry.objects.filter(pk__in=newest), request)}
