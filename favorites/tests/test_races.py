"""Many hearts at once: real threads, a real database."""

from collections import Counter
from threading import Barrier

import pytest

from accounts import erasure
from accounts.models import User
from config.testing.cast import Phone
from config.testing.crowd import at_once
from config.testing.gallery import a_design, people
from designs.models import Design
from favorites.models import Favorite

pytestmark = pytest.mark.django_db(transaction=True)
FIFTY = 50


@pytest.fixture
def design() -> Design:
    return a_design()


def outcome(design: Design) -> tuple[int, int]:
    design.refresh_from_db()
    return Favorite.objects.filter(design=design).count(), design.like_count


def test_fifty_likes_at_once_by_fifty_people_are_fifty(design: Design) -> None:
    phones = [Phone().holding(user) for user in people(FIFTY)]
    answers = at_once(lambda number: phones[number].post(f"/api/designs/{design.pk}/favorite"), FIFTY)
    assert Counter(answer.status_code for answer in answers) == {200: FIFTY}
    assert outcome(design) == (FIFTY, FIFTY)


def test_fifty_likes_at_once_by_one_person_are_one(design: Design, asha: User) -> None:
    pair = Phone().holding(asha).pair
    answers = at_once(lambda _: Phone().carrying(pair).post(f"/api/designs/{design.pk}/favorite"), FIFTY)
    assert Counter(answer.status_code for answer in answers) == {200: FIFTY}
    assert {answer.json()["like_count"] for answer in answers} == {1}
    assert outcome(design) == (1, 1)


def test_sixty_mixed_presses_of_six_people_leave_count_and_rows_equal(design: Design) -> None:
    pairs = [Phone().holding(user).pair for user in people(6)]

    def press(number: int) -> int:
        phone = Phone().carrying(pairs[number % 6])
        return (phone.delete if number % 5 < 2 else phone.post)(f"/api/designs/{design.pk}/favorite").status_code

    assert Counter(at_once(press, 60)) == {200: 60}
    rows, count = outcome(design)
    assert rows == count


def test_people_with_the_same_hearts_are_erased_at_once_without_a_deadlock() -> None:
    designs = [a_design() for _ in range(FIFTY)]
    crowd = people(7)
    for number, user in enumerate(crowd):  # hearts lie in another order for each
        mine = designs[number:] + designs[:number] if number % 2 else designs[::-1]
        for design in mine[number:]:
            Favorite.objects.create(user=user, design=design)
    ready = Barrier(len(crowd))

    def erase(number: int) -> None:
        User.objects.get(pk=crowd[number].pk)  # connected
        ready.wait(30)
        erasure.erase(crowd[number])

    at_once(erase, len(crowd))
    assert not Favorite.objects.exists()
    assert set(Design.objects.values_list("like_count", flat=True)) == {0}


def test_hearts_come_while_people_are_erased_and_designs_saved() -> None:
    designs = [a_design() for _ in range(10)]
    leaving, staying = people(4), people(4)
    for user in leaving:
        Favorite.objects.bulk_create([Favorite(user=user, design=design) for design in designs])

    def work(number: int) -> None:
        if number < 4:
            erasure.erase(leaving[number])
        elif number < 8:
            for design in designs:
                Favorite.objects.keep(staying[number - 4], design.pk)
        else:
            for design in designs:
                Design.objects.get(pk=design.pk).save()

    at_once(work, 10)
    assert set(Design.objects.values_list("like_count", flat=True)) == {4}
