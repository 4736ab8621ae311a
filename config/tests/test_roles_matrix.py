"""Every door and every page of the admin x every role, cell by cell, and docs/roles.md says the same.

Once: who may is decided in Python, from rows that both databases give alike. What a page asks of its database is tried
on both by the tests beside it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from drf_spectacular.views import SpectacularAPIView
from rest_framework.response import Response

from accounts.models import User
from accounts.services import change_roles
from config.audit.models import Entry
from config.testing.cast import Phone, decided, person
from config.testing.entrances import ADMIN, PUBLIC, ROLES, may
from config.testing.gallery import a_design, a_picture
from config.tests.test_doors import DOORS, PICTURE, SIGNED, WATCHING
from designs.models import Collection, Import, Maker, Search, Term

pytestmark = pytest.mark.once
PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "roles.md"
IN_ADMIN = "/admin/"
MATRIX_OF_API = {row: who for row, who in DOORS.items() if not row[1].startswith(IN_ADMIN)}


# --- The cast ------------------------------------------------------------------------------------------------------
@pytest.fixture
def cast(db: None) -> dict[str, User | None]:
    people: dict[str, User | None] = {"anonymous": None, "pending": person("pending")}
    for role in ROLES:
        if role == "superuser":
            people[role] = User.objects.create_superuser(role)
        elif role not in people:
            people[role] = person(role, **decided(User.Status.APPROVED))
    for role, group in (("approver", "Approvers"), ("curator", "Curators"), ("manager", "Managers")):
        change_roles(people[role], give=[group])  # type: ignore[arg-type] # only `anonymous` is nobody
    return people


@pytest.fixture
def things(db: None) -> dict[str, Any]:
    """What the pages are about, by the model's label."""
    term = Term.objects.create(kind="style", slug="flying", name="Flying")
    made = [
        person("somebody"),
        Group.objects.create(name="Helpers"),
        a_picture(),
        a_design(),
        Maker.objects.create(name="Weavers"),
        Collection.objects.create(name="Spring"),
        Search.objects.create(text="iphone", found=0),
        Import.objects.create(name="a.csv", state=Import.State.DONE),
        Entry.objects.create(what="design.published", kind="designs.design", key="1"),
        DBTaskResult.objects.create(
            args_kwargs={"args": [], "kwargs": {}}, task_path="a.b", backend_name="default", run_after=timezone.now()
        ),
        term,
    ]
    return {row._meta.label_lower.replace(".", "/"): row for row in made}


@pytest.fixture(autouse=True)
def _unlimited(settings: Any) -> None:
    settings.LIMITS = {name: {**lane, "rate": 10**6} for name, lane in settings.LIMITS.items()}


