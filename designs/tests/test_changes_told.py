"""Whatever changes a design, the index hears of it: the database itself tells."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from config.testing.cast import Phone
from config.testing.gallery import a_design, hearts, multiplied, tables_remade
from designs import cards, index, triggers, vocabulary
from designs.changes import EVERYTHING
from designs.index import Index
from designs.index.state import State
from designs.index.words import PLACES
from designs.models import Change, Design

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facets_at_once")]
only_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL does this")
only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite does this")

# Another value for each column, as SQL.
OTHER = {
    "status": "'inactive'",
    "featured": "TRUE",
    "audience": "'men'",
    "price_min": "5",
    "price_max": "7",
    **dict.fromkeys(["created_at", "published_at"], "'2020-01-01 10:00:00'"),
    "designer_key": "'anokhi'",
    "designer_name": "'Anokhi'",
    "collection_key": "'bridal'",
    "collection_name": "'Bridal'",
    **dict.fromkeys(["title", "tags", "short_description", "description", "long_description"], "'Blue lehenga'"),
}
UNREAD = {"category": "'saree'", "view_count": "70", "like_count": "70", "reason": "'Old'", "currency": "'USD'"}
UNREAD |= dict.fromkeys(["updated_at", "featured_at", "moderated_at"], OTHER["created_at"])


@pytest.fixture
def design() -> Design:
    """One of two that the index knows."""
    a_design(title="Green kurta", price_min=900)
    found = a_design(title="Red saree", description="Woven by hand")
    index.searchable()
    Change.objects.all().delete()
    return found


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def put(design: Design, column: str, value: str) -> None:
    sql(f"UPDATE designs_design SET {column} = {value} WHERE id = %s", design.pk)  # noqa: S608


def told() -> list[int]:
    return sorted(Change.objects.values_list("design_id", flat=True))


def known(state: State) -> set[tuple[Any, ...]]:
    """All that a state knows, design by design."""
    marks = {(state.ids[slot], mark) for mark, members in state.sets.items() for slot in state.slots(members)}
    assert state.words
    words = state.words
    written = {
        (state.ids[slot], place, word)
        for place in PLACES
        for word in {*words.base[place], *words.fresh[place]}
        for slot in state.slots(words.having(place, word))
    }
    here = {design for design, *_ in marks}
    named = {
        (design, names.spellings.all[names.by_slot[slot]])
        for names in state.names.values()
        for slot, design in enumerate(state.ids)
        if design in here
    }
    return marks | written | named


def a_card() -> str:
    number = vocabulary.current().by_kind["colour"][0].id
    return f'\'{{"term_ids": [{number}], "terms": {{}}, "pictures": []}}\''


def copy(design: Design) -> None:
    fields = [field for field in Design._meta.concrete_fields if not field.generated]
    names = ", ".join(str(field.column) for field in fields if field.name not in {"id", "external_id"})
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT {names} FROM designs_design) TO STDOUT") as out:  # noqa: S608
            rows = list(out)
        with cursor.copy(f"COPY designs_design ({names}) FROM STDIN") as into:
            for row in rows:
                into.write(row)


def gone(_: Design) -> None:
    sql("DELETE FROM designs_designpicture")
    sql("DELETE FROM designs_design")


def bulk_update(design: Design) -> None:
    design.title = "Blue lehenga"
    Design.objects.bulk_update([design], ["title"])


WAYS: dict[str, Callable[[Design], Any]] = {
    "its title by SQL": lambda one: put(one, "title", "'Blue lehenga'"),
    "its status by SQL": lambda one: put(one, "status", "'inactive'"),
    "its price by SQL": lambda one: put(one, "price_max", "5"),
    "its card by SQL": lambda one: put(one, "card", a_card()),
    "all by SQL": lambda _: sql("UPDATE designs_design SET title = 'Blue lehenga'"),
    "gone by SQL": gone,
    "many by SQL": lambda one: multiplied(one, 20),
    "update": lambda _: Design.objects.update(featured=True),
    "bulk_update": bulk_update,
    "bulk_create": lambda _: Design.objects.bulk_create([Design(title="Blue lehenga"), Design(title="Old saree")]),
    "save": lambda _: Design(title="Blue lehenga").save(),
    "delete": lambda one: one.delete(),
    "delete of all": lambda _: Design.objects.all().delete(),
}


@pytest.mark.parametrize("way", [*WAYS, pytest.param("copy", marks=only_postgresql)])
def test_the_index_follows_at_the_next_look(way: str, design: Design) -> None:
    before = known(index.searchable())
    WAYS.get(way, copy)(design)
    assert known(index.searchable()) == known(Index().searchable()) != before
    assert told()


def test_searches_and_facets_follow_what_sql_did(phone: Phone, asha: User, design: Design) -> None:
    phone.holding(asha)
    sql("UPDATE designs_design SET title = 'Purple sherwani', audience = 'men' WHERE id = %s", design.pk)
    found = phone.get("/api/designs", {"q": "purple sherwani"}).json()["designs"]
    assert [row["id"] for row in found] == [design.pk]
    assert phone.get("/api/designs/facets", {"audience": "men"}).json()["total"] == 1


class TestWhatIsTold:
    @pytest.mark.parametrize("column", triggers.COLUMNS)
    def test_each_column_that_the_index_reads(self, column: str, design: Design) -> None:
        put(design, column, column)
        assert told() == []
        put(design, column, OTHER.get(column) or a_card())
        assert told() == [design.pk]

    def test_these_are_the_columns_that_it_reads(self, design: Design) -> None:
        index.forget()
        with CaptureQueriesContext(connection) as asked:
            index.searchable()
        read = set(re.findall(r'"designs_design"\."(\w+)"', " ".join(query["sql"] for query in asked))) - {"id"}
        assert set(triggers.COLUMNS) == {source for column in read for source in sources(column)}

    @pytest.mark.parametrize("column", UNREAD)
    def test_no_other_column(self, column: str, design: Design) -> None:
        put(design, column, UNREAD[column])
        assert told() == []

    def test_no_hearts(self, design: Design) -> None:
        hearts(design, 3)
        assert (design.like_count, told()) == (3, [])

    def test_no_card_that_is_written_again(self, design: Design) -> None:
        cards.write([design.pk])
        Change.objects.all().delete()
        cards.write([design.pk])
        assert told() == []

    def test_no_design_of_somebody_who_goes(self, asha: User, design: Design) -> None:
        Design.objects.update(created_by=asha, moderated_by=asha)
        asha.delete()
        assert told() == []

    def test_nothing_that_was_rolled_back(self, design: Design) -> None:
        before = known(index.searchable())
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Design.objects.update(title="Blue lehenga")
            1 / 0  # noqa: B018
        assert told() == []
        assert known(index.searchable()) == before

    def test_each_of_many_in_one_statement(self, design: Design) -> None:
        multiplied(design, 3)
        Change.objects.all().delete()
        everybody = sorted(Design.objects.values_list("pk", flat=True))
        Design.objects.update(title="Blue lehenga")
        assert told() == everybody


def sources(column: str) -> set[str]:
    field: Any = Design._meta.get_field(column)
    if not field.generated:
        return {column}
    return {part.name for part in field.expression.flatten() if hasattr(part, "name")}


class TestTheRows:
    def test_they_say_when_it_was_and_not_when_the_transaction_began(self, design: Design) -> None:
        before = timezone.now() - timedelta(milliseconds=5)
        Design.objects.update(title="Blue lehenga")
        after = timezone.now() + timedelta(milliseconds=5)
        assert Change.objects.filter(at__range=(before, after)).count() == Change.objects.count() == 2

    @only_sqlite
    def test_the_moment_is_written_as_django_writes_it(self, design: Design) -> None:
        Design.objects.update(title="Blue lehenga")
        with connection.cursor() as cursor:
            cursor.execute("SELECT CAST(at AS text) FROM designs_change")
            assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}", at) for (at,) in cursor.fetchall())

    @only_postgresql
    def test_a_sequence_that_is_behind_keeps_no_design_from_being_written(self, design: Design) -> None:
        sql("SELECT setval(pg_get_serial_sequence('designs_change', 'id'), 2000000)")
        Change.objects.create(pk=2_000_001, design_id=7)
        a_design()
        Design.objects.filter(pk=design.pk).update(title="Blue lehenga")
        assert told() == sorted([7, design.pk])


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
class TestMigrations:
    def test_the_migration_goes_back_and_forth(self, design: Design) -> None:
        try:
            call_command("migrate", "designs", "0006", verbosity=0)
            Design.objects.update(title="Blue lehenga")
            assert told() == []
        finally:
            call_command("migrate", verbosity=0)
        Change.objects.all().delete()
        Design.objects.filter(pk=design.pk).update(title="Red saree")
        assert told() == [design.pk]

    @only_sqlite
    def test_remade_tables_have_their_triggers_again_and_all_is_read_anew(self, design: Design) -> None:
        with tables_remade(Design):
            Design.objects.update(title="Blue lehenga")  # by a data migration, say
        assert told() == [EVERYTHING]
        assert known(index.searchable()) == known(Index().searchable())
        Design.objects.filter(pk=design.pk).update(title="Red saree")
        assert told() == [EVERYTHING, design.pk]

    @only_sqlite
    def test_the_table_that_they_write_to_can_be_remade_as_well(self, design: Design) -> None:
        with tables_remade(Change):
            pass
        Design.objects.filter(pk=design.pk).update(title="Blue lehenga")
        assert told() == [EVERYTHING, design.pk]
