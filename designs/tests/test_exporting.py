"""manage.py export_designs: a file that import_designs reads, and that changes nothing when it does."""

import io
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from config.testing.gallery import a_design, a_picture
from designs import services
from designs.folding import folded
from designs.importing import exporting
from designs.importing.columns import ORDER
from designs.models import Collection, Design, Maker
from designs.tests.test_importing import bring, everything
from designs.vocabulary import current
from uploads.models import Picture

pytestmark = [pytest.mark.django_db, pytest.mark.drill]
# Without what an import refuses since nobody can see it.
LETTERS = st.characters(
    exclude_categories=["Cs"], exclude_characters="".join(map(chr, [*range(9), 11, 12, *range(14, 32), 127]))
)
TEXTS = st.text(LETTERS, max_size=40).map(str.strip)
TRAPS = [
    "=1+1",
    "'=1",
    "''",
    "@x",
    "-5",
    "+",
    "a\r\nb",
    "a\rb",
    '"',
    '",";|',
    "_x000D_x000A_",
    "#N/B",
    "\ufeffx",
    "é\u0301",
]


def export(path: Path, *words: str) -> bytes:
    call_command("export_designs", str(path), *words, stdout=StringIO(), verbosity=0)
    return path.read_bytes()


def made(**facts: Any) -> Design:
    return services.create({"status": "draft", **facts}, by=None)


@pytest.fixture
def gallery() -> list[Design]:
    words = current()
    terms = {
        "colour": [words.find("colour", "red"), words.find("colour", "gold")],
        "motif": [words.find("motif", "paisley")],
    }
    first, second = Picture.objects.create(object_key="old;a, b.jpg", status="adopted", width=9, height=9), a_picture()
    return [
        made(title="=cmd|' /C calc'!A0", description="a\r\nb\rc\n\"d\", 'e'", terms=terms, external_id="-R1"),
        made(title="Bare"),
        made(title="One", pictures=[first], status="active", featured=True, tags=["a;b"], audience="kids"),
        made(title="Two", pictures=[second, first], status="inactive", tags=["a", "b c"], size_available="S-XL"),
        made(
            title="Range", price_range="₹5,000 - 10k", designer_name="'Meena", collection_name="Temple", currency="EUR"
        ),
        made(title="Amounts", price_range="5000", price_min=None, price_max=None),
        made(title="Half", price_range="5000", price_min=100_050, price_max=None, short_description="_x000D_"),
        made(title="One", designer_name="K", status="rejected", pictures=[second], long_description="x" * 33_000),
    ]


@pytest.mark.parametrize("end", ["csv", "xlsx"])
def test_there_and_back_changes_nothing(end: str, gallery: list[Design], tmp_path: Path) -> None:
    if end == "xlsx":
        Design.objects.filter(pk=gallery[-1].pk).update(long_description="x" * 32_000)
    path = tmp_path / f"catalogue.{end}"
    data, before = export(path), everything()
    for words in ([], ["--update"], ["--update", "--strict"]):
        said = bring(path, *words)
        assert (said.summary, said.code) == ("8 rows: 0 added, 0 changed, 8 already there, 0 refused.", 0), said.out
        assert everything() == before

    for model in (Design, Collection, Maker):
        model.objects.all().delete()
    assert bring(path).summary == "8 rows: 8 added, 0 changed, 0 already there, 0 refused."
    again = export(tmp_path / f"again.{end}")
    assert (again == data) if end == "csv" else (cells(again) == cells(data))


def cells(data: bytes) -> list[Any]:
    return list(load_workbook(io.BytesIO(data)).worksheets[0].values)


@pytest.mark.drill
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS), min_size=1, max_size=6))
@example(texts=[tuple([trap] * 5) for trap in TRAPS])
def test_any_texts_come_back(texts: list[tuple[str, ...]], tmp_path: Path) -> None:
    with transaction.atomic():
        for number, (title, story, short, maker, tag) in enumerate(texts):
            names: dict[str, Any] = {
                "designer_name": " ".join(maker.split()),
                "tags": [tag.replace(",", "")] if tag.strip(", ") else [],
            }
            if not folded(names["designer_name"]):
                names.pop("designer_name")
            made(
                title=f"{title}{number}",
                external_id=f"={number}",
                long_description=story,
                short_description=short,
                **names,
            )
        for end in ("csv", "xlsx"):
            path = tmp_path / f"texts.{end}"
            data = export(path)
            said = bring(path, "--update")
            assert f"0 added, 0 changed, {len(texts)} already there" in said.summary, said.out
            with transaction.atomic():
                Design.objects.all().delete()
                Maker.objects.all().delete()
                assert f"{len(texts)} added" in bring(path).summary
                assert end == "xlsx" or export(tmp_path / "again.csv") == data
                transaction.set_rollback(True)
        transaction.set_rollback(True)


def test_no_cell_is_a_formula(gallery: list[Design], tmp_path: Path) -> None:
    for line in exporting.rows(Design.objects.all()):
        assert not [cell for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    Design.objects.filter(pk=gallery[-1].pk).update(long_description="")
    export(tmp_path / "c.xlsx")
    kinds = {cell.data_type for row in load_workbook(tmp_path / "c.xlsx").worksheets[0].iter_rows() for cell in row}
    assert "f" not in kinds


def test_of_none_and_of_some(gallery: list[Design], tmp_path: Path) -> None:
    header = b"\xef\xbb\xbf" + ",".join(ORDER).encode() + b"\r\n"
    assert export(tmp_path / "c.csv", "--status", "pending") == header
    assert export(tmp_path / "c.csv", "--status", "inactive").count(b"\r\n") == 2
    assert bring(tmp_path / "c.csv", "--update").summary == "1 row: 0 added, 0 changed, 1 already there, 0 refused."
    Design.objects.all().delete()
    assert export(tmp_path / "c.csv") == header
    assert bring(tmp_path / "c.csv").code == 0


def test_as_many_questions_for_one_as_for_all(gallery: list[Design], tmp_path: Path) -> None:
    from django.db import connection

    with CaptureQueriesContext(connection) as asked:
        export(tmp_path / "c.csv")
    for _ in range(20):
        a_design()
    with CaptureQueriesContext(connection) as again:
        export(tmp_path / "c.csv")
    assert len(asked) == len(again)


def test_on_the_standard_output(gallery: list[Design], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", out)
    call_command("export_designs", "-", verbosity=0)
    assert out.buffer.getvalue() == export(tmp_path / "c.csv")


def test_what_cannot_be_written_is_one_sentence_and_leaves_the_older_file(
    gallery: list[Design], tmp_path: Path
) -> None:
    (tmp_path / "old.xlsx").write_bytes(b"old")
    for place, reason in (
        (tmp_path, "it is not a file"),
        (Path("/dev/null"), "it is not a file"),
        (tmp_path / "none" / "c.csv", "No such file or directory"),
        (tmp_path / "old.xlsx", "A text of row 9 is longer than a cell of a workbook holds. Export it as CSV."),
    ):
        with pytest.raises(CommandError, match=reason):
            export(place)
    assert [path.name for path in tmp_path.iterdir()] == ["old.xlsx"]
    assert (tmp_path / "old.xlsx").read_bytes() == b"old"
