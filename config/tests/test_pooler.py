"""Between us and PostgreSQL may stand a pooler that lends a connection for one transaction only."""

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.utils import ConnectionHandler, NotSupportedError
from environ import Env

from config import statements
from config.plans import PREPARED_AFTER
from config.testing import fleet, postgres

pytestmark = pytest.mark.fleet
LANE = os.environ.get("TEST_DATABASE_URL", "")
TURNS = 2 * PREPARED_AFTER

Connect = Callable[[str], DatabaseWrapper]


@pytest.fixture
def direct(django_db_blocker: Any) -> Iterator[str]:
    with postgres.database(LANE, f"gallery_pooled_{os.getpid()}") as url, django_db_blocker.unblock():
        yield url


@pytest.fixture
def pooled(direct: str) -> Iterator[str]:
    with fleet.pooler(direct) as url:
        yield url


@pytest.fixture
def connect(direct: str) -> Iterator[Connect]:
    assert direct, "made before, so that it goes after"
    with contextlib.ExitStack() as stack:

        def connected(url: str) -> DatabaseWrapper:
            facts = Env.db_url_config(url)
            facts["HOST"] = unquote(facts["HOST"])
            made: Any = ConnectionHandler({"default": facts})["default"]
            stack.callback(made.close)
            return made

        yield connected


def ask_in_turns(connections: list[DatabaseWrapper], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each asks something else; where names of statements meet, one gets the answer of the other, or an error."""
    for turn in range(TURNS):
        for number, connection in enumerate(connections):
            monkeypatch.setattr(statements, "connection", connection)
            with statements.kept_plan() as cursor:
                cursor.execute(f"SELECT %s + {number}", [turn])
                assert cursor.fetchone() == (turn + number,)


def prepared(connection: DatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return int(cursor.fetchone()[0])


def test_two_who_share_a_connection_do_not_meet(connect: Connect, pooled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connections = [connect(pooled), connect(pooled)]
    ask_in_turns(connections, monkeypatch)
    assert prepared(connections[0]) == 0


def test_who_is_connected_directly_has_plans_kept(
    connect: Connect, direct: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections = [connect(direct), connect(direct)]
    ask_in_turns(connections, monkeypatch)
    assert [prepared(connection) for connection in connections] == [1, 1]


@pytest.mark.parametrize("within", [False, True])
def test_a_migration_under_a_kept_plan(
    within: bool, connect: Connect, direct: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Servers that are replaced one after the other go on asking while columns change. In a transaction nobody can ask
    again: it fails once."""
    connection, migrating = connect(direct), connect(direct)
    monkeypatch.setattr(statements, "connection", connection)

    def ask() -> Any:
        with statements.kept_plan() as cursor:
            cursor.execute("SELECT name FROM fabric WHERE number = %s", [7])
            return cursor.fetchone()

    def change(statement: str) -> None:
        with migrating.cursor() as cursor:
            cursor.execute(statement)

    change("CREATE TABLE fabric (number int, name varchar(10))")
    change("INSERT INTO fabric VALUES (7, 'silk')")
    assert [ask() for _ in range(TURNS)] == [("silk",)] * TURNS
    change("ALTER TABLE fabric ALTER name TYPE varchar(20)")
    if within:
        with pytest.raises(NotSupportedError), transaction(connection):
            ask()
        with transaction(connection):
            assert ask() == ("silk",)
    assert [ask() for _ in range(TURNS)] == [("silk",)] * TURNS
    assert prepared(connection) == 1


@contextlib.contextmanager
def transaction(connection: DatabaseWrapper) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
