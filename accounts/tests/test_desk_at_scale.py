"""The desk of people with more of them than anybody leafs through."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.admin.pages import Capped
from accounts.models import User
from config.testing.cast import person

pytestmark = [pytest.mark.django_db, pytest.mark.drill]
LIST = "/admin/accounts/user/"


@pytest.fixture
def desk(client: Client, meera: User) -> Client:
    client.force_login(meera)
    return client


def test_it_counts_and_leafs_no_further_than_it_must(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Capped, "most", 60)
    for number in range(70):
        person(f"weaver{number}")
    answer = desk.get(LIST)
    assert "60 people or more" in answer.content.decode()
    assert answer.context["cl"].paginator.num_pages == 2
    assert len(desk.get(f"{LIST}?p=2").context["cl"].result_list) == 10


@pytest.mark.parametrize(("many", "words"), [(0, "0 people"), (1, "1 person"), (3, "3 people")])
def test_fewer_are_told_exactly(desk: Client, many: int, words: str) -> None:
    for number in range(many):
        person(f"weaver{number}")
    assert f'<div class="py-4">{words}</div>' in desk.get(LIST).content.decode()


@pytest.mark.parametrize("query", ["", "?status=approved", "?status=all", "?status=all&q=weaver"])
def test_queries_stay_few_with_1_and_with_50(desk: Client, query: str) -> None:
    person("weaver")
    desk.get(LIST + query)
    found = set()
    for more in (0, 49):
        for number in range(more):
            person(f"weaver{number}")
        with CaptureQueriesContext(connection) as queries:
            desk.get(LIST + query)
        found.add(len(queries))
    assert max(found) <= 10  # who, their rights, who waits, what else waits, the page, its count, their groups
    assert len(found) == 1


@pytest.mark.parametrize("status", ["approved", "rejected", "blocked"])
def test_a_tab_is_sorted_by_its_index(desk: Client, status: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        desk.get(f"{LIST}?status={status}")
    [asked] = [query["sql"] for query in queries if 'decided_at" DESC' in query["sql"]]
    assert "user_decided_last" in plan_of(asked)


def test_a_part_of_a_name_is_found_by_an_index_on_postgresql(desk: Client) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite walks through the table")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname = 'user_parts_of_name'")
        if not cursor.fetchone():
            pytest.skip("this server has no pg_trgm")
    assert "user_parts_of_name" in plan_of(
        str(User.objects.searched("lakshmi").query).replace("%lakshmi%", "'%lakshmi%'")
    )


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # the tables are nearly empty here
        cursor.execute(f"{'EXPLAIN QUERY PLAN' if connection.vendor == 'sqlite' else 'EXPLAIN'} {sql}")
        return " ".join(str(row) for row in cursor.fetchall())
