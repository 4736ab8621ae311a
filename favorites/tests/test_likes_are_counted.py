"""`like_count` equals the hearts, whatever code runs. The database itself sees to it."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from config.testing.gallery import a_design, hearts, people, tables_remade
from designs.models import Design
from favorites import triggers
from favorites.models import Favorite

pytestmark = pytest.mark.django_db


def likes(design: Design) -> int:
    return Design.objects.values_list("like_count", flat=True).get(pk=design.pk)


def sql(statement: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


class TestHearts:
    def test_created_and_deleted_one_by_one(self, asha: User) -> None:
        design = a_design()
        heart = Favorite.objects.create(user=asha, design=design)
        assert likes(design) == 1
        heart.delete()
        assert likes(design) == 0

    def test_created_and_deleted_in_bulk(self) -> None:
        first, second = a_design(), a_design()
        crowd = people(20)
        Favorite.objects.bulk_create([Favorite(user=user, design=first) for user in crowd])
        Favorite.objects.bulk_create([Favorite(user=user, design=second) for user in crowd[:5]])
        assert (likes(first), likes(second)) == (20, 5)
        Favorite.objects.filter(user__in=crowd[:3]).delete()
        assert (likes(first), likes(second)) == (17, 2)

    def test_one_that_was_there_already_is_not_counted(self, asha: User) -> None:
        design = a_design()
        for _ in range(3):
            Favorite.objects.keep(asha, design.pk)
        assert (likes(design), Favorite.objects.count()) == (1, 1)

    def test_by_raw_sql(self, asha: User) -> None:
        design = a_design()
        insert = (
            "INSERT INTO favorites_favorite (user_id, design_id, created_at) VALUES (%s, %s, '2026-11-21 10:00:00')"
        )
        sql(insert, asha.pk, design.pk)
        assert likes(design) == 1
        sql("DELETE FROM favorites_favorite WHERE design_id = %s", design.pk)
        assert likes(design) == 0

    def test_in_a_transaction_that_fails_nothing_is_counted(self, asha: User) -> None:
        design = a_design()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Favorite.objects.keep(asha, design.pk)
            1 / 0  # noqa: B018
        assert likes(design) == 0

    def test_a_heart_does_not_move_to_another_design(self, asha: User) -> None:
        heart = Favorite.objects.create(user=asha, design=a_design())
        heart.design = a_design()
        with pytest.raises(IntegrityError, match="does not move"), transaction.atomic():
            heart.save()
        heart.refresh_from_db()
        heart.save()
        assert likes(heart.design) == 1

    def test_one_person_keeps_a_design_once(self, asha: User) -> None:
        design = a_design()
        Favorite.objects.create(user=asha, design=design)
        with pytest.raises(IntegrityError), transaction.atomic():
            Favorite.objects.create(user=asha, design=design)
        assert likes(design) == 1


class TestDesigns:
    def test_one_that_goes_takes_its_hearts_along(self) -> None:
        gone, stays = a_design(), a_design()
        hearts(gone, 3)
        hearts(stays, 2)
        gone.delete()
        assert (Favorite.objects.count(), likes(stays)) == (2, 2)

    def test_many_that_go_at_once(self) -> None:
        for _ in range(3):
            hearts(a_design(), 2)
        Design.objects.all().delete()
        assert not Favorite.objects.exists()

    def test_an_older_copy_that_is_saved_takes_no_likes_back(self) -> None:
        design = a_design()
        older = Design.objects.get(pk=design.pk)
        hearts(design, 3)
        older.title = "Kanjeevaram"
        older.save()
        assert (likes(design), Design.objects.get().title) == (3, "Kanjeevaram")

    def test_nobody_writes_another_count(self) -> None:
        design = a_design(like_count=70)
        assert likes(design) == 0
        hearts(design, 2)
        for count in (0, 1, 70):
            Design.objects.update(like_count=count)
            assert likes(design) == 2

    def test_likes_move_no_updated_at(self) -> None:
        design = a_design()
        hearts(design, 3)
        Favorite.objects.all().delete()
        assert Design.objects.get().updated_at == design.updated_at


class TestTriggers:
    def test_they_can_be_taken_away_and_put_back(self, asha: User) -> None:
        design = a_design()
        triggers.take_away(connection)
        Favorite.objects.create(user=asha, design=design)
        assert likes(design) == 0
        triggers.put(connection)
        hearts(design, 1)
        assert likes(design) in {1, 2}  # SQLite counts anew, PostgreSQL adds

    def test_a_count_that_is_off_keeps_nobody_from_taking_a_heart_back(self, asha: User) -> None:
        design = a_design()
        triggers.take_away(connection)
        Favorite.objects.create(user=asha, design=design)
        triggers.put(connection)
        Favorite.objects.all().delete()
        assert likes(design) == 0


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
class TestMigrations:
    def test_the_migration_goes_back_and_forth(self, asha: User) -> None:
        design = a_design()
        try:
            call_command("migrate", "favorites", "zero", verbosity=0)
            assert "favorites_favorite" not in connection.introspection.table_names()
            Design.objects.filter(pk=design.pk).update(like_count=5)
            assert likes(design) == 5
        finally:
            call_command("migrate", verbosity=0)
        Design.objects.filter(pk=design.pk).update(like_count=6)
        assert likes(design) == 0
        hearts(design, 2)
        assert likes(design) == 2

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite remakes tables")
    def test_remade_tables_have_their_triggers_again(self) -> None:
        design = a_design()
        hearts(design, 2)
        with tables_remade(Design, Favorite):
            Favorite.objects.all()[0].delete()  # by a data migration, say
        assert likes(design) == 1
        hearts(design, 2)
        assert likes(design) == 3
