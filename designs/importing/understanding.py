"""From the text in a row to facts about a design, by the rules of the API; what is wrong is said field by field."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from rest_framework.exceptions import ValidationError

from config.api.errors import Refusal
from designs import parsing, vocabulary
from designs.folding import folded
from designs.importing.columns import KIND_OF
from designs.importing.reading import Row
from designs.models import Audience, Kind, Status
from designs.models.makers import key_of
from designs.serializers import MOST_PICTURES, MOST_TERMS, DesignBody
from designs.vocabulary import Entry, Vocabulary

CLOSE = 0.86  # how alike a slip of the finger is
LONGEST_SLIP = 40
LONGEST_KNOWN = 200  # the same short cells come again and again
SHORTEST_SLIP = 5
YES, NO = {"yes", "y", "true", "1", "x", "on"}, {"no", "n", "false", "0", "off"}
AUDIENCES = {
    **{name: value for value, label in Audience.choices for name in (value, label.lower())},
    **dict.fromkeys(("woman", "ladies", "lady", "female", "women's", "womens", "girls"), "women"),
    **dict.fromkeys(("man", "gents", "male", "men's", "mens", "boys"), "men"),
    **dict.fromkeys(("kid", "children", "child", "girl", "boy"), "kids"),
    **dict.fromkeys(("all", "both", "everybody", "everyone"), "unisex"),
}
STATUSES = {
    **{name: value for value, label in Status.choices for name in (value, label.lower())},
    "published": "active",
    "live": "active",
    "hidden": "inactive",
    "review": "pending",
}
FLAGS = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
CHOICES: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("audience", AUDIENCES, "women, men, kids or unisex"),
    ("status", STATUSES, ", ".join(Status.values)),
    ("featured", FLAGS, "yes or no"),
)
TEXTS = (
    "external_id",
    "title",
    "description",
    "short_description",
    "long_description",
    "size_available",
    "price_range",
    "designer_name",
    "collection_name",
    "tags",
)
UNWRITTEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # tabs and line breaks may stand in a text
SPREADSHEET_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
GROUPED = r"\d{1,3}(?:,\d{2,3})*,\d{3}"  # 1,00,000 and 100,000; 1,50 is something else
AMOUNT = re.compile(rf"(?:₹|rs\.?|inr)?\s*(\d{{1,15}}|{GROUPED})(?:\.(\d{{1,2}})0*)?\s*(?:/-|₹|inr)?", re.IGNORECASE)
NONE = "none"  # for an amount that the text of the price would give otherwise
# A whole cell that is a number, but no price: Excel writes 1.5E+06, a program NaN.
NO_PRICE = re.compile(
    r"(?:₹|rs\.?|inr)?\s*(?:[-\u2212]\s*₹?\s*\d.*|[-+]?[\d.,]+e[-+]?\d+|[-+]?(?:nan|inf|infinity))", re.IGNORECASE
)
COLUMN_OF = {"image_ids": "pictures", "r2_object_key": "pictures", "tag_list": "tags", "sizes": "size_available"}


class Remark(NamedTuple):
    """On one field of a row: a reason to refuse it, or something worth knowing."""

    field: str
    reason: str


class Said(NamedTuple):
    """What the words of a cell mean."""

    slugs: list[str]
    unknown: list[str]
    notes: list[Remark]
    problems: list[Remark]


class Understood(NamedTuple):
    """What a row says. With problems it is not stored."""

    row: Row
    facts: dict[str, Any]
    unknown: dict[str, list[str]]  # kind -> words that no term has
    pictures: list[str]
    notes: list[Remark]
    problems: list[Remark]

    @property
    def external_id(self) -> str:
        return self.row.cells.get("external_id", "")

    @property
    def title(self) -> str:
        return str(self.facts.get("title") or self.row.cells.get("title", ""))

    @property
    def key(self) -> tuple[str, ...]:
        """Which design it is: by its id, else by title and maker."""
        if self.external_id:
            return (self.external_id,)
        return self.names

    @property
    def names(self) -> tuple[str, str]:
        return folded(self.title), key_of(self.row.cells.get("designer_name", ""))


class Reader:
    """Understands rows, one after the other."""

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self.body = DesignBody()  # made once: a serializer is dear to make, and keeps nothing of what it checks
        self.words = Vocabulary()
        self.slip = lru_cache(maxsize=5_000)(self.looked_up)
        self.known = lru_cache(maxsize=5_000)(self.said)

    def understand(self, row: Row) -> Understood:
        cells = row.cells
        if row.trouble:
            return Understood(row, {}, {}, [], [], [Remark("", row.trouble)])
        found = Understood(row, {}, {}, split_names(cells.get("pictures", "")), [], [])
        body: dict[str, Any] = {name: cells[name] for name in TEXTS if name in cells}
        if "tags" in cells:
            body["tags"] = split_tags(cells["tags"])
        body |= dict(self.choices(cells, found))
        body |= dict(self.terms(cells, found))
        body |= dict(self.prices(cells, found))
        if row.extra:
            cells_stand = "1 cell stands" if row.extra == 1 else f"{row.extra} cells stand"
            found.problems.append(Remark("", f"{cells_stand} behind the last column: is a quote missing?"))
        if len(found.pictures) > MOST_PICTURES:
            found.problems.append(Remark("pictures", f"At most {MOST_PICTURES} pictures."))
        found.problems.extend(unwritten(cells))
        found.facts.update(self.checked(body, found))
        return found

    # --- Field by field ----------------------------------------------------------------------------------------
    def choices(self, cells: dict[str, str], found: Understood) -> Iterator[tuple[str, Any]]:
        for name, known, hint in CHOICES:
            if name in cells:
                value = known.get(folded(cells[name].replace("\u2019", "'")))
                if value is None:
                    found.problems.append(Remark(name, f"{cells[name][:60]!r} is not {hint}."))
                else:
                    yield name, value
        if "currency" in cells:
            yield "currency", cells["currency"].upper()

    def terms(self, cells: dict[str, str], found: Understood) -> Iterator[tuple[str, list[str]]]:
        self.hear_of_new_words()
        for column, kind in KIND_OF.items():
            if column not in cells:
                continue
            text = cells[column]
            said = self.known(column, text) if len(text) <= LONGEST_KNOWN else self.said(column, text)
            found.notes.extend(said.notes)
            found.problems.extend(said.problems)
            if said.unknown:
                found.unknown[kind.value] = list(said.unknown)
            yield column, list(said.slugs)

    def said(self, column: str, text: str) -> Said:
        given, said = split_values(text), Said([], [], [], [])
        if len(given) > MOST_TERMS:
            said.problems.append(Remark(column, f"At most {MOST_TERMS} values."))
            return said
        found = [self.meant(self.words, KIND_OF[column], column, one, said) for one in given]
        said.slugs.extend(dict.fromkeys(entry.slug for entry in found if entry))
        return said

    def meant(self, words: Vocabulary, kind: Kind, column: str, text: str, found: Said) -> Entry | None:
        entry = words.find(kind.value, text)
        if entry is None and (slug := self.slip(kind.value, folded(text))):
            entry = words.find(kind.value, slug)
            if entry:
                found.notes.append(Remark(column, f"{text[:60]!r} was read as {entry.name}."))
        if entry is None and (self.strict or not sayable(text)):
            hint = elsewhere(words, kind, text)
            if not hint and (near := words.nearest(kind.value, text)):
                hint = f" Did you mean {near}?"
            found.problems.append(Remark(column, f"There is no {kind.value} {text[:60]!r}.{hint}"))
        elif entry is None:
            found.unknown.append(" ".join(text.split()))
            hint = elsewhere(words, kind, text)
            found.notes.append(Remark(column, f"There is no {kind.value} {text[:60]!r} yet: kept for review.{hint}"))
        return entry

    def hear_of_new_words(self) -> None:
        """What was looked up in older words is forgotten, and they with it."""
        if self.words is not (words := vocabulary.current()):
            self.words = words
            self.slip.cache_clear()
            self.known.cache_clear()

    def looked_up(self, kind: str, text: str) -> str | None:
        return slip(self.words, kind, text)

    def prices(self, cells: dict[str, str], found: Understood) -> Iterator[tuple[str, int | None]]:
        for name in ("price_min", "price_max"):
            if name in cells:
                amount = minor_units(cells[name])
                if amount is None and cells[name].lower() != NONE:
                    found.problems.append(Remark(name, f"{cells[name][:60]!r} is not an amount."))
                else:
                    yield name, amount
        text = cells.get("price_range", "")
        if NO_PRICE.fullmatch(text):
            found.problems.append(Remark("price_range", f"{text[:60]!r} is not a price."))
        elif text and not {"price_min", "price_max"} & cells.keys() and parsing.prices(text) == (None, None):
            found.notes.append(Remark("price_range", f"No amount was found in {text[:60]!r}: kept as a text."))

    def checked(self, body: dict[str, Any], found: Understood) -> dict[str, Any]:
        """By the serializer of the API, which says what is missing, too long or contradictory."""
        try:
            facts = dict(self.body.run_validation(body))
            lowest, highest = facts.get("price_min"), facts.get("price_max")
            if lowest is not None and highest is not None and lowest > highest:
                found.problems.append(Remark("price_max", "The highest price is below the lowest."))
            return facts  # noqa: TRY300 - what it raises is caught either way
        except ValidationError as error:
            found.problems.extend(remarks(error.detail))
        except Refusal as refusal:
            found.problems.extend(refused(refusal))
        return {}


def unwritten(cells: dict[str, str]) -> Iterator[Remark]:
    """What a person did not mean to write."""
    for name, text in cells.items():
        if not text.isprintable() and (found := UNWRITTEN.search(text)):
            yield Remark(name, f"It holds a character that cannot be seen (U+{ord(found[0]):04X}).")
        if text in SPREADSHEET_ERRORS:
            yield Remark(name, f"The spreadsheet shows the error {text} here.")
        if name in {"title", "designer_name", "collection_name"} and not folded(text):
            yield Remark(name, "It holds nothing that can be seen.")


def elsewhere(words: Vocabulary, kind: Kind, text: str) -> str:
    """A word may stand in the wrong column."""
    found = next((other for other in Kind if other != kind and (e := words.find(other, text)) and e.is_active), None)
    return f" It is a word for a {found.value}." if found else ""


def refused(refusal: Refusal) -> Iterator[Remark]:
    """One remark for each detail, else the whole sentence."""
    if not refusal.details:
        yield Remark("", refusal.message)
    for detail in refusal.details:
        yield Remark(COLUMN_OF.get(detail["field"], detail["field"]), detail["message"])


def remarks(detail: Any, field: str = "") -> Iterator[Remark]:
    """From DRF's nested errors."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from remarks(inner, field or COLUMN_OF.get(str(name), str(name)))
    elif isinstance(detail, list):
        for inner in detail:
            yield from remarks(inner, field)
    else:
        yield Remark(field, str(detail))


