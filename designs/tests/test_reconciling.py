"""manage.py reconcile_counts."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from config.testing.gallery import a_design, hearts, hearts_uncounted
from designs.management.commands import reconcile_counts
from designs.models import Design

pytestmark = pytest.mark.django_db


@pytest.fixture
def unwatched() -> Iterator[None]:
    """Without the triggers that keep the count, as after a restored table."""
    with hearts_uncounted():
        yield


@pytest.fixture
def run(capsys: Any) -> Any:
    def run(**options: Any) -> tuple[int, str]:
        code = 0
        try:
            call_command("reconcile_counts", **{"verbosity": 0, **options})
        except SystemExit as stopped:
            code = int(str(stopped.code))
        return code, capsys.readouterr().out

    return run


def counts(design: Design) -> tuple[int, int]:
    return Design.objects.values_list("like_count", "view_count").get(pk=design.pk)


def test_when_all_is_well_it_says_so(run: Any) -> None:
    hearts(a_design(), 3)
    assert run() == (0, "0 counts are wrong.\n")


@pytest.mark.usefixtures("unwatched")
class TestLikes:
    @pytest.mark.parametrize("stored", [0, 7])
    def test_too_few_and_too_many_are_reported_and_left(self, run: Any, stored: int) -> None:
        hearts(a_design(), 0)
        design = a_design()
        hearts(design, 2)
        Design.objects.filter(pk=design.pk).update(like_count=stored)
        code, said = run()
        assert code == 1
        assert said.splitlines() == [
            "1 counts are wrong:",
            f"  design {design.pk}: like_count is {stored}, counted 2",
            "Run it with --fix to put this right.",
        ]
        assert counts(design) == (stored, 0)

    def test_fix_puts_them_right(self, run: Any) -> None:
        design = a_design()
        hearts(design, 2)
        code, said = run(fix=True)
        assert (code, said.endswith("Fixed.\n"), counts(design)) == (0, True, (2, 0))
        assert Design.objects.get().updated_at == design.updated_at
        assert run() == (0, "0 counts are wrong.\n")

    def test_many_are_counted_and_a_few_named(self, run: Any, monkeypatch: pytest.MonkeyPatch, asha: User) -> None:
        monkeypatch.setattr(reconcile_counts, "CHUNK", 3)
        for _ in range(7):
            a_design().favorites.create(user=asha)
        _, said = run()
        assert said.startswith("7 counts are wrong:\n")
        assert "and 2 more" in said
        assert run(verbosity=2)[1].count("like_count") == 7
        assert run(fix=True)[0] == 0
        assert set(Design.objects.values_list("like_count", flat=True)) == {1}


class TestViews:
    def test_fewer_than_its_days_is_put_right(self, run: Any) -> None:
        design = a_design(view_count=4)
        for day, views in (("2026-11-20", 3), ("2026-11-21", 2)):
            design.days.create(day=day, views=views)
        code, said = run()
        assert code == 1
        assert f"design {design.pk}: view_count is 4, counted 5" in said
        assert run(fix=True)[0] == 0
        assert counts(design) == (0, 5)

    def test_more_than_its_days_came_with_an_import(self, run: Any) -> None:
        design = a_design(view_count=500)
        design.days.create(day="2026-11-20", views=3)
        assert run(fix=True)[0] == 0
        assert counts(design) == (0, 500)


def test_a_design_that_is_deleted_meanwhile_is_no_trouble() -> None:
    reconcile_counts.put_right(999_999)


def test_it_goes_on_a_terminal_as_well(run: Any) -> None:
    a_design()
    assert run(verbosity=1) == (0, "0 counts are wrong.\n")


@pytest.mark.parametrize("rows", [1, 20])
def test_it_asks_by_the_thousand(rows: int, django_assert_num_queries: Any) -> None:
    for _ in range(rows):
        hearts(a_design(), 1)
    with django_assert_num_queries(5):  # how many; a thousand; hearts; days; no more
        call_command("reconcile_counts", verbosity=0)
