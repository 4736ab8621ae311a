"""The first sheet of an XLSX workbook, row by row; what would unpack to more than anybody typed is refused unopened."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import BinaryIO

from openpyxl import load_workbook

from designs.importing.records import MOST_COLUMNS, Record, UnreadableError

LAST_ROW = 1_048_576  # Excel's own
LARGEST_WORKBOOK = 100 * 2**20  # unpacked
LARGEST_BESIDES = 32 * 2**20  # sheets are read row by row, texts and styles are held in memory
MOST_PARTS = 2_000
OFFICE_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
# openpyxl warns of styles and filters, which nobody asked about.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
BROKEN_WORKBOOK = "This workbook cannot be read. Save it again as .xlsx, or as CSV UTF-8."


def workbook_lines(file: BinaryIO) -> Iterator[Record]:
    refuse_bombs(file)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what it says of itself may be wrong, or vast
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            refuse_deserts(number, len(cells))
            yield Record(number, [text_of(cell) for cell in cells])
    except UnreadableError:
        raise
    except Exception:  # noqa: BLE001 - zlib, XML and openpyxl have a dozen of their own for what is broken
        raise UnreadableError(BROKEN_WORKBOOK) from None


def refuse_bombs(file: BinaryIO) -> None:
    """Before anything is unpacked; what is packed is never more than its entry says."""
    try:
        parts = zipfile.ZipFile(file).infolist()
    except Exception:  # noqa: BLE001 - as above
        raise UnreadableError(BROKEN_WORKBOOK) from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_WORKBOOK:
        raise UnreadableError(
            f"This workbook is larger than {LARGEST_WORKBOOK >> 20} MB unpacked. Save it as CSV UTF-8."
        )
    if sum(part.file_size for part in parts if not part.filename.startswith("xl/worksheets/")) > LARGEST_BESIDES:
        raise UnreadableError(
            f"This workbook holds more than {LARGEST_BESIDES >> 20} MB besides its sheets. Save it as CSV UTF-8."
        )
    file.seek(0)


def refuse_deserts(number: int, width: int) -> None:
    """A sheet may say that its next row is the billionth."""
    if width > MOST_COLUMNS:
        raise UnreadableError(f"Line {number} has more than {MOST_COLUMNS} columns.")
    if number > LAST_ROW:
        raise UnreadableError(f"The sheet has more than {LAST_ROW:,} rows.")


def text_of(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"  # as many digits as Excel shows
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return OFFICE_ESCAPE.sub(lambda found: chr(int(found[1], 16)), str(cell))
