"""Many small questions in one statement: each is a value beside the row of whoever asks."""

from typing import Any

from django.db.models import BigIntegerField, Func, IntegerField, JSONField, QuerySet, Subquery
from django.db.models.expressions import Combinable

from accounts.models import User


def asked(by: User, questions: dict[str, Combinable]) -> dict[str, Any]:
    if not questions:
        return {}
    found: dict[str, Any] = User.objects.filter(pk=by.pk).values(**questions).get()
    return found


def number(rows: QuerySet[Any]) -> Combinable:
    """How many. Of rows rather than ids, so that an index is enough."""
    how_many = Func(template="COUNT(*)", output_field=IntegerField())
    return Subquery(rows.order_by().values(how_many=how_many))


def total(rows: QuerySet[Any], field: str) -> Combinable:
    """None where there is no row."""
    sums = Func(field, function="SUM", output_field=BigIntegerField())
    return Subquery(rows.order_by().values(total=sums))


def first(rows: QuerySet[Any], field: str) -> Combinable:
    return Subquery(rows.values(field)[:1])


class Number(Subquery):
    """How many of rows that were cut off."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS few)"
    output_field = IntegerField()


class Rows(Subquery):
    """Several rows as one value, a list of lists. No order is promised: whoever reads them sorts."""

    output_field = JSONField()

    def __init__(self, rows: QuerySet[Any], *columns: str) -> None:
        self.columns = columns
        super().__init__(rows.values(*columns))

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        return self._listed(compiler, connection, "json_group_array(json_array({}))")

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self._listed(compiler, connection, "COALESCE(jsonb_agg(jsonb_build_array({})), '[]'::jsonb)")

    def _listed(self, compiler: Any, connection: Any, form: str) -> Any:
        names = ", ".join(f"listed.{connection.ops.quote_name(name)}" for name in self.columns)
        template = f"(SELECT {form.format(names)} FROM (%(subquery)s) AS listed)"  # noqa: S608 - names of columns
        return self.as_sql(compiler, connection, template=template)
