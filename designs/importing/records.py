"""What a file is made of before anybody knows its columns."""

import re
from typing import NamedTuple

MOST_COLUMNS = 300
SHOWN = 200  # characters of what is wrong
NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # surrogates stand for bytes that could not be decoded


class UnreadableError(Exception):
    """One sentence for whoever brought the file."""


class Record(NamedTuple):
    """The cells of a line, or of several where a quote holds them together."""

    number: int
    cells: list[str]
    trouble: str = ""
