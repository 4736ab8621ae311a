"""Meera makes Asha a Curator, on a screen and on a phone, and Asha finds the way in."""

import itertools

import pytest

from accounts.tests.test_desk_browser import PERSON, QUEUE, row
from config.testing.aside import Aside
from config.testing.browser import Tab, expect
from config.testing.servers import ADMIN, ADMIN_PASSWORD

pytestmark = pytest.mark.browser
PASSWORD = "kanjeevaram-42"
serial = itertools.count()


@pytest.fixture
def asha(tab: Tab, aside: Aside) -> str:
    """Approved, without a role."""
    name = f"asha.{tab.size}{next(serial)}"
    body = {"username": name, "password": PASSWORD, "full_name": "Asha Rao"}
    assert tab.page.request.post(f"{tab.base}/api/auth/register", data=body).ok
    aside.manage("approve_users", name)
    return name


def open_page_of(tab: Tab, name: str) -> None:
    tab.open(f"{QUEUE}?status=approved&q={name}")
    tab.page.get_by_role("link", name=name, exact=True).click()
    tab.wait_for_path(PERSON)


def sign_in_by_hand(tab: Tab, name: str) -> None:
    tab.page.context.clear_cookies()
    tab.open("/admin/")
    tab.page.get_by_label("Username").fill(name)
    tab.page.get_by_label("Password").fill(PASSWORD)
    tab.page.get_by_role("button", name="Log in").click()
    tab.wait_for_path("/admin/")


def status(tab: Tab, path: str) -> int:
    return tab.page.request.get(tab.base + path, max_redirects=0).status


def test_meera_makes_asha_a_curator_who_then_comes_in(tab: Tab, aside: Aside, asha: str) -> None:
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    open_page_of(tab, asha)
    choices = tab.page.locator(".desk-choice")
    expect(choices.nth(2)).to_be_visible()
    assert tab.small(choices, tab.page.get_by_role("button", name="Save")) == []
    expect(choices.locator("input:checked")).to_have_count(0)
    assert tab.faults_in_light_and_dark() == []

    tab.page.get_by_label("Curators").check()
    tab.page.get_by_role("button", name="Save").click()
    tab.page.get_by_text(f"{asha}: Curators.").wait_for()
    expect(tab.page.get_by_label("Curators")).to_be_checked()
    expect(tab.page.get_by_label("Managers")).not_to_be_checked()
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
    expect(tab.page.locator(f"a[href='{QUEUE}']")).to_have_count(0)

    aside.manage("give_role", asha, "curator", "--take")
    assert status(tab, "/admin/") == 302


def test_a_refusal_is_read_on_the_page(tab: Tab, aside: Aside, asha: str) -> None:
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    aside.manage("give_role", asha, "approver")
    open_page_of(tab, asha)
    block = "from accounts.models import User; User.objects.get(username=asha).block()"
    aside.run(block, asha=asha)
    tab.page.get_by_label("Curators").check()
    tab.page.get_by_role("button", name="Save").click()
    tab.page.get_by_text("were not changed: Only people who are approved can have roles.").wait_for()
    expect(tab.page.get_by_label("Curators")).not_to_be_checked()
    assert tab.faults_in_light_and_dark() == []


def test_an_approver_reads_roles_as_text(tab: Tab, aside: Aside, asha: str) -> None:
    aside.manage("give_role", asha, "approver")
    sign_in_by_hand(tab, asha)
    open_page_of(tab, asha)
    tab.page.get_by_text("decides who comes in").wait_for()
    expect(tab.page.get_by_role("checkbox")).to_have_count(0)
    assert tab.faults_in_light_and_dark() == []
