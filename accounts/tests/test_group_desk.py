"""Groups at the desk: a name and our rights, for superusers."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.groups import behind
from accounts.models import User
from accounts.permissions import BEHIND, GROUPS

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIST = "/admin/auth/group/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def right(code: str) -> Permission:
    return Permission.objects.get(codename=code, content_type__app_label="accounts")


def rights_of(group: Group) -> set[str]:
    return set(group.permissions.values_list("codename", flat=True))


def url(group: Group) -> str:
    return f"{LIST}{group.pk}/change/"


def test_our_rights_are_offered_in_our_words_and_no_others(desk: Client) -> None:
    offered = desk.get(f"{LIST}add/").context["adminform"].form.fields["rights"].choices
    words = [label for _, label in offered]
    assert sorted(words) == sorted(behind(BEHIND).values_list("name", flat=True))
    assert "May approve, reject and block people" in words


def test_a_group_is_made_with_its_rights(desk: Client) -> None:
    answer = desk.post(f"{LIST}add/", {"name": "Helpers", "rights": [right("read_stats").pk]})
    assert answer.status_code == 302
    assert rights_of(Group.objects.get(name="Helpers")) == {"read_stats"}


def test_the_ticks_are_what_the_group_may(desk: Client) -> None:
    page = desk.get(url(Group.objects.get(name="Approvers")))
    assert list(page.context["adminform"].form["rights"].value()) == [right("decide_people").pk]


def test_other_permissions_stay_untouched(desk: Client) -> None:
    group = Group.objects.create(name="Helpers")
    other = Permission.objects.get(codename="view_session", content_type__app_label="accounts")
    group.permissions.set([other, right("read_stats")])
    desk.post(url(group), {"name": "Helpers", "rights": [right("decide_people").pk]})
    assert rights_of(group) == {"view_session", "decide_people"}
    desk.post(url(group), {"name": "Helpers"})
    assert rights_of(group) == {"view_session"}


def test_a_permission_that_is_not_offered_is_not_given(desk: Client) -> None:
    other = Permission.objects.get(codename="delete_user", content_type__app_label="accounts")
    answer = desk.post(f"{LIST}add/", {"name": "Helpers", "rights": [other.pk]})
    assert answer.context["adminform"].form.errors["rights"]
    assert not Group.objects.filter(name="Helpers").exists()


@pytest.mark.parametrize("name", GROUPS)
def test_the_groups_the_code_asks_for_keep_their_names_and_stay(desk: Client, name: str) -> None:
    group = Group.objects.get(name=name)
    desk.post(url(group), {"name": "Renamed"})
    assert desk.post(f"{LIST}{group.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post(LIST, {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"})
    group.refresh_from_db()
    assert group.name == name


def test_another_group_can_be_deleted(desk: Client) -> None:
    group = Group.objects.create(name="Helpers")
    desk.post(f"{LIST}{group.pk}/delete/", {"post": "yes"})
    assert not Group.objects.filter(name="Helpers").exists()


def test_a_manager_gives_nobody_rights_here(client: Client, meera: User) -> None:
    client.force_login(meera)
    group = Group.objects.get(name="Approvers")
    body: dict[str, Any] = {"name": "Approvers", "rights": [right("manage_people").pk]}
    assert client.post(url(group), body).status_code == 403
    assert rights_of(group) == {"decide_people"}


class TestWordsOfTheDesk:
    def sections(self, desk: Client) -> list[tuple[str, list[str]]]:
        shown = desk.get("/admin/").context["sidebar_navigation"]
        return [(section["title"], [item["title"] for item in section["items"]]) for section in shown]

    def test_a_colleague_reads_people_first_and_machinery_last(self, desk: Client) -> None:
        sections = self.sections(desk)
        assert sections[0] == ("People", ["People", "Groups"])
        assert sections[-1] == ("Background tasks", ["Task Results"])

    def test_an_approver_sees_no_empty_section(self, client: Client, meera: User) -> None:
        client.force_login(meera)
        assert ("People", ["People"]) in self.sections(client)
        assert "Background tasks" not in [title for title, _ in self.sections(client)]

    @pytest.mark.parametrize("path", ["/admin/", "/admin/auth/", LIST, f"{LIST}add/", "/admin/accounts/user/"])
    def test_no_page_speaks_of_technical_apps(self, desk: Client, path: str) -> None:
        page = desk.get(path).content.decode()
        assert "Authentication" not in page
        assert "Tasks Database Backend" not in page
