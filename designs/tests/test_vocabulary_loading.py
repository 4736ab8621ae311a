"""`manage.py load_vocabulary`: adds what is missing, and nothing that staff changed is overwritten."""

import json
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from designs.data.loading import FILE, load, read
from designs.models import Term

GOLD: dict[str, Any] = {
    "id": "colour:old-gold",
    "kind": "colour",
    "name": "Old Gold",
    "synonyms": ["antik gold", "sona"],
    "native": {"hi": ["पुराना सोना"]},
    "hex": "#CFB53B",
    "family": "gold",
    "region": "Kutch",
    "technique": "dyed",
}
DEEP: dict[str, Any] = {"id": "colour:deep-gold", "kind": "colour", "name": "Deep Gold", "parent": "colour:old-gold"}


def written(tmp_path: Path, *entries: dict[str, Any]) -> Path:
    file = tmp_path / "words.json"
    file.write_text(json.dumps({"entries": entries}), encoding="utf-8")
    return file


def loading(file: Path | None = None, *words: str) -> str:
    out = StringIO()
    call_command("load_vocabulary", *words, *(["--file", str(file)] if file else []), stdout=out)
    return out.getvalue().strip()


def again(tmp_path: Path, **changes: Any) -> str:
    return loading(written(tmp_path, {**GOLD, **changes}, DEEP))


@pytest.fixture
def gold(tmp_path: Path, db: None) -> Term:
    assert loading(written(tmp_path, GOLD, DEEP)) == "2 terms: 2 new, 0 changed"
    return Term.objects.get(slug="old-gold")


def words(term: Term) -> list[str]:
    term.refresh_from_db()
    return term.synonyms


class TestTheProjectsOwnWords:
    def test_a_new_gallery_has_all_342_of_them(self, db: None) -> None:
        assert Term.objects.count() == 342

    def test_loading_them_again_changes_nothing(self, db: None) -> None:
        moments = list(Term.objects.values_list("updated_at", flat=True))
        assert loading() == "342 terms: 0 new, 0 changed"
        assert list(Term.objects.values_list("updated_at", flat=True)) == moments

    def test_emptied_tables_get_them_back(self, transactional_db: None) -> None:
        call_command("flush", interactive=False, verbosity=0)
        assert Term.objects.count() == 342

    def test_each_lies_on_a_line_of_its_own(self) -> None:
        lines = FILE.read_text(encoding="utf-8").splitlines()
        assert sum(line.startswith('{"id": ') for line in lines) == 342

    def test_every_fact_of_the_file_is_kept(self, db: None) -> None:
        kept = {(term.kind, term.slug): term.facts["loaded"] for term in Term.objects.all()}
        assert kept == read(FILE)

    def test_parents_and_places_are_those_of_the_file(self, db: None) -> None:
        ghagra = Term.objects.get(slug="ghagra")
        assert (ghagra.parent and ghagra.parent.slug, ghagra.position) == ("lehenga", 2)


@pytest.mark.drill
def test_the_field_is_there_after_going_back_and_forth(transactional_db: None) -> None:
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    try:
        call_command("migrate", "designs", "zero", verbosity=0)
        assert "designs_term" not in connection.introspection.table_names()
    finally:
        call_command("migrate", verbosity=0)
    assert MigrationExecutor(connection).loader.graph.leaf_nodes() == latest
    assert Term.objects.count() == 342


def test_everything_an_entry_says_is_kept(gold: Term) -> None:
    assert (gold.kind, gold.name, gold.hex, gold.family, gold.region) == (
        "colour",
        "Old Gold",
        "#CFB53B",
        "gold",
        "Kutch",
    )
    assert (gold.synonyms, gold.native) == (["antik gold", "sona"], {"hi": ["पुराना सोना"]})
    assert (gold.facts["technique"], gold.position, gold.is_active) == ("dyed", 0, True)
    assert Term.objects.get(slug="deep-gold").parent == gold


def test_the_same_file_changes_nothing(gold: Term, tmp_path: Path) -> None:
    assert again(tmp_path) == "2 terms: 0 new, 0 changed"


def test_a_dry_run_says_what_would_happen_and_writes_nothing(db: None, tmp_path: Path) -> None:
    said = loading(written(tmp_path, GOLD), "--dry-run")
    assert said == "1 terms: 1 new, 0 changed (dry run: nothing was written)"
    assert not Term.objects.filter(slug="old-gold").exists()


def test_what_staff_did_not_touch_follows_the_file(gold: Term, tmp_path: Path) -> None:
    said = again(tmp_path, name="Vintage Gold", hex="#D4AF37", technique="woven", native={"ur": ["سونا"]})
    assert said == "2 terms: 0 new, 1 changed"
    gold.refresh_from_db()
    assert (gold.name, gold.hex, gold.facts["technique"]) == ("Vintage Gold", "#D4AF37", "woven")
    assert gold.native == {"hi": ["पुराना सोना"], "ur": ["سونا"]}


