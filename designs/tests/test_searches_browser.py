"""The desk of searches as a colleague meets it: one click from the list, a look at what would be found, saved."""

import itertools

import pytest

from config.testing.aside import Aside
from config.testing.browser import Tab, expect
from config.testing.servers import ADMIN, ADMIN_PASSWORD

pytestmark = pytest.mark.browser
LIST = "/admin/designs/search/"
serial = itertools.count()
MAKE = """
from accounts.models import User
from designs import services, vocabulary
from designs.models import Search, Term
from uploads import services as uploads
from uploads.tests.test_picture_desk_browser import cloth
admin = User.objects.filter(is_superuser=True).first()
Search.objects.all().delete()
Term.objects.create(kind="category", slug=f"nauvari-{mark}", name=f"Nauvari {mark}")
entry = vocabulary.current().find("category", f"nauvari-{mark}")
for number in range(7):
    colours = [f"#{(40 + 30 * number) % 256:02x}1b4b", f"#e3b{number}4b"]
    picture, _ = uploads.store(cloth(*colours, 5000 + 10 * serial + number), category="designs", by=admin)
    facts = {"title": f"Nauvari {number}", "pictures": [picture], "terms": {"category": [entry]}, "status": "active"}
    services.create(facts, by=admin)
for text, count in [(f"nawwari {mark}", 41), ("haldi outfit for mehndi night", 12), ("पैठणी साड़ी नारंगी", 7),
                    ("<b>qqqq</b> " + "x" * 80, 3), ("asdf", 1)]:
    Search.objects.create(text=text, found=0, count=count)
Search.objects.create(text="silk saree", found=12, count=40)
"""


@pytest.fixture
def mark(tab: Tab, aside: Aside) -> str:
    """What this run's term is called: seven designs carry it, and people misspell it."""
    number = next(serial)
    mark = f"{tab.size}{'bdgkmp'[number] * 5}"  # unlike those before it, also for the ear
    aside.run(MAKE, mark=mark, serial=number)
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    return mark


def open_list(tab: Tab, mark: str) -> None:
    """Until the server has heard of the new term, which takes a second."""
    guess = tab.page.get_by_role("link", name=f"Nauvari {mark} (Category) for nawwari {mark}")
    tab.until(lambda: tab.open(LIST) and guess.count(), "the new term is not guessed")


def test_one_click_a_look_and_it_is_a_synonym(tab: Tab, mark: str) -> None:
    page = tab.page
    open_list(tab, mark)
    targets = page.locator(".desk-tabs a"), *([page.locator(".search-guess")] if tab.size == "phone" else [])
    assert tab.small(*targets) == []
    assert tab.faults_in_light_and_dark() == []
    tab.picture("searches")

    page.get_by_role("link", name=f"Nauvari {mark} (Category) for nawwari {mark}").click()
    expect(page.get_by_role("heading", name=f"“nawwari {mark}” will mean Nauvari {mark} (Category).")).to_be_visible()
    tab.until(lambda: tab.page.reload() and page.get_by_text("It would find 7 designs:").count(), "seven are counted")
    tab.wait_until_loaded(".search-found img")
    assert tab.small(page.locator(".search-card .desk-button"), page.locator(".search-found a")) == []
    assert tab.faults_in_light_and_dark() == []
    tab.picture("search-preview")

    page.get_by_role("button", name="Save as a synonym").click()
    expect(page.get_by_text(f"“nawwari {mark}” means Nauvari {mark} from now on.")).to_be_visible()
    expect(page.locator("#result_list").get_by_text(f"nawwari {mark}")).to_have_count(0)
    assert tab.faults_in_light_and_dark() == []
    tab.picture("search-saved")
    page.get_by_role("link", name=f"Nauvari {mark}", exact=True).click()
    expect(page.get_by_label("Synonyms")).to_have_value(f"nawwari {mark}")


def test_another_term_is_typed_and_what_needs_nothing_is_put_back(tab: Tab, mark: str) -> None:
    page = tab.page
    open_list(tab, mark)
    page.get_by_role("link", name="haldi outfit for mehndi night", exact=True).click()
    page.get_by_label("Another term").or_(page.get_by_label("A term")).fill("haldi")
    page.get_by_role("button", name="Show what it would find").click()
    expect(page.get_by_text("Several terms are called so")).to_be_visible()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("search")
    page.get_by_role("link", name="Haldi (Occasion)").click()
    expect(page.get_by_text("will mean Haldi (Occasion).")).to_be_visible()
    assert tab.faults() == []

    tab.open(LIST)
    page.get_by_role("link", name="asdf", exact=True).click()
    page.get_by_role("button", name="It needs nothing").click()
    expect(page.get_by_text("“asdf” needs nothing.")).to_be_visible()
    tab.open(f"{LIST}?show=settled")
    page.get_by_role("link", name="asdf", exact=True).click()
    assert tab.faults_in_light_and_dark() == []
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_text("“asdf” waits again.")).to_be_visible()

    page.get_by_role("link", name="Delete ...").click()
    expect(page.get_by_text("Are you sure")).to_be_visible()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("search-delete")
    page.get_by_role("button", name="Yes, I").click()
    expect(page.get_by_text("was deleted successfully")).to_be_visible()


def test_without_a_script_it_works_too_and_long_texts_stay_inside(tab: Tab, mark: str) -> None:
    open_list(tab, mark)
    with tab.without_script() as page:
        page.goto(tab.base + LIST)
        page.get_by_role("link", name="<b>qqqq</b>").click()
        expect(page.get_by_role("heading", name="What did they mean?")).to_be_visible()
        page.get_by_label("term", exact=False).fill("asdf")
        page.get_by_role("button", name="Show what it would find").click()
        expect(page.get_by_text("No term is called “asdf”.")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.get_by_label("term", exact=False).fill(f"Nauvari {mark} (Category)")
        page.get_by_role("button", name="Show what it would find").click()
        expect(page.get_by_text("is longer than 80 characters")).to_be_visible()
        page.goto(tab.base + LIST)
        page.get_by_role("link", name=f"Nauvari {mark} (Category) for nawwari {mark}").click()
        page.get_by_role("button", name="Save as a synonym").click()
        expect(page.get_by_text(f"“nawwari {mark}” means Nauvari {mark} from now on.")).to_be_visible()
