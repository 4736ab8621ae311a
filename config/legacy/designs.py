"""Designs: their ids, dates and counts, and what they say in the words of the vocabulary.

Understood by the reader of catalogue files. What it would refuse is cut, changed or left empty, and told: no design is
lost for a wrong word.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from config.api.errors import Refusal
from config.demo.filling import PLACE, write
from config.legacy import values
from config.legacy.people import GONE, NO_ID, TWICE
from config.legacy.pictures import here, key_of
from config.legacy.reporting import Report
from config.legacy.room import made_at
from config.legacy.storing import store
from designs import services
from designs.folding import folded
from designs.importing.columns import KIND_OF
from designs.importing.reading import Row
from designs.importing.understanding import LONGEST_KNOWN, UNWRITTEN, Reader, Understood, refused, sayable, split_values
from designs.importing.writing import KnownNames, NewWords
from designs.models import PLURALS, SCALARS, Design, DesignPicture, DesignTag, DesignTerm, Status
from designs.serializers import LONGEST_TAG, MOST_TAGS, MOST_TERMS, DesignBody
from uploads.models import Picture

TABLE = "designs"
TERMS = {PLURALS[kind]: kind.value for kind in SCALARS}
TEXTS = (
    *("title", "description", "short_description", "long_description"),
    *("size_available", "price_range", "designer_name", "collection_name"),
)
USE = ("design_id", "term_id", "position")
LISTS = {"size_available", "tags", *TERMS}
STATUSES = {status.value: status for status in (Status.ACTIVE, Status.INACTIVE, Status.DRAFT)}
HIGHEST_COUNT = 2**31 - 1
PICTURE_MISSING = "Its picture was missing when the older gallery was moved."
CHANGED, EMPTIED = "text changed to fit", "value left empty"
REVIEWED, READ_AS = "word that no term knows: waits for review", "value worth a look"


class Fitted(Reader):
    """For cells that were made to fit: the fields of the API would find nothing to say about each of them."""

    def checked(self, body: dict[str, Any], found: Understood) -> dict[str, Any]:
        try:
            return dict(self.body.validate(body))
        except Refusal as refusal:
            found.problems.extend(refused(refusal))
            return {}


class Designs:
    def __init__(self, report: Report, *, up_to: int = 0) -> None:
        self.report, self.up_to = report, up_to
        self.tally = report.tables[TABLE]
        self.here: set[int] = set()
        self.coming: set[int] = set()  # of these, those that are not stored yet
        self.likes: Counter[int] = Counter()
        self.highest = up_to
        self.reader, self.words, self.names = Fitted(), NewWords(), KnownNames()
        fields: Any = DesignBody().fields
        self.longest: dict[str, int] = {name: fields[name].max_length for name in (*TEXTS, "tags")}

    def expect(self, rows: list[dict[str, Any]]) -> None:
        """Their hearts come before them, and have to know which ones come."""
        there = set(Design.objects.filter(pk__in=self.numbers(rows)).values_list("pk", flat=True))
        self.coming.update(number for row in rows if (number := self.new_number(row, there)))

    def bring(self, rows: list[dict[str, Any]]) -> None:
        new = list(self.expected(rows))
        if not new:
            return
        covers = here([key_of(row) for row, _ in new])
        # All of them first: each new term makes everybody read the vocabulary anew.
        read = [self.understood(dict(self.cells(row, number)), number) for row, number in new]
        store_all([self.made(*one, understood, covers) for one, understood in zip(new, read, strict=True)])
        self.tally.brought += len(new)

    def expected(self, rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], int]]:
        """Each once."""
        for row in rows:
            number = values.number(row["id"])
            if number in self.coming:
                self.coming.remove(number)
                yield row, number

    def numbers(self, rows: list[dict[str, Any]]) -> list[int]:
        return [number for row in rows if (number := values.number(row["id"]))]

    def new_number(self, row: dict[str, Any], there: set[int]) -> int | None:
        number = values.number(row["id"])
        if number is None or number in self.here:
            why, said = (NO_ID, row["id"]) if number is None else (TWICE, number)
            self.report.left_out(TABLE, values.text(said), why, values.text(row["title"]))
            return None
        if number in there:
            self.tally.there += 1
        elif number <= self.up_to:
            self.report.left_out(TABLE, number, GONE, values.text(row["title"]))
            return None
        self.here.add(number)
        self.highest = max(self.highest, number)
        return None if number in there else number

    # --- One of them -------------------------------------------------------------------------------------------
    def made(self, row: dict[str, Any], number: int, read: Understood, covers: dict[str, Picture]) -> services.Made:
        cover = covers.get(key_of(row))
        facts = self.facts(read, number)
        facts |= {"pictures": [cover] if cover else [], "featured": values.flag(row["featured"])}
        status, reason = self.status(row, number, cover)
        facts["status"] = status.value
        made = services.make(facts, by=None, names=self.names)
        self.date(made.design, row)
        made.design.pk, made.design.reason = number, reason
        made.design.view_count = min(max(values.whole(row["view_count"]) or 0, 0), HIGHEST_COUNT)
        made.design.like_count = self.liked(row, number)
        return made

    def liked(self, row: dict[str, Any], number: int) -> int:
        """By its hearts; what the older gallery had written down is only compared."""
        said, hearts = values.whole(row["like_count"]) or 0, self.likes[number]
        if said != hearts:
            detail = f"{said} written down, {hearts} hearts"
            self.report.remark(TABLE, number, "likes differ from the hearts: the hearts count", detail)
        return hearts

    def date(self, design: Design, row: dict[str, Any]) -> None:
        design.created_at = made_at(row)
        design.updated_at = values.moment(row["updated_at"]) or design.created_at
        design.published_at = None if design.status == Status.DRAFT else design.created_at
        design.featured_at = design.updated_at if design.featured else None
        design.moderated_at = None

    def status(self, row: dict[str, Any], number: int, cover: Picture | None) -> tuple[Status, str]:
        said = values.text(row["status"]).strip().lower()
        status = STATUSES.get(said, Status.INACTIVE)
        if said not in STATUSES:
            self.report.remark(TABLE, number, "status unknown: hidden", said)
        if cover is None and status != Status.DRAFT:
            self.report.remark(TABLE, number, "no picture that can be named: became a draft", key_of(row))
            return Status.DRAFT, ""
        if cover and cover.status == Picture.Status.BROKEN and status == Status.ACTIVE:
            self.report.remark(TABLE, number, "picture missing: hidden", key_of(row))
            return Status.INACTIVE, PICTURE_MISSING
        return status, ""

    def facts(self, found: Understood, number: int) -> dict[str, Any]:
        for note in found.notes:
            waits = note.field in KIND_OF and "kept for review" in note.reason
            self.report.remark(TABLE, number, REVIEWED if waits else READ_AS, f"{note.field}: {note.reason}")
        try:
            return self.words.added_to(dict(found.facts), found.unknown)
        except Refusal as refused:
            self.report.remark(TABLE, number, EMPTIED, refused.message)
            return dict(found.facts)

    def understood(self, cells: dict[str, str], number: int) -> Understood:
        """Again without what was refused, until nothing is."""
        found = self.reader.understand(Row(number, cells))
        while found.problems:
            for name, reason in found.problems:
                self.report.remark(TABLE, number, EMPTIED, f"{name}: {reason} {cells.get(name, '')[:100]!r}")
            wrong = {problem.field for problem in found.problems}
            kept = cells.keys() - wrong if wrong & cells.keys() else {"title"}
            cells = {name: cells[name] for name in cells if name in kept}
            cells.setdefault("title", f"Design {number}")
            found = self.reader.understand(Row(number, cells))
        return found

    # --- Its cells ---------------------------------------------------------------------------------------------
    def cells(self, row: dict[str, Any], number: int) -> Iterator[tuple[str, str]]:
        for name in (*TEXTS, *TERMS, "tags"):
            said = values.text(row[TERMS.get(name, name)])
            cell = self.fitting(name, said.strip())
            if cell != said.strip() and not said.strip().startswith("["):
                self.report.remark(TABLE, number, CHANGED, f"{name}: {said[:100]!r}")
            if cell or name == "title":
                yield name, cell or f"Design {number}"

    def fitting(self, name: str, said: str) -> str:
        said = said if said.isprintable() else UNWRITTEN.sub("", said)
        if name in LISTS:
            said = from_json(said, " | " if name in TERMS else ", ")
        if name in TERMS:
            return known_terms(said) if len(said) <= LONGEST_KNOWN else terms(said)
        if name == "tags":
            said = tags(said)
        return said[: self.longest[name]].strip().rstrip("," if name == "tags" else "")


def store_all(many: list[services.Made]) -> None:
    """The desk's history begins later: nothing is remembered of before."""
    store(Design, (made.design for made in many))
    write(DesignPicture, PLACE, ((one.design.pk, one.design.cover_id, 0, "") for one in many if one.design.cover_id))
    write(DesignTerm, USE, (use for made in many for use in uses(*made)))
    tags = ((made.design.pk, key) for made in many for key in dict.fromkeys(map(folded, made.facts.get("tags") or [])))
    write(DesignTag, ("design_id", "key"), tags)


