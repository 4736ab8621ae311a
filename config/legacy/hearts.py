"""Hearts. The designs' counts follow them by themselves; what the older gallery had counted is only compared."""

from datetime import datetime
from typing import Any, NamedTuple

from config.demo.filling import write
from config.legacy import values
from config.legacy.reading import Source
from config.legacy.reporting import Report
from designs.models import Design
from favorites.models import Favorite

TABLE = "user_favorites"
# In the order of designs: then the count of each is written once, not with each of its hearts.
BY_DESIGN = "CAST(design_id AS INTEGER), CAST(user_id AS INTEGER)"
NO_PERSON, NO_DESIGN, TWICE = "its person is not here", "its design is not here", "the same heart came before"
TAKEN_BACK = "taken back here since the last import"


class Heart(NamedTuple):
    user: int
    design: int
    at: datetime


class Hearts:
    def __init__(
        self, report: Report, people: set[int], designs: set[int], *, new: set[int], up_to: datetime | None = None
    ) -> None:
        self.report, self.people, self.designs, self.new, self.up_to = report, people, designs, new, up_to
        self.tally = report.tables[TABLE]
        self.newest = up_to
        self.seen: set[tuple[int, int]] = set()  # of the last rows: they come in order

    def bring(self, rows: list[dict[str, Any]]) -> None:
        hearts = [heart for row in rows if (heart := self.heart(row))]
        there = self.there(hearts)
        new = [heart for heart in hearts if heart[:2] not in there and self.is_new(heart)]
        write(Favorite, ("user_id", "design_id", "created_at"), new)
        self.tally.brought += len(new)
        self.tally.there += sum(heart[:2] in there for heart in hearts)
        self.seen = {heart[:2] for heart in hearts}

    def there(self, hearts: list[Heart]) -> set[tuple[int, int]]:
        """Designs that came just now have none."""
        asked = [heart for heart in hearts if heart.design not in self.new]
        designs, people = {heart.design for heart in asked}, {heart.user for heart in asked}
        found = Favorite.objects.filter(design__in=designs, user__in=people)
        return set(found.values_list("user_id", "design_id"))

    def heart(self, row: dict[str, Any]) -> Heart | None:
        person, design = values.number(row["user_id"]) or 0, values.number(row["design_id"]) or 0
        if why := self.unwanted(person, design):
            self.report.left_out(TABLE, place(row), why)
            return None
        self.seen.add((person, design))
        moment = values.moment(row["created_at"])
        if moment is None:
            self.report.remark(TABLE, place(row), "date unreadable", values.text(row["created_at"]))
        elif self.newest is None or moment > self.newest:
            self.newest = moment
        return Heart(person, design, moment or values.EPOCH)

    def unwanted(self, person: int, design: int) -> str:
        if person not in self.people:
            return NO_PERSON
        return TWICE if (person, design) in self.seen else "" if design in self.designs else NO_DESIGN

    def is_new(self, heart: Heart) -> bool:
        if self.up_to is None or heart.at >= self.up_to:
            return True
        self.report.left_out(TABLE, f"{heart.user}/{heart.design}", TAKEN_BACK)
        return False


def place(row: dict[str, Any]) -> str:
    return f"{values.text(row['user_id'])}/{values.text(row['design_id'])}"


def compare(source: Source, brought: set[int], report: Report) -> None:
    """With the counts that the older gallery had written down."""
    for rows in source.chunks("designs"):
        said = {number: values.whole(row["like_count"]) or 0 for row in rows if (number := values.number(row["id"]))}
        numbers = brought & said.keys()
        for number, likes in Design.objects.filter(pk__in=numbers).values_list("pk", "like_count"):
            if likes != said[number]:
                detail = f"{said[number]} written down, {likes} hearts"
                report.remark("designs", number, "likes differ from the hearts: the hearts count", detail)
