"""What becomes of hearts when people go, and what staff see of them."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import erasure
from accounts.models import User
from config.testing.cast import PASSWORD, Phone, person
from config.testing.gallery import a_design, hearts
from designs.models import Design
from favorites.models import Favorite

pytestmark = pytest.mark.django_db
MANY = 50


@pytest.fixture
def kept(asha: User) -> list[Design]:
    """Fifty, each with Asha's heart and one of somebody else's."""
    designs = [a_design() for _ in range(MANY)]
    for design in designs:
        hearts(design, 1)
    Favorite.objects.bulk_create([Favorite(user=asha, design=design) for design in designs])
    assert likes() == {2}
    return designs


def likes() -> set[int]:
    return set(Design.objects.values_list("like_count", flat=True))


def test_deleting_oneself_takes_the_hearts_along_and_counts_stay_right(
    phone: Phone, asha: User, kept: list[Design]
) -> None:
    assert phone.holding(asha).post("/api/auth/me/delete", {"password": PASSWORD}).status_code == 200
    assert (Favorite.objects.count(), likes()) == (MANY, {1})


def test_so_does_being_deleted_by_staff(phone: Phone, asha: User, meera: User, kept: list[Design]) -> None:
    assert phone.holding(meera).delete(f"/api/admin/users/{asha.pk}").status_code == 200
    assert (Favorite.objects.count(), likes()) == (MANY, {1})


def test_so_does_a_row_that_is_deleted_past_the_registry(asha: User, kept: list[Design]) -> None:
    asha.delete()
    assert likes() == {1}


def test_hearts_go_in_one_statement_which_locks_designs_in_order(asha: User, kept: list[Design]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        erasure.erase(asha)
    touching = [query["sql"] for query in queries if '"favorites_favorite"' in query["sql"]]
    assert [statement.split()[0] for statement in touching] == ["DELETE", "DELETE"]  # ours, and Django's cascade


def test_what_we_hold_is_handed_out(asha: User) -> None:
    design = a_design(title="Kanjeevaram")
    heart = Favorite.objects.create(user=asha, design=design)
    assert erasure.export(asha)["favorites"] == [
        {"design_id": design.pk, "title": "Kanjeevaram", "created_at": heart.created_at}
    ]


def test_staff_see_how_many_designs_somebody_keeps(phone: Phone, asha: User, meera: User, kept: list[Design]) -> None:
    phone.holding(meera)
    counted = {row["username"]: row["designs_favorited"] for row in phone.get("/api/admin/users?search=asha").json()}
    assert counted == {"asha": MANY}
    assert phone.get("/api/admin/users?search=meera").json()[0]["designs_favorited"] == 0


@pytest.mark.parametrize("rows", [1, 20])
def test_which_costs_no_query_more(phone: Phone, meera: User, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        Favorite.objects.create(user=person(f"fan{number}"), design=a_design())
    phone.holding(meera).get("/api/admin/users")
    with django_assert_num_queries(8):  # who; may I, by name, by group; people; three for rights; how many
        phone.get("/api/admin/users")


def test_counts_are_reconciled_after_all_that(asha: User, kept: list[Design]) -> None:
    erasure.erase(asha)
    call_command("reconcile_counts", verbosity=0)
