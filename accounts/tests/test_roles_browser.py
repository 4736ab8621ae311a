"""Meera makes Asha a Curator, on a screen and on a phone, and Asha finds the way in."""

import itertools

import pytest

from accounts.tests.test_desk_browser import QUEUE, row, thumb_sized
from config.testing.browser import Tab
from config.testing.servers import ADMIN, ADMIN_PASSWORD, Server

pytestmark = pytest.mark.browser
PASSWORD = "kanjeevaram-42"
serial = itertools.count()


@pytest.fixture
def asha(tab: Tab, server: Server) -> str:
    """Approved, without a role."""
    name = f"asha.{tab.size}{next(serial)}"
    body = {"username": name, "password": PASSWORD, "full_name": "Asha Rao"}
    assert tab.page.request.post(f"{tab.base}/api/auth/register", data=body).ok
    server.manage("approve_users", name)
    return name


def open_page_of(tab: Tab, name: str) -> None:
    tab.open(f"{QUEUE}?status=approved&q={name}")
    tab.page.get_by_role("link", name=name, exact=True).click()


def sign_in_by_hand(tab: Tab, name: str) -> None:
    tab.page.context.clear_cookies()
    tab.open("/admin/")
    tab.page.get_by_label("Username").fill(name)
    tab.page.get_by_label("Password").fill(PASSWORD)
    tab.page.get_by_role("button", name="Log in").click()


def status(tab: Tab, path: str) -> int:
    return tab.page.request.get(tab.base + path, max_redirects=0).status


def test_meera_makes_asha_a_curator_who_then_comes_in(tab: Tab, server: Server, asha: str) -> None:
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    open_page_of(tab, asha)
    choices = tab.page.locator(".desk-choice")
    choices.nth(2).wait_for()
    assert all(thumb_sized(choice) for choice in [*choices.all(), tab.page.get_by_role("button", name="Save")])
    assert not any(choice.locator("input").is_checked() for choice in choices.all())
    assert tab.faults_in_light_and_dark() == []

    tab.page.get_by_label("Curators").check()
    tab.page.get_by_role("button", name="Save").click()
    tab.page.get_by_text(f"{asha}: Curators.").wait_for()
    assert tab.page.get_by_label("Curators").is_checked()
    assert not tab.page.get_by_label("Managers").is_checked()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("roles")

    tab.open(f"{QUEUE}?status=approved&q={asha}")
    row(tab, asha).get_by_text("Curators").wait_for()
    assert tab.faults_in_light_and_dark() == []

    sign_in_by_hand(tab, asha)
    tab.page.get_by_text("What waits for you").first.wait_for()
    assert tab.faults() == []
    assert [status(tab, path) for path in ("/admin/", QUEUE, "/admin/auth/group/")] == [200, 403, 403]
    assert tab.page.request.get(f"{tab.base}/api/auth/me").json()["permissions"] == ["designs.edit", "pictures.edit"]
    assert tab.page.locator(f"a[href='{QUEUE}']").count() == 0

    server.manage("give_role", asha, "curator", "--take")
    assert status(tab, "/admin/") == 302


def test_a_refusal_is_read_on_the_page(tab: Tab, server: Server, asha: str) -> None:
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    server.manage("give_role", asha, "approver")
    open_page_of(tab, asha)
    block = f"from accounts.models import User; User.objects.get(username={asha!r}).block()"
    server.manage("shell", "--no-imports", "-c", block)
    tab.page.get_by_label("Curators").check()
    tab.page.get_by_role("button", name="Save").click()
    tab.page.get_by_text("were not changed: Only people who are approved can have roles.").wait_for()
    assert not tab.page.get_by_label("Curators").is_checked()
    assert tab.faults_in_light_and_dark() == []


def test_an_approver_reads_roles_as_text(tab: Tab, server: Server, asha: str) -> None:
    server.manage("give_role", asha, "approver")
    sign_in_by_hand(tab, asha)
    open_page_of(tab, asha)
    tab.page.get_by_text("decides who comes in").wait_for()
    assert tab.page.get_by_role("checkbox").count() == 0
    assert tab.faults_in_light_and_dark() == []