@pytest.mark.parametrize(
    ("column", "value"),
    [("name", "Sunheri"), ("hex", "#AAAAAA"), ("family", "yellow"), ("region", ""), ("position", 7)],
)
def test_what_staff_changed_stays(gold: Term, tmp_path: Path, column: str, value: Any) -> None:
    setattr(gold, column, value)
    gold.save()
    again(tmp_path, name="Vintage Gold", hex="#D4AF37", family="brown", region="Gujarat")
    gold.refresh_from_db()
    assert getattr(gold, column) == value


def test_a_retired_term_stays_retired(gold: Term, tmp_path: Path) -> None:
    gold.retire()
    again(tmp_path, synonyms=["kanchan"])
    gold.refresh_from_db()
    assert not gold.is_active


class TestSynonyms:
    def test_new_ones_of_the_file_are_added(self, gold: Term, tmp_path: Path) -> None:
        assert again(tmp_path, synonyms=["antik gold", "sona", "kanchan"]) == "2 terms: 0 new, 1 changed"
        assert words(gold) == ["antik gold", "sona", "kanchan"]

    def test_those_that_staff_added_stay(self, gold: Term, tmp_path: Path) -> None:
        gold.add_synonyms("zar")
        again(tmp_path, synonyms=["sona", "kanchan"])
        assert words(gold) == ["antik gold", "sona", "zar", "kanchan"]

    def test_those_that_staff_removed_do_not_come_back(self, gold: Term, tmp_path: Path) -> None:
        gold.synonyms = ["sona"]
        gold.native = {}
        gold.save()
        again(tmp_path)
        again(tmp_path, synonyms=["antik gold", "sona", "kanchan"])
        assert (words(gold), gold.native) == (["sona", "kanchan"], {})


class TestParents:
    def test_a_term_that_staff_moved_stays_there(self, gold: Term, tmp_path: Path) -> None:
        deep = Term.objects.get(slug="deep-gold")
        deep.move_below(None)
        again(tmp_path)
        deep.refresh_from_db()
        assert deep.parent is None

    def test_a_term_that_the_file_moves_goes_along(self, gold: Term, tmp_path: Path) -> None:
        moved = {**DEEP, "parent": "colour:third"}
        third = {"id": "colour:third", "kind": "colour", "name": "Third"}
        assert loading(written(tmp_path, GOLD, moved, third)) == "3 terms: 1 new, 1 changed"
        assert Term.objects.get(slug="deep-gold").parent == Term.objects.get(slug="third")


def test_a_term_that_staff_made_first_keeps_what_it_has_and_gets_what_it_lacks(db: None, tmp_path: Path) -> None:
    Term.objects.create(kind="colour", slug="old-gold", name="Sona", synonyms=["zar"])
    assert loading(written(tmp_path, GOLD)) == "1 terms: 0 new, 1 changed"
    term = Term.objects.get(slug="old-gold")
    assert (term.name, term.synonyms, term.hex) == ("Sona", ["zar", "antik gold", "sona"], "#CFB53B")


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ([{**GOLD, "id": "smell:rose"}], "smell:rose: an unknown kind."),
        ([GOLD, GOLD], "colour:old-gold: it is there twice."),
        ([DEEP], "colour:deep-gold: there is no parent old-gold."),
        ([{**GOLD, "parent": "fabric:silk"}], "colour:old-gold: its parent is of another kind."),
        ([{**GOLD, "name": ""}], "colour:old-gold: it needs a kind, a slug and a name."),
        ([{"name": "Rose"}], "is not a vocabulary: KeyError, 'id'."),
        (["rose"], "is not a vocabulary: TypeError"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_and_nothing_is_written(
    db: None, tmp_path: Path, entries: list[Any], sentence: str
) -> None:
    with pytest.raises(CommandError) as refused:
        loading(written(tmp_path, *deepcopy(entries)))
    assert sentence in str(refused.value)
    assert Term.objects.count() == 342


@pytest.mark.parametrize(("text", "sentence"), [(None, "cannot be read"), ("{", "is not a vocabulary")])
def test_a_file_that_is_none_is_refused(db: None, tmp_path: Path, text: str | None, sentence: str) -> None:
    file = tmp_path / "none.json"
    if text:
        file.write_text(text)
    with pytest.raises(CommandError, match=sentence):
        loading(file)


def test_a_broken_load_leaves_nothing_half_done(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("designs.data.loading.place", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load(read(written(tmp_path, GOLD)), Term)
    assert not Term.objects.filter(slug="old-gold").exists()
