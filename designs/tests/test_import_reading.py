"""Whatever a file holds: rows, a reason beside a row, or one sentence. No database is asked."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from designs.importing import columns, exporting, reading, texts, workbooks
from designs.importing.reading import Row
from designs.importing.records import Record, UnreadableError

MB = 2**20


def read(data: bytes | str) -> list[Row]:
    return list(reading.read(io.BytesIO(data.encode() if isinstance(data, str) else data)).rows)


def titles(data: bytes | str) -> list[str]:
    return [row.trouble or row.cells.get("title", "?") for row in read(data)]


def sentence(data: bytes | str) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(data)
    return str(caught.value)


def book(*lines: Sequence[Any], **parts: str) -> bytes:
    """A workbook; `sheet` and `strings` take the place of its own parts."""
    made, file = Workbook(), io.BytesIO()
    assert made.active
    for line in lines:
        made.active.append(list(line))
    made.save(file)
    return with_part(file.getvalue(), "xl/worksheets/sheet1.xml", parts["sheet"]) if parts else file.getvalue()


def with_part(data: bytes, name: str, text: str | bytes) -> bytes:
    old, file = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, text if part == name else old.read(part))
    return file.getvalue()


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
CELL = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'


class TestShapes:
    def test_any_order_any_delimiter_any_encoding(self) -> None:
        plain = "Design Name,SKU,Colour\nलाल साड़ी,7,red\n"
        row = Row(2, {"title": "लाल साड़ी", "external_id": "7", "colours": "red"})
        for data in (
            plain.encode(),
            b"\xef\xbb\xbf" + plain.encode(),
            plain.encode("utf-16"),
            plain.replace("\n", "\r\n").encode("utf-16-be").join([b"\xfe\xff", b""]),
            plain.replace("\n", "\r").encode(),
            plain.replace(",", ";").encode(),
            plain.replace(",", "\t").encode(),
            plain.replace(",", "|").encode(),
            plain.removesuffix("\n").encode(),
            book(*(line.split(",") for line in plain.splitlines())),
        ):
            assert read(data) == [row], data[:40]

    def test_lines_are_numbered_as_an_editor_numbers_them(self) -> None:
        data = '\n\ntitle,description\n\nA,"one\ntwo"\n,\nB,x\n'
        assert [(row.number, row.cells["title"]) for row in read(data)] == [(5, "A"), (8, "B")]

    def test_cells_behind_the_last_column_are_counted(self) -> None:
        assert read("title,id\nA,1,x,,y\n") == [Row(2, {"title": "A", "external_id": "1"}, 2)]

    def test_no_name_means_two_columns(self) -> None:
        names = [columns.plain(name) for column in columns.ORDER for name in [column, *columns.OTHER_NAMES[column]]]
        assert sorted(names) == sorted(set(names))

    def test_what_a_workbook_holds_besides_texts(self) -> None:
        lines: list[list[Any]] = [
            ["title", "price", "id", "featured", "story"],
            ["A", 19.99 * 100, 101.0, True, "a_x000D_\nb"],
        ]
        [row] = read(book(*lines))
        assert row.cells == {
            "title": "A",
            "price_range": "1999",
            "external_id": "101",
            "featured": "yes",
            "long_description": "a\r\nb",
        }

    def test_a_protected_formula_loses_its_apostrophe_and_a_name_keeps_it(self) -> None:
        assert titles("title\n'=1+1\n''=x\n'Tis silk\n'\n") == ["=1+1", "'=x", "'Tis silk", "'"]


class TestHeaders:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "The file is empty."),
            (b"\n \n\n", "The file is empty."),
            (b"\xef\xbb\xbf", "The file is empty."),
            (b"R1,Red saree,saree\n", "The first line has to name the columns, one of them title. It reads: R1, Red"),
            (b"\x1b[2Jid\x07,x\n", "It reads:  [2Jid , x"),
            (b"title,name,id\n", "Two columns mean title: title and name. Keep one of them."),
            (b"id,external_id,title\n", "Two columns mean external_id: id and external_id."),
            (",".join(["title", *map(str, range(300))]).encode(), "The first line has 301 columns; at most 300 are"),
            (b"title,id\nCaf\xe9,1\nA,2\nB\xe9,3\n", "Line 2 is not UTF-8. Save the file as CSV UTF-8"),
            (b"title,caf\xe9\nA,1\n", "Line 1: This is not UTF-8. Save the file as CSV UTF-8"),
            ("title\nA\n".encode("utf-16-le"), "This is no catalogue: neither CSV nor XLSX."),
            ("title\nA\n".encode("utf-32"), "binary data"),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF" * 100, "This is no catalogue|not UTF-8|binary"),
            (b"%PDF-1.7\n%\xe2\xe3\n", "The first line has to name the columns"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "This is an old Excel file (.xls). Save it as .xlsx"),
            (b'title,"id\n' + b"A,1\n" * 50, "A quote that is opened in line 1 is never closed."),
            (b"x" * 3_000_000, "Line 1: It is longer than 1,000,000 characters."),
        ],
        ids=range(17),
    )
    def test_a_header_that_makes_no_sense_is_one_sentence(self, data: bytes, said: str) -> None:
        heard = sentence(data)
        assert any(part in heard for part in said.split("|")), heard
        assert heard.isprintable()

    def test_unknown_columns_are_told_and_nothing_a_terminal_would_obey(self) -> None:
        header = reading.read(io.BytesIO(b"title,\x1b[31mweight,,Weight 2" + b"x" * 99 + b"\n")).header
        assert header.ignored == [" [31mweight", ("Weight 2" + "x" * 99)[:30]]


class TestSpoiledRows:
    """Each spoils itself; those around it are read."""

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            (b"Caf\xe9,2,", "This is not UTF-8."),
            (b"A\x00B,2,", "It holds binary data."),
            (b"A,2," + b"x" * 1_200_000, "It is longer than 1,000,000 characters."),
            (b'A,2,"' + b"x" * 2_200_000, "It is longer than 1,000,000 characters."),
            (b"A,2," + b"x" * 300_000, "The row holds more than 200,000 characters."),
            (b'"A,2,', "A quote is opened and never closed."),
            (b'A,2,"x', "A quote is opened and never closed."),
            (b'A,"2\n3"', "A quote holds several lines together"),
        ],
        ids=range(8),
    )
    def test_it_is_told_by_its_own_line(self, line: bytes, said: str) -> None:
        rows = read(b"title,id,description\nB,1,\n" + line + b'\nC,3,"x, y"\nD,4,"x\ny"\n')
        assert [row.cells.get("title") for row in rows if not row.trouble] == ["B", "C", "D"]
        [spoiled] = [row for row in rows if row.trouble]
        assert spoiled.number == 3
        assert spoiled.trouble.startswith(said)
        assert all(len(text) <= 200 and "\0" not in text for text in spoiled.cells.values())

    def test_quotes_that_are_never_closed_cost_their_own_rows_only(self) -> None:
        lines = [f'S{n},{n},"open' if n % 3 == 0 else f"S{n},{n},fine" for n in range(300)]
        rows = read("title,id,description\n" + "\n".join(lines))
        assert [row.number for row in rows] == list(range(2, 302))
        assert [bool(row.trouble) for row in rows] == [n % 3 == 0 for n in range(300)]

    def test_there_is_an_end_to_reading_again(self) -> None:
        lines = "".join(f'S{n},{n},"open\nS,{n},fine\n' for n in range(300))
        assert sentence("title,id,description\n" + lines) == "More than 200 quotes are never closed, one in line 402."

    def test_a_text_without_end_breaks_off_when_its_lines_are_no_rows(self) -> None:
        assert sentence('title,id,description\nA,1,"' + "poem\n" * 200_000) == (
            "A quote that is opened in line 2 is never closed."
        )

    def test_utf_16_that_breaks_off(self) -> None:
        assert "not UTF-8" in sentence("title\nA\nB\n".encode("utf-16") + b"\x00")


class TestMemory:
    class Endless(io.RawIOBase):
        """A file of so many bytes that nobody wrote."""

        def __init__(self, start: bytes, filler: bytes, size: int) -> None:
            self.start, self.filler, self.left = start, filler, size

        def readable(self) -> bool:
            return True

        def seek(self, *_: Any) -> int:
            return 0

        def readinto(self, buffer: Any) -> int:
            piece = self.start or self.filler[: min(len(self.filler), len(buffer), self.left)]
            piece, self.start = piece[: len(buffer)], b"" if self.start else self.start
            self.left -= len(piece)
            buffer[: len(piece)] = piece
            return len(piece)

    @pytest.mark.parametrize("quote", ["", '"'])
    def test_a_cell_of_100_mb_takes_less_than_10(self, quote: str) -> None:
        start = f"title,id\nA,1\nB,{quote}"
        raw = self.Endless(start.encode(), b"x" * 65_536, 100 * MB)
        tracemalloc.start()
        found = [row.trouble for row in reading.rows(*header_and_lines(raw))]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found == ["", "It is longer than 1,000,000 characters."]
        assert peak < 10 * MB

    def test_so_does_a_workbook_that_says_it_holds_gigabytes(self) -> None:
        bomb = SHEET.format("<sheetData><row><c><v>" + "1" * 120_000_000 + "</v></c></row></sheetData>")
        data = with_part(book(["title"]), "xl/worksheets/sheet1.xml", bomb.encode())
        assert len(data) < MB
        styles = with_part(book(["title"]), "xl/styles.xml", " " * 34 * MB)
        del bomb
        tracemalloc.start()
        assert sentence(data) == "This workbook is larger than 100 MB unpacked. Save it as CSV UTF-8."
        assert sentence(styles) == "This workbook holds more than 32 MB besides its sheets. Save it as CSV UTF-8."
        assert tracemalloc.get_traced_memory()[1] < 10 * MB
        tracemalloc.stop()


def header_and_lines(raw: Any) -> tuple[columns.Header, Iterator[Record]]:
    lines = texts.text_lines(raw, b"titl")
    return columns.read_header(next(lines).cells), lines


class TestWorkbooks:
    def test_lies_about_its_size_are_not_believed(self) -> None:
        line = "<row>" + CELL.format("A1", "title") + "</row><row>" + CELL.format("A2", "Red") + "</row>"
        sheet = SHEET.format(f'<dimension ref="A1:XFD1048576"/><sheetData>{line}</sheetData>')
        assert titles(book(["x"], sheet=sheet)) == ["Red"]

    @pytest.mark.parametrize(
        ("sheet", "said"),
        [
            (f'<sheetData><row r="9000000000">{CELL.format("A9", "x")}</row></sheetData>', "more than 1,048,576 rows."),
            (f"<sheetData><row>{CELL.format('ZZZ1', 'x')}</row></sheetData>", "more than 300 columns."),
            ("<sheetData><row>", "cannot be read"),
            ('<sheetData><row r="x"><c/></row></sheetData>', "cannot be read"),
            ('<sheetData><row><c t="s"><v>99</v></c></row></sheetData>', "cannot be read"),
            ('<sheetData><row><c r="?"><v>1</v></c></row></sheetData>', "cannot be read"),
            ("", "The file is empty."),
        ],
        ids=range(7),
    )
    def test_strange_sheets_are_one_sentence(self, sheet: str, said: str) -> None:
        assert said in sentence(book(["title"], sheet=SHEET.format(sheet)))

    def test_a_billion_laughs_are_not_laughed(self) -> None:
        entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        bomb = f'<!DOCTYPE x [<!ENTITY l0 "lol">{entities}]>' + SHEET.format(
            f"<sheetData><row>{CELL.format('A1', '&l9;')}</row></sheetData>"
        )
        outside = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + SHEET.format(
            f"<sheetData><row>{CELL.format('A1', '&f;')}</row></sheetData>"
        )
        for sheet in (bomb, outside):
            assert sentence(book(["title"], sheet=sheet)) == workbooks.BROKEN_WORKBOOK

    def test_other_archives_and_broken_ones(self) -> None:
        empty, file = io.BytesIO(), io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("word/document.xml", "<w/>")
        with zipfile.ZipFile(empty, "w") as archive:
            for number in range(2_001):
                archive.writestr(f"{number}.xml", "")
        good = book(["title"], ["Red"])
        middle = bytearray(good)
        middle[len(good) // 2 : len(good) // 2 + 40] = bytes(40)
        for data in (file.getvalue(), good[:-30], good[:60], b"PK\x03\x04" + bytes(99)):
            assert sentence(data) == workbooks.BROKEN_WORKBOOK
        assert "larger than" in sentence(empty.getvalue())
        with pytest.raises(UnreadableError):
            read(bytes(middle))
            raise UnreadableError  # an archive may also not mind

    def test_every_byte_may_be_wrong(self) -> None:
        good = book(["title", "price"], ["Red", 5])
        for place in range(0, len(good), 41):
            spoiled = good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :]
            rows_or_a_sentence(spoiled)


class TestFilesThatAreNone:
    def test_each_is_one_sentence(self, tmp_path: Path) -> None:
        import os

        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "loop").symlink_to("loop")
        for path in (tmp_path / "none.csv", tmp_path, tmp_path / "pipe", tmp_path / "loop", Path("/dev/zero")):
            with pytest.raises(UnreadableError, match=r"There is no file|is not a file|cannot be read"):
                reading.opened(path).__enter__()
        for name in ("-", "x" * 999, "a\0b"):
            with pytest.raises(UnreadableError, match=r"There is no file|cannot be read"):
                reading.opened(Path(name)).__enter__()

    def test_what_goes_wrong_while_it_is_open_is_not_blamed_on_it(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("title\nA\n")
        with pytest.raises(PermissionError), reading.opened(tmp_path / "a.csv"):
            raise PermissionError


def rows_or_a_sentence(data: bytes) -> None:
    try:
        for row in read(data):
            assert row.number > 0
            assert all(isinstance(text, str) for text in row.cells.values())
    except UnreadableError as error:
        assert str(error).isprintable()
        assert len(str(error)) < 500


@settings(max_examples=80)
@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(str.encode)
    | st.text("\",;|\n\r'aé=\0", max_size=60).map(str.encode)
)
@example(b"\xff\xfe")
@example(b"\xff\xfet\x00\xd8\xd8")
@example(b"PK\x03\x04")
def test_any_bytes_give_rows_or_a_sentence(data: bytes) -> None:
    rows_or_a_sentence(data)
    for header in (b"title,id\n", b'"title";id\r\n', b"\xff\xfe" + "title\n".encode("utf-16-le"), b"PK\x03\x04"):
        rows_or_a_sentence(header + data)


@given(
    st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=30), max_size=6)
)
@example(["=1", "'=1", "''", "'@", "-", "a\r\nb", "a\rb", '"', "x;y"])
def test_what_an_export_writes_is_read_as_it_was(texts: list[str]) -> None:
    said = [text.strip() for text in texts if text.strip()]
    data = b"".join(exporting.csv_lines([["title"], *([exporting.protected(text)] for text in said)]))
    assert [row.cells["title"] for row in read(data)] == said
    for text in said:
        written = exporting.for_workbook(exporting.protected(text))
        assert reading.unprotected(workbooks.text_of(written)) == text
        assert all(letter >= " " or letter in "\t\n" for letter in written)
