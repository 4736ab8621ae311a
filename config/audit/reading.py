"""Entries as a colleague reads them: names looked up now, links where there is still something to see."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import CharField, Model, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse

from config.audit.models import Entry

SERVER = "the server"
DIGITS = 18  # of the highest number a row can have


class Change(NamedTuple):
    field: str
    old: str
    new: str


def lines(entries: Iterable[Entry], request: HttpRequest) -> list["Line"]:
    shown = list(entries)
    known = Known(shown, request)
    return [Line(entry, known) for entry in shown]


# --- What the lines of one page share -----------------------------------------------------------------------------
class Known:
    """Two questions, however many lines there are: what people are called, and what is still there."""

    def __init__(self, entries: list[Entry], request: HttpRequest) -> None:
        self.request = request
        self.people_kind = get_user_model()._meta.label_lower
        self.keys = defaultdict(set)
        for entry in entries:
            if is_number(entry.key) and model_of(entry.kind):
                self.keys[entry.kind].add(int(entry.key))
        self.people = names_of({entry.by for entry in entries if entry.by} | self.keys.pop(self.people_kind, set()))
        self.there = still_there(self.keys)
        self.pages: dict[str, str] = {}

    def page(self, kind: str, key: str) -> str:
        """Its address in the admin; empty when it is gone, or not for this colleague."""
        is_there = is_number(key) and int(key) in self.people if kind == self.people_kind else (kind, key) in self.there
        if not is_there:
            return ""
        if kind not in self.pages:
            self.pages[kind] = page_of(kind, self.request)
        return reverse(self.pages[kind], args=[key]) if self.pages[kind] else ""

    def person(self, number: int | str) -> str:
        found = self.people.get(int(number)) if is_number(str(number)) else None
        return found or f"person {number} (erased)"


def names_of(people: set[int]) -> dict[int, str]:
    rows: Any = get_user_model()._meta.base_manager.filter(pk__in=people).values_list("pk", "username")
    return dict(rows) if people else {}


def still_there(keys: dict[str, set[int]]) -> set[tuple[str, str]]:
    questions = [
        model._meta.base_manager.filter(pk__in=numbers)
        .order_by()
        .values_list(Value(kind, CharField()), Cast("pk", CharField()))
        for kind, numbers in keys.items()
        if (model := model_of(kind))
    ]
    return set(questions[0].union(*questions[1:], all=True)) if questions else set()


def page_of(kind: str, request: HttpRequest) -> str:
    model = model_of(kind)
    desk = admin.site._registry.get(model) if model else None  # noqa: SLF001 - `get_model_admin` raises
    if model is None or desk is None or not desk.has_view_permission(request):
        return ""
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_change"


def model_of(kind: str) -> type[Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def is_number(key: str) -> bool:
    return key.isdecimal() and len(key) <= DIGITS


# --- One line -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    entry: Entry
    known: Known

    @property
    def who(self) -> str:
        return self.known.person(self.entry.by) if self.entry.by else SERVER

    @property
    def who_page(self) -> str:
        return self.known.page(self.known.people_kind, str(self.entry.by)) if self.entry.by else ""

    @property
    def what(self) -> str:
        return verb_of(self.entry.what)

    @property
    def kind(self) -> str:
        return kind_in_words(self.entry.kind)

    @property
    def name(self) -> str:
        if self.entry.kind == self.known.people_kind:
            return self.known.person(self.entry.key)
        return self.entry.name or spaced(self.entry.key)

    @property
    def page(self) -> str:
        return self.known.page(self.entry.kind, self.entry.key)

    @cached_property
    def changes(self) -> list[Change]:
        return [Change(spaced(field), in_words(old), in_words(new)) for field, (old, new) in self.entry.changes.items()]


def verb_of(what: str) -> str:
    """`person.roles_changed`: roles changed."""
    return what.partition(".")[2].replace("_", " ") or what


def kind_in_words(kind: str) -> str:
    model = model_of(kind)
    return str(model._meta.verbose_name) if model else kind


def spaced(name: str) -> str:
    return name.replace("_", " ")


def in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
