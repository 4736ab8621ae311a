"""POST and DELETE /api/designs/{id}/favorite."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError

from accounts.models import User
from config.testing.cast import Phone
from config.testing.gallery import a_design, hearts
from designs.models import Design
from favorites.models import Favorite, FavoriteQuerySet

pytestmark = pytest.mark.django_db


def door(design: Design | int) -> str:
    return f"/api/designs/{design.pk if isinstance(design, Design) else design}/favorite"


def added(likes: int) -> dict[str, Any]:
    return {"message": "Design added to favorites", "success": True, "is_favorited": True, "like_count": likes}


def removed(likes: int) -> dict[str, Any]:
    return {"message": "Design removed from favorites", "success": True, "is_favorited": False, "like_count": likes}


class TestAdding:
    def test_it_is_kept_and_counted(self, phone: Phone, asha: User) -> None:
        design = a_design()
        hearts(design, 3)
        answer = phone.holding(asha).post(door(design))
        assert (answer.status_code, answer.json()) == (200, added(4))
        assert Favorite.objects.filter(user=asha, design=design).count() == 1

    def test_twice_is_the_same_as_once(self, phone: Phone, asha: User) -> None:
        design = a_design()
        phone.holding(asha)
        answers = [phone.post(door(design)) for _ in range(2)]
        assert [(answer.status_code, answer.json()) for answer in answers] == [(200, added(1))] * 2
        assert Favorite.objects.count() == 1

    def test_pressing_again_does_not_make_the_heart_younger(self, phone: Phone, asha: User) -> None:
        design = a_design()
        phone.holding(asha).post(door(design))
        before = Favorite.objects.get()
        phone.post(door(design))
        assert Favorite.objects.get().created_at == before.created_at

    def test_a_trailing_slash_is_the_same_door(self, phone: Phone, asha: User) -> None:
        assert phone.holding(asha).post(f"{door(a_design())}/").json() == added(1)

    @pytest.mark.parametrize("status", ["draft", "pending", "inactive", "rejected"])
    def test_what_one_cannot_see_one_cannot_keep(self, phone: Phone, asha: User, status: str) -> None:
        design = a_design(status=status)
        answer = phone.holding(asha).post(door(design))
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
        assert not Favorite.objects.exists()

    def test_curators_keep_what_they_see(self, phone: Phone, asha: User) -> None:
        asha.user_permissions.add(Permission.objects.get(codename="edit_designs"))
        assert phone.holding(asha).post(door(a_design(status="draft"))).json() == added(1)

    @pytest.mark.parametrize("number", [999_999, 10**17])
    def test_what_does_not_exist_is_not_found(self, phone: Phone, asha: User, number: int) -> None:
        answer = phone.holding(asha).post(door(number))
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")

    def test_a_design_that_is_deleted_in_the_same_moment_is_not_found(
        self, phone: Phone, asha: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def too_late(*_: Any) -> None:
            raise IntegrityError

        monkeypatch.setattr(FavoriteQuerySet, "keep", too_late)
        monkeypatch.setattr("favorites.views.Favorite.objects", FavoriteQuerySet(Favorite))
        assert phone.holding(asha).post(door(a_design())).status_code == 404

    def test_it_moves_no_updated_at(self, phone: Phone, asha: User) -> None:
        design = a_design()
        phone.holding(asha).post(door(design))
        phone.delete(door(design))
        assert Design.objects.get().updated_at == design.updated_at


class TestRemoving:
    def test_it_is_gone_and_counted(self, phone: Phone, asha: User) -> None:
        design = a_design()
        hearts(design, 2)
        phone.holding(asha).post(door(design))
        answer = phone.delete(door(design))
        assert (answer.status_code, answer.json()) == (200, removed(2))
        assert not Favorite.objects.filter(user=asha).exists()

    def test_twice_is_the_same_as_once(self, phone: Phone, asha: User) -> None:
        design = a_design()
        phone.holding(asha).post(door(design))
        answers = [phone.delete(door(design)) for _ in range(2)]
        assert [(answer.status_code, answer.json()) for answer in answers] == [(200, removed(0))] * 2

    def test_other_peoples_hearts_stay(self, phone: Phone, asha: User, meera: User) -> None:
        design = a_design()
        Favorite.objects.create(user=meera, design=design)
        assert phone.holding(asha).delete(door(design)).json() == removed(1)

    @pytest.mark.parametrize("status", ["draft", "pending", "inactive", "rejected"])
    def test_also_from_designs_that_are_hidden_by_now(self, phone: Phone, asha: User, status: str) -> None:
        design = a_design()
        phone.holding(asha).post(door(design))
        Design.objects.update(status=status)
        assert phone.delete(door(design)).json() == removed(0)
        assert not Favorite.objects.exists()

    def test_what_does_not_exist_is_not_found(self, phone: Phone, asha: User) -> None:
        assert phone.holding(asha).delete(door(999_999)).status_code == 404


@pytest.mark.parametrize("method", ["post", "delete"])
class TestRefusals:
    def test_strangers_are_asked_to_sign_in(self, phone: Phone, method: str) -> None:
        design = a_design()
        answer = getattr(phone, method)(door(design))
        assert (answer.status_code, answer.json()["error"]) == (401, "token_missing")
        assert not Favorite.objects.exists()

    def test_waiting_people_learn_that_they_wait(self, phone: Phone, pooja: User, method: str) -> None:
        answer = getattr(phone.holding(pooja), method)(door(a_design()))
        assert (answer.status_code, answer.json()["error"]) == (403, "account_pending")
        assert not Favorite.objects.exists()

    def test_rejected_people_learn_that_they_are(self, phone: Phone, ravi: User, method: str) -> None:
        answer = getattr(phone.holding(ravi), method)(door(a_design()))
        assert (answer.status_code, answer.json()["error"]) == (403, "account_rejected")


@pytest.mark.parametrize("rows", [1, 20])
class TestBudgets:
    @pytest.fixture
    def scene(self, rows: int, phone: Phone, asha: User) -> Design:
        design = a_design()
        hearts(design, rows)
        for _ in range(rows):
            Favorite.objects.create(user=asha, design=a_design())
        phone.holding(asha).get("/api/settings")
        phone.post(door(a_design()))  # the generation was seen, the switches are read
        return design

    def test_adding(self, phone: Phone, scene: Design, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(3):  # who; the heart, if they may see it; how many now
            assert phone.post(door(scene)).status_code == 200

    def test_adding_again(self, phone: Phone, scene: Design, django_assert_num_queries: Any) -> None:
        phone.post(door(scene))
        with django_assert_num_queries(3):
            assert phone.post(door(scene)).status_code == 200

    def test_removing(self, phone: Phone, scene: Design, django_assert_num_queries: Any) -> None:
        phone.post(door(scene))
        with django_assert_num_queries(3):  # who; the heart; how many now
            assert phone.delete(door(scene)).status_code == 200
