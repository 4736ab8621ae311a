"""The desks of terms and makers as a colleague meets them: on a screen, and on a phone with a thumb."""

import itertools

import pytest

from config.testing.aside import Aside
from config.testing.browser import Tab, expect
from config.testing.servers import ADMIN, ADMIN_PASSWORD

pytestmark = pytest.mark.browser
LIST, MAKERS = "/admin/designs/term/", "/admin/designs/maker/"
serial = itertools.count()
MAKE = """
from designs.models import Collection, Design, DesignTerm, Maker, Term
saree = Term.objects.get(kind="category", slug="saree")
one = Term.objects.create(kind="category", slug=f"nivi-{mark}", name=f"Nivi {mark}", synonyms=[f"navi {mark}"])
for n, name in enumerate([f"Raw Mangoo {mark}", f"Raw Mango {mark}"]):
    maker = Maker.objects.named(name)
    line = Collection.objects.named("Festive", maker)
    row = Design.objects.create(title=f"Red {n}", designer=maker, designer_name=name,
                                collection=line, collection_name=line.name)
    DesignTerm.objects.create(design=row, term=one)
"""


@pytest.fixture
def mark(tab: Tab, aside: Aside) -> str:
    """What this run's rows are called: one term that two designs carry, and two makers of a design each."""
    mark = f"{tab.size}{next(serial)}"
    aside.run(MAKE, mark=mark)
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    return mark


def look_for(tab: Tab, words: str, name: str) -> None:
    """Opened until it is found: of a fresh word another process of the server hears within a second."""
    link = tab.page.get_by_role("link", name=name)
    tab.until(lambda: tab.open(f"{LIST}?q={words}") and link.count(), f"{words} does not find {name}")
    expect(link).to_be_visible()


def open_term(tab: Tab, mark: str) -> None:
    look_for(tab, f"navi+{mark}", f"Nivi {mark}")
    follow(tab, f"Nivi {mark}")


def follow(tab: Tab, name: str) -> None:
    """Into the page of a term or a maker."""
    tab.page.get_by_role("link", name=name).click()
    tab.wait_for_path(r"/admin/designs/\w+/\d+/change/.*")


@pytest.mark.usefixtures("mark")
@pytest.mark.parametrize("kind", ["category", "colour", "all"])
def test_the_list_is_sound_in_light_and_dark(tab: Tab, kind: str) -> None:
    page = tab.open(f"{LIST}?kind={kind}")
    assert tab.small(page.locator(".desk-tabs a")) == []
    assert tab.faults_in_light_and_dark() == []
    tab.picture(f"terms-{kind}")


def test_a_word_is_added_by_its_label_and_found_by_it(tab: Tab, mark: str) -> None:
    page = tab.page
    open_term(tab, mark)
    assert tab.faults_in_light_and_dark() == []
    tab.picture("term")
    page.get_by_label("Synonyms").fill(f"navi {mark}\nnauvari {mark}")
    page.get_by_label("Native forms").fill(f"hi: नौवारी{mark}")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    look_for(tab, f"नौवारी{mark}", f"Nivi {mark}")
    assert tab.faults() == []

    follow(tab, f"Nivi {mark}")
    page.get_by_label("Synonyms").fill("lehnga")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("“lehnga” is a word of Lehenga already.").first.wait_for()
    assert tab.faults() == []
    tab.picture("term-refused")


def test_a_term_is_merged_retired_and_restored_with_a_thumb(tab: Tab, mark: str) -> None:
    page = tab.page
    open_term(tab, mark)
    assert tab.small(page.locator(".desk-top .desk-button")) == []
    page.get_by_role("button", name="Retire").click()
    page.get_by_text(f"Nivi {mark} was retired.").wait_for()
    page.get_by_role("button", name="Restore").click()
    page.get_by_text(f"Nivi {mark} was restored.").wait_for()

    page.get_by_role("link", name="Merge into ...").click()
    page.get_by_label("The other one").fill("sarre")
    page.get_by_role("button", name="Show what would happen").click()
    page.get_by_text("Did you mean saree?").wait_for()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("term-merge-asked")
    page.get_by_label("The other one").fill("Saree")
    page.get_by_role("button", name="Show what would happen").click()
    page.get_by_text("2 designs will carry Saree").wait_for()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("term-merge")
    page.get_by_role("button", name="Merge into Saree").click()
    page.get_by_text(f"Nivi {mark} was merged into Saree, with 2 designs.").wait_for()
    assert tab.faults() == []


def test_a_new_term_is_made_by_its_labels(tab: Tab, mark: str) -> None:
    page = tab.open(f"{LIST}add/?kind=motif")
    assert tab.faults_in_light_and_dark() == []
    page.get_by_label("Name").fill(f"Dancing Girl {mark}")
    page.get_by_label("Kind").select_option("motif")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was added successfully").wait_for()
    look_for(tab, f"dancing+girl+{mark}&kind=motif", f"Dancing Girl {mark}")
    expect(page.get_by_text(f"dancing-girl-{mark}", exact=True)).to_be_visible()


def test_two_makers_are_found_to_be_one_while_renaming(tab: Tab, mark: str) -> None:
    page = tab.open(f"{MAKERS}?q={mark}")
    assert tab.faults_in_light_and_dark() == []
    tab.picture("makers")
    follow(tab, f"Raw Mangoo {mark}")
    assert tab.faults_in_light_and_dark() == []
    tab.picture("maker")
    page.get_by_label("Name").fill(f"RAW MANGO {mark}")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text(f"There is another one called Raw Mango {mark}.").first.wait_for()
    assert tab.faults() == []
    tab.picture("maker-taken")
    page.get_by_role("link", name=f"Merge into Raw Mango {mark}").click()
    page.get_by_text(f"1 design will be of Raw Mango {mark}.").wait_for()
    assert tab.faults() == []
    page.get_by_role("button", name=f"Merge into Raw Mango {mark}").click()
    page.get_by_text(f"Raw Mangoo {mark} was merged into Raw Mango {mark}, with 1 design.").wait_for()


@pytest.mark.usefixtures("mark")
def test_the_collections_are_sound(tab: Tab) -> None:
    tab.open("/admin/designs/collection/")
    assert tab.faults_in_light_and_dark() == []
