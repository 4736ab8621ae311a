"""The catalogue's desk as a curator meets it: quickly from a phone, thoroughly at a screen."""

import itertools
import json
import re
from typing import TYPE_CHECKING

import pytest

from config.testing.aside import Aside
from config.testing.browser import Tab, expect
from config.testing.servers import ADMIN, ADMIN_PASSWORD, Server
from uploads.tests.test_picture_desk_browser import cloth, photo

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
def filled(server: Server, aside: Aside) -> None:
    """Five designs: two wait, the others are shown."""
    rows = []
    for number, (title, ground, gold, category, colours, maker, price) in enumerate(SAREES):
        path = server.data / f"cloth-{next(serial)}.jpg"
        path.write_bytes(cloth(ground, gold, next(serial)))
        status = "pending" if number >= 3 else "active"
        rows.append([title, str(path), category, colours, maker, price, "Wedding" if maker else "", status])
    told = server.data / "rows.json"
    told.write_text(json.dumps(rows), encoding="utf-8")
    aside.run(FILL, ROWS=str(told))


@pytest.fixture
def desk(tab: Tab) -> "Page":
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
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
    return [one.get_attribute("data-picture") or "" for one in page.locator(".cat-picture").all()]


ORDERED = """
wanted => !document.querySelector(".cat-order[aria-busy]")
    && [...document.querySelectorAll(".cat-picture")].map((one) => one.dataset.picture).join() === wanted
"""


def until_order(page: "Page", wanted: list[str]) -> None:
    page.wait_for_function(ORDERED, arg=",".join(wanted))


def type_into(page: "Page", box: "Locator", text: str) -> None:
    """Letter by letter, and until the names for the last of them are offered."""
    box.press_sequentially(text)
    expect(page.locator(".offer-list:not([hidden])")).to_have_attribute("aria-busy", "false")


def take_the_first_by_keyboard(page: "Page") -> None:
    page.keyboard.press("ArrowDown")
    expect(page.locator(".offer-list [aria-selected=true]")).to_have_count(1)
    page.keyboard.press("Enter")


@pytest.mark.usefixtures("filled")
def test_the_queue_is_published_and_rejected_with_a_reason_in_bulk(tab: Tab, desk: "Page") -> None:
    tab.open(LIST)
    expect(desk.locator(".cat-row")).to_have_count(2)
    assert tab.small(*map(desk.locator, ("main .desk-button:visible", ".cat-tabs a", ".cat-choose"))) == []
    assert tab.faults_in_light_and_dark() == []
    row(desk, "Rose chikankari").locator("input.action-select").check()
    expect(desk.get_by_role("status").get_by_text("1 design chosen")).to_be_visible()
    assert tab.faults() == []
    desk.get_by_role("button", name="Publish").click()
    desk.get_by_text("1 design published.").wait_for()

    row(desk, "Indigo ajrakh").locator("input.action-select").check()
    desk.get_by_role("button", name="Reject").click()
    expect(desk.get_by_label("Reason")).to_be_visible()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("catalogue-reject")
    sent: list[str] = []
    desk.on("request", lambda request: sent.append(request.method))
    desk.locator("main").get_by_role("button", name="Reject").click()
    tab.wait_for_focus(":invalid")
    desk.get_by_label("Reason").fill("The print is out of focus.")
    desk.locator("main").get_by_role("button", name="Reject").click()
    desk.get_by_text("1 design rejected.").wait_for()
    assert sent.count("POST") == 1, "it does not go without a reason"

    tab.open(f"{LIST}?status=all")
    expect(desk.locator(".cat-row")).to_have_count(5)
    tab.wait_until_loaded(".cat-thumb img")
    tab.picture("catalogue")
    assert tab.faults_in_light_and_dark() == []
    open_design(tab, "Indigo ajrakh")
    expect(desk.get_by_text("The print is out of focus.")).to_be_visible()


@pytest.mark.usefixtures("filled")
def test_filters_offer_words_while_one_types(tab: Tab, desk: "Page") -> None:
    tab.open(f"{LIST}?status=all")
    desk.locator("main summary").click()
    type_into(desk, desk.get_by_label("Category"), "lehnga")
    assert tab.faults() == []
    assert tab.small(desk.get_by_role("option", name="Lehenga").first) == []
    take_the_first_by_keyboard(desk)
    expect(desk.get_by_label("Category")).to_have_value("Lehenga")
    desk.get_by_role("button", name="Show").click()
    desk.wait_for_url(re.compile("category=Lehenga"))
    expect(desk.locator(".cat-row")).to_have_count(1)
    assert tab.faults_in_light_and_dark() == []


