"""Makers and their collections: made when first named, renamed with their designs, merged when two are one."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from designs.folding import folded, spelled
from designs.models import Change, Collection, Design, Maker
from designs.models.makers import NameTakenError

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def maker(name: str, **facts: Any) -> Maker:
    return Maker.objects.create(name=name, **facts)


def design(of: Maker | None = None, line: Collection | None = None) -> Design:
    return Design.objects.create(
        title="Red Banarasi",
        designer=of,
        designer_name=of.name if of else "",
        collection=line,
        collection_name=line.name if line else "",
    )


def kept(row: Design) -> tuple[Any, ...]:
    row.refresh_from_db()
    return row.designer, row.designer_name, row.designer_key


@pytest.mark.parametrize(
    ("one", "other"),
    [("Raw Mango", "raw  mango "), ("Ritu\u00a0Kumar", "Ritu Kumar"), ("Café", "Cafe\u0301"), ("Weiß", "WEISS")],
)
def test_names_are_compared_without_case_and_needless_spaces(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_words_of_terms_also_without_dashes() -> None:
    assert spelled("All-Season") == spelled("all_season") == "all season"
    assert folded("All-Season") == "all-season"


class TestNaming:
    def test_a_maker_is_made_when_first_named(self) -> None:
        first = Maker.objects.named(" Raw  Mango")
        assert (first.name, first.slug) == ("Raw Mango", "raw-mango")
        assert Maker.objects.named("RAW MANGO") == first

    def test_slugs_are_readable_and_free_and_never_change(self) -> None:
        names = ["Anokhi", "Anokhi!", "अनोखी"]
        assert [maker(name).slug for name in names] == ["anokhi", "anokhi-2", "maker"]
        first = Maker.objects.get(slug="anokhi")
        first.rename("Anokhi of Jaipur")
        assert first.slug == "anokhi"

    def test_a_name_that_folding_makes_longer_fits(self) -> None:
        assert Maker.objects.named("ß" * 120) == Maker.objects.named("ß" * 120)

    def test_collections_of_two_makers_may_share_a_name(self) -> None:
        lines = [Collection.objects.named("Festive", of) for of in (maker("A"), maker("B"), None)]
        assert len({line.pk for line in lines}) == 3
        assert Collection.objects.named("festive", None) == lines[2]


class TestImpossibleRows:
    def test_one_name_makes_one_maker(self) -> None:
        maker("Anokhi")
        with pytest.raises(IntegrityError), transaction.atomic():
            maker("ANOKHI")

    @pytest.mark.parametrize("owned", [True, False])
    def test_one_name_makes_one_collection_of_a_maker_and_one_of_nobody(self, owned: bool) -> None:
        of = maker("Anokhi") if owned else None
        Collection.objects.create(name="Festive", maker=of)
        with pytest.raises(IntegrityError), transaction.atomic():
            Collection.objects.create(name="FESTIVE", maker=of)


class TestRenaming:
    def test_the_designs_follow_and_facets_hear_of_it(self) -> None:
        anokhi, other = maker("Anokhi"), design(maker("Other"))
        mine = [design(anokhi), design(anokhi)]
        Change.objects.all().delete()
        assert anokhi.rename("  Anokhi   Jaipur ")
        assert [kept(row) for row in mine] == [(anokhi, "Anokhi Jaipur", "anokhi jaipur")] * 2
        assert kept(other)[1] == "Other"
        assert set(Change.objects.values_list("design_id", flat=True)) == {row.pk for row in mine}

    def test_a_collections_designs_follow_as_well(self) -> None:
        line = Collection.objects.named("Festive", None)
        row = design(line=line)
        line.rename("Festive 2026")
        row.refresh_from_db()
        assert (row.collection_name, row.collection_key) == ("Festive 2026", "festive 2026")

    def test_another_case_of_the_same_name_is_a_new_name(self) -> None:
        anokhi = maker("anokhi")
        assert anokhi.rename("Anokhi")
        assert not anokhi.rename("Anokhi")

    def test_a_taken_name_is_refused_and_nothing_changes(self) -> None:
        anokhi, taken = maker("Anokhi"), maker("Raw Mango")
        row = design(anokhi)
        with pytest.raises(NameTakenError) as refused:
            anokhi.rename("RAW mango")
        assert (refused.value.owner, anokhi.name) == (taken, "Anokhi")
        assert kept(row) == (anokhi, "Anokhi", "anokhi")

    def test_no_name_is_refused(self) -> None:
        with pytest.raises(ValidationError):
            maker("Anokhi").rename("  ")


class TestMerging:
    def test_designs_and_collections_go_to_the_other_and_it_is_gone(self, asha: User) -> None:
        one, two = maker("Raw Mangoo", user=asha), maker("Raw Mango")
        mine, theirs = Collection.objects.named("Festive", one), Collection.objects.named("festive", two)
        own = Collection.objects.named("Angadi", one)
        row, other = design(one, mine), design(one, own)
        assert one.merge(two) == 2
        assert [kept(each) for each in (row, other)] == [(two, "Raw Mango", "raw mango")] * 2
        assert (row.collection, row.collection_name, other.collection) == (theirs, "festive", own)
        own.refresh_from_db()
        two.refresh_from_db()
        assert (own.maker, two.user) == (two, asha)
        assert list(Maker.objects.all()) == [two]
        assert not Collection.objects.filter(pk=mine.pk).exists()

    def test_the_others_account_stays(self, asha: User, meera: User) -> None:
        two = maker("Two", user=meera)
        maker("One", user=asha).merge(two)
        two.refresh_from_db()
        assert two.user == meera

    def test_into_itself_is_refused(self) -> None:
        one = maker("One")
        with pytest.raises(ValidationError):
            one.merge(one)
        assert Maker.objects.filter(pk=one.pk).exists()

    def test_when_it_breaks_halfway_nothing_happened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one, two = maker("One"), maker("Two")
        row = design(one)
        monkeypatch.setattr(Maker, "delete", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            one.merge(two)
        assert kept(row) == (one, "One", "one")


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_of_twelve_who_name_a_maker_at_once_one_makes_it_and_all_get_it() -> None:
    def name(number: int) -> int:
        try:
            return Maker.objects.named("Raw Mango" if number % 2 else "RAW MANGO").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as crowd:
        assert len(set(crowd.map(name, range(12)))) == 1
    assert Maker.objects.count() == 1