def uses(design: Design, facts: dict[str, Any]) -> Iterator[tuple[int, int, int]]:
    for entries in facts.get("terms", {}).values():
        yield from ((design.pk, number, place) for place, number in enumerate(dict.fromkeys(one.id for one in entries)))


def terms(said: str) -> str:
    given = split_values(said)
    fit = [value for value in given if sayable(value)][:MOST_TERMS]
    return said if fit == given else " | ".join(fit)


known_terms = lru_cache(maxsize=5_000)(terms)


def tags(said: str) -> str:
    given = [tag.strip() for tag in said.split(",") if tag.strip()]
    fit = [tag for tag in given if len(tag) <= LONGEST_TAG][:MOST_TAGS]
    return said if fit == given else ",".join(fit)


def from_json(said: str, between: str) -> str:
    """Lists were kept as JSON by some versions of the older app."""
    if not said.startswith("["):
        return said
    try:
        found = json.loads(said)
    except ValueError:
        return said
    return between.join(str(one) for one in found if isinstance(one, str | int | float))


def show_again(pictures: list[int]) -> int:
    """What was hidden only for its missing picture."""
    hidden = Design.objects.filter(cover__in=pictures, status=Status.INACTIVE, reason=PICTURE_MISSING)
    return hidden.update(status=Status.ACTIVE, reason="")
