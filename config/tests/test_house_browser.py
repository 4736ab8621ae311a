"""What was done, and the switches, as a Manager meets them at a desk and on a phone."""

import pytest

from config.testing.aside import Aside
from config.testing.browser import Tab, expect
from config.testing.servers import ADMIN, ADMIN_PASSWORD

pytestmark = pytest.mark.browser
TRAIL, SWITCHES = "/admin/audit/entry/", "/admin/switches/"
DONE = """
from accounts.models import User
from config import switches
from config.audit import trail
from config.testing.cast import decided, person
from config.testing.gallery import a_design
from designs import cards, services
from designs.models import Maker, Term
admin = User.objects.filter(is_superuser=True).first()
someone = person(f"kavita-{mark}")
someone.approve(by=admin)
design = a_design(title=f"Kanjeevaram in temple red {mark}", status="draft")
cards.write([design.pk])
services.change(design, {"title": f"Kanjeevaram in temple red, gold border {mark}", "description": "Woven " * 60,
    "designer_name": "Raw Mango", "price_min": 1_250_000, "tags": ["bridal", "silk"]}, by=admin)
design.publish(by=admin)
design.feature(by=admin)
Term.objects.get(kind="category", slug="saree").add_synonyms(f"saari {mark}")
switches.change({"featured_designs_limit": 12}, by=admin)
switches.change({"featured_designs_limit": 10}, by=None)
someone.delete()
for number in range(60):
    trail.note("design.exported", kind="designs.design", by=someone_number, changes={"designs": (None, number)})
trail.record("design.hidden", on=design, by=admin, changes={"status": ("active", "inactive")})
"""


@pytest.fixture
def done(tab: Tab, aside: Aside) -> Tab:
    aside.run(DONE, mark=tab.size, someone_number=987_654)
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    return tab


def test_what_was_done_is_read_narrowed_and_leafed_through(done: Tab) -> None:
    tab, page = done, done.page
    tab.open(TRAIL)
    expect(page.get_by_role("link", name=f"gold border {tab.size}").first).to_be_visible()
    expect(page.get_by_text("person 987654 (erased)").first).to_be_visible()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("what-was-done")
    page.locator(".trail-filters summary").click()
    assert tab.small(page.locator(".desk-button"), page.locator(".trail-filters select")) == []
    assert tab.faults_in_light_and_dark() == []

    page.get_by_role("link", name="Older").click()
    expect(page.get_by_role("link", name="To the newest")).to_be_visible()
    expect(page.locator(".trail").get_by_text("synonyms added").first).to_be_visible()

    tab.open(TRAIL)
    page.locator(".trail-filters summary").click()
    page.get_by_label("Kind of object").select_option("designs.design")
    page.get_by_label("Who").fill(ADMIN)
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("person 987654 (erased)")).to_have_count(0)
    expect(page.locator(".trail").get_by_text("changed", exact=True).first).to_be_visible()
    assert tab.faults_in_light_and_dark() == []

    page.get_by_label("Who").fill("nobody at all")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert tab.faults_in_light_and_dark() == []

    page.get_by_role("link", name="Clear").click()
    address = page.get_by_role("link", name=f"gold border {tab.size}").first.get_attribute("href") or ""
    tab.open(address.replace("/change/", "/history/"))
    expect(page.get_by_text("featured", exact=True)).to_be_visible()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("history")


def test_a_switch_is_refused_then_saved_and_told(done: Tab) -> None:
    tab, page = done, done.page
    tab.open("/admin/")
    tab.open(SWITCHES)
    expect(page.get_by_text("Last changed by the server").first).to_be_visible()
    assert tab.small(page.locator(".desk-choice"), page.locator(".desk-button")) == []
    assert tab.faults_in_light_and_dark() == []
    tab.picture("switches")

    limit = page.get_by_label("Featured designs")
    limit.fill("99")
    page.get_by_role("button", name="Save the switches").click()
    expect(page.get_by_text("Must be between 1 and 50")).to_be_visible()
    expect(limit).to_have_attribute("aria-invalid", "true")
    tab.forgive("400 (Bad Request)")
    assert tab.faults_in_light_and_dark() == []

    limit.fill("11")
    page.get_by_role("button", name="Save the switches").click()
    expect(page.get_by_text("Changed: Featured designs.")).to_be_visible()
    expect(limit).to_have_value("11")
    assert tab.faults_in_light_and_dark() == []
    limit.fill("10")
    page.get_by_role("button", name="Save the switches").click()
    expect(limit).to_have_value("10")
