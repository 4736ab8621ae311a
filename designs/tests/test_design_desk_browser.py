"""The catalogue's desk as a curator meets it: quickly from a phone, thoroughly at a screen."""

import itertools
import json
import re
from typing import TYPE_CHECKING

import pytest

from config.testing.browser import Tab
from config.testing.servers import ADMIN, ADMIN_PASSWORD, Server
from uploads.tests.test_picture_desk_browser import all_thumb_sized, cloth, photo, thumb_sized, wait_until_loaded

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator, Page

pytestmark = pytest.mark.browser
LIST = "/admin/designs/design/"
QUICK = f"{LIST}quick/"
serial = itertools.count(1000)
SAREES: list[tuple[str, str, str, str, str, str, str]] = [
    (
        "Maroon Kanjivaram with temple border",
        "#7b1e2b",
        "#d9a441",
        "Saree",
        "Maroon, Gold",
        "Kanchi Silk House",
        "₹18,500",
    ),
    ("Peacock Banarasi, katan silk", "#0b5563", "#e2b85c", "Saree", "Teal", "Varanasi Weavers", "₹12,000 - 16,000"),
    ("Mustard Paithani with lotus pallu", "#c98a1b", "#5a1a6b", "Saree", "Mustard, Purple", "Yeola Looms", "₹22,000"),
    ("Rose chikankari lehenga", "#e7b7bd", "#ffffff", "Lehenga", "Pink", "Lucknow Needle", "₹9,800"),
    ("Indigo ajrakh kurta", "#1d2b64", "#b3402e", "Kurta", "Indigo", "", ""),
]
FILL = """
import json, sys
from designs import services, vocabulary
from designs.models import Design, Maker, Collection, Moderation
from uploads import services as uploads
from accounts.models import User
for design in Design.objects.all(): services.remove(design)
Maker.objects.filter(collections=None).delete()
meera = User.objects.get(username="meera")
words = vocabulary.current()
for title, path, category, colours, maker, price, occasion, status in json.loads(open(ROWS).read()):
    picture, _ = uploads.store(open(path, "rb").read(), category="designs", by=meera)
    terms = {"category": [category], "colour": colours.split(", "), "occasion": [occasion] if occasion else []}
    found = {kind: [entry for name in names if (entry := words.find(kind, name))] for kind, names in terms.items()}
    facts = {"title": title, "pictures": [picture], "terms": found, "designer_name": maker, "price_range": price}
    facts |= {"short_description": "Handwoven, with a blouse piece." if maker else "", "status": status}
    services.create({**facts, "featured": title.startswith("Peacock")}, by=meera)
Design.objects.filter(title__startswith="Maroon").update(view_count=128)
"""


@pytest.fixture
def filled(server: Server) -> None:
    """Five designs: two wait, the others are shown."""
    rows = []
    for number, (title, ground, gold, category, colours, maker, price) in enumerate(SAREES):
        path = server.data / f"cloth-{next(serial)}.jpg"
        path.write_bytes(cloth(ground, gold, next(serial)))
        status = "pending" if number >= 3 else "active"
        rows.append([title, str(path), category, colours, maker, price, "Wedding" if maker else "", status])
    told = server.data / "rows.json"
    told.write_text(json.dumps(rows), encoding="utf-8")
    server.manage("shell", "--no-imports", "-c", f"ROWS = {str(told)!r}\n{FILL}")


@pytest.fixture
def desk(tab: Tab) -> "Page":
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    tab.page.set_default_timeout(10_000)
    return tab.page


def saree() -> "FilePayload":
    number = next(serial)
    return photo(f"saree-{number}.jpg", cloth("#8a1538", "#e3b04b", number))


def row(page: "Page", title: str) -> "Locator":
    return page.locator(".cat-row").filter(has_text=title)


def open_design(tab: Tab, title: str) -> "Page":
    tab.open(f"{LIST}?status=all&q={title}")
    row(tab.page, title).locator(".desk-name").click()
    tab.page.locator(".cat-page").wait_for()
    return tab.page


def order(page: "Page") -> list[str]:
    return page.locator(".cat-picture").evaluate_all("all => all.map((one) => one.dataset.picture)")


ORDERED = """
wanted => !document.querySelector(".cat-order[aria-busy]")
    && [...document.querySelectorAll(".cat-picture")].map((one) => one.dataset.picture).join() === wanted
"""


def until_order(page: "Page", wanted: list[str]) -> None:
    page.wait_for_function(ORDERED, arg=",".join(wanted))