# --- Texts ------------------------------------------------------------------------------------------------------
def split_values(text: str) -> list[str]:
    separators = "|" if "|" in text else ",;\n/"
    parts = [text]
    for separator in separators:
        parts = [part for whole in parts for part in whole.split(separator)]
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def split_names(text: str) -> list[str]:
    """Names of files may hold commas; `|` parts them, else `;` and line breaks, and commas where there is nothing."""
    parts = [text]
    for separator in "|" if "|" in text else ";\n" if ";" in text or "\n" in text else ",":
        parts = [part for whole in parts for part in whole.split(separator)]
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def slip(words: Vocabulary, kind: str, text: str) -> str | None:
    if entry := words.sounding(kind, text):
        return entry.slug
    return words.nearest(kind, text, CLOSE) if SHORTEST_SLIP <= len(text) <= LONGEST_SLIP else None


def sayable(text: str) -> bool:
    """What may become a term: a name, not a paragraph and not a number."""
    return len(text) <= 60 and folded(text).isprintable() and any(letter.isalpha() for letter in text)  # noqa: PLR2004


def minor_units(text: str) -> int | None:
    found = AMOUNT.fullmatch(text.strip())
    return int(found[1].replace(",", "")) * parsing.MINOR + int((found[2] or "").ljust(2, "0")) if found else None


def split_tags(text: str) -> str:
    """With commas as the API has them; other marks part tags where there is no comma."""
    return text if "," in text else re.sub(r"\s*[|;\n]\s*", ",", text)
