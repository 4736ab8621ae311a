"""Hearts come before their designs, as foreign keys are looked at when all of it is done: then each design is counted
once, when it comes, and no row of it is written twice.
"""

from collections import Counter
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from config.demo.filling import write
from config.legacy import values
from config.legacy.reporting import Report
from favorites.models import Favorite

TABLE = "user_favorites"
BY_DESIGN = "CAST(design_id AS INTEGER), CAST(user_id AS INTEGER)"
NO_PERSON, NO_DESIGN, TWICE = "its person is not here", "its design is not here", "the same heart came before"
TAKEN_BACK = "taken back here since the last import"


Pair = tuple[int, int]  # who keeps which design


class Hearts:
    def __init__(
        self, report: Report, people: set[int], designs: set[int], *, new: set[int], up_to: datetime | None = None
    ) -> None:
        self.report, self.people, self.designs, self.new, self.up_to = report, people, designs, new, up_to
        self.tally = report.tables[TABLE]
        self.newest = up_to
        self.seen: set[Pair] = set()  # of the last rows: they come in order
        self.counts: Counter[int] = Counter()  # of designs that come now

    def bring(self, rows: list[dict[str, Any]]) -> None:
        hearts = dict(filter(None, map(self.heart, rows)))
        there = self.there(hearts.keys())
        new = [(*pair, at) for pair, at in hearts.items() if pair not in there and self.is_new(pair, at)]
        write(Favorite, ("user_id", "design_id", "created_at"), new)
        self.counts.update(design for _, design, _ in new)
        self.tally.brought += len(new)
        self.tally.there += len(there)
        self.seen = set(hearts)

    def there(self, hearts: AbstractSet[Pair]) -> set[Pair]:
        """Designs that come now have none. Of the others, many people may have kept them here since: only what was
        asked for is remembered."""
        asked = {pair for pair in hearts if pair[1] not in self.new}
        if not asked:
            return set()
        people = [user for user, _ in asked]
        found = Favorite.objects.filter(
            design__in={design for _, design in asked}, user__gte=min(people), user__lte=max(people)
        )
        return asked.intersection(found.values_list("user_id", "design_id").iterator())

    def heart(self, row: dict[str, Any]) -> tuple[Pair, datetime] | None:
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
        return (person, design), moment or values.EPOCH

    def unwanted(self, person: int, design: int) -> str:
        if person not in self.people:
            return NO_PERSON
        return TWICE if (person, design) in self.seen else "" if design in self.designs else NO_DESIGN

    def is_new(self, pair: Pair, at: datetime) -> bool:
        if self.up_to is None or at >= self.up_to:
            return True
        self.report.left_out(TABLE, f"{pair[0]}/{pair[1]}", TAKEN_BACK)
        return False


def place(row: dict[str, Any]) -> str:
    return f"{values.text(row['user_id'])}/{values.text(row['design_id'])}"
