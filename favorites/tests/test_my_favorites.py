"""GET /api/designs/user/favorites."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db.models import FilteredRelation, Q
from django.utils import timezone

from accounts.models import User
from config.testing.cast import Phone
from config.testing.gallery import a_design, hearts
from designs import cards
from designs.models import Collection, Design, Maker
from favorites.models import Favorite

pytestmark = pytest.mark.django_db
DOOR = "/api/designs/user/favorites"


def keep(user: User, how_many: int, **facts: Any) -> list[Design]:
    """The first heart is the oldest."""
    designs = [a_design(**facts) for _ in range(how_many)]
    for minutes, design in enumerate(reversed(designs)):
        Favorite.objects.create(user=user, design=design, created_at=timezone.now() - timedelta(minutes=minutes))
    return designs


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [design["id"] for design in answer.json()]


def next_of(answer: Any) -> str:
    found = re.fullmatch(r'<(.+)>; rel="next"', answer.get("Link", ""))
    return found[1] if found else ""


def test_the_newest_heart_comes_first_whenever_the_design_was_made(phone: Phone, asha: User) -> None:
    first, second, third = [a_design() for _ in range(3)]
    for design in (second, third, first):
        phone.holding(asha).post(f"/api/designs/{design.pk}/favorite")
    assert ids(phone.get(DOOR)) == [first.pk, third.pk, second.pk]


def test_each_is_the_design_as_every_list_shows_it_with_its_heart(phone: Phone, asha: User) -> None:
    maker = Maker.objects.create(name="Meenakshi Silks")
    design = a_design(designer=maker, collection=Collection.objects.create(name="Temple", maker=maker))
    cards.write([design.pk])
    hearts(design, 2)
    phone.holding(asha).post(f"/api/designs/{design.pk}/favorite")
    [shown] = phone.get(DOOR).json()
    assert shown == phone.get(f"/api/designs/{design.pk}").json() | {"view_count": shown["view_count"]}
    assert (shown["is_favorited"], shown["like_count"], shown["designer"]["name"]) == (True, 3, "Meenakshi Silks")


def test_without_hearts_it_is_an_empty_array(phone: Phone, asha: User) -> None:
    hearts(a_design(), 3)
    answer = phone.holding(asha).get(DOOR)
    assert (answer.json(), answer["X-Total-Count"]) == ([], "0")


def test_hidden_designs_are_not_shown_and_come_back(phone: Phone, asha: User) -> None:
    hidden, shown = keep(asha, 2)
    Design.objects.filter(pk=hidden.pk).update(status="inactive")
    answer = phone.holding(asha).get(DOOR)
    assert (ids(answer), answer["X-Total-Count"]) == ([shown.pk], "1")
    Design.objects.filter(pk=hidden.pk).update(status="active")
    assert ids(phone.get(DOOR)) == [shown.pk, hidden.pk]


def test_curators_see_theirs_hidden_or_not(phone: Phone, asha: User) -> None:
    asha.user_permissions.add(Permission.objects.get(codename="edit_designs"))
    [design] = keep(asha, 1, status="draft")
    assert ids(phone.holding(asha).get(DOOR)) == [design.pk]


def test_it_is_paged_by_a_hundred(phone: Phone, asha: User) -> None:
    keep(asha, 101)
    answer = phone.holding(asha).get(DOOR)
    assert (len(ids(answer)), answer["X-Total-Count"]) == (100, "101")
    assert len(ids(phone.get(next_of(answer)))) == 1


def test_removing_a_heart_while_scrolling_skips_nothing(phone: Phone, asha: User) -> None:
    designs = keep(asha, 9)[::-1]
    page = phone.holding(asha).get(f"{DOOR}?per_page=3")
    seen = ids(page)
    while following := next_of(page):
        phone.delete(f"/api/designs/{seen[-1]}/favorite")
        phone.post(f"/api/designs/{a_design().pk}/favorite")
        page = phone.get(following)
        seen += ids(page)
    assert seen == [design.pk for design in designs]


def test_a_hundred_hearts_of_one_moment_are_each_shown_once(phone: Phone, asha: User) -> None:
    designs, now = [a_design() for _ in range(20)], timezone.now()
    Favorite.objects.bulk_create([Favorite(user=asha, design=design, created_at=now) for design in designs])
    page = phone.holding(asha).get(f"{DOOR}?per_page=3")
    seen = ids(page)
    while following := next_of(page):
        page = phone.get(following)
        seen += ids(page)
    assert sorted(seen) == [design.pk for design in designs]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("sort=title", "unknown_parameter"),
        ("per_page=201", "validation_error"),
        ("cursor=guess", "invalid_cursor"),
        ("skip=3", "unknown_parameter"),
    ],
)
def test_what_it_does_not_know_it_refuses(phone: Phone, asha: User, query: str, code: str) -> None:
    answer = phone.holding(asha).get(f"{DOOR}?{query}")
    assert (answer.status_code, answer.json()["error"]) == (400, code)


def test_only_for_approved_people(phone: Phone, pooja: User) -> None:
    assert phone.get(DOOR).status_code == 401
    assert phone.holding(pooja).get(DOOR).json()["error"] == "account_pending"


@pytest.mark.parametrize("rows", [1, 20])
def test_it_costs_one_page_and_one_count(phone: Phone, asha: User, rows: int, django_assert_num_queries: Any) -> None:
    keep(asha, rows, designer=Maker.objects.create(name="Meenakshi Silks"))
    phone.holding(asha).get(DOOR)
    with django_assert_num_queries(5):  # who; may I, by name; may I, by group; the page; how many
        assert len(ids(phone.get(DOOR))) == rows


class TestNamesThatDesignsAskBy:
    """Designs lie below and know hearts by the relation's name alone."""

    def test_the_relation_is_called_favorites(self, asha: User) -> None:
        mine, others = a_design(), a_design()
        hearts(others, 2)
        Favorite.objects.create(user=asha, design=mine)
        hearts(mine, 2)
        heart = FilteredRelation("favorites", condition=Q(favorites__user=asha))
        found = (
            Design.objects.annotate(heart=heart).order_by("pk").values_list("pk", "heart__user", "heart__created_at")
        )
        assert list(found) == [(mine.pk, asha.pk, asha.favorites.get().created_at), (others.pk, None, None)]

    def test_cards_know_whose_heart_it_is(self, asha: User, meera: User) -> None:
        Favorite.objects.create(user=asha, design=a_design())
        for user, expected in ((asha, True), (meera, False)):
            assert cards.shown(Design.objects.for_cards(user).get())["is_favorited"] is expected
