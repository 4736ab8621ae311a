"""The switches as a page: checked like the door, told like the door, and only what somebody really changed."""

import re
from typing import Any

import pytest
from constance.models import Constance
from django.contrib.auth.models import Group
from django.test import Client

from accounts import erasure
from accounts.models import User
from config import switches
from config.admin.switches import WORDS
from config.testing.cast import decided, person
from config.testing.trail import told

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGE = "/admin/switches/"
HIDDEN = re.compile(r'<input type="hidden" name="(initial-[a-z_]+)" value="([^"]*)"')


@pytest.fixture
def desk(client: Client, meera: User) -> Client:
    client.force_login(meera)
    return client


def as_opened(desk: Client) -> dict[str, Any]:
    """What a browser would send back from this page, untouched."""
    form = desk.get(PAGE).context["form"]
    sent: dict[str, Any] = {}
    for bound in form:
        for name in (bound.html_name, bound.html_initial_name):
            if not (bound.initial is False and name == bound.html_name):
                sent[name] = bound.initial
    return sent


def sentences(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def errors(answer: Any) -> dict[str, list[str]]:
    return dict(answer.context["form"].errors)


def test_every_switch_is_there_once_in_words() -> None:
    names = [name for section in WORDS.values() for name in section]
    assert sorted(names) == sorted(switches.NAMES)


def test_each_has_its_help_its_value_and_its_bounds(desk: Client) -> None:
    said = desk.get(PAGE).content.decode()
    assert "The most designs on a page. 1 to 100; the ceiling is set by MAX_PAGE_SIZE." in said
    assert "Close the gallery for everybody but Managers." in said
    assert re.search(r'name="pagination_default_size" value="20"', said)
    assert said.count('name="allowed_file_types"') == 3


def test_what_is_sent_along_untouched_changes_nothing(desk: Client) -> None:
    answer = desk.post(PAGE, as_opened(desk), follow=True)
    assert sentences(answer) == ["Nothing was changed."]
    assert told() == []
    assert not Constance.objects.filter(key__in=switches.NAMES).exists()


def test_what_is_changed_holds_and_is_told(desk: Client, meera: User) -> None:
    sent = as_opened(desk) | {
        "app_name": "Rang Mahal",
        "maintenance_mode": "on",
        "allowed_file_types": ["image/png"],
        "pagination_default_size": "30",
    }
    del sent["registration_open"]
    answer = desk.post(PAGE, sent, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    changed = {"app_name", "maintenance_mode", "allowed_file_types", "pagination_default_size", "registration_open"}
    assert set(told()) == {(meera.pk, "switch.changed", name) for name in changed}
    now = switches.current()
    assert (now.app_name, now.maintenance_mode, now.registration_open) == ("Rang Mahal", True, False)
    assert (now.allowed_file_types, now.pagination_default_size) == (["image/png"], 30)
    said = " ".join(answer.content.decode().split())
    assert f'Last changed by <a href="/admin/accounts/user/{meera.pk}/change/">meera</a>' in said
    assert "Design Gallery" in said


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("pagination_default_size", "0", "between 1 and 100"),
        ("pagination_max_size", "101", "MAX_PAGE_SIZE"),
        ("pagination_max_size", "10", ""),
        ("max_upload_size", "99999999999999999999", "MAX_FILE_SIZE"),
        ("featured_designs_limit", "51", "between 1 and 50"),
        ("featured_designs_limit", "ten", "whole number"),
        ("min_app_version", "new", "Like 1.4"),
        ("app_name", "  ", "required"),
        ("app_name", "x" * 61, "at most 60"),
        ("allowed_file_types", ["image/svg+xml"], "not one of the available"),
        ("allowed_file_types", [], "required"),
    ],
)
def test_what_must_not_be_is_said_beside_its_field_and_nothing_is_saved(
    desk: Client, name: str, value: Any, says: str
) -> None:
    answer = desk.post(PAGE, as_opened(desk) | {"maintenance_mode": "on", name: value})
    found = errors(answer)
    assert answer.status_code == 400
    assert list(found) == [name if says else "pagination_default_size"]
    assert says in str(found)
    assert 'role="alert"' in answer.content.decode()
    assert told() == []
    assert not Constance.objects.filter(key__in=switches.NAMES).exists()


def test_what_a_colleague_changed_meanwhile_stays(desk: Client, meera: User) -> None:
    """This page was opened before the gallery was closed."""
    sent = as_opened(desk)
    switches.change({"maintenance_mode": True, "app_name": "Theirs"}, by=meera)
    answer = desk.post(PAGE, sent | {"pagination_max_size": "90"}, follow=True)
    assert sentences(answer) == ["Changed: Most designs on a page."]
    now = switches.current()
    assert (now.maintenance_mode, now.app_name, now.pagination_max_size) == (True, "Theirs", 90)


def test_a_page_that_was_refused_remembers_what_was_shown(desk: Client, meera: User) -> None:
    sent = as_opened(desk) | {"featured_designs_limit": "0"}
    switches.change({"app_name": "Theirs"}, by=meera)
    refused = desk.post(PAGE, sent).content.decode()
    assert dict(HIDDEN.findall(refused))["initial-app_name"] == "Design Gallery"


def test_who_changed_it_and_was_erased_is_a_number(desk: Client, meera: User, asha: User) -> None:
    number = asha.pk
    switches.change({"app_name": "Hers"}, by=asha)
    erasure.erase(asha)
    assert f"person {number} (erased)" in desk.get(PAGE).content.decode()


@pytest.mark.parametrize("role", ["superuser", "Managers", "Approvers", "Curators"])
def test_who_may(client: Client, role: str) -> None:
    if role == "superuser":
        client.force_login(User.objects.create_superuser("root"))
    else:
        someone = person("someone", is_staff=True, **decided(User.Status.APPROVED))
        someone.groups.add(Group.objects.get(name=role))
        client.force_login(someone)
    may = role in {"superuser", "Managers"}
    assert client.get(PAGE).status_code == (200 if may else 403)
    assert client.post(PAGE, as_opened(client) if may else {}).status_code == (302 if may else 403)
    assert (PAGE in client.get("/admin/").content.decode()) is may


def test_a_stranger_signs_in_first_and_a_foreign_page_is_refused(client: Client, asha: User, meera: User) -> None:
    client.force_login(asha)
    assert client.get(PAGE).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(meera)
    assert strict.post(PAGE, {"app_name": "Theirs"}).status_code == 403
