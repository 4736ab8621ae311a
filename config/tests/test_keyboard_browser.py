"""The morning of docs/staff.md without a mouse: Tab, Enter, Space, arrows and letters, and nothing else.

No test here clicks, focuses or fills by script; it only opens the address that a morning would begin with.
"""

from itertools import count
from typing import TYPE_CHECKING

import pytest

from config.testing.aside import Aside
from config.testing.browser import Tab, expect
from config.testing.keyboard import Keyboard
from config.testing.servers import ADMIN, ADMIN_PASSWORD
from uploads.tests.test_picture_desk_browser import tiny

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator

pytestmark = pytest.mark.browser
at_a_desk = pytest.mark.parametrize("tab", ["desktop"], indirect=True)
on_a_phone = pytest.mark.parametrize("tab", ["phone"], indirect=True)
QUEUE, DESIGNS, SEARCHES = "/admin/accounts/user/", "/admin/designs/design/", "/admin/designs/search/"
NAMES = ("asha", "bina", "charu", "deepa", "esha", "fatima", "gita", "hema", "indu")
serial = count()
REGISTER = """
from accounts.models import User
for name in names.split():
    User.objects.register(name, "kanjeevaram-42")
"""
NIGHT = """
from accounts.models import User
from config.testing.gallery import a_design
from config.testing.pictures import photo
from designs import cards, services
from designs.models import Search
from uploads import services as uploads
admin = User.objects.get(username=admin)
shown = [uploads.store(photo(colour, (90, 120)), category="designs", by=admin)[0] for colour in ("navy", "olive")]
for title, cover in zip(("Waits", "Waits too"), shown):
    cards.write([a_design(title=f"{title} {mark}", status="pending", cover=cover).pk])
services.create({"title": f"Two pictures {mark}", "pictures": shown, "status": "active"}, by=admin)
Search.objects.create(text=f"poshaakh {mark}", found=0, count=12)
"""
CATALOGUE = "Name,Colour,Type\nRed Banarasi {mark},laal,saree\nBlue Lehnga {mark},neela,lehnga\n"


@pytest.fixture
def keys(tab: Tab) -> Keyboard:
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    return Keyboard(tab)


@pytest.fixture
def mark(aside: Aside) -> str:
    """Of what came in this night."""
    mark = f"keys{next(serial)}"
    aside.run(NIGHT, admin=ADMIN, mark=mark)
    return mark


def row(keys: Keyboard, name: str) -> "Locator":
    return keys.page.locator("#result_list tbody").filter(has_text=name)


@at_a_desk
def test_people_are_decided_on_singly_and_in_bulk_with_reasons(keys: Keyboard, aside: Aside) -> None:
    mark = f"keys{next(serial)}"
    people = [f"{name}.{mark}" for name in NAMES]
    aside.run(REGISTER, names=" ".join(people))
    tab, page = keys.tab, keys.page
    tab.open(QUEUE)
    keys.into_main()
    keys.write(page.get_by_role("textbox", name="Name or e-mail"), f".{mark}")
    keys.key("Enter")
    tab.wait_for_path(rf"{QUEUE}\?.*q=.{mark}.*")
    verbs = {"Approve": "approved", "Reject": "rejected", "Block": "blocked"}
    names = iter(people)  # the address still ends in #main-content: from here on each page begins behind the menu
    for verb, done in verbs.items():
        expect(row(keys, people[-1])).to_be_visible()
        keys.press(row(keys, next(names)).get_by_role("link", name=verb))
        give_reason(keys, verb, f"1 person {done}.")
    for verb, done in verbs.items():
        for name in (next(names), next(names)):
            keys.press(row(keys, name).locator("input.action-select"), "Space")
        choice = page.locator("select[name=action]")
        keys.to(choice, step="Shift+Tab")
        page.keyboard.type(verb)
        expect(choice).to_have_value(verb.lower())
        keys.press(page.get_by_role("button", name="Run"))
        give_reason(keys, f"{verb} 2 people", f"2 people {done}.")
    tab.open(f"{QUEUE}?status=all&q=.{mark}")
    for number, done in enumerate(verbs.values()):
        for name in (people[number], *people[3 + 2 * number : 5 + 2 * number]):
            expect(row(keys, name).get_by_text(done.capitalize(), exact=True)).to_be_visible()
    assert (keys.faults, tab.complaints) == ([], [])


def give_reason(keys: Keyboard, verb: str, told: str) -> None:
    reason = keys.page.get_by_label("Reason")
    expect(reason).to_be_visible()
    keys.into_main()
    keys.write(reason, f"{verb}: told on the phone.")
    keys.press(keys.page.locator("main").get_by_role("button", name=verb))
    expect(keys.page.get_by_text(told)).to_be_visible()