@pytest.mark.usefixtures("filled")
def test_the_queue_is_published_and_rejected_with_a_reason_in_bulk(tab: Tab, desk: "Page") -> None:
    tab.open(LIST)
    assert desk.locator(".cat-row").count() == 2
    assert all_thumb_sized(desk, "main .desk-button, .cat-tabs a, .cat-choose")
    assert tab.faults_in_light_and_dark() == []
    row(desk, "Rose chikankari").locator("input.action-select").check()
    assert desk.get_by_role("status").get_by_text("1 design chosen").is_visible()
    assert tab.faults() == []
    desk.get_by_role("button", name="Publish").click()
    desk.get_by_text("1 design published.").wait_for()

    row(desk, "Indigo ajrakh").locator("input.action-select").check()
    desk.get_by_role("button", name="Reject").click()
    desk.get_by_label("Reason").wait_for()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("catalogue-reject")
    desk.locator("main").get_by_role("button", name="Reject").click()
    assert desk.get_by_label("Reason").is_visible(), "it does not go without a reason"
    desk.get_by_label("Reason").fill("The print is out of focus.")
    desk.locator("main").get_by_role("button", name="Reject").click()
    desk.get_by_text("1 design rejected.").wait_for()

    tab.open(f"{LIST}?status=all")
    wait_until_loaded(desk, ".cat-thumb img")
    tab.picture("catalogue")
    assert desk.locator(".cat-row").count() == 5
    assert tab.faults_in_light_and_dark() == []
    open_design(tab, "Indigo ajrakh")
    assert desk.get_by_text("The print is out of focus.").is_visible()


@pytest.mark.usefixtures("filled")
def test_filters_offer_words_while_one_types(tab: Tab, desk: "Page") -> None:
    tab.open(f"{LIST}?status=all")
    desk.locator("main summary").click()
    desk.get_by_label("Category").press_sequentially("lehnga")
    offered = desk.get_by_role("option", name="Lehenga").first
    offered.wait_for()
    assert tab.faults() == []
    assert thumb_sized(offered) or offered.bounding_box()["height"] >= 44  # type: ignore[index] # it is visible
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    assert desk.get_by_label("Category").input_value() == "Lehenga"
    desk.get_by_role("button", name="Show").click()
    desk.wait_for_url(re.compile("category=Lehenga"))
    assert desk.locator(".cat-row").count() == 1
    assert tab.faults_in_light_and_dark() == []


@pytest.mark.usefixtures("filled")
def test_pictures_are_added_ordered_described_and_removed(tab: Tab, desk: "Page") -> None:
    open_design(tab, "Maroon Kanjivaram")
    desk.locator("#files").set_input_files([saree(), saree()])
    desk.wait_for_function("document.querySelectorAll('.cat-picture').length === 3")
    wait_until_loaded(desk, ".cat-picture img")
    until_order(desk, first := order(desk))
    cover = desk.locator(".cat-top img").get_attribute("src")

    a, b, c = first
    if tab.size == "desktop":
        desk.locator(f"[data-picture='{c}']").drag_to(desk.locator(f"[data-picture='{a}']"))
        until_order(desk, [c, a, b])
    else:
        assert all_thumb_sized(desk, ".cat-moves button")
        for _ in range(2):
            desk.locator(f"[data-picture='{c}']").get_by_role("button", name="forward").click()
            desk.wait_for_function("!document.querySelector('.cat-order[aria-busy]')")
        until_order(desk, [c, a, b])
    assert desk.locator(f"[data-picture='{c}']").get_by_text("Cover").is_visible()
    assert desk.locator(".cat-top img").get_attribute("src") != cover, "the cover has changed, everywhere on the page"

    desk.locator(f"[data-picture='{a}']").get_by_role("button", name="forward").focus()
    desk.keyboard.press("Enter")
    until_order(desk, [a, c, b])
    assert tab.focus_is_on(f"[data-picture='{a}'] button"), "the keyboard goes on where it was"

    desk.locator(f"[data-picture='{a}'] .cat-alt").fill("The pallu with its temple border")
    desk.get_by_role("button", name="Save the descriptions").click()
    desk.locator(".phone-hero img").first.wait_for()
    desk.wait_for_function("document.querySelector('.phone-hero img')?.alt.startsWith('The pallu')")

    desk.locator(f"[data-picture='{b}']").get_by_role("button", name="Remove").click()
    assert order(desk) == [a, c, b], "once asks"
    desk.get_by_role("button", name="press again").click()
    until_order(desk, [a, c])
    wait_until_loaded(desk, ".cat-picture img")
    assert tab.faults_in_light_and_dark() == []
    desk.evaluate("scrollTo(0, 0)")
    tab.picture("design")
    desk.reload()
    assert order(desk) == [a, c]


