"""In the order of docs/staff.md: an approver, a curator and a manager do a morning's work on the real server.

What each page does in detail, and whether axe likes it, is asked beside the desks; here only of the front page.
"""

import json
from typing import TYPE_CHECKING

import pytest

from accounts.tests.test_desk_browser import QUEUE, answer
from accounts.tests.test_desk_browser import row as person_row
from accounts.tests.test_roles_browser import sign_in_by_hand
from config.testing.aside import Aside
from config.testing.browser import SIZES, Tab, expect
from designs.tests.test_design_desk_browser import LIST as DESIGNS
from designs.tests.test_design_desk_browser import row as design_row
from uploads.tests.test_picture_desk_browser import UPLOAD, choose, tiny, told

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("tab", ["desktop"], indirect=True)]
MARK = "morning"
PEOPLE = [f"{name}.{MARK}" for name in ("kavita", "nobody", "spammer", "farhan", "meenakshi")]
NIGHT = """
from django.core.management import call_command
from accounts.models import User
from config.testing.gallery import a_design
from config.testing.pictures import photo
from designs.models import Search
from uploads import services as uploads
for role in ("approver", "curator", "manager"):
    User.objects.register(f"{role}.{mark}", "kanjeevaram-42")
    call_command("approve_users", f"{role}.{mark}")
    call_command("give_role", f"{role}.{mark}", role)
for name in json.loads(people):
    User.objects.register(name, "kanjeevaram-42", full_name=name.split(".")[0].title())
for title, colour in (("Maroon Kanjivaram", "maroon"), ("Blurred Ajrakh", "navy")):
    cover, _ = uploads.store(photo(colour), category="designs", by=User.objects.get(username=f"curator.{mark}"))
    a_design(title=f"{title}, {mark}", status="pending", cover=cover)
Search.objects.create(text=f"poshaakh {mark}", found=0, count=12)
"""
CATALOGUE = f"""Name,Colour,Type,Price,For
Red Banarasi {MARK},laal,saree,"₹5,000 - 10k",women
Blue Lehnga {MARK},neela,lehnga,12000,women
""".encode()


def test_a_first_morning(tab: Tab, aside: Aside) -> None:
    aside.run(f"import json\n{NIGHT}", mark=MARK, people=json.dumps(PEOPLE))
    work = {
        "approver": [people],
        "curator": [catalogue, pictures, a_file, a_search],
        "manager": [the_front_page, a_switch, the_trail],
    }
    for role, steps in work.items():
        sign_in_by_hand(tab, f"{role}.{MARK}")
        for step in steps:
            step(tab, tab.page)
            assert tab.complaints == [], step.__name__
            assert not tab.wider_than_screen(), step.__name__


def people(tab: Tab, page: "Page") -> None:
    known, unknown, spammer, *others = PEOPLE
    page.locator(".fig-wait", has_text="to be let in").click()
    tab.wait_for_path(QUEUE)
    tab.open(f"{QUEUE}?q=.{MARK}")
    for name, verb, done in (
        (known, "Approve", "approved"),
        (unknown, "Reject", "rejected"),
        (spammer, "Block", "blocked"),
    ):
        person_row(tab, name).get_by_role("link", name=verb).click()
        answer(tab, verb, f"{verb} it is.")
        page.get_by_text(f"1 person {done}.").wait_for()
    for name in others:
        person_row(tab, name).locator("input.action-select").check()
    page.locator("select[name=action]").select_option("approve")
    page.get_by_role("button", name="Run").click()
    answer(tab, "Approve 2 people", "Known to us.")
    page.get_by_text("2 people approved.").wait_for()


def catalogue(tab: Tab, page: "Page") -> None:
    tab.open(DESIGNS)
    design_row(page, f"Maroon Kanjivaram, {MARK}").locator("input.action-select").check()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("1 design published.").wait_for()
    design_row(page, f"Blurred Ajrakh, {MARK}").locator("input.action-select").check()
    page.get_by_role("button", name="Reject").click()
    page.get_by_label("Reason").fill("The print is out of focus.")
    page.locator("main").get_by_role("button", name="Reject").click()
    page.get_by_text("1 design rejected.").wait_for()


def pictures(tab: Tab, page: "Page") -> None:
    tab.open(UPLOAD)
    choose(page, tiny(), tiny())
    told(page, "2 of 2 uploaded")


def a_file(tab: Tab, page: "Page") -> None:
    tab.open("/admin/designs/import/add/")
    file = {"name": "catalogue.csv", "mimeType": "text/csv", "buffer": CATALOGUE}
    page.get_by_label("Catalogue").set_input_files(file)  # type: ignore[arg-type] # as playwright's FilePayload
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("would be added")).to_have_count(2)
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.get_by_text("2 rows: 2 added")).to_be_visible()


def a_search(tab: Tab, page: "Page") -> None:
    tab.open("/admin/designs/search/")
    page.get_by_role("link", name=f"poshaakh {MARK}", exact=True).click()
    page.locator("#called").fill("Lehenga (Category)")
    page.get_by_role("button", name="Show what it would find").click()
    page.get_by_role("button", name="Save as a synonym").click()
    expect(page.get_by_text(f"“poshaakh {MARK}” means Lehenga from now on.")).to_be_visible()


def the_front_page(tab: Tab, page: "Page") -> None:
    for width, height in reversed(SIZES.values()):
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        expect(page.get_by_role("heading", name="The last 30 days")).to_be_visible()
        assert tab.faults_in_light_and_dark() == []


def a_switch(tab: Tab, page: "Page") -> None:
    tab.open("/admin/switches/")
    limit = page.get_by_label("Featured designs")
    before = limit.input_value()
    for wanted in ("12", before):
        limit.fill(wanted)
        page.get_by_role("button", name="Save the switches").click()
        expect(page.get_by_text("Changed: Featured designs.")).to_be_visible()
        expect(limit).to_have_value(wanted)


def the_trail(tab: Tab, page: "Page") -> None:
    tab.open(f"/admin/audit/entry/?who=approver.{MARK}")
    lines = page.locator(".trail-line")
    expect(lines).to_have_count(len(PEOPLE))
    for name, done in zip(PEOPLE, ("approved", "rejected", "blocked", "approved", "approved"), strict=True):
        expect(lines.filter(has_text=name).get_by_text(done, exact=True).first).to_be_visible()
