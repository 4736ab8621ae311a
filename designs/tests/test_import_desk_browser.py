"""A boutique's spreadsheet comes in with a browser: looked at, its photos added, run, reported."""

from itertools import count
from typing import TYPE_CHECKING

import pytest

from config.testing.browser import Tab, expect
from config.testing.pictures import photo
from config.testing.servers import ADMIN, ADMIN_PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
serial = count(1)


@pytest.fixture
def desk(tab: Tab) -> "Page":
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    return tab.page


def catalogue(mark: str) -> bytes:
    return f"""SKU,Name,Photos,Colour,Fabric,Type,Price,Designer,For,Shelf
{mark}1,Red Banarasi Saree {mark},a-{mark}.jpg,laal,Silk,saree,"₹5,000 - 10k",Meenakshi Silks,ladies,A3
{mark}2,Blue Lehnga {mark},b-{mark}.jpg,neela | Peacok Blue,Georgete,lehnga,12000,Meenakshi Silks,women,B1
{mark}3,Spotted Kurta {mark},,Zebrino{mark},Cotton,kurta,999,,men,
{mark}4,Nothing right {mark},,red,silk,saree,1,,aliens,
""".encode()


def test_a_spreadsheet_and_its_photos_come_in(tab: Tab, desk: "Page") -> None:
    mark = f"{tab.size[0]}{next(serial)}"
    tab.open("/admin/designs/design/?status=all")
    desk.get_by_role("link", name="Import", exact=True).click()
    desk.get_by_role("link", name="Import a catalogue").click()
    expect(desk.get_by_role("heading", name="Import a catalogue")).to_be_visible()
    assert tab.small(desk.get_by_label("Catalogue"), desk.locator(".imp-form .desk-button")) == []
    assert tab.faults_in_light_and_dark() == []

    desk.get_by_label("Catalogue").set_input_files(
        {"name": "catalogue.csv", "mimeType": "text/csv", "buffer": catalogue(mark)}
    )
    desk.get_by_role("button", name="Look at it").click()
    expect(desk.get_by_role("heading", name="4 rows in catalogue.csv")).to_be_visible()
    expect(desk.get_by_text("'Peacok Blue' was read as Peacock Blue.")).to_be_visible()
    expect(desk.get_by_text("Not read, since no column is called so: Shelf.")).to_be_visible()
    expect(desk.get_by_role("heading", name="0 of 2 pictures are here")).to_be_visible()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("import")

    shown = [(f"a-{mark}.jpg", "#7b1e2b"), (f"B-{mark}.JPG", "#1d2b64")]
    photos = [{"name": n, "mimeType": "image/jpeg", "buffer": photo(c, (300, 400 + next(serial)))} for n, c in shown]
    desk.locator("#files").set_input_files(photos)  # type: ignore[arg-type] # as playwright's FilePayload
    expect(desk.locator(".up-words")).to_have_text("2 of 2 uploaded")
    desk.get_by_role("link", name="Look at the rows again").click()
    expect(desk.get_by_role("heading", name="2 of 2 pictures are here")).to_be_visible()

    desk.get_by_role("button", name="Import 4 rows").click()
    expect(desk.get_by_text("4 rows: 3 added, 0 changed, 0 already there, 1 refused.")).to_be_visible()
    expect(desk.get_by_text("audience: 'aliens' is not women, men, kids or unisex.")).to_be_visible()
    assert tab.small(desk.locator("main .desk-button")) == []
    assert tab.faults_in_light_and_dark() == []
    tab.picture("imported")

    desk.get_by_role("link", name=f"Blue Lehnga {mark}").last.click()
    expect(desk.get_by_role("heading", name=f"Blue Lehnga {mark}").first).to_be_visible()


def test_what_is_no_catalogue_is_said_at_the_field(tab: Tab, desk: "Page") -> None:
    tab.open("/admin/designs/import/add/")
    desk.get_by_label("Catalogue").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"})
    desk.get_by_role("button", name="Look at it").click()
    expect(desk.get_by_role("alert")).to_contain_text("one of them title")
    assert tab.faults_in_light_and_dark() == []