@at_a_desk
def test_designs_are_published_narrowed_and_their_pictures_ordered(keys: Keyboard, mark: str) -> None:
    tab, page = keys.tab, keys.page
    design = page.locator(".cat-row")
    tab.open(f"{DESIGNS}?q={mark}")
    keys.into_main()
    keys.press(design.filter(has_text=f"Waits {mark}").locator("input.action-select"), "Space")
    keys.press(page.get_by_role("button", name="Publish"))
    expect(page.get_by_text("1 design published.")).to_be_visible()
    keys.press(design.filter(has_text=f"Waits too {mark}").locator(".desk-name"))
    keys.into_main()
    keys.press(page.get_by_role("button", name="Publish"))
    expect(page.locator(".cat-state").get_by_text("Active")).to_be_visible()

    tab.open(f"{DESIGNS}?status=all&q={mark}")
    keys.into_main()
    keys.press(page.locator(".cat-filters summary"), "Space")
    keys.to(page.get_by_label("Missing"))
    page.keyboard.type("No price")
    keys.press(page.get_by_role("button", name="Show"))
    tab.wait_for_path(rf"{DESIGNS}\?.*missing=price.*")
    keys.write(page.get_by_label("Search designs"), f"Two pictures {mark}")
    keys.key("Enter")
    expect(design).to_have_count(1)
    keys.press(design.locator(".desk-name"))
    pictures = page.locator(".cat-picture")
    expect(pictures).to_have_count(2)
    second = pictures.nth(1).get_attribute("data-picture") or ""
    keys.into_main()
    keys.press(page.get_by_role("button", name="Move picture 2 forward"))
    expect(pictures.first).to_have_attribute("data-picture", second)
    assert (keys.faults, tab.complaints) == ([], [])


@at_a_desk
def test_files_come_in_a_search_gets_its_word_and_a_switch_is_changed(keys: Keyboard, mark: str) -> None:
    tab, page = keys.tab, keys.page
    tab.open("/admin/uploads/picture/upload/")
    keys.into_main()
    keys.choose_files(page.locator("#files"), [tiny(), tiny()])
    expect(page.locator(".up-words")).to_have_text("2 of 2 uploaded")

    tab.open("/admin/designs/import/")
    keys.into_main()
    keys.press(page.get_by_role("link", name="Import a catalogue"))
    expect(page.get_by_label("Catalogue")).to_be_visible()
    keys.into_main()
    file: FilePayload = {"name": "a.csv", "mimeType": "text/csv", "buffer": CATALOGUE.format(mark=mark).encode()}
    keys.choose_files(page.get_by_label("Catalogue"), [file])
    keys.press(page.get_by_role("button", name="Look at it"))
    expect(page.get_by_text("would be added")).to_have_count(2)
    keys.into_main()
    keys.press(page.get_by_role("button", name="Import 2 rows"))
    expect(page.get_by_text("2 rows: 2 added")).to_be_visible()

    tab.open(SEARCHES)
    keys.into_main()
    keys.press(page.get_by_role("link", name=f"poshaakh {mark}", exact=True))
    expect(page.locator("#called")).to_be_visible()
    keys.into_main()
    keys.write(page.locator("#called"), "Lehenga (Category)")
    keys.press(page.get_by_role("button", name="Show what it would find"))
    expect(page.get_by_role("button", name="Save as a synonym")).to_be_visible()
    keys.into_main()
    keys.press(page.get_by_role("button", name="Save as a synonym"))
    expect(page.get_by_text(f"“poshaakh {mark}” means Lehenga from now on.")).to_be_visible()

    tab.open("/admin/switches/")
    keys.into_main()
    for _ in ("on", "off again"):
        keys.press(page.get_by_label("Watermark"), "Space")
        keys.press(page.get_by_role("button", name="Save the switches"))
        expect(page.get_by_text("Changed: Watermark.")).to_be_visible()
    assert (keys.faults, tab.complaints) == ([], [])


@at_a_desk
def test_the_sidebar_the_filters_and_the_colours_are_reached_without_a_mouse(keys: Keyboard) -> None:
    tab, page = keys.tab, keys.page
    tab.open("/admin/")
    keys.press(page.locator("#nav-sidebar").get_by_role("link", name="People").first)
    tab.wait_for_path(QUEUE)
    keys.press(page.get_by_role("button", name=ADMIN))
    tab.wait_for_focus("nav [role=button]")
    keys.press(page.get_by_role("button", name="Dark", exact=True))
    expect(page.locator("html.dark")).to_have_count(1)
    keys.press(page.get_by_role("button", name="Light", exact=True), step="Shift+Tab")
    expect(page.locator("html.dark")).to_have_count(0)
    keys.key("Escape")
    tab.wait_for_focus("[role=button]")
    expect(page.get_by_role("button", name="Dark", exact=True)).to_be_hidden()

    keys.press(page.get_by_role("button", name="Filters"))
    tab.wait_for_focus("#changelist-filter *")
    keys.press(page.locator("#changelist-filter").get_by_role("link", name="Yes").first)
    tab.wait_for_path(rf"{QUEUE}\?.*")
    tab.settle()
    keys.key("/")
    tab.wait_for_focus("#searchbar")
    assert (keys.faults, tab.complaints) == ([], [])


@on_a_phone
def test_on_a_phone_the_menu_leads_on_and_closes_without_a_finger(keys: Keyboard) -> None:
    tab, page = keys.tab, keys.page
    tab.open("/admin/")
    menu, sidebar = page.get_by_role("button", name="Menu", exact=True), page.locator("#nav-sidebar")
    keys.press(menu)
    tab.wait_for_focus("#nav-sidebar *")
    keys.key("Escape")
    expect(sidebar).to_be_hidden()
    expect(menu).to_be_focused()
    keys.key("Enter")
    keys.press(page.get_by_role("button", name="Close the menu"))
    expect(sidebar).to_be_hidden()
    expect(menu).to_be_focused()
    keys.key("Enter")
    keys.press(sidebar.get_by_role("link", name="Switches", exact=True))
    tab.wait_for_path("/admin/switches/")
    keys.press(menu)
    keys.to(page.get_by_label("Name of the gallery"))
    expect(sidebar).to_be_hidden()
    assert (keys.faults, tab.complaints) == ([], [])
