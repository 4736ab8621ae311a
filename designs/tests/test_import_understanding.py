"""A row's words become facts, or a reason beside the field. No database: the words are those of the project's file."""

import gc
import weakref
from functools import cache
from typing import Any

import pytest

from designs import vocabulary
from designs.data.loading import FILE, read
from designs.importing.reading import Row
from designs.importing.understanding import Reader, Understood, minor_units, split_names, split_tags, split_values
from designs.vocabulary import COLUMNS, Vocabulary


@cache
def words() -> Vocabulary:
    wanted = read(FILE)
    numbers = {key: number for number, key in enumerate(wanted, start=1)}
    empty: dict[str, Any] = {
        "merged_into_id": None,
        "is_active": True,
        "updated_at": None,
        "synonyms": [],
        "native": {},
        "facts": {},
    }
    rows = []
    for (kind, slug), facts in wanted.items():
        parent = str(facts.get("parent") or "").rpartition(":")[2]
        row = {**dict.fromkeys(COLUMNS, ""), **empty, **{name: facts[name] for name in COLUMNS if name in facts}}
        rows.append(
            {**row, "id": numbers[kind, slug], "kind": kind, "slug": slug, "parent_id": numbers.get((kind, parent))}
        )
    return Vocabulary(rows)


@pytest.fixture(autouse=True)
def known_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "current", words)


reader, strict = Reader(), Reader(strict=True)


def said(by: Reader = reader, **cells: str) -> Understood:
    return by.understand(Row(2, {"title": "Red", **cells}))


def slugs(one: Understood, kind: str) -> list[str]:
    return [entry.slug for entry in one.facts["terms"][kind]]


def test_a_row_in_every_words_of_the_field() -> None:
    one = said(
        title="  Red   Banarasi ",
        external_id="R1",
        categories="साड़ी",
        colours="laal | Maroon | sunehri",
        fabrics="Silk/jorjet",
        occasions="wedding;wedding",
        audience="Women\u2019s",
        tags="bridal|handloom",
        size_available="S-XL",
        price_range="₹5,000 - 10k",
        designer_name="Meenakshi",
        currency="inr",
        featured="YES",
        status="Published",
    )
    assert (one.problems, one.notes, one.unknown) == ([], [], {})
    assert slugs(one, "category") == ["saree"]
    assert slugs(one, "colour") == ["red", "maroon", "gold"]
    assert slugs(one, "fabric") == ["silk", "georgette"]
    assert slugs(one, "occasion") == ["wedding"]
    assert one.facts["tags"] == ["bridal", "handloom"]
    facts = {name: one.facts[name] for name in ("audience", "currency", "featured", "status", "price_range")}
    assert facts == {
        "audience": "women",
        "currency": "INR",
        "featured": True,
        "status": "active",
        "price_range": "₹5,000 - 10k",
    }
    assert one.key == ("R1",)
    assert one.names == ("red banarasi", "meenakshi")


def test_synonyms_scripts_and_slips_of_the_finger() -> None:
    for column, kind, text, slug in (
        ("colours", "colour", "LAAL", "red"),
        ("colours", "colour", "लाल", "red"),
        ("colours", "colour", "navy_blue", "navy-blue"),
        ("categories", "category", "lehnga", "lehenga"),
        ("categories", "category", "sarees", "saree"),
        ("fabrics", "fabric", "georgete", "georgette"),
        ("fabrics", "fabric", "chiffonn", "chiffon"),
        ("colours", "colour", "turquiose", "turquoise"),
    ):
        for by in (reader, strict):
            assert slugs(said(by, **{column: text}), kind) == [slug], text
    [note] = said(fabrics="georgete").notes
    assert note == ("fabrics", "'georgete' was read as Georgette.")


def test_a_word_nobody_knows_waits_for_review_and_strictly_refuses_its_row() -> None:
    one = said(motifs="Flying Carpet", colours="silk")
    assert one.problems == []
    assert one.unknown == {"colour": ["silk"], "motif": ["Flying Carpet"]}
    assert [note.reason for note in one.notes] == [
        "There is no colour 'silk' yet: kept for review. It is a word for a fabric.",
        "There is no motif 'Flying Carpet' yet: kept for review.",
    ]
    assert said(strict, colours="silk").problems[0] == (
        "colours",
        "There is no colour 'silk'. It is a word for a fabric.",
    )
    assert "Did you mean red?" in said(strict, colours="rad").problems[0].reason


def test_prices() -> None:
    for text, minor in (
        ("1999.50", 199_950),
        ("₹1,00,000", 10_000_000),
        ("Rs. 500/-", 50_000),
        ("INR 100,000.00", 10_000_000),
        ("५००", 50_000),
        ("0", 0),
        ("1.5000", 150),
        *dict.fromkeys(
            ("-5", "NaN", "sNaN", "1e400", "1e999999", "inf", "1.005", "1,50", "5.000,00", "1_000"), None
        ).items(),
        *dict.fromkeys(("", "free", "9" * 400, "1.2.3", "1,,000", "--5", "5-6"), None).items(),
    ):
        assert minor_units(text) == minor, text
    for text in ("-500", "₹ -5", "NaN", "inf", "1e400", "1.5E+06"):
        assert said(price_range=text).problems == [("price_range", f"{text!r} is not a price.")]
    for text in ("1000-2000", "under 5k", "-"):
        assert said(price_range=text).problems == []
    assert said(price_range="on request").notes[0].reason == "No amount was found in 'on request': kept as a text."
    assert said(price_range="500", price_min="none").facts["price_min"] is None


