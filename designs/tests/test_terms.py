"""A term: what is refused, and its verbs."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from designs import vocabulary
from designs.models import Change, Design, DesignTerm, Term
from designs.models.terms import new_slug

pytestmark = pytest.mark.django_db


def term(slug: str, kind: str = "style", **facts: Any) -> Term:
    return Term.objects.create(kind=kind, slug=slug, **{"name": slug.replace("-", " ").title(), **facts})


def design(*terms: Term) -> Design:
    """A draft that carries these in their order."""
    from designs import cards

    row = Design.objects.create(title="Red Banarasi")
    for position, carried in enumerate(terms):
        DesignTerm.objects.create(design=row, term=carried, position=position)
    cards.write([row.pk])
    row.refresh_from_db()
    return row


def carried(row: Design) -> list[str]:
    return list(row.uses.order_by("position").values_list("term__slug", flat=True))


class TestImpossibleRows:
    @pytest.mark.parametrize(
        ("name", "facts"),
        [
            ("term_slug_once_of_a_kind", {"slug": "taken"}),
            ("term_kind_known", {"kind": "smell"}),
            ("term_merged_is_retired", {"merged_into": "taken"}),
        ],
    )
    def test_the_database_refuses(self, name: str, facts: dict[str, Any]) -> None:
        taken = term("taken")
        row = {"kind": "style", "slug": "fresh", "name": "Fresh", **facts}
        row = {field: taken if field == "merged_into" else value for field, value in row.items()}
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Term.objects.create(**row)
        assert name in str(refused.value) or "designs_term.kind, designs_term.slug" in str(refused.value)

    def test_nothing_is_its_own_parent(self) -> None:
        one = term("one")
        with pytest.raises(IntegrityError, match="term_not_its_own_parent"), transaction.atomic():
            Term.objects.filter(pk=one.pk).update(parent=one)

    def test_a_design_carries_a_term_once(self) -> None:
        one = term("one")
        row = design(one)
        with pytest.raises(IntegrityError), transaction.atomic():
            DesignTerm.objects.create(design=row, term=one, position=1)

    def test_a_slug_of_another_kind_is_free(self) -> None:
        assert {term("gold-rush", kind).kind for kind in ("style", "motif")} == {"style", "motif"}


class TestTheSlug:
    @pytest.mark.parametrize("change", [{"slug": "other"}, {"kind": "motif"}])
    def test_it_never_changes(self, change: dict[str, str]) -> None:
        one = term("one")
        for name, value in change.items():
            setattr(one, name, value)
        with pytest.raises(ValidationError, match="Clients keep it"):
            one.save()
        with pytest.raises(ValidationError, match="Clients keep it"):
            one.save(update_fields=[*change])
        assert Term.objects.filter(kind="style", slug="one").exists()

    def test_everything_else_does(self) -> None:
        one = term("one")
        one.name = "Uno"
        one.save()
        assert Term.objects.get(slug="one").name == "Uno"

    def test_a_new_one_is_readable_and_free(self) -> None:
        assert new_slug("style", "Gota & Sequins") == "gota-sequins"
        term("gota-sequins"), term("gota-sequins-2")
        assert new_slug("style", "Gota Sequins") == "gota-sequins-3"
        assert new_slug("style", "साड़ी") == "term"


class TestTheParent:
    def test_a_term_moves_below_another_and_back(self) -> None:
        one, two = term("one"), term("two")
        two.move_below(one)
        assert Term.objects.get(pk=two.pk).parent == one
        two.move_below(None)
        assert Term.objects.get(pk=two.pk).parent is None

    @pytest.mark.parametrize("which", ["itself", "child", "grandchild", "another kind"])
    def test_one_that_would_make_no_sense_is_refused(self, which: str) -> None:
        one = term("one")
        child = term("child", parent=one)
        others = {"itself": one, "child": child, "grandchild": term("grandchild", parent=child)}
        parent = others.get(which) or term("motif-one", "motif")
        with pytest.raises(ValidationError, match=r"belongs below One already|another kind"):
            one.move_below(parent)
        one.refresh_from_db()
        assert one.parent is None
        one.parent = parent
        with pytest.raises(ValidationError):
            one.full_clean()


class TestSynonyms:
    def test_they_are_added_once_however_they_are_spelled(self) -> None:
        one = term("one", synonyms=["uno"], native={"hi": ["एक"]})
        one.add_synonyms("UNO", " eins ", "Eins", "एक", "", "one", "un_o")
        one.refresh_from_db()
        assert one.synonyms == ["uno", "Eins", "un_o"]

    @pytest.mark.parametrize("word", ["Two", "TWO", "zwei", "दो", "t-wo"])
    def test_what_another_term_of_the_kind_is_called_is_refused_in_words(self, word: str) -> None:
        term("two", synonyms=["zwei", "t wo"], native={"hi": ["दो"]})
        one = term("one")
        with pytest.raises(ValidationError) as refused:
            one.add_synonyms("uno", word)
        assert refused.value.messages == [f"“{word}” is a word of Two already."]
        one.refresh_from_db()
        assert one.synonyms == []

    def test_across_kinds_a_word_may_mean_two_things(self) -> None:
        term("two", "motif", synonyms=["zwei"])
        one = term("one")
        one.add_synonyms("zwei")
        assert vocabulary.current().find("style", "zwei").slug == "one"  # type: ignore[union-attr] # it is there
        assert vocabulary.current().find("motif", "zwei").slug == "two"  # type: ignore[union-attr]

    def test_a_word_that_two_share_from_the_start_does_not_stop_other_changes(self) -> None:
        kurta_set = Term.objects.get(slug="kurta-set")
        kurta_set.name = "Kurta Sets"
        kurta_set.full_clean()

    def test_words_of_a_retired_term_are_free_but_for_its_slug(self) -> None:
        term("two", name="Zwei", synonyms=["deux"]).retire()
        one = term("one")
        one.add_synonyms("deux", "zwei")
        with pytest.raises(ValidationError, match="“two” is a word of Zwei already"):
            one.add_synonyms("two")

    def test_a_new_term_called_like_another_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="“Sari” is a word of Saree already"):
            Term(kind="category", slug="sari", name="Sari").full_clean()


class TestRetiring:
    def test_it_is_no_longer_offered_and_designs_keep_it(self) -> None:
        one = term("one")
        row = design(one)
        assert one.retire()
        assert not one.retire()
        assert "one" not in {entry.slug for entry in vocabulary.current().by_kind["style"]}
        assert (carried(row), vocabulary.current().find("style", "one").slug) == (["one"], "one")  # type: ignore[union-attr]

    def test_it_comes_back(self) -> None:
        one = term("one", is_active=False)
        assert one.restore()
        assert not one.restore()
        assert Term.objects.get(pk=one.pk).is_active


class TestMerging:
    def test_designs_words_and_children_go_to_the_other_and_the_slug_stays_understood(self) -> None:
        one, two = term("one", synonyms=["uno"], native={"hi": ["एक"]}), term("two")
        child = term("child", parent=one)
        row = design(one)
        assert one.merge(two) == [row.pk]
        child.refresh_from_db()
        assert (carried(row), child.parent, two.synonyms) == (["two"], two, ["One", "uno", "एक"])
        words = vocabulary.current()
        assert {getattr(words.find("style", word), "slug", "") for word in ("one", "uno", "एक", "two")} == {"two"}
        one.refresh_from_db()
        assert (one.is_active, one.merged_into) == (False, two)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (["one"], ["two"]),
            (["one", "mid"], ["two", "mid"]),
            (["mid", "one"], ["mid", "two"]),
            (["one", "mid", "two"], ["two", "mid"]),
            (["two", "mid", "one"], ["two", "mid"]),
            (["mid", "two", "one"], ["mid", "two"]),
            (["mid", "two"], ["mid", "two"]),
        ],
    )
    def test_designs_keep_their_order_and_carry_nothing_twice(self, before: list[str], after: list[str]) -> None:
        terms = {slug: term(slug) for slug in ("one", "mid", "two")}
        row = design(*(terms[slug] for slug in before))
        terms["one"].merge(terms["two"])
        row.refresh_from_db()
        assert (carried(row), row.card["terms"]["style"], row.style) == (after, after, after[0])

    def test_facets_hear_of_it(self) -> None:
        one, two = term("one"), term("two")
        row, other = design(one), design(two)
        Change.objects.all().delete()
        one.merge(two)
        assert set(Change.objects.values_list("design_id", flat=True)) == {row.pk}
        assert other.updated_at == Design.objects.get(pk=other.pk).updated_at

    def test_when_the_cards_cannot_be_written_nothing_happened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one, two = term("one"), term("two")
        row = design(one)
        monkeypatch.setattr("designs.cards.write", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            one.merge(two)
        one.refresh_from_db()
        two.refresh_from_db()
        assert (carried(row), one.is_active, two.synonyms) == (["one"], True, [])

    def test_into_its_child_the_child_takes_its_place(self) -> None:
        top = term("top")
        one = term("one", parent=top)
        child = term("child", parent=one)
        grandchild = term("grandchild", parent=child)
        one.merge(grandchild)
        child.refresh_from_db()
        grandchild.refresh_from_db()
        assert (grandchild.parent, child.parent) == (top, grandchild)

    @pytest.mark.parametrize("which", ["itself", "another kind", "a retired one", "merged before"])
    def test_one_that_would_make_no_sense_is_refused(self, which: str) -> None:
        one, retired = term("one"), term("retired", is_active=False)
        into = {"itself": one, "another kind": term("rose", "motif"), "a retired one": retired}.get(which, term("two"))
        if which == "merged before":
            one.merge(term("three"))
        row = design(one)
        with pytest.raises(ValidationError):
            one.merge(into)
        assert carried(row) == ["one"]

    def test_restored_it_takes_its_words_back_and_the_designs_stay(self) -> None:
        one, two = term("one", synonyms=["uno", "eins"]), term("two", synonyms=["zwei", "eins"])
        row = design(one)
        one.merge(two)
        one.restore()
        one.refresh_from_db()
        two.refresh_from_db()
        assert (one.is_active, one.merged_into, two.synonyms, carried(row)) == (True, None, ["zwei", "eins"], ["two"])
        assert "lent" not in one.facts
        assert vocabulary.current().find("style", "uno").slug == "one"  # type: ignore[union-attr] # it is there
