"""The front page on a screen and on a phone: what waits, figures one can read, bars one can hear."""

import re

import pytest

from config.testing.aside import Aside
from config.testing.browser import Tab, expect
from config.testing.servers import ADMIN, ADMIN_PASSWORD

pytestmark = pytest.mark.browser

FILL = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from config.analytics import rollups
from config.analytics.days import today
from config.testing.gallery import a_design, people
from config.testing.pictures import photo
from designs import cards
from designs.models import DailyStat, DesignTerm, Search, Term
from favorites.models import Favorite
from uploads import services as uploads

User.objects.filter(username=admin).update(date_joined=timezone.now() - timedelta(days=300))
cover, _ = uploads.store(photo("maroon"), category="designs", by=User.objects.get(username=admin))
design = a_design(title="Front page saree", designer_name="Ritu Kumar", cover=cover)
for kind, slug in (("category", "saree"), ("colour", "red")):
    DesignTerm.objects.create(design=design, term=Term.objects.get(kind=kind, slug=slug))
cards.write([design.pk])
for n in range(1, 61):
    DailyStat.objects.create(design=design, day=today() - timedelta(days=n), views=1_000 + 10 * (60 - n))
Favorite.objects.create(user=people(1)[0], design=design)
for text, found in (("lehenga choli", 4), ("iphone charger", 0)):
    Search.objects.update_or_create(text=text, defaults={"found": found, "count": 7})
User.objects.register(f"front-{size}-{design.pk}", "kanjeevaram-42")
rollups.forget()
"""


@pytest.fixture
def filled(tab: Tab, aside: Aside) -> Tab:
    aside.run(FILL, admin=ADMIN, size=tab.size)
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    return tab


def test_what_waits_comes_first_and_the_figures_after_it(filled: Tab) -> None:
    tab = filled
    tab.open("/admin/")
    headings = tab.page.get_by_role("main").get_by_role("heading")
    expect(headings.first).to_have_text("The last 30 days")
    expect(tab.page.locator(".fig-wait", has_text="to be let in")).to_be_visible()
    order = tab.page.evaluate("[...document.querySelectorAll('.fig-wait, #figures')].map((one) => one.id)")
    assert order[-1] == "figures"
    assert tab.faults_in_light_and_dark() == []
    assert (
        tab.small(tab.page.locator(".fig-wait"), tab.page.locator(".fig-periods a"), tab.page.locator(".fig-csv")) == []
    )
    tab.picture("admin")
    tab.recolour("dark")
    tab.picture("admin-dark")


def test_a_waiting_pile_leads_to_its_desk(filled: Tab) -> None:
    filled.open("/admin/")
    filled.page.locator(".fig-wait", has_text="to be let in").click()
    filled.wait_for_path("/admin/accounts/user/")


def test_another_period_is_a_click_away(filled: Tab) -> None:
    filled.open("/admin/")
    filled.page.get_by_role("link", name="90 days").click()
    expect(filled.page.get_by_role("heading", name="The last 90 days")).to_be_visible()
    expect(filled.page.get_by_role("link", name="90 days")).to_have_attribute("aria-current", "page")
    assert filled.faults_in_light_and_dark() == []


def test_bars_are_told_in_words_and_stand_in_a_table(filled: Tab) -> None:
    filled.open("/admin/?days=7")
    chart = filled.page.get_by_role("img", name="Views by day")
    expect(chart).to_have_accessible_description(re.compile(r"^From \d+ \w+ to \d+ \w+: [\d,]+ views, most of them on"))
    expect(chart.locator("rect")).to_have_count(6)
    table = filled.page.get_by_role("region", name="Views by day, table")
    expect(table).not_to_be_visible()
    summary = filled.page.locator("#views summary")
    summary.focus()
    summary.press("Enter")
    expect(table.get_by_role("row")).to_have_count(8)
    assert filled.faults_in_light_and_dark() == []


def test_a_table_comes_as_a_file(filled: Tab) -> None:
    filled.open("/admin/")
    with filled.page.expect_download() as download:
        filled.page.get_by_role("link", name="Most viewed designs as CSV").click()
    assert download.value.suggested_filename.startswith("top_designs-30-days-")


def test_an_approver_sees_people_and_no_figure(tab: Tab, aside: Aside) -> None:
    name = f"approver-{tab.size}"
    body = {"username": name, "password": ADMIN_PASSWORD}
    assert tab.page.request.post(f"{tab.base}/api/auth/register", data=body).ok
    aside.manage("approve_users", name)
    aside.manage("give_role", name, "approver")
    tab.sign_in(name, ADMIN_PASSWORD)
    tab.open("/admin/")
    expect(tab.page.get_by_role("heading", name="What waits for you")).to_be_visible()
    expect(tab.page.get_by_role("heading", name="The last 30 days")).to_have_count(0)
    assert tab.faults_in_light_and_dark() == []