@contextmanager
def taken_back() -> Iterator[None]:
    """A door that is pressed must not close the next one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- Doors of the API ----------------------------------------------------------------------------------------------
def address(path: str, things: dict[str, Any]) -> str:
    about = {"users": "accounts/user", "designs": "designs/design"}
    model = next((about[part] for part in path.split("/") if part in about), "accounts/user")
    return (
        path.replace("<id:pk>", str(things[model].pk))
        .replace("<path:object_key>", "a.webp")
        .replace("<path:key>", "a.webp")
    )


def phone_of(user: User | None) -> Phone:
    return Phone() if user is None else Phone().holding(user)


def test_each_door_lets_in_whom_its_row_says(
    cast: dict[str, Any], things: dict[str, Any], subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        SpectacularAPIView, "_get_schema_response", lambda *_: Response({})
    )  # slow, and the same for all
    phones = {role: phone_of(user) for role, user in cast.items()}
    for (method, path), who in MATRIX_OF_API.items():
        if who in BY_KEY:
            continue  # no role opens it
        with subtests.test(f"{method} {path}"):
            assert {role: knocks(phone, method, address(path, things)) for role, phone in phones.items()} == expected(
                who
            )


def knocks(phone: Phone, method: str, path: str) -> bool:
    with taken_back():
        return phone.generic(method, path).status_code not in {401, 403}


def expected(who: str) -> dict[str, bool]:
    return {role: may(role, PUBLIC if who == PICTURE else who) for role in ROLES}


# --- Pages of the admin --------------------------------------------------------------------------------------------
def pages(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from pages(pattern.url_patterns, path)
        elif path.startswith(IN_ADMIN) and pattern.name:  # those without a name only lead on
            yield f"{IN_ADMIN}^(?P<app_label>)/$" if "app_label" in path else path


def test_every_page_of_the_admin_is_listed() -> None:
    listed = {path for _, path in ADMIN}
    found = set(pages(get_resolver().url_patterns))
    assert found - listed == set(), (
        "add a row for each of these to ADMIN in config/testing/entrances.py: who may enter?"
    )
    assert listed - found == set(), "these are no pages any more: take their rows out of config/testing/entrances.py"


def page_address(path: str, things: dict[str, Any]) -> str:
    thing = next(
        (row for model, row in things.items() if path.startswith(f"{IN_ADMIN}{model}/")), things["accounts/user"]
    )
    number = str(thing.pk)
    verbs = {"accounts/user": f"approve/?person={number}", "designs/design": f"publish/?design={number}"}
    verb = next((words for model, words in verbs.items() if model in path), "")
    about = ContentType.objects.get_for_model(thing)
    return (
        path.replace("<path:content_type_id>/<path:object_id>", f"{about.pk}/{number}")
        .replace("<path:object_id>", number)
        .replace("<int:pk>", number)
        .replace("<str:verb>/", verb)
        .replace("<str:kind>", "colour")
        .replace("<slug:name>", "days")
        .replace("^(?P<app_label>)/$", "designs/")
    )


def test_each_page_lets_in_whom_its_row_says(
    cast: dict[str, Any], things: dict[str, Any], subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SimpleTemplateResponse, "render", unpainted)  # who may is decided before
    cookies = {role: cookie_of(user) for role, user in cast.items()}
    for (method, path), who in ADMIN.items():
        with subtests.test(f"{method} {path}"):
            found = {role: enters(cookie, method, page_address(path, things)) for role, cookie in cookies.items()}
            assert found == {role: may(role, who) for role in ROLES}


def unpainted(response: SimpleTemplateResponse) -> SimpleTemplateResponse:
    response.content = b"who may is decided before"
    return response


def cookie_of(user: User | None) -> str:
    if user is None:
        return ""
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def enters(cookie: str, method: str, path: str) -> bool:
    client = Client()  # a new one each time: signing out takes the cookie away
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    with taken_back():
        answer = client.generic(method, path)
    return answer.status_code not in {401, 403} and not answer.get("Location", "").startswith("/admin/login/")


# --- The page in docs ----------------------------------------------------------------------------------------------
HEAD = """# Who may what

Every door of the API and every page of the admin, and who gets in. Written by `make roles` from
`config/tests/test_doors.py` and `config/testing/entrances.py`; a test knocks at each of them as each of these people
and compares. "Approver", "curator" and "manager" are the groups as a new gallery has them: staff may give a group other
rights. Whoever gets in may still be refused there: nobody decides on themselves, and only superusers touch superusers.
"""
BY_KEY = {SIGNED, WATCHING}
ASIDE = {SIGNED: "with a signed link", WATCHING: "with `METRICS_TOKEN`", PICTURE: "all, unless `PICTURES_PRIVATE`"}


def table(rows: dict[tuple[str, str], str]) -> Iterator[str]:
    yield f"| | needs | {' | '.join(ROLES)} |"
    yield f"| --- | --- |{' :-: |' * len(ROLES)}"
    for (method, path), who in rows.items():
        shown = path.replace("^(?P<app_label>)/$", "<app>/")
        cells = [""] * len(ROLES) if who in BY_KEY else ["yes" if yes else "-" for yes in expected(who).values()]
        yield f"| `{method} {shown}` | {ASIDE.get(who, who)} | {' | '.join(cells)} |"


def written() -> str:
    lines = [HEAD, "## Doors of the API\n", *table(MATRIX_OF_API), "", "## Pages of the admin\n", *table(ADMIN)]
    return "\n".join(lines) + "\n"


def test_docs_say_the_same() -> None:
    """`make roles` writes it anew."""
    if os.environ.get("WRITE_ROLES"):
        PAGE.write_text(written(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == written(), "run `make roles`"


def test_the_site_is_the_one_with_our_rules() -> None:
    assert type(admin.site._wrapped).__name__ == "GallerySite"  # type: ignore[attr-defined] # a lazy object
