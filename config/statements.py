"""The SQL of a QuerySet, made once for each shape of a question, asked again and again with fresh values.

To build and compile a QuerySet takes the ORM several times as long as the database needs for the rows. Here it does so
once for each shape, with stand-ins for the values: wherever a stand-in turns up among the parameters, the value goes.
What changes the SQL itself (how many values, which filters, an order, a limit) belongs to the shape.

PostgreSQL, too, takes longer to plan a look-up by keys than to look. `kept_plan` has it plan such a statement once.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

MOST = 1_000
# Values that nobody asks for; they must not be so odd that the ORM answers without the database.
FIRST_NUMBER = 7_000_000_000_000_000_000
BEGINNING = datetime(1801, 1, 1, tzinfo=UTC)


class Address(str):
    """Of a machine; PostgreSQL keeps them as numbers."""

    __slots__ = ()


Build = Callable[[Sequence[Any]], QuerySet[Any, Any]]


class Shape(NamedTuple):
    """Of a question: equal shapes are the same statement. `build` is not compared: it belongs to the name."""

    name: str
    parts: Hashable
    kinds: tuple[type, ...]


class Statement(NamedTuple):
    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]  # in the parameters, and among the values
    converters: tuple[tuple[int, list[Any], Any], ...]

    def rows(self, values: Sequence[Any], *, keep_plan: bool) -> list[tuple[Any, ...]]:
        params = list(self.params)
        for place, number in self.places:
            params[place] = as_stored(values[number])
        with cursor_for(keep_plan=keep_plan) as cursor:
            cursor.execute(self.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return self.converted(found) if self.converters else found

    def converted(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        lists = [list(row) for row in rows]
        for place, converters, expression in self.converters:
            for row in lists:
                for convert in converters:
                    row[place] = convert(row[place], expression, connection)
        return [tuple(row) for row in lists]


NOTHING = Statement("", (), (), ())
_made: dict[tuple[str, Shape], Statement] = {}


def rows(
    name: str, build: Build, values: Sequence[Any], parts: Hashable = (), *, keep_plan: bool = False
) -> list[tuple[Any, ...]]:
    """What `list(build(values))` is, of a QuerySet of `values_list`. `keep_plan` where rows are found by their keys."""
    shape = Shape(name, parts, tuple(map(type, values)))
    key = (connection.vendor, shape)
    statement = _made.get(key)
    if statement is None:
        if len(_made) >= MOST:
            _made.clear()
        statement = _made[key] = made(build, shape)
    return statement.rows(values, keep_plan=keep_plan) if statement.sql else []


def made(build: Build, shape: Shape) -> Statement:
    stands = [stand_in(kind, number) for number, kind in enumerate(shape.kinds)]
    compiler = build(stands).query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return NOTHING
    numbers = {as_stored(value): number for number, value in enumerate(stands)}
    places = tuple((place, numbers[param]) for place, param in enumerate(params) if is_one_of(param, numbers))
    if {number for _, number in places} != set(range(len(stands))):
        raise RuntimeError(f"{shape.name}: a value is not a parameter of the statement; it belongs to the shape.")
    found = compiler.get_converters([expression for expression, _, _ in compiler.select])
    return Statement(sql, tuple(params), places, tuple((at, *pair) for at, pair in sorted(found.items())))


def is_one_of(param: Any, numbers: dict[Any, int]) -> bool:
    return isinstance(param, Hashable) and param in numbers


def stand_in(kind: type, number: int) -> Any:
    if kind is int:
        return FIRST_NUMBER + number
    if issubclass(kind, Address):
        return Address(f"240.0.0.{number}")
    if issubclass(kind, datetime):
        return BEGINNING + timedelta(seconds=number)
    if issubclass(kind, str):
        return f"\ue000{number}"
    raise TypeError(f"There is no stand-in for {kind}; let it belong to the shape.")


def as_stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_ipaddressfield_value(value) if isinstance(value, Address) else value


# --- Plans ------------------------------------------------------------------------------------------------------
def kept_plan() -> CursorWrapper:
    """For a statement that is planned the same whatever its values are: PostgreSQL plans it once for a connection."""
    return cursor_for(keep_plan=True)


def cursor_for(*, keep_plan: bool) -> CursorWrapper:
    """Where statements are logged it is Django's own: of one that is prepared there are no words."""
    cursor = connection.cursor()
    if cursor.db.vendor == "postgresql" and type(cursor) is CursorWrapper:
        from config import plans  # noqa: PLC0415 - SQLite does without psycopg

        plans.quicken(cursor, keep_plan=keep_plan)
    return cursor