# What a row says besides a title, the field, and a part of the reason.
WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"title": ""}, "title", "This field"),
    ({"title": "\u200b\u2060"}, "title", "It holds nothing that can be seen."),
    ({"title": "x" * 201}, "title", "no more than 200"),
    ({"title": "Red\x1b[2J"}, "title", "cannot be seen (U+001B)"),
    ({"title": "#REF!"}, "title", "shows the error #REF!"),
    ({"description": "a\0b"}, "description", "cannot be seen (U+0000)"),
    ({"description": "x" * 20_001}, "description", "no more than 20000"),
    ({"long_description": "x" * 60_001}, "long_description", "no more than 60000"),
    ({"short_description": "x" * 501}, "short_description", "no more than 500"),
    ({"external_id": "x" * 101}, "external_id", "no more than 100"),
    ({"designer_name": "x" * 121}, "designer_name", "no more than 120"),
    ({"designer_name": "\u200b"}, "designer_name", "nothing that can be seen"),
    ({"collection_name": "x" * 121}, "collection_name", "no more than 120"),
    ({"size_available": "x" * 201}, "size_available", "no more than 200"),
    ({"price_range": "x" * 101}, "price_range", "no more than 100"),
    ({"tags": ",".join(map(str, range(51)))}, "tags", "At most 50 tags"),
    ({"tags": "x" * 61}, "tags", "of 60 characters"),
    ({"tags": "x," * 501}, "tags", "no more than 1000"),
    ({"audience": "cats"}, "audience", "'cats' is not women, men, kids or unisex."),
    ({"audience": "women, men"}, "audience", "is not women"),
    ({"status": "sold"}, "status", "'sold' is not draft, pending, active, inactive, rejected."),
    ({"featured": "perhaps"}, "featured", "'perhaps' is not yes or no."),
    ({"currency": "RUPEES"}, "currency", "does not match"),
    ({"price_min": "cheap"}, "price_min", "'cheap' is not an amount."),
    ({"price_max": "-1"}, "price_max", "'-1' is not an amount."),
    ({"price_min": "99999999999999"}, "price_min", "less than or equal to"),
    ({"price_min": "2", "price_max": "1"}, "price_max", "The highest price is below the lowest."),
    ({"colours": "|".join(map(str, range(31)))}, "colours", "At most 30 values."),
    ({"colours": "123"}, "colours", "There is no colour '123'."),
    ({"colours": "x" * 61}, "colours", "There is no colour"),
    ({"colours": "a\x07bc"}, "colours", "There is no colour"),
    ({"pictures": "|".join(map(str, range(31)))}, "pictures", "At most 30 pictures."),
    ({"pictures": "a\0.jpg"}, "pictures", "cannot be seen"),
]


@pytest.mark.parametrize(("cells", "field", "reason"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_said_beside_its_field(cells: dict[str, str], field: str, reason: str) -> None:
    found = [problem.reason for problem in said(reader, **cells).problems if problem.field == field]
    assert any(reason in each for each in found), said(reader, **cells).problems


def test_a_row_that_could_not_be_read_says_only_that() -> None:
    one = reader.understand(Row(7, {"title": "x" * 500}, 3, "This is not UTF-8."))
    assert one.problems == [("", "This is not UTF-8.")]
    assert reader.understand(Row(7, {"title": "A"}, 1)).problems == [
        ("", "1 cell stands behind the last column: is a quote missing?")
    ]
    assert reader.understand(Row(7, {})).problems == [("title", "This field is required.")]


def test_what_parts_values() -> None:
    assert split_values("a | b, c") == ["a", "b, c"]
    assert split_values("a, b;c/d\na") == ["a", "b", "c", "d"]
    assert split_names("front, with border.jpg | back.jpg") == ["front, with border.jpg", "back.jpg"]
    assert split_names("a;b.webp |") == ["a;b.webp"]
    assert split_names("a.jpg, b.jpg") == ["a.jpg", "b.jpg"]
    assert (split_tags("a|b; c"), split_tags("a;b,"), split_tags("a, b|c")) == ("a,b,c", "a;b,", "a, b|c")


def test_old_words_are_not_kept_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every new term there is a new vocabulary."""
    kept, by, now = [], Reader(), [words()]
    monkeypatch.setattr(vocabulary, "current", lambda: now[0])
    for number in range(3):
        now[0] = Vocabulary()
        kept.append(weakref.ref(now[0]))
        said(by, motifs=f"Carpet {number}")
    gc.collect()
    assert [ref() is None for ref in kept] == [True, True, False]
