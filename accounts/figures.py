"""What apps above count of each person. They register from their `AppConfig.ready`; staff see it in their lists."""

from typing import Any

from django.db.models import Func, IntegerField, QuerySet, Subquery
from django.db.models.expressions import Combinable

figures: dict[str, Combinable] = {}


def counts(name: str, expression: Combinable) -> None:
    if name in figures:
        raise ValueError(f"Two apps count {name}.")
    figures[name] = expression


def rows(of_the_person: QuerySet[Any]) -> Combinable:
    """How many: `counts("hearts", rows(Heart.objects.filter(user=OuterRef("pk"))))`. Joins multiply."""
    # Not Count: Django would group by the id, and count each row alone.
    how_many = Func("pk", function="COUNT", output_field=IntegerField())
    return Subquery(of_the_person.order_by().values(how_many=how_many))


def of(person: Any, name: str) -> int:
    """As `for_staff` fetched it; 0 while no app above counts any."""
    return getattr(person, name, 0)
