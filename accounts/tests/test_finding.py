"""People are found by name and address through an index, however many there are."""

import pytest
from django.db import connection

from accounts.managers import PeopleQuerySet
from accounts.models import User
from config.testing.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def _no_walking() -> None:
    """So few people are walked by PostgreSQL when it may."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")


@pytest.mark.usefixtures("_no_walking")
@pytest.mark.parametrize(
    ("found", "by"),
    [
        (User.objects.called("Asha"), {"user_name_unique_without_case"}),
        (User.objects.reached_at("Asha@example.com"), {"user_verified_email_unique"}),
        (User.objects.named("Asha"), {"user_name_unique_without_case", "user_verified_email_unique"}),
    ],
    ids=["by name", "by address", "by either"],
)
def test_nobody_is_walked_past(found: PeopleQuerySet, by: set[str]) -> None:
    plan = found.explain()
    assert {name for name in by if name in plan} == by, plan
    assert "Seq Scan" not in plan, plan
    assert "SCAN accounts_user" not in plan, plan


def test_in_any_case_and_by_nothing_that_only_looks_alike() -> None:
    person("a_ha")
    person("Asha")
    assert [one.username for one in User.objects.called("aSHA")] == ["Asha"]
    assert [one.username for one in User.objects.called("A_HA")] == ["a_ha"]
    assert not User.objects.called("a%")