@pytest.mark.usefixtures("filled")
def test_a_design_is_written_by_chips_and_says_what_it_lacks(tab: Tab, desk: "Page") -> None:
    open_design(tab, "Indigo ajrakh")
    desk.get_by_role("link", name="Add a price").click()
    assert tab.focus_is_on("#id_price_range") or desk.get_by_label("Price").is_visible()
    desk.get_by_label("Price").fill("2,400")
    colours = desk.get_by_label("Colours", exact=True)
    colours.press_sequentially("red")
    desk.get_by_role("option", name="Red", exact=False).first.click()
    desk.get_by_role("button", name="Make Red the first of Colours").click()
    categories = desk.get_by_label("Categories", exact=True)
    categories.press_sequentially("lehnga")
    desk.get_by_role("option", name="Lehenga").first.wait_for()
    assert tab.faults() == []
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    assert desk.get_by_role("button", name="Remove Lehenga from Categories").is_visible()
    assert desk.get_by_text("Not saved yet").is_visible()
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_text("Saved.", exact=True).wait_for()
    chips = desk.locator(".phone-chips").inner_text()
    assert chips.index("Red") < chips.index("Indigo")
    assert "Lehenga" in chips
    assert "2,400" in desk.locator(".phone-price").inner_text()
    assert tab.faults_in_light_and_dark() == []


@pytest.mark.usefixtures("filled")
def test_a_saree_is_published_from_a_phone_in_three_taps(tab: Tab, desk: "Page") -> None:
    tab.open(QUICK)
    assert tab.faults_in_light_and_dark() == []
    taken = saree()
    desk.locator("#camera").set_input_files([taken])
    desk.locator(".quick-preview").wait_for()
    desk.get_by_label("Title").fill("Crimson Kanjivaram")
    desk.get_by_label("Category").fill("")
    desk.get_by_label("Category").press_sequentially("lehnga")
    desk.get_by_role("option", name="Lehenga").first.click()
    desk.get_by_label("Price").fill("₹14,500")
    assert all_thumb_sized(desk, ".quick label.desk-button, .quick button")
    assert tab.faults() == []
    tab.picture("quick-add")
    desk.get_by_role("button", name="Publish").click()
    desk.get_by_role("heading", name="Published.").wait_for()
    wait_until_loaded(desk, ".quick-made img")
    assert tab.faults_in_light_and_dark() == []

    desk.get_by_role("link", name="Add another").click()
    assert desk.get_by_label("Category").input_value() == "Lehenga"
    desk.locator("#photo").set_input_files([taken])
    desk.get_by_role("button", name="Publish").click()
    desk.get_by_role("heading", name="In the catalogue already?").wait_for()
    wait_until_loaded(desk, ".quick img")
    assert tab.faults() == []
    desk.get_by_role("button", name="Publish anyway").click()
    desk.get_by_role("heading", name="Published.").wait_for()
    desk.get_by_role("link", name="See it").click()
    assert desk.get_by_text("In the catalogue already?").is_visible()


def test_without_a_script_it_is_published_too(tab: Tab, desk: "Page") -> None:
    browser = desk.context.browser
    assert browser
    state, size = desk.context.storage_state(), desk.viewport_size
    plain = browser.new_context(java_script_enabled=False, storage_state=state, viewport=size)
    page = plain.new_page()
    page.goto(f"{tab.base}{QUICK}")
    page.locator("#camera").set_input_files([saree()])
    page.get_by_label("Title").fill(f"Without a script {next(serial)}")
    page.get_by_label("Category").fill("lehnga")
    page.get_by_role("button", name="Publish").click()
    assert page.get_by_role("heading", name="Published.").is_visible()
    page.get_by_role("link", name="See it").click()
    assert page.get_by_label("Categories", exact=True).input_value() == "Lehenga"
    page.locator("#files").set_input_files([saree()])
    page.get_by_role("button", name="Upload", exact=True).click()
    first = [one.get_attribute("data-picture") for one in page.locator(".cat-picture").all()]
    page.get_by_role("button", name="Move picture 2 forward").click()
    assert [one.get_attribute("data-picture") for one in page.locator(".cat-picture").all()] == first[::-1]
    plain.close()
