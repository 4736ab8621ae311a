"""A dump in SQL, as `wrangler d1 export` and `sqlite3 .dump` write it, becomes a database of its own.

It is never run as a script. Statement by statement only tables are created and filled; SQLite asks `allowed` about each
step on the way, so that nothing hidden in an INSERT does anything else.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from config.legacy.schema import LONGEST, UnfitError, is_of_the_disk

# Up to what has to be looked at: whole strings and names in quotes are passed in one step.
PLAIN = re.compile(r"""(?:[^'"`\[;/-]++|'[^']*+'|"[^"]*+"|-(?!-)|/(?!\*))*+""")
OPENING = re.compile(r"""['"`\[;]|--|/\*""")
CLOSING = {"'": "'", '"': '"', "`": "`", "[": "]", "/*": "*/"}
BEFORE = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
WORDS = re.compile(r"\W*(\w+)(?:\W+(\w+))?(?:\W+(\w+))?")
INTERNAL = re.compile(r"""INSERT\s+INTO\s+["'`\[]?sqlite_""", re.IGNORECASE)
HARMLESS = {"FOREIGN_KEYS", "DEFER_FOREIGN_KEYS"}
# Not needed to read rows: never run.
PASSED_OVER = {"CREATE INDEX", "CREATE UNIQUE", "CREATE TRIGGER", "CREATE VIEW", "DELETE FROM", "ANALYZE"}
FUNCTIONS = {
    *("replace", "char", "unistr", "length", "lower", "upper", "trim", "hex", "abs", "coalesce", "ifnull"),
    *("datetime", "date", "time", "strftime", "julianday", "unixepoch", "randomblob"),
    *("current_timestamp", "current_date", "current_time", "like", "glob", "typeof", "json_valid"),
}
TO_FILL = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_SELECT}
TO_CREATE = {
    *(sqlite3.SQLITE_CREATE_TABLE, sqlite3.SQLITE_CREATE_INDEX, sqlite3.SQLITE_INSERT),
    *(sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_READ),
}
ESCAPED = re.compile(r"\\(?:([0-9A-Fa-f]{4})|\+([0-9A-Fa-f]{6})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(\\))")
SHOWN = 60


class Dump:
    """Reads one into `database`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.creating = self.begun = self.ended = False
        self.odd: set[str] = set()  # what was passed over

    def read(self, file: TextIO) -> None:
        self.database.create_function("unistr", 1, unistr, deterministic=True)
        self.database.set_authorizer(self.allowed)
        try:
            with one_transaction(self.database):
                for line, statement in statements(file):
                    self.take(line, statement)
        finally:
            self.database.set_authorizer(None)
        if self.begun and not self.ended:
            raise UnfitError("The dump is cut off: it begins a transaction and never ends it.")

    def take(self, line: int, statement: str) -> None:
        first = WORDS.match(statement[:200])
        if not first:
            return
        words = [word.upper() for word in first.groups() if word]
        if "\0" in statement:
            self.odd.add("NUL characters")
            statement = statement.replace("\0", "")
        if words[0] in {"BEGIN", "COMMIT", "END"}:
            self.begun, self.ended = self.begun or words[0] == "BEGIN", words[0] != "BEGIN"
        elif words[0] == "ROLLBACK":
            raise UnfitError(f"Line {line} takes everything back (ROLLBACK): the dump met an error when it was made.")
        elif not self.passes_over(words, statement):
            self.run(line, words, statement)

    def passes_over(self, words: list[str], statement: str) -> bool:
        if words[0] == "PRAGMA":
            return words[1] in HARMLESS
        if INTERNAL.match(statement):
            return words[1:] != ["INTO", "SQLITE_MASTER"] and words[1:] != ["INTO", "SQLITE_SCHEMA"]
        over = {words[0], " ".join(words[:2])} & PASSED_OVER
        if over & {"CREATE TRIGGER", "CREATE VIEW"}:
            self.odd.add(f"the {words[1].lower()} {words[2].lower()}")
        return bool(over)

    def run(self, line: int, words: list[str], statement: str) -> None:
        self.creating = words[:2] == ["CREATE", "TABLE"]
        if not self.creating and words[0] != "INSERT":
            raise refused(line, statement)
        try:
            self.database.execute(statement)
        except sqlite3.DatabaseError as error:
            if "not authorized" in str(error) or "prohibited" in str(error):
                raise refused(line, statement) from None
            if is_of_the_disk(error):
                raise
            raise UnfitError(f"Line {line} of the dump cannot be read: {error}.") from None

    def allowed(self, action: int, first: str | None, second: str | None, where: str | None, _: str | None) -> int:
        if action == sqlite3.SQLITE_FUNCTION:
            fine = (second or "").lower() in FUNCTIONS
        elif self.creating:
            fine = action in TO_CREATE and where == "main"
        else:
            fine = action in TO_FILL and not (first or "").lower().startswith("sqlite_")
        return sqlite3.SQLITE_OK if fine or action == sqlite3.SQLITE_TRANSACTION else sqlite3.SQLITE_DENY


@contextmanager
def one_transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN")
    yield
    database.execute("COMMIT")


def refused(line: int, statement: str) -> UnfitError:
    said = " ".join(statement.split())[:SHOWN]
    return UnfitError(f"Line {line} of the dump does more than create and fill tables: {said}")


def statements(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each with the line it begins in. Quotes and comments may hold any number of semicolons."""
    parts: list[str] = []
    began, size, closing = 1, 0, ""
    for number, line in enumerate(lines, start=1):
        start = at = 0
        while True:
            if closing:
                end = line.find(closing, at)
                if end < 0:
                    break
                at, closing = end + len(closing), ""
            found = OPENING.search(line, end_of_plain(line, at))
            if found is None or found[0] == "--":
                break
            at, closing = found.end(), CLOSING.get(found[0], "")
            if found[0] == ";" and is_whole(whole := "".join([*parts, line[start:at]])):
                yield without_comments(began, whole)
                start, parts, began, size = at, [], number, 0
        parts.append(line[start:])
        size += len(line) - start
        if size > LONGEST:
            raise UnfitError(f"Line {began} of the dump begins a statement that does not end: is a quote missing?")
    last, rest = without_comments(began, "".join(parts))
    if rest:
        raise UnfitError(f"The dump is cut off: the statement that begins in line {last} has no end.")


def end_of_plain(line: str, start: int) -> int:
    found = PLAIN.match(line, start)
    return found.end() if found else start


def without_comments(line: int, statement: str) -> tuple[int, str]:
    before = BEFORE.match(statement)
    skipped = before[0] if before else ""
    return line + skipped.count("\n"), statement[len(skipped) :]


def is_whole(statement: str) -> bool:
    """A trigger holds semicolons of its own."""
    words = BEFORE.sub("", statement[:200], count=1)[:60].upper()
    return "TRIGGER" not in words or sqlite3.complete_statement(statement)


def unistr(text: str) -> str:
    r"""Newer dumps write `\u000a` for what does not fit into a line; SQLite before 3.50 cannot read it."""
    return ESCAPED.sub(lambda found: found[5] or chr(int(next(filter(None, found.groups()[:4])), 16)), text)
