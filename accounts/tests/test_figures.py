"""What apps above count of a person: in the lists of staff, at no query more."""

from typing import Any

import pytest
from django.db.models import Count, F, OuterRef, Subquery

from accounts import figures
from accounts.models import Session, User
from config.testing.cast import Phone, person

pytestmark = pytest.mark.django_db
NAME = "designs_favorited"


@pytest.fixture
def sessions_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an app above would, from its `AppConfig.ready`; undone with the test."""
    registry: dict[str, Any] = {}
    monkeypatch.setattr(figures, "figures", registry)
    monkeypatch.setattr("accounts.managers.figures", registry)
    figures.counts(NAME, figures.rows(Session.objects.filter(user=OuterRef("pk"))))


def seen(phone: Phone, path: str = "?search=pooja") -> Any:
    [row] = phone.get(f"/api/admin/users{path}").json()
    return row[NAME]


def test_it_is_zero_while_no_app_counts_any(
    phone: Phone, meera: User, pooja: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.managers.figures", {})
    phone.holding(meera)
    assert seen(phone) == seen(phone, "/pending") == 0
    assert phone.put(f"/api/admin/users/{pooja.pk}", {"is_approved": True}).json()[NAME] == 0


@pytest.mark.usefixtures("sessions_counted")
class TestCounted:
    def test_in_the_lists_and_in_the_answer_to_a_change(self, phone: Phone, meera: User, pooja: User) -> None:
        for _ in range(3):
            Phone().holding(pooja)
        phone.holding(meera)
        assert seen(phone) == seen(phone, "/pending") == 3
        assert phone.put(f"/api/admin/users/{pooja.pk}", {"is_approved": True}).json()[NAME] == 3

    def test_who_has_none_is_shown_with_zero(self, phone: Phone, meera: User, pooja: User) -> None:
        assert seen(phone.holding(meera)) == 0

    def test_filters_beside_it_count_nothing_twice(self, phone: Phone, meera: User) -> None:
        phone.holding(meera)
        Phone().holding(meera)
        assert seen(phone, "?is_admin=true&search=meera&status=approved") == 2

    @pytest.mark.parametrize("rows", [1, 20])
    def test_it_costs_no_query_more(self, phone: Phone, meera: User, rows: int, django_assert_num_queries: Any) -> None:
        for number in range(rows):
            Phone().holding(person(f"waits{number}"))
        list(User.objects.for_staff())
        with django_assert_num_queries(4):  # people; groups; rights of groups; own rights
            people = list(User.objects.for_staff())
        assert {figures.of(someone, NAME) for someone in people if someone != meera} == {1}


def test_plain_expressions_will_do(asha: User, monkeypatch: pytest.MonkeyPatch) -> None:
    Phone().holding(asha)
    monkeypatch.setattr("accounts.managers.figures", {NAME: Count("sessions"), "twice": F("pk") * 2})
    assert figures.of(User.objects.for_staff().get(), NAME) == 1


def test_nobody_registers_one_name_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "figures", {})
    figures.counts(NAME, Subquery(Session.objects.values("pk")[:1]))
    with pytest.raises(ValueError, match=NAME):
        figures.counts(NAME, Count("sessions"))
