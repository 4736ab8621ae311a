"""Handing out and erasing what is held about somebody, as a colleague meets it."""

import itertools
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from config.testing.aside import Aside
from config.testing.browser import Tab, expect
from config.testing.servers import ADMIN, ADMIN_PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
serial = itertools.count()
LEAVING = """
from accounts.models import User
User.objects.register(name, "kanjeevaram-42", full_name="Kavita Deshpande", note="Paithani weaver from Yeola.")
"""


@pytest.fixture
def person(tab: Tab, aside: Aside) -> "tuple[Page, str]":
    """Somebody who asks for their data, and wants to leave."""
    name = f"leaving.{tab.size}{next(serial)}"
    aside.run(LEAVING, name=name)
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    page = tab.open(f"/admin/accounts/user/?status=all&q={name}")
    page.get_by_role("link", name=name, exact=True).click()
    tab.wait_for_path(r"/admin/accounts/user/\d+/change/.*")
    return page, name


def test_all_that_is_held_comes_as_one_zip(tab: Tab, person: "tuple[Page, str]", tmp_path: Path) -> None:
    page, name = person
    button = page.get_by_role("button", name="Export what we hold")
    assert tab.small(button, page.get_by_role("link", name="Erase ...")) == []
    assert tab.faults_in_light_and_dark() == []
    page.get_by_role("heading", name="Personal data").scroll_into_view_if_needed()
    tab.picture("person-data")
    with page.expect_download() as coming:
        button.click()
    assert coming.value.suggested_filename == f"person-{name}.zip"
    coming.value.save_as(tmp_path / "person.zip")
    with ZipFile(tmp_path / "person.zip") as archive:
        assert b"Kavita Deshpande" in archive.read("account.json")
    expect(button).to_be_visible()
    assert tab.complaints == []


def test_erasing_asks_for_the_name_and_takes_no_other(tab: Tab, person: "tuple[Page, str]") -> None:
    page, name = person
    page.get_by_role("link", name="Erase ...").click()
    expect(page.get_by_role("heading", name=f"Erase {name}?").first).to_be_visible()
    expect(page.get_by_text("Their hearts; the counts of the designs follow.")).to_be_visible()
    erase = page.locator("main").get_by_role("button", name="Erase")
    field = page.get_by_label(f"Type {name} to erase them")
    assert tab.small(erase, page.get_by_role("link", name="Go back"), field) == []
    field.fill("somebody else")
    erase.click()
    expect(page.get_by_text("This is another name.")).to_be_visible()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("person-erase")
    field.fill(name)
    erase.click()
    expect(page.get_by_text("The person and their personal data are gone.")).to_be_visible()
    assert tab.faults() == []