@pytest.mark.usefixtures("filled")
def test_pictures_are_added_ordered_described_and_removed(tab: Tab, desk: "Page") -> None:
    open_design(tab, "Maroon Kanjivaram")
    desk.locator("#files").set_input_files([saree(), saree()])
    expect(desk.locator(".cat-picture")).to_have_count(3)
    tab.wait_until_loaded(".cat-picture img")
    until_order(desk, first := order(desk))
    cover = desk.locator(".cat-top img").get_attribute("src") or ""

    a, b, c = first
    if tab.size == "desktop":
        desk.locator(f"[data-picture='{c}']").drag_to(desk.locator(f"[data-picture='{a}']"))
        until_order(desk, [c, a, b])
    else:
        assert tab.small(desk.locator(".cat-moves button")) == []
        for wanted in ([a, c, b], [c, a, b]):
            desk.locator(f"[data-picture='{c}']").get_by_role("button", name="forward").click()
            until_order(desk, wanted)
    expect(desk.locator(f"[data-picture='{c}']").get_by_text("Cover")).to_be_visible()
    expect(desk.locator(".cat-top img")).not_to_have_attribute("src", cover)  # it has changed, everywhere on the page
    until_order(desk, [c, a, b])

    desk.locator(f"[data-picture='{a}']").get_by_role("button", name="forward").focus()
    desk.keyboard.press("Enter")
    until_order(desk, [a, c, b])
    tab.wait_for_focus(f"[data-picture='{a}'] button")  # the keyboard goes on where it was

    desk.locator(f"[data-picture='{a}'] .cat-alt").fill("The pallu with its temple border")
    desk.get_by_role("button", name="Save the descriptions").click()
    expect(desk.locator(".phone-hero img").first).to_have_attribute("alt", re.compile("^The pallu"))

    desk.locator(f"[data-picture='{b}']").get_by_role("button", name="Remove").click()
    assert order(desk) == [a, c, b], "once asks"
    desk.get_by_role("button", name="press again").click()
    until_order(desk, [a, c])
    tab.wait_until_loaded(".cat-picture img")
    assert tab.faults_in_light_and_dark() == []
    desk.evaluate("scrollTo(0, 0)")
    tab.picture("design")
    desk.reload()
    until_order(desk, [a, c])


@pytest.mark.usefixtures("filled")
def test_a_design_is_written_by_chips_and_says_what_it_lacks(tab: Tab, desk: "Page") -> None:
    open_design(tab, "Indigo ajrakh")
    desk.get_by_role("link", name="Add a price").click()
    expect(desk.get_by_label("Price")).to_be_in_viewport()
    desk.get_by_label("Price").fill("2,400")
    colours = desk.get_by_label("Colours", exact=True)
    type_into(desk, colours, "red")
    desk.get_by_role("option", name="Red", exact=False).first.click()
    desk.get_by_role("button", name="Make Red the first of Colours").click()
    categories = desk.get_by_label("Categories", exact=True)
    type_into(desk, categories, "lehnga")
    expect(desk.get_by_role("option", name="Lehenga").first).to_be_visible()
    assert tab.faults() == []
    take_the_first_by_keyboard(desk)
    expect(desk.get_by_role("button", name="Remove Lehenga from Categories")).to_be_visible()
    expect(desk.get_by_text("Not saved yet")).to_be_visible()
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_text("Saved.", exact=True).wait_for()
    expect(desk.locator(".phone-chips")).to_have_text(re.compile("Red.*Indigo", re.DOTALL))
    expect(desk.locator(".phone-chips")).to_contain_text("Lehenga")
    expect(desk.locator(".phone-price")).to_contain_text("2,400")
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
    type_into(desk, desk.get_by_label("Category"), "lehnga")
    desk.get_by_role("option", name="Lehenga").first.click()
    desk.get_by_label("Price").fill("₹14,500")
    expect(desk.get_by_label("Category")).to_have_value("Lehenga")
    assert tab.small(*map(desk.locator, (".quick label.desk-button:visible", ".quick button:visible"))) == []
    assert tab.faults() == []
    tab.picture("quick-add")
    desk.get_by_role("button", name="Publish").click()
    desk.get_by_role("heading", name="Published.").wait_for()
    tab.wait_until_loaded(".quick-made img")
    assert tab.faults_in_light_and_dark() == []

    desk.get_by_role("link", name="Add another").click()
    expect(desk.get_by_label("Category")).to_have_value("Lehenga")
    desk.locator("#photo").set_input_files([taken])
    desk.get_by_role("button", name="Publish").click()
    desk.get_by_role("heading", name="In the catalogue already?").wait_for()
    tab.wait_until_loaded(".quick img")
    assert tab.faults() == []
    desk.get_by_role("button", name="Publish anyway").click()
    desk.get_by_role("heading", name="Published.").wait_for()
    desk.get_by_role("link", name="See it").click()
    tab.wait_for_path(rf"{LIST}\d+/change/.*")
    expect(desk.get_by_text("In the catalogue already?")).to_be_visible()


@pytest.mark.usefixtures("desk")
def test_without_a_script_it_is_published_too(tab: Tab) -> None:
    with tab.without_script() as page:
        page.goto(f"{tab.base}{QUICK}")
        page.locator("#camera").set_input_files([saree()])
        page.get_by_label("Title").fill(f"Without a script {next(serial)}")
        page.get_by_label("Category").fill("lehnga")
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_role("heading", name="Published.")).to_be_visible()
        page.get_by_role("link", name="See it").click()
        expect(page.get_by_label("Categories", exact=True)).to_have_value("Lehenga")
        page.locator("#files").set_input_files([saree()])
        page.get_by_role("button", name="Upload", exact=True).click()
        expect(page.locator(".cat-picture")).to_have_count(2)
        first, second = order(page)
        page.get_by_role("button", name="Move picture 2 forward").click()
        expect(page.locator(".cat-picture").first).to_have_attribute("data-picture", second)
        assert order(page) == [second, first]
