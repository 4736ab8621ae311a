"""manage.py import_designs: all good rows in, each wrong one told, and nothing changes by running it again."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection
from tqdm import tqdm

from accounts.models import User
from config.api.errors import wrong
from config.testing.gallery import a_design
from designs import services
from designs.importing import running, writing
from designs.importing.columns import ORDER
from designs.importing.running import HEADER
from designs.models import Collection, Design, DesignTerm, Maker, Moderation, Term
from designs.tests.test_import_understanding import WRONG

pytestmark = [pytest.mark.django_db, pytest.mark.drill]
HOPELESS = 2


class Said:
    def __init__(self, out: str, code: int) -> None:
        self.out, self.code = out, code
        self.summary = next((line for line in out.splitlines() if " rows: " in line or " row: " in line), "")


def bring(path: Path, *words: str) -> Said:
    out, code = StringIO(), 0
    try:
        call_command("import_designs", str(path), *words, stdout=out, stderr=out)
    except CommandError as error:
        out.write(f"\n{error}")
        code = error.returncode
    except SystemExit as stop:
        code = int(str(stop.code))
    return Said(out.getvalue(), code)


def written(tmp_path: Path, *lines: list[str], name: str = "catalogue.csv") -> Path:
    with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)
    return tmp_path / name


def report(tmp_path: Path) -> list[dict[str, str]]:
    with (tmp_path / "catalogue.report.csv").open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            found[model._meta.db_table] = sorted(model._default_manager.values_list(), key=repr)
    return found


LINES = [
    ["id", "title", "colours", "designer", "collection", "price", "tags", "motifs"],
    ["R1", "Red Saree", "laal|gold", "Meenakshi Silks", "Temple", "₹5,000", "bridal", "Flying Carpet"],
    ["R2", "Blue Kurta", "neela", "MEENAKSHI  silks", "temple", "", "", "flying-carpet"],
    ["", "Green Lehenga", "hara", "Kutch Studio", "Temple", "2k - 3k", "a,b", ""],
]


class TestRunning:
    def test_once_and_again(self, tmp_path: Path, meera: User) -> None:
        path = written(tmp_path, *LINES)
        first = bring(path, "--by", "meera")
        assert (first.summary, first.code) == ("3 rows: 3 added, 0 changed, 0 already there, 0 refused.", 0)
        red = Design.objects.get(external_id="R1")
        assert [use.term.slug for use in red.uses.order_by("pk")] == ["red", "gold", "flying-carpet"]
        assert (red.status, red.price_min, red.created_by, red.designer_name) == (
            "draft",
            500_000,
            meera,
            "Meenakshi Silks",
        )
        assert sorted(Maker.objects.values_list("name", flat=True)) == ["Kutch Studio", "Meenakshi Silks"]
        assert Collection.objects.count() == 2
        assert list(Term.objects.filter(is_active=False).values_list("name", flat=True)) == ["Flying Carpet"]
        before = everything()
        for words in ([], ["--update"], ["--strict", "--update"]):
            again = bring(path, *words)
            assert again.summary == "3 rows: 0 added, 0 changed, 3 already there, 0 refused."
            assert everything() == before, words

    def test_dry_run_tells_the_same_and_stores_nothing(self, tmp_path: Path) -> None:
        old = a_design(external_id="R2", title="Old Kurta")
        path = written(tmp_path, *LINES, ["R3", "", "", "", "", "", "", ""], ["R2", "Twice", "", "", "", "", "", ""])
        before = everything()
        tried = bring(path, "--dry-run", "--update")
        assert everything() == before
        assert tried.summary.startswith(
            "Nothing was stored (--dry-run). 5 rows: 2 added, 1 changed, 0 already there, 2"
        )
        done = bring(path, "--update")
        assert done.summary == tried.summary.removeprefix("Nothing was stored (--dry-run). ")
        old.refresh_from_db()
        assert old.title == "Blue Kurta"
        assert old.status == "active"

    def test_update_changes_what_the_row_says_and_nothing_else(self, tmp_path: Path, meera: User) -> None:
        old = a_design(external_id="R1", title="Old", description="Stays", price_range="100", price_min=10_000)
        quiet = bring(written(tmp_path, ["id", "title"], ["R1", "New"]))
        assert quiet.summary == "1 row: 0 added, 0 changed, 1 already there, 0 refused."
        lines = [["id", "title", "price_max", "status", "featured"], ["R1", "New", "500", "hidden", "yes"]]
        assert bring(written(tmp_path, *lines), "--update", "--by", "meera").code == 0
        old.refresh_from_db()
        assert (old.title, old.description, old.status, old.featured) == ("New", "Stays", "inactive", True)
        assert (old.price_min, old.price_max) == (10_000, 50_000)
        assert [one.by for one in Moderation.objects.filter(design=old)] == [meera, meera]
        before = everything()
        for words in (["--dry-run"], []):
            assert bring(written(tmp_path, lines[0], ["R1", "New", "50", "", ""]), "--update", *words).code == 1
            assert [row["field"] for row in report(tmp_path)] == ["price_max"]
        assert everything() == before

    def test_who_a_row_without_an_id_means(self, tmp_path: Path) -> None:
        older, younger, other = (Design.objects.create(title="Red  Saree", designer_name=n) for n in ("M", "m", "K"))
        numbered = Design.objects.create(title="Blue", external_id="B1")
        lines = [["title", "maker", "details"], ["RED  saree", " M ", "x"], ["Blue", "", "y"], ["Blue", "New", "z"]]
        assert bring(written(tmp_path, *lines), "--update").summary == (
            "3 rows: 1 added, 2 changed, 0 already there, 0 refused."
        )
        assert [row["reason"] for row in report(tmp_path)] == [
            "2 designs have this title and maker: the oldest was meant."
        ]
        texts = [Design.objects.get(pk=one.pk).description for one in (older, younger, other, numbered)]
        assert texts == ["x", "", "", "y"]

    def test_an_id_that_comes_later_goes_to_the_design_that_has_none(self, tmp_path: Path) -> None:
        old = Design.objects.create(title="Saree", designer_name="M")
        Design.objects.create(title="Saree", designer_name="M", external_id="S0")
        lines = [["id", "title", "maker"], ["S1", "Saree", "M"], ["S2", "Saree", "M"]]
        for expected in ("1 added, 0 changed, 1 already there", "0 added, 0 changed, 2 already there"):
            assert bring(written(tmp_path, *lines)).summary == f"2 rows: {expected}, 0 refused."
            assert Design.objects.filter(external_id="S1").count() == 0
        assert "1 changed" in bring(written(tmp_path, *lines), "--update").summary
        old.refresh_from_db()
        assert (old.external_id, Design.objects.count()) == ("S1", 3)
        assert "2 already there" in bring(written(tmp_path, *lines), "--update").summary

    def test_two_rows_for_one_design(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        lines = [
            ["id", "title", "maker"],
            ["1", "A", "M"],
            ["1", "B", "M"],
            ["", "a", "m"],
            ["", "C", ""],
            ["", " C", ""],
            ["2", "C", ""],
            ["3", "A", "M"],
        ]
        for size in (1, 250):
            monkeypatch.setattr(running, "CHUNK", size)
            bring(written(tmp_path, *lines), "--update")
            assert [(row["line"], row["reason"]) for row in report(tmp_path)] == [
                ("3", "Line 2 has the same id."),
                ("4", "Line 2 has the same title and maker (give each an id)."),
                ("6", "Line 5 has the same title and maker (give each an id)."),
                ("7", "Line 5 has the same title and maker, and no id (give each an id)."),
            ]
            assert Design.objects.count() == 3
            Design.objects.all().delete()

    def test_many_unknown_words_are_no_vocabulary(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(writing, "MOST_NEW_TERMS", 2)
        lines = [["id", "title", "motif"], *([str(n), f"T{n}", f"Carpet{'xyzuv'[n]}"] for n in range(5))]
        assert "2 added, 0 changed, 0 already there, 3 refused" in bring(written(tmp_path, *lines)).summary
        assert Term.objects.filter(is_active=False).count() == 2
        assert "and 2 new ones wait for review already." in report(tmp_path)[2]["reason"]
        assert report(tmp_path)[2]["field"] == "motifs"


class TestTheDatabaseRefuses:
    def test_one_row_of_a_chunk_and_the_others_stay(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The seventh row fails whenever it is stored; changes of the others are not taken for done."""
        changed = Design.objects.create(title="Old", external_id="R1")
        whole = services.insert

        def insert(many: list[services.Made]) -> None:
            whole(many)
            if any(made.design.title == "T7" for made in many):
                raise IntegrityError("a trigger")

        monkeypatch.setattr(services, "insert", insert)
        lines = [["id", "title", "motif"], *([f"R{n}", f"T{n}", "Flying Carpet"] for n in range(1, 10))]
        said = bring(written(tmp_path, *lines), "--update")
        assert said.summary == "9 rows: 7 added, 1 changed, 0 already there, 1 refused."
        told = [(row["line"], row["reason"]) for row in report(tmp_path) if row["result"] == "refused"]
        assert told[0] == ("8", "The database refuses it.")
        assert len(told) == 1, told
        changed.refresh_from_db()
        assert changed.title == "T1"
        assert [term.slug for term in Term.objects.filter(is_active=False)] == ["flying-carpet"]
        assert DesignTerm.objects.count() == 8

    def test_somebody_else_was_quicker(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        whole, once = services.insert, iter([True])

        def insert(many: list[services.Made]) -> None:
            if next(once, False):
                raise IntegrityError("external_id")
            whole(many)

        monkeypatch.setattr(services, "insert", insert)
        monkeypatch.setattr(writing.Writer, "forget", lambda _: Design.objects.create(title="Theirs", external_id="R1"))
        said = bring(written(tmp_path, ["id", "title"], ["R1", "Mine"], ["R2", "Other"]))
        assert said.summary == "2 rows: 1 added, 0 changed, 1 already there, 0 refused."
        assert Design.objects.get(external_id="R1").title == "Theirs"

    def test_it_goes_away(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def away(*_: Any) -> None:
            raise OperationalError("server closed the connection\nmore")

        monkeypatch.setattr(writing, "by_number", away)
        said = bring(written(tmp_path, *LINES))
        assert said.code == HOPELESS
        assert said.out.strip().startswith("The database cannot go on: server closed the connection. 0 rows")

    def test_what_a_refused_row_made_is_gone_and_what_others_made_stays(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = services.make

        def make(facts: dict[str, Any], **how: Any) -> Any:
            made = whole(facts, **how)
            if facts["title"] == "B":
                raise wrong("title", "invalid", "Not this one.")
            return made

        monkeypatch.setattr(services, "make", make)
        lines = [
            ["id", "title", "motif", "maker"],
            *([t, t, w, t] for t, w in (("A", "Wxyz"), ("B", "Vuts"), ("C", "wxyz"))),
        ]
        assert "2 added, 0 changed, 0 already there, 1 refused" in bring(written(tmp_path, *lines)).summary
        assert list(Term.objects.filter(is_active=False).values_list("slug", flat=True)) == ["wxyz"]
        assert set(Maker.objects.values_list("name", flat=True)) == {"A", "C"}


class TestTheReport:
    def test_its_words_and_that_a_spreadsheet_runs_none(self, tmp_path: Path) -> None:
        a_design(external_id="R1")
        lines = [["id", "title", "price_min", "Weight"], ["=1+1", "@cmd\nx", "-5", "9"], ["R1", "Fine", "2", ""]]
        said = bring(written(tmp_path, *lines))
        raw = (tmp_path / "catalogue.report.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert list(report(tmp_path)[0]) == HEADER
        assert report(tmp_path) == [
            {
                "line": "2",
                "external_id": "'=1+1",
                "title": "'@cmd\nx",
                "result": "refused",
                "design": "",
                "field": "price_min",
                "reason": "''-5' is not an amount.",
            }
        ]
        assert said.code == 1
        assert said.out.splitlines() == [
            "Not read: the column Weight.",
            "2 rows: 0 added, 0 changed, 1 already there, 1 refused.",
            "  line 2, @cmd x (refused): price_min: '-5' is not an amount.",
            f"All remarks: {tmp_path / 'catalogue.report.csv'}",
        ]

    def test_what_an_older_run_said_does_not_stay(self, tmp_path: Path) -> None:
        bring(written(tmp_path, ["title"], ["x" * 300]))
        assert len(report(tmp_path)) == 1
        assert bring(written(tmp_path, ["title"], ["x"])).code == 0
        assert report(tmp_path) == []

    def test_it_never_takes_the_place_of_the_catalogue(self, tmp_path: Path) -> None:
        path = written(tmp_path, *LINES, name="x.report.csv")
        (tmp_path / "link.csv").symlink_to(path)
        before = path.read_bytes()
        for place in (path, tmp_path / "link.csv", tmp_path / "." / "x.report.csv"):
            said = bring(path, "--report", str(place))
            assert (said.code, Design.objects.count()) == (HOPELESS, 0)
            assert "would be written over the catalogue" in said.out
        assert bring(path).code == 0
        assert path.read_bytes() == before
        assert (tmp_path / "x.report.report.csv").exists()

    def test_a_place_where_nothing_can_be_written_is_told_before_anything_is_stored(self, tmp_path: Path) -> None:
        for place in (tmp_path, tmp_path / "none" / "r.csv", "/proc/r.csv"):
            said = bring(written(tmp_path, *LINES), "--report", str(place))
            assert (said.code, Design.objects.count()) == (HOPELESS, 0)
            assert said.out.strip().startswith("The report ")

    def test_a_full_disk_ends_it_with_a_sentence(self, tmp_path: Path) -> None:
        said = bring(written(tmp_path, ["title"], ["x" * 300], ["Fine"]), "--report", "/dev/full")
        assert said.code == HOPELESS
        assert "cannot be written: No space left on device." in said.out


class TestBadInput:
    def test_one_sentence_each_and_exit_code_2(self, tmp_path: Path) -> None:
        for data, words, sentence in (
            (b"", [], "The file is empty."),
            (b"a,b\n1,2\n", [], "The first line has to name the columns"),
            (b"title\nA\n", ["--images", "/nowhere"], "There is no folder /nowhere."),
            (b"title\nA\n", ["--by", "nobody"], "There is nobody called nobody."),
        ):
            (tmp_path / "c.csv").write_bytes(data)
            said = bring(tmp_path / "c.csv", *words)
            assert (said.code, Design.objects.count()) == (HOPELESS, 0)
            assert said.out.strip().startswith(sentence)
        for path in (tmp_path, Path("-"), Path(), tmp_path / "none.csv"):
            assert bring(path).code == HOPELESS

    def test_what_came_before_the_rubbish_is_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "catalogue.csv"
        path.write_text('title,id,price\nA,1,\nB,2,\nC,3,"' + "poem\n" * 200_000)
        said = bring(path)
        assert (said.code, Design.objects.count()) == (HOPELESS, 2)
        assert said.out.strip().endswith(
            "The rest of the file was not read. A quote that is opened in line 4 is never closed."
        )

    def test_ctrl_c(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def told(*_: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(running, "CHUNK", 2)
        monkeypatch.setattr(tqdm, "update", told)
        said = bring(written(tmp_path, *LINES))
        assert (said.code, Design.objects.count()) == (130, 2)
        assert said.out.strip().startswith("Interrupted. 2 rows: 2 added")
        assert [row["line"] for row in report(tmp_path)] == ["2", "3"]

    def test_a_design_without_a_picture_is_a_draft(self, tmp_path: Path) -> None:
        Design.objects.create(title="Old", external_id="R2")
        lines = [["id", "title", "status"], ["R1", "A", "active"], ["R2", "Old", "active"], ["R3", "C", "draft"]]
        for words in (["--dry-run", "--update"], ["--update"]):
            bring(written(tmp_path, *lines), *words)
            assert [(row["line"], row["field"], row["reason"]) for row in report(tmp_path)] == [
                (line, "pictures", "A design without a picture can only be a draft.") for line in ("2", "3")
            ]
        assert set(Design.objects.values_list("external_id", "status")) == {("R2", "draft"), ("R3", "draft")}


# --- A hundred kinds of wrong rows among a thousand good ones -----------------------------------------------------
WRITTEN = ["title", "description", "short_description", "long_description", "designer_name", "tags"]
KINDS = ["colours", "categories", "styles", "fabrics", "occasions", "seasons", "weaves", "crafts", "motifs"]
MORE: list[tuple[dict[str, str], str, str]] = [
    *(({name: "|".join(map(str, range(31)))}, name, "At most 30 values.") for name in KINDS[1:]),
    *(({name: "2026"}, name, "'2026'") for name in KINDS[1:]),
    *(({name: "x y" * 30}, name, "There is no") for name in KINDS[1:]),
    *(({name: f"a{letter}b"}, name, "cannot be seen") for letter in "\x01\x08" for name in WRITTEN),
    *(
        ({name: "#N/A"}, name, "shows the error #N/A")
        for name in ("title", "price_range", "price_min", "tags", "colours", "crafts", "motifs", "pictures")
    ),
    *(
        ({name: text}, name, "is not an amount")
        for name in ("price_min", "price_max")
        for text in ("NaN", "1e400", "5-6")
    ),
    *(({"price_range": text}, "price_range", "is not a price") for text in ("-5", "NaN", "1.5E+06", "Infinity")),
    ({"pictures": "none.jpg"}, "pictures", "and no folder was given"),
    ({"pictures": "../../etc/passwd"}, "pictures", "no folder was given"),
    ({"pictures": "/etc/passwd"}, "pictures", "no folder was given"),
    ({"pictures": "designs/2026/11/none.webp"}, "pictures", "There is no picture with the key"),
    ({"status": "active"}, "pictures", "can only be a draft"),
    ({"status": "hidden"}, "pictures", "can only be a draft"),
    ({"status": "review"}, "pictures", "can only be a draft"),
    ({"external_id": "G1"}, "external_id", "Line 2 has the same id."),
    ({"external_id": "", "title": "Good 2", "designer_name": "maker 2"}, "external_id", "Line 3 has the same title"),
]
RAW: list[tuple[bytes, str, str]] = [
    (b"W,Caf\xe9", "", "not UTF-8"),
    (b"W,a\0b", "", "binary data"),
    (b"W," + b"x" * 1_100_000, "", "longer than 1,000,000"),
    (b"W,T," + b"x" * 250_000, "", "more than 200,000 characters"),
    (b'W,"T,', "", "never closed"),
    (b"W,T" + b"," * 26 + b"x", "", "1 cell stands behind"),
]


@pytest.mark.drill
def test_a_hundred_kinds_of_wrong_rows_among_a_thousand_good_ones(tmp_path: Path) -> None:
    kinds: list[Any] = [
        ({"external_id": f"W{n}", "title": f"Wrong {n}"} | kind, *told) for n, (kind, *told) in enumerate(WRONG + MORE)
    ]
    kinds = [kind for kind in kinds if "\0" not in "".join(kind[0].values())]
    path, expected = tmp_path / "catalogue.csv", []
    text = StringIO(newline="")
    rows: list[Any] = [
        {"external_id": f"G{n}", "title": f"Good {n}", "designer_name": f"Maker {n % 9}"} for n in range(1, 1001)
    ]
    for place, kind in enumerate([*kinds, *RAW]):
        rows.insert(12 + place * 7, kind)
    writer = csv.DictWriter(text, ORDER)
    writer.writeheader()
    data = [text.getvalue().encode()]
    for line, row in enumerate(rows, start=2):
        text.seek(text.truncate(0) or 0)
        if isinstance(row, dict):
            writer.writerow({"colours": "red", "price_range": "500", **row})
        else:
            expected.append((str(line), *row[1:]))
            writer.writerow(row[0]) if isinstance(row[0], dict) else text.write("")
        data.append(text.getvalue().encode() or row[0] + b"\n")
    path.write_bytes(b"".join(data))
    assert len(expected) >= 100

    first = bring(path)
    assert (
        first.summary
        == f"{1000 + len(expected):,} rows: 1,000 added, 0 changed, 0 already there, {len(expected)} refused."
    )
    assert first.code == 1
    told = report(tmp_path)
    assert list(dict.fromkeys(row["line"] for row in told if row["result"] == "refused")) == [e[0] for e in expected]
    for line, field, reason in expected:
        heard = [(row["field"], row["reason"]) for row in told if row["line"] == line]
        assert any(said[0] == field and reason in said[1] for said in heard), (line, field, reason, heard)
    assert Design.objects.count() == 1_000
    assert Design.objects.filter(external_id__startswith="G", price_min=50_000, colour="red").count() == 1_000

    before = everything()
    for words in ([], ["--update"]):
        again = bring(path, *words)
        assert again.summary.endswith(f"0 added, 0 changed, 1,000 already there, {len(expected)} refused.")
        assert everything() == before


def test_as_many_questions_for_one_row_as_for_a_chunk(tmp_path: Path) -> None:
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (2, 200):
        lines = [
            ["id", "title", "maker", "colours"],
            *([f"{number}-{n}", f"T{number}-{n}", "M", "red"] for n in range(number)),
        ]
        with CaptureQueriesContext(connection) as asked:
            assert bring(written(tmp_path, *lines)).code == 0
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 4, "two to look, one for each table; SQLite takes many rows in parts"
