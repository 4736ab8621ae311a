"""docs/staff.md leads somewhere: its pictures, pages and headings are there, and each picture says what it shows."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
TEXT = (DOCS / "staff.md").read_text(encoding="utf-8")
PICTURES = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", TEXT) + [
    (alt, source) for source, alt in re.findall(r'<img src="([^"]+)" width="\d+" alt="([^"]*)">', TEXT)
]
LINKS = re.findall(r"(?<!!)\[[^\]]+\]\(([^)#]+)\)", TEXT)
PLACES = re.findall(r"\]\(#([^)]+)\)", TEXT)
HEAVIEST = 400_000  # bytes: the page is read on phones


def test_it_shows_and_links_something() -> None:
    assert len(PICTURES) == TEXT.count("screens/")
    assert {"roles.md", "bulk.md", "personal-data.md"} <= set(LINKS)


@pytest.mark.parametrize(("alt", "source"), PICTURES, ids=[source for _, source in PICTURES])
def test_a_picture_is_there_small_enough_and_told_in_words(alt: str, source: str) -> None:
    assert 0 < (DOCS / source).stat().st_size < HEAVIEST
    assert len(alt.split()) > 3


@pytest.mark.parametrize("link", LINKS)
def test_a_link_leads_to_a_page(link: str) -> None:
    assert (DOCS / link).is_file()


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_a_heading(place: str) -> None:
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    assert place in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_the_readme_leads_to_it() -> None:
    assert "(docs/staff.md)" in (DOCS.parent / "README.md").read_text(encoding="utf-8")
