"""The approval desk as a colleague meets it: on a screen, and on a phone with a thumb."""

import itertools
from typing import TYPE_CHECKING

import pytest

from config.testing.aside import Aside
from config.testing.browser import Tab, expect
from config.testing.servers import ADMIN, ADMIN_PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser
QUEUE = "/admin/accounts/user/"
PERSON = rf"{QUEUE}\d+/change/.*"
GROUPS = "/admin/auth/group/"
PEOPLE = [
    ("kavita", "Kavita Deshpande", "Paithani weaver from Yeola, third generation. I would like to see your borders."),
    ("farhan", "Farhan Siddiqui", "Boutique in Lucknow, chikankari."),
    ("meenakshi", "Meenakshi Sundaram", "Kanjivaram shop, two streets from the temple."),
    ("tara", "Tara Bose", ""),
]
serial = itertools.count()


MORE = """
from accounts.models import User
for n in range(7):
    User.objects.register(f"{prefix}{n}", "kanjeevaram-42", full_name=f"Weaver {n} of Surat")
"""


@pytest.fixture
def queue(tab: Tab, aside: Aside) -> list[str]:
    """Four people who registered just now at the real door, seven more beside them (it has a limit), and staff."""
    number = next(serial)
    names = []
    for name, full_name, note in PEOPLE:
        names.append(f"{name}.{tab.size}{number}")
        body = {"username": names[-1], "password": "kanjeevaram-42", "full_name": full_name, "note": note}
        assert tab.page.request.post(f"{tab.base}/api/auth/register", data=body).status == 200
    prefix = f"weaver.{tab.size}{number}."
    aside.run(MORE, prefix=prefix)
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    return [*names, *(f"{prefix}{n}" for n in range(7))]


def row(tab: Tab, name: str) -> "Locator":
    return tab.page.locator("#result_list tbody").filter(has_text=name)


def answer(tab: Tab, verb: str, reason: str) -> None:
    tab.page.get_by_label("Reason").fill(reason)
    tab.page.locator("main").get_by_role("button", name=verb).click()


def test_one_is_approved_from_the_row_and_ten_in_bulk(tab: Tab, queue: list[str]) -> None:
    first, *rest = queue
    tab.open(QUEUE)
    buttons = row(tab, first).locator(".desk-button")
    expect(buttons).to_have_count(3)
    assert tab.small(buttons, tab.page.locator(".desk-tabs a")) == []
    assert tab.faults_in_light_and_dark() == []
    tab.picture("queue")

    row(tab, first).get_by_role("link", name="Approve").click()
    expect(tab.page.get_by_role("heading", name=f"Approve {first}?").first).to_be_visible()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("queue-decide")
    answer(tab, "Approve", "Met at the fair in Surat.")
    tab.page.get_by_text("1 person approved.").wait_for()
    expect(row(tab, first)).to_have_count(0)

    for name in rest:
        row(tab, name).locator("input.action-select").check()
    tab.page.locator("select[name=action]").select_option("approve")
    assert tab.faults() == []
    tab.page.get_by_role("button", name="Run").click()
    answer(tab, "Approve 10 people", "Known to us.")
    tab.page.get_by_text("10 people approved.").wait_for()
    tab.page.get_by_text("Nobody is waiting.").wait_for()
    assert tab.faults() == []

    tab.open(f"{QUEUE}?status=approved&q={first}")
    tab.page.get_by_role("link", name=first, exact=True).click()
    tab.wait_for_path(PERSON)
    body = {"username": first, "password": "kanjeevaram-42", "device_name": "Kavita's phone"}
    assert tab.page.request.post(f"{tab.base}/api/auth/login", data=body).ok
    tab.page.reload()
    expect(tab.page.get_by_text("Met at the fair in Surat.")).to_be_visible()
    assert tab.small(tab.page.locator(".desk-button")) == []
    assert tab.faults_in_light_and_dark() == []
    tab.picture("person")

    tab.page.get_by_role("button", name="Sign out everywhere").click()
    tab.page.get_by_text(f"{first} is signed out everywhere.").wait_for()
    expect(tab.page.get_by_text("No device.")).to_be_visible()


@pytest.fixture
def groups(tab: Tab) -> "Page":
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    return tab.open(GROUPS)


@pytest.mark.usefixtures("groups")
def test_the_groups_are_sound_in_light_and_dark(tab: Tab) -> None:
    expect(tab.page.locator("main").get_by_role("link", name="Approvers")).to_be_visible()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("groups")


def test_a_group_is_made_changed_and_deleted_by_its_labels(tab: Tab, groups: "Page") -> None:
    tab.open(f"{GROUPS}add/")
    assert tab.small(groups.locator("#id_rights label")) == []
    assert tab.faults_in_light_and_dark() == []
    name = f"Helpers {tab.size} {next(serial)}"
    groups.get_by_label("Name").fill(name)
    groups.get_by_label("May read the figures").check()
    groups.get_by_role("button", name="Save", exact=True).click()
    groups.get_by_role("link", name=name, exact=True).last.click()
    tab.wait_for_path(rf"{GROUPS}\d+/change/.*")
    expect(groups.get_by_label("May read the figures")).to_be_checked()
    expect(groups.get_by_label("May approve, reject and block people")).not_to_be_checked()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("group")
    groups.get_by_role("link", name="Delete").click()
    expect(groups.get_by_role("button", name="Yes")).to_be_visible()
    assert tab.faults() == []
    groups.get_by_role("button", name="Yes").click()
    groups.get_by_text("was deleted successfully").wait_for()


def test_a_founding_group_shows_its_name_and_keeps_it(tab: Tab, groups: "Page") -> None:
    groups.locator("main").get_by_role("link", name="Managers").click()
    tab.wait_for_path(rf"{GROUPS}\d+/change/.*")
    expect(groups.get_by_label("May read the figures")).to_be_checked()
    expect(groups.locator("input[name=name]")).to_have_count(0)
    expect(groups.get_by_role("link", name="Delete")).to_have_count(0)
    assert tab.faults_in_light_and_dark() == []
