# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx>=0.28,<1"]
# ///
"""Put a catalogue (a CSV file) and a folder of photos into a Design Gallery, with the account of a curator.

One file, to be copied anywhere. Read it from top to bottom: the columns, the file, a row, the photos, the gallery,
what is remembered between runs, the sending, what is told, the command.
"""
# ruff: noqa: T201 - a program on its own, which talks on the terminal

from __future__ import annotations

import argparse
import contextlib
import csv
import getpass
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import sys
import threading
import time
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, NoReturn

import httpx

MB = 1024 * 1024


class CannotStartError(Exception):
    """One sentence for whoever started the program; nothing was sent."""


class BrokenOffError(Exception):
    """Going on makes no sense: the gallery is away, or does not let us in any more."""


class StoppedError(Exception):
    """Somebody pressed Ctrl-C; a thread at work leaves by this."""


class Problem(NamedTuple):
    """Why a row is refused, or what is worth knowing about it."""

    field: str
    reason: str


class RowError(Exception):
    """This row cannot be sent as it is; the others can."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.reason for problem in problems))
        self.problems = list(problems)


# --- The columns: as designs/importing/columns.py has them; a test holds the two equal --------------------------
COLUMNS = {
    "external_id": ["id", "sku", "code", "item code", "design no", "design number", "product id"],
    "title": ["name", "design", "design name", "product", "product name"],
    "pictures": ["picture", "images", "image", "photos", "photo", "files", "file", "image_url", "r2_object_key"],
    "categories": ["category", "type", "garment"],
    "styles": ["style"],
    "colours": ["colour", "color", "colors", "shade"],
    "fabrics": ["fabric", "material", "materials", "cloth"],
    "occasions": ["occasion", "event", "events", "function"],
    "seasons": ["season"],
    "weaves": ["weave", "weaving"],
    "crafts": ["craft", "work", "embroidery", "technique", "techniques"],
    "motifs": ["motif", "pattern", "patterns", "print"],
    "audience": ["for", "gender", "who"],
    "tags": ["tag", "tag_list", "keywords", "labels"],
    "size_available": ["size", "sizes", "sizes available"],
    "price_range": ["price", "mrp", "rate", "cost"],
    "price_min": ["price from", "min price"],
    "price_max": ["price to", "max price"],
    "currency": [],
    "designer_name": ["designer", "maker", "brand", "weaver", "label"],
    "collection_name": ["collection", "line", "range"],
    "short_description": ["summary", "subtitle"],
    "description": ["details"],
    "long_description": ["story", "full description"],
    "featured": ["highlight"],
    "status": ["state"],
}
KIND_OF = {
    "categories": "category",
    "styles": "style",
    "colours": "colour",
    "fabrics": "fabric",
    "occasions": "occasion",
    "seasons": "season",
    "weaves": "weave",
    "crafts": "craft",
    "motifs": "motif",
}


def plain(name: str) -> str:
    return re.sub(r"[\s_\-./]+", " ", name.strip().lower()).strip()


KNOWN = {plain(name): column for column, others in COLUMNS.items() for name in [column, *others]}


def read_header(given: list[str]) -> list[str | None]:
    """Which column stands where; None is one that we do not know."""
    columns = [KNOWN.get(plain(name)) for name in given]
    for column, times in Counter(columns).items():
        if column and times > 1:
            names = [name for name, found in zip(given, columns, strict=True) if found == column]
            raise CannotStartError(f"Two columns mean {column}: {' and '.join(names)}. Keep one of them.")
    if "title" not in columns:
        shown = ", ".join(name.strip()[:30] for name in given[:8])
        raise CannotStartError(f"The first line has to name the columns, one of them title. It reads: {shown}")
    return columns


# --- The file: a catalogue, row by row --------------------------------------------------------------------------
LONGEST_LINE = 1_000_000
DELIMITERS = ",;\t|"
PROTECTED = "=+-@\t\r"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
SAVE_AS = "In Excel: File > Save As > CSV UTF-8. In Google Sheets: File > Download > CSV."

csv.field_size_limit(LONGEST_LINE)


@dataclass(frozen=True)
class Row:
    """Its number as a spreadsheet shows it, and the text under each column that is not empty."""

    number: int
    cells: dict[str, str]
    extra: int = 0  # cells behind the last column


@dataclass(frozen=True)
class Catalogue:
    path: Path
    encoding: str
    delimiter: str
    header_at: int
    columns: list[str | None]
    ignored: list[str]

    def rows(self) -> Iterator[Row]:
        """Read anew each time, one after the other: a long catalogue takes no more memory than a short one."""
        for number, cells in records(self.path, self.encoding, self.delimiter):
            if number <= self.header_at:
                continue
            named = zip(self.columns, cells, strict=False)
            found = {column: unprotected(text.strip()) for column, text in named if column and text.strip()}
            extra = sum(bool(text.strip()) for text in cells[len(self.columns) :])
            if found or extra:
                yield Row(number, found, extra)


def open_catalogue(path: Path) -> Catalogue:
    encoding = encoding_of(path)
    first = next((line for line in lines(path, encoding) if line.strip()), "")
    if not first:
        raise CannotStartError(f"{path} is empty.")
    delimiter = max(DELIMITERS, key=lambda mark: (known_names(first, mark), first.count(mark)))
    number, given = next((n, cells) for n, cells in records(path, encoding, delimiter) if any(map(str.strip, cells)))
    columns = read_header(given)
    ignored = [name.strip() for name, column in zip(given, columns, strict=True) if name.strip() and not column]
    return Catalogue(path, encoding, delimiter, number, columns, ignored)


def encoding_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except FileNotFoundError:
        raise CannotStartError(f"There is no file {path}.") from None
    except OSError as error:
        raise CannotStartError(f"{path} cannot be read: {error.strerror}.") from None
    if start in WORKBOOKS:
        raise CannotStartError(f"{path.name} is an Excel workbook; this program reads CSV. {SAVE_AS}")
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    return "utf-8-sig"


def lines(path: Path, encoding: str) -> Iterator[str]:
    with path.open(encoding=encoding, newline="") as file:
        number = 0
        while True:
            number += 1
            try:
                line = file.readline(LONGEST_LINE)
            except UnicodeError:
                raise CannotStartError(f"{path.name} is not UTF-8 text. {SAVE_AS}") from None
            if len(line) >= LONGEST_LINE or "\x00" in line:
                raise CannotStartError(f"Line {number} of {path.name} is no text of a catalogue. {SAVE_AS}")
            if not line:
                return
            yield line


def records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """With the line that each begins in: a cell may hold several."""
    reader = csv.reader(lines(path, encoding), delimiter=delimiter)
    first = 1
    try:
        for cells in reader:
            yield first, cells
            first = reader.line_num + 1
    except csv.Error:
        raise CannotStartError(f"A quote is opened in line {first} of {path.name} and not closed.") from None


def known_names(header: str, delimiter: str) -> int:
    return sum(plain(name.strip().strip('"')) in KNOWN for name in header.strip().split(delimiter))


def unprotected(text: str) -> str:
    """Exports put an apostrophe before what a spreadsheet would take for a formula."""
    bare = text.lstrip("'")
    return text[1:] if text[:1] == "'" and bare and bare[0] in PROTECTED else text


def protected(text: str) -> str:
    return f"'{text}" if text and (text.lstrip("'") or text)[0] in PROTECTED else text


# --- A row: what it asks for, in the words of the API -----------------------------------------------------------
TEXTS = [
    "external_id",
    "title",
    "description",
    "short_description",
    "long_description",
    "size_available",
    "price_range",
    "designer_name",
    "collection_name",
]
YES, NO = {"yes", "y", "true", "1", "x", "on"}, {"no", "n", "false", "0", "off"}
FLAGS = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
AUDIENCES = {
    **dict.fromkeys(("women", "woman", "ladies", "lady", "female", "women's", "womens", "girls"), "women"),
    **dict.fromkeys(("men", "man", "gents", "male", "men's", "mens", "boys"), "men"),
    **dict.fromkeys(("kids", "kid", "children", "child", "girl", "boy"), "kids"),
    **dict.fromkeys(("unisex", "all", "both", "everybody", "everyone"), "unisex"),
}
STATUSES = {
    **{name: name for name in ("draft", "pending", "active", "inactive", "rejected")},
    "published": "active",
    "live": "active",
    "hidden": "inactive",
    "review": "pending",
    "pending review": "pending",
}
MINOR = 100  # paise in a rupee
MOST_PICTURES = 30


@dataclass
class Wish:
    """One design, as a row asks for it."""

    number: int
    external_id: str
    title: str
    key: str  # which design this is, between runs
    body: dict[str, Any] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def fingerprint(self, pictures: list[str]) -> str:
        """Of all that is sent; `pictures` by their content, so that a retouched photo counts as a change."""
        return digest(json.dumps([self.body, pictures], sort_keys=True))


def wish_of(row: Row) -> Wish:
    cells = row.cells
    external_id, title = cells.get("external_id", ""), cells.get("title", "")
    maker = cells.get("designer_name", "")
    key = f"id:{external_id}" if external_id else f"name:{folded(title)}|{folded(maker)}"
    wish = Wish(row.number, external_id, title, key)
    wish.body = {name: cells[name] for name in TEXTS if name in cells}
    wish.body |= {column: split_values(cells[column]) for column in KIND_OF if column in cells}
    if "tags" in cells:
        wish.body["tag_list"] = split_values(cells["tags"], ",;\n")
    if "currency" in cells:
        wish.body["currency"] = cells["currency"].upper()
    read_choices(cells, wish)
    read_prices(cells, wish)
    read_pictures(cells, wish)
    if not title:
        wish.problems.append(Problem("title", "A design needs a title."))
    if row.extra:
        wish.problems.append(Problem("", f"{row.extra} cells stand behind the last column: is a quote missing?"))
    return wish


def read_choices(cells: dict[str, str], wish: Wish) -> None:
    choices: list[tuple[str, dict[str, Any], str]] = [
        ("audience", AUDIENCES, "women, men, kids or unisex"),
        ("status", STATUSES, "draft, pending, active, inactive or rejected"),
        ("featured", FLAGS, "yes or no"),
    ]
    for column, known, hint in choices:
        text = cells.get(column, "")
        if text and text.lower() not in known:
            wish.problems.append(Problem(column, f"{text[:60]!r} is not {hint}."))
        elif text:
            wish.body[column] = known[text.lower()]


def read_prices(cells: dict[str, str], wish: Wish) -> None:
    for column in ("price_min", "price_max"):
        if column not in cells:
            continue
        amount = minor_units(cells[column])
        if amount is None:
            reason = f"{cells[column][:60]!r} is not an amount in rupees, such as 12500 or 12,500.50."
            wish.problems.append(Problem(column, reason))
        else:
            wish.body[column] = amount


def minor_units(text: str) -> int | None:
    """Rupees in the file, paise in the API."""
    bare = re.sub(r"^(?:₹|rs\.?|inr)", "", text.strip(), flags=re.IGNORECASE)
    try:
        minor = Decimal(bare.replace(",", "").strip()) * MINOR
    except InvalidOperation:
        return None
    return int(minor) if minor.is_finite() and 0 <= minor <= 10**15 and minor == minor.to_integral_value() else None


def read_pictures(cells: dict[str, str], wish: Wish) -> None:
    wish.pictures = split_names(cells.get("pictures", ""))
    if len(wish.pictures) > MOST_PICTURES:
        wish.problems.append(Problem("pictures", f"{len(wish.pictures)} pictures; {MOST_PICTURES} are the most."))


def split_values(text: str, separators: str = ",;\n/") -> list[str]:
    return split(text, "|" if "|" in text else separators)


def split_names(text: str) -> list[str]:
    """Names of files may hold commas: they part only where nothing else does."""
    return split(text, "|;\n" if any(mark in text for mark in "|;\n") else ",")


def split(text: str, separators: str) -> list[str]:
    parts = re.split(f"[{re.escape(separators)}]", text)
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def folded(text: str) -> str:
    """Without case, needless spaces and the many ways to write the same letter."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# --- The photos: found in the folder, and never outside of it ---------------------------------------------------
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
SIGNATURES: dict[str, Callable[[bytes], bool]] = {
    "image/jpeg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "image/png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    "image/heic": lambda head: head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS,
}
HEIC_HINT = "is a HEIC photo. Save it as JPEG (iPhone: Settings > Camera > Formats > Most Compatible)."
OUTSIDE = "lies outside of the folder of photos."


@dataclass(frozen=True)
class Rules:
    """What the gallery takes; it may say otherwise in its settings."""

    largest: int = 10 * MB
    types: tuple[str, ...] = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True)
class Photo:
    """A file of the folder. Its bytes are read when they are needed, one photo at a time."""

    path: Path
    name: str
    size: int
    kind: str

    def sha256(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


class Folder:
    """All files below it by their names, whatever their case. None is no folder."""

    def __init__(self, path: Path | None) -> None:
        self.root = path.resolve() if path else None
        self.by_name: dict[str, list[str]] = {}  # names and paths relative to the folder, folded
        if self.root is None:
            return
        if not self.root.is_dir():
            raise CannotStartError(f"There is no folder {path}.")
        for place, folders, names in os.walk(self.root):  # links to other folders are not followed
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                self.remember(os.path.relpath(os.path.join(place, name), self.root))  # noqa: PTH118 - ten times quicker

    def remember(self, path: str) -> None:
        spelled = PurePosixPath(path.replace(os.sep, "/"))
        for name in {folded(spelled.name), folded(str(spelled))}:
            self.by_name.setdefault(name, []).append(path)

    def find(self, text: str) -> Path | str:
        """The file that a cell means; or the cell itself, when it can only be the key of a picture in the gallery."""
        name = text.replace("\\", "/")
        if "://" in name:
            raise wrong_picture(f"{text[:80]!r} is a link. Write the name of a file in the folder.")
        if name.startswith(("/", "~")) or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
            raise wrong_picture(f"{text[:80]!r} {OUTSIDE}")
        if not name.isprintable():
            raise wrong_picture(f"{text[:80]!r} is no name of a file.")
        found = self.by_name.get(folded(str(PurePosixPath(name))), [])
        if len(found) > 1:
            raise wrong_picture(f"{text[:80]!r} may be any of {', '.join(found[:3])}. Write it with its folder.")
        if found and self.root:
            return self.inside(self.root / found[0], text)
        if "/" in name:
            return text
        raise wrong_picture(
            f"There is no file {text[:80]!r} in the folder." if self.root else "Name the folder of photos by --images."
        )

    def inside(self, path: Path, text: str) -> Path:
        """A link may lead anywhere."""
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            raise wrong_picture(f"{text[:80]!r} is a link that leads nowhere.") from None
        if not self.root or not target.is_relative_to(self.root):
            raise wrong_picture(f"{text[:80]!r} {OUTSIDE}")
        return target


def look_at(path: Path, text: str, rules: Rules) -> Photo:
    """Before a byte is sent: whether it is a photo that the gallery takes."""
    try:
        size = path.stat().st_size if path.is_file() else -1
        head = b""
        if size > 0:
            with path.open("rb") as file:
                head = file.read(32)
    except OSError as error:
        raise wrong_picture(f"{text[:80]!r} cannot be read: {error.strerror}.") from None
    if size <= 0:
        raise wrong_picture(f"{text[:80]!r} is empty." if size == 0 else f"{text[:80]!r} is not a file.")
    if size > rules.largest:
        raise wrong_picture(f"{text[:80]!r} has {size / MB:.1f} MB, and {rules.largest / MB:.1f} MB is the most.")
    kind = next((kind for kind, matches in SIGNATURES.items() if matches(head)), "")
    if kind not in rules.types:
        hint = HEIC_HINT if kind == "image/heic" else "is not a JPEG, PNG or WebP photo."
        raise wrong_picture(f"{text[:80]!r} {hint}")
    return Photo(path, text, size, kind)


def wrong_picture(reason: str) -> RowError:
    return RowError(Problem("pictures", reason))


# --- The gallery: asked politely, again when it makes sense, with a session that renews itself ------------------
WAITS = [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]  # seconds before the second try, the third ...
LONGEST_WAIT = 300.0
COME_AGAIN = {429, 502, 503, 504}
WORN_OUT = {"token_missing", "token_invalid", "token_expired"}
SHUT_OUT = {
    "session_expired",
    "session_revoked",
    "account_pending",
    "account_rejected",
    "account_blocked",
    "admin_required",
}
# What the API says about fields that the file calls otherwise.
COLUMN_OF = {"image_ids": "pictures", "r2_object_key": "pictures", "tag_list": "tags", "sizes": "size_available"}
NO_GALLERY = "does not answer like a gallery. Is the address right?"


class RefusedError(Exception):
    """An answer that says no, in the one shape of the API."""

    def __init__(self, answer: httpx.Response) -> None:
        body = shape_of(answer)
        self.status = answer.status_code
        self.code = str(body.get("error") or "")
        self.message = str(body.get("message") or f"The gallery answered {answer.status_code}.")
        if self.status >= httpx.codes.INTERNAL_SERVER_ERROR and body.get("request_id"):
            self.message += f" (request {body['request_id']})"
        details = body.get("details")
        self.details = [entry for entry in details if isinstance(entry, dict)] if isinstance(details, list) else []
        self.retry_after = retry_after(answer)
        super().__init__(self.message)

    @property
    def problems(self) -> list[Problem]:
        return [
            Problem(column_of(str(entry.get("field", ""))), str(entry.get("message") or self.message))
            for entry in self.details
        ] or [Problem("", self.message)]


def shape_of(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def retry_after(answer: httpx.Response) -> float:
    given = answer.headers.get("Retry-After", "")
    return float(given) if given.isdecimal() else 0.0


def column_of(name: str) -> str:
    first = name.partition(".")[0]  # of `colours.0`
    return COLUMN_OF.get(first, first)


class Gallery:
    """Its doors. Several threads knock through one session."""

    def __init__(self, url: str, stop: threading.Event, *, insecure: bool = False) -> None:
        self.url = url
        self.insecure = insecure
        self.stop = stop
        self.http = httpx.Client(timeout=httpx.Timeout(60, connect=15), headers={"User-Agent": "gallery-bulk-upload/1"})
        self.renewing = threading.Lock()
        self.access = self.refresh = ""
        self.waiting_until, self.waiting_for = 0.0, ""
        self.given_up = ""  # why

    # --- One request, patiently
    def patiently(self, send: Callable[[], httpx.Response]) -> httpx.Response:
        """What passes by itself is waited for, a bounded number of times."""
        for wait in [*WAITS, None]:
            if self.stop.is_set():
                raise StoppedError
            try:
                answer = send()
            except httpx.RequestError as error:
                trouble, told = self.spoken(error), 0.0
            else:
                trouble, told = RefusedError(answer).message, retry_after(answer)
                at_work = answer.status_code == httpx.codes.CONFLICT and told > 0  # the same request, sent before
                if (answer.status_code not in COME_AGAIN and not at_work) or (at_work and wait is None):
                    return answer
            if wait is None or told > LONGEST_WAIT:
                break
            self.pause(max(wait, told), trouble)
        raise BrokenOffError(trouble)

    def pause(self, seconds: float, why: str) -> None:
        self.waiting_until, self.waiting_for = time.monotonic() + seconds, why
        if self.stop.wait(seconds):
            raise StoppedError

    def give_up(self, why: str) -> None:
        """The others need not find out for themselves."""
        self.given_up = self.given_up or why
        self.stop.set()

    def spoken(self, error: httpx.RequestError) -> str:
        if "CERTIFICATE" in str(error).upper():
            return f"The certificate of {self.url} is not valid, so it may be somebody else ({error})."
        if isinstance(error, httpx.TimeoutException):
            return f"{self.url} does not answer in time."
        return f"{self.url} cannot be reached ({error or type(error).__name__})."

    # --- Signed in
    def ask(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        """The answer of a door; RefusedError when it says no."""
        for renewed in (False, True):
            token = self.access
            headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
            answer = self.patiently(partial(self.request, method, path, body, headers))
            if answer.status_code != httpx.codes.UNAUTHORIZED or shape_of(answer).get("error") not in WORN_OUT:
                break
            if not renewed:
                self.renew(token)
        return self.understood(answer)

    def request(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return self.http.request(method, f"{self.url}/api{path}", json=body, headers=headers)

    def renew(self, worn: str) -> None:
        """Refresh tokens are one-time: of several threads one renews, the others find it done."""
        with self.renewing:
            if self.access != worn:
                return
            body = {"refresh_token": self.refresh}
            answer = self.patiently(lambda: self.request("POST", "/auth/refresh", body))
            if not answer.is_success:
                raise BrokenOffError(f"The session ended: {RefusedError(answer).message}")
            self.keep(self.understood(answer))

    def keep(self, pair: Any) -> None:
        try:
            self.access, self.refresh = str(pair["access_token"]), str(pair["refresh_token"])
        except (TypeError, KeyError):
            raise BrokenOffError(f"{self.url} {NO_GALLERY}") from None

    def understood(self, answer: httpx.Response) -> Any:
        if answer.is_redirect:
            raise BrokenOffError(f"{self.url} leads elsewhere, to {answer.headers.get('Location', '')[:100]}.")
        if not answer.is_success:
            refused = RefusedError(answer)
            if refused.code in SHUT_OUT or answer.status_code == httpx.codes.UNAUTHORIZED:
                raise BrokenOffError(refused.message)
            raise refused
        try:
            return answer.json()
        except ValueError:
            raise BrokenOffError(f"{self.url} {NO_GALLERY}") from None

    def put(self, ticket: dict[str, Any], data: bytes) -> None:
        """To the storage, by the link and the headers we were given and nothing else: no token of ours."""
        url = str(ticket["upload_url"])
        refuse_plain_http(url, insecure=self.insecure or self.url.startswith("http://"))
        answer = self.patiently(lambda: self.http.put(url, content=data, headers=dict(ticket["headers"])))
        if not answer.is_success:
            refused = RefusedError(answer)
            reason = refused.message if refused.code else f"The storage refused the picture ({answer.status_code})."
            raise wrong_picture(reason)

    # --- Coming and going
    def settings(self) -> dict[str, Any]:
        """Also the question whether this is a gallery at all, before it is told a password."""
        try:
            answer = self.request("GET", "/settings")
        except (httpx.RequestError, httpx.InvalidURL) as error:
            told = self.spoken(error) if isinstance(error, httpx.RequestError) else f"{self.url} is no address."
            raise CannotStartError(told) from None
        if answer.is_redirect:
            raise CannotStartError(f"{self.url} leads elsewhere, to {answer.headers.get('Location', '')[:100]}.")
        found = shape_of(answer)
        if answer.is_success and "max_upload_size" in found:
            return found
        ours = found.get("success") is False and answer.status_code != httpx.codes.NOT_FOUND
        raise CannotStartError(str(found.get("message")) if ours else f"{self.url} {NO_GALLERY}")

    def sign_in(self, user: str, password: str) -> dict[str, Any]:
        body = {"username": user, "password": password, "device_name": f"bulk upload on {socket.gethostname()}"[:100]}
        try:
            answer = self.request("POST", "/auth/login", body)
        except httpx.RequestError as error:
            raise CannotStartError(self.spoken(error)) from None
        if not answer.is_success:
            raise CannotStartError(why_not_in(RefusedError(answer), user))
        told = shape_of(answer)
        try:
            self.keep(told)
        except BrokenOffError as error:
            raise CannotStartError(str(error)) from None
        person: dict[str, Any] = told.get("user") or {}
        return person

    def sign_out(self) -> None:
        if self.access:
            with contextlib.suppress(httpx.HTTPError):
                headers = {"Authorization": f"Bearer {self.access}"}
                self.http.post(f"{self.url}/api/auth/logout", json={}, headers=headers, timeout=5)
        self.http.close()


def why_not_in(refused: RefusedError, user: str) -> str:
    reason = next((str(entry.get("message")) for entry in refused.details if entry.get("field") == "reason"), "")
    sentences = {
        "invalid_credentials": f"The name {user} or the password is wrong.",
        "account_pending": f"The account {user} waits for approval. Ask the staff of the gallery.",
        "account_rejected": f"The account {user} was not approved. {reason}",
        "account_blocked": f"The account {user} is blocked. {reason}",
        "throttled": f"Too many tries to sign in. Try again in {refused.retry_after or 60:.0f} seconds.",
        "maintenance": "The gallery is closed for maintenance. Try again later.",
    }
    return sentences.get(refused.code, refused.message).strip()


def ensure_allowed(person: dict[str, Any], user: str) -> None:
    held = person.get("permissions") or []
    wanted = {"designs.edit": "make designs", "pictures.edit": "upload pictures"}
    missing = [words for right, words in wanted.items() if right not in held]
    if missing:
        raise CannotStartError(
            f"{user} is signed in, but may not {' or '.join(missing)}. "
            f"Ask the staff of the gallery to make {user} a Curator."
        )


def gallery_url(text: str, *, insecure: bool) -> str:
    """`https://gallery.example`, however it was typed."""
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL:
        raise CannotStartError(f"{text!r} is no address. It looks like https://gallery.example") from None
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo or url.query:
        raise CannotStartError(f"{text!r} is no address. It looks like https://gallery.example")
    refuse_plain_http(str(url), insecure=insecure)
    return str(url).split("#")[0].rstrip("/").removesuffix("/api")


def refuse_plain_http(url: str, *, insecure: bool) -> None:
    address = httpx.URL(url)
    if address.scheme != "https" and address.host not in {"localhost", "127.0.0.1", "::1"} and not insecure:
        raise CannotStartError(
            f"{address.scheme}://{address.host} is not protected: anybody on the way could read your password. "
            "Use https, or --insecure-http if you know the network."
        )


# --- The memory: what was sent already, beside the catalogue ----------------------------------------------------
SAVE_EVERY = 1.0  # seconds


class Memory:
    """Survives being killed: every picture's key is written before its bytes travel, the rest within a second."""

    def __init__(self, path: Path, server: str) -> None:
        self.path, self.server = path, server
        self.lock = threading.Lock()
        self.changed, self.saved_at = False, 0.0
        found = self.read()
        self.pictures: dict[str, dict[str, Any]] = found["pictures"]  # sha256 -> key, id (none: not completed)
        self.rows: dict[str, dict[str, Any]] = found["rows"]  # key of the row -> id of the design, its fingerprint

    def read(self) -> dict[str, Any]:
        if not self.path.exists():
            return {"pictures": {}, "rows": {}}
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = None
        sound = isinstance(found, dict) and all(isinstance(found.get(name), dict) for name in ("pictures", "rows"))
        if not sound:
            raise CannotStartError(f"{self.path} is damaged. Delete it to begin anew.")
        if found.get("server") != self.server:
            raise CannotStartError(f"{self.path} belongs to {found.get('server')}. Name another file by --state.")
        kept: dict[str, Any] = found
        return kept

    def ensure_writable(self) -> None:
        self.changed = True
        try:
            self.save()
        except OSError as error:
            raise CannotStartError(
                f"{self.path} cannot be written: {error.strerror}. Name another by --state."
            ) from None

    def picture(self, sha256: str) -> dict[str, Any] | None:
        with self.lock:
            return self.pictures.get(sha256)

    def keep_picture(self, sha256: str, key: str, number: int | None) -> None:
        with self.lock:
            self.pictures[sha256] = {"key": key, "id": number}
            self.changed = True

    def doubt_picture(self, sha256: str) -> None:
        """The gallery does not know its number any more: ask by its key, and else send it again."""
        with self.lock:
            if known := self.pictures.get(sha256):
                self.pictures[sha256] = {**known, "id": None}

    def row(self, key: str) -> dict[str, Any] | None:
        with self.lock:
            return self.rows.get(key)

    def keep_row(self, key: str, design: int | None, fingerprint: str) -> None:
        with self.lock:
            self.rows[key] = {"id": design, "fingerprint": fingerprint}
            self.changed = True

    def save(self, *, now: bool = True) -> None:
        with self.lock:
            if not self.changed or (not now and time.monotonic() - self.saved_at < SAVE_EVERY):
                return
            facts = {"server": self.server, "pictures": self.pictures, "rows": self.rows}
            write_whole(self.path, json.dumps(facts, ensure_ascii=False, indent=0))
            self.changed, self.saved_at = False, time.monotonic()


def write_whole(path: Path, text: str) -> None:
    """All of it or nothing, whenever somebody pulls the plug."""
    unfinished = path.with_name(f"{path.name}.tmp")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


# --- The sending: pictures first, then the design ---------------------------------------------------------------
ADDED, CHANGED, THERE, REFUSED = "added", "changed", "already there", "refused"
NOT_SENT = "changed, not sent"
WOULD_ADD, WOULD_CHANGE = "would be added", "would be changed"


@dataclass
class Outcome:
    wish: Wish
    result: str
    design: int | None = None
    remarks: list[Problem] = field(default_factory=list)


@dataclass
class Tally:
    """What happened so far; counted by several threads."""

    uploaded: int = 0
    reused: int = 0
    sent: int = 0  # bytes
    lock: threading.Lock = field(default_factory=threading.Lock)

    def one_uploaded(self, size: int) -> None:
        with self.lock:
            self.uploaded += 1
            self.sent += size

    def one_reused(self) -> None:
        with self.lock:
            self.reused += 1


class Pictures:
    """Each content is uploaded once, however many rows show it and however many threads want it now."""

    def __init__(self, gallery: Gallery, memory: Memory, tally: Tally) -> None:
        self.gallery, self.memory, self.tally = gallery, memory, tally
        self.lock = threading.Lock()
        self.on_the_way: dict[str, Future[int]] = {}

    def number_of(self, photo: Photo, sha256: str) -> int:
        with self.lock:
            coming = self.on_the_way.get(sha256)
            mine = Future[int]() if coming is None else None
            if mine:
                self.on_the_way[sha256] = mine
        if coming:
            number = coming.result()
            self.tally.one_reused()
            return number
        return self.bring(photo, sha256, mine or Future())

    def bring(self, photo: Photo, sha256: str, promise: Future[int]) -> int:
        try:
            number = self.known(sha256) or self.upload(photo, sha256)
        except BaseException as error:
            promise.set_exception(error)  # stays: other rows with this photo are told the same
            raise
        promise.set_result(number)
        with self.lock:
            del self.on_the_way[sha256]
        return number

    def known(self, sha256: str) -> int | None:
        """From this run or an earlier one; one that was broken off before the end is looked after."""
        kept = self.memory.picture(sha256)
        number: int | None = kept["id"] if kept else None
        if kept and not number:
            try:
                number = self.complete(str(kept["key"]))
            except RefusedError:
                return None  # never arrived, or gone
            self.memory.keep_picture(sha256, str(kept["key"]), number)
        if number:
            self.tally.one_reused()
        return number

    def upload(self, photo: Photo, sha256: str) -> int:
        data = photo.path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise wrong_picture(f"{photo.name[:80]!r} was changed while it was read. Run again.")
        ending = photo.kind.partition("/")[2]
        facts = {"filename": f"photo.{ending}", "content_type": photo.kind, "size": len(data)}
        ticket = self.gallery.ask("POST", "/upload/presigned-url", facts)
        key = str(ticket["object_key"])
        self.memory.keep_picture(sha256, key, None)
        self.memory.save()
        self.gallery.put(ticket, data)
        number = self.complete(key)
        self.memory.keep_picture(sha256, key, number)
        self.tally.one_uploaded(len(data))
        return number

    def complete(self, key: str) -> int:
        """Asking again for the same key changes nothing."""
        return int(self.gallery.ask("POST", "/upload/complete", {"object_key": key})["id"])


@dataclass
class Shown:
    """The pictures of one row: photos with their content, or keys of pictures that are in the gallery."""

    photos: dict[str, Photo] = field(default_factory=dict)  # by sha256
    order: list[str] = field(default_factory=list)  # sha256 or key


class Sender:
    """Deals with one row at a time, in several threads at once."""

    def __init__(self, gallery: Gallery, memory: Memory, folder: Folder, rules: Rules, tally: Tally) -> None:
        self.gallery, self.memory, self.folder, self.rules = gallery, memory, folder, rules
        self.pictures = Pictures(gallery, memory, tally)
        self.update = self.dry_run = False
        self.words: dict[str, set[str]] = {}  # kind -> the terms of the gallery, for a dry run

    def deal_with(self, wish: Wish) -> Outcome:
        try:
            return self.send(wish, self.look_for_pictures(wish))
        except (RowError, RefusedError) as error:
            return Outcome(wish, REFUSED, None, error.problems)
        except (BrokenOffError, CannotStartError) as error:
            self.gallery.give_up(str(error))
            raise
        except OSError as error:
            return Outcome(wish, REFUSED, None, [Problem("", f"{error.filename}: {error.strerror}.")])

    def send(self, wish: Wish, shown: Shown) -> Outcome:
        fingerprint, kept = wish.fingerprint(shown.order), self.memory.row(wish.key)
        design: int | None = kept["id"] if kept else None
        if kept and kept["fingerprint"] == fingerprint:
            return Outcome(wish, THERE, design)
        if kept and not self.update:
            return Outcome(wish, NOT_SENT, design, [Problem("", "Use --update to send what changed.")])
        if self.dry_run:
            return Outcome(wish, WOULD_CHANGE if kept else WOULD_ADD, design, self.unknown_words(wish))
        return self.change(wish, shown, fingerprint, design) if kept else self.add(wish, shown, fingerprint)

    def look_for_pictures(self, wish: Wish) -> Shown:
        """Everything that is wrong with a row at once, before anything of it is sent."""
        shown, problems = Shown(), list(wish.problems)
        for text in wish.pictures[:MOST_PICTURES]:
            try:
                found = self.folder.find(text)
                if isinstance(found, str):
                    shown.order.append(found)
                    continue
                photo = look_at(found, text, self.rules)
                sha256 = photo.sha256()
            except RowError as error:
                problems += error.problems
                continue
            shown.photos[sha256] = photo
            shown.order.append(sha256)
        if problems:
            raise RowError(*problems)
        shown.order = list(dict.fromkeys(shown.order))
        return shown

    def number_of(self, name: str, photo: Photo | None) -> int:
        try:
            return self.pictures.number_of(photo, name) if photo else self.pictures.complete(name)
        except RefusedError as refused:
            raise wrong_picture(f"{(photo.name if photo else name)[:80]!r}: {refused.message}") from None

    def with_pictures(self, wish: Wish, shown: Shown, send: Callable[[dict[str, Any]], Any]) -> Any:
        """When the gallery lost a picture that we remember, it is sent once more."""
        for again in (False, True):
            numbers = [self.number_of(name, shown.photos.get(name)) for name in shown.order]
            body = wish.body | ({"image_ids": numbers} if numbers else {})
            try:
                return send(body)
            except RefusedError as refused:
                if again or refused.code != "picture_not_found":
                    raise
                for sha256 in shown.photos:
                    self.memory.doubt_picture(sha256)
        raise AssertionError

    def add(self, wish: Wish, shown: Shown, fingerprint: str) -> Outcome:
        key = f"bulk-{digest(f'{self.gallery.url} {fingerprint}')}"
        status = {"status": "active" if shown.order else "draft"}
        try:
            design = self.with_pictures(
                wish, shown, lambda body: self.gallery.ask("POST", "/designs", status | body, key=key)
            )
        except RefusedError as refused:
            if not is_there(refused):
                raise
            self.memory.keep_row(wish.key, None, fingerprint)
            return Outcome(wish, THERE)
        self.memory.keep_row(wish.key, int(design["id"]), fingerprint)
        return Outcome(wish, ADDED, int(design["id"]))

    def change(self, wish: Wish, shown: Shown, fingerprint: str, design: int | None) -> Outcome:
        if design is None:
            reason = "It was in the gallery before the first run, so it has to be changed there."
            raise RowError(Problem("external_id", reason))
        try:
            self.with_pictures(wish, shown, lambda body: self.gallery.ask("PATCH", f"/designs/{design}", body))
        except RefusedError as refused:
            if refused.code != "not_found":
                raise
            raise RowError(Problem("", f"Design {design} was deleted in the gallery.")) from None
        self.memory.keep_row(wish.key, design, fingerprint)
        return Outcome(wish, CHANGED, design)

    def unknown_words(self, wish: Wish) -> list[Problem]:
        """Synonyms are not shown by the gallery: an unknown word may still be understood."""
        return [
            Problem(column, f"{word[:60]!r} is no name of a {kind}; the gallery may know it as another word for one.")
            for column, kind in KIND_OF.items()
            for word in wish.body.get(column, [])
            if self.words and spelled(word) not in self.words.get(kind, set())
        ]


def is_there(refused: RefusedError) -> bool:
    """By its external_id; or by the Idempotency-Key, made of the row's content and sent less than a day ago."""
    if refused.status != httpx.codes.CONFLICT or refused.retry_after:
        return False
    fields = {entry.get("field") for entry in refused.details}
    return "external_id" in fields or "Idempotency-Key" in refused.message


def spelled(text: str) -> str:
    return folded(text.translate(str.maketrans("-_", "  ")))


def words_of(gallery: Gallery) -> dict[str, set[str]]:
    """Slugs, names and native forms of all terms."""
    words: dict[str, set[str]] = {}
    page = 1
    while True:
        terms = gallery.ask("GET", f"/terms?per_page=200&page={page}")
        for term in terms:
            native = [form for forms in (term.get("native") or {}).values() for form in forms]
            words.setdefault(term["kind"], set()).update(map(spelled, [term["slug"], term["name"], *native]))
        if len(terms) < 200:  # noqa: PLR2004
            return words
        page += 1


# --- What is told: on the terminal, and in the report -----------------------------------------------------------
QUIET_EVERY = 10.0  # seconds between two lines, when nobody watches
REPORTED = ["line", "external_id", "title", "result", "design", "field", "reason"]
MOST_LINES = 20  # refused rows shown on the terminal; all of them are in the report


class Report:
    """A CSV for a spreadsheet, written while the rows are dealt with."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.file = path.open("w", encoding="utf-8-sig", errors="replace", newline="")
        except OSError as error:
            raise CannotStartError(
                f"The report {path} cannot be written: {error.strerror}. Is it open in Excel?"
            ) from None
        self.lines = csv.writer(self.file)
        self.lines.writerow(REPORTED)

    def add(self, outcome: Outcome) -> None:
        wish = outcome.wish
        start = [str(wish.number), wish.external_id, wish.title, outcome.result, str(outcome.design or "")]
        for remark in outcome.remarks or [Problem("", "")]:
            self.lines.writerow([protected(clean(cell)) for cell in (*start, *remark)])
        self.file.flush()

    def close(self) -> None:
        self.file.close()


class Screen:
    """A line that moves on a terminal, a line now and then elsewhere."""

    def __init__(self, gallery: Gallery, tally: Tally, total: int) -> None:
        self.gallery, self.tally, self.total = gallery, tally, total
        self.counts: Counter[str] = Counter()
        self.started = time.monotonic()
        self.moving = sys.stderr.isatty()
        self.drawn_at = self.started

    @property
    def done(self) -> int:
        return sum(self.counts.values())

    def tell(self, outcome: Outcome) -> None:
        self.counts[outcome.result] += 1
        if outcome.result == REFUSED and self.counts[REFUSED] <= MOST_LINES:
            for field_name, reason in outcome.remarks:
                where = f"{field_name}: " if field_name else ""
                self.line(f"Line {outcome.wish.number}: {where}{reason}")
        if outcome.result == REFUSED and self.counts[REFUSED] == MOST_LINES:
            self.line("More refused rows are only written to the report.")

    def state(self) -> str:
        seconds = max(time.monotonic() - self.started, 0.1)
        parts = [
            f"{self.done}/{self.total} rows",
            f"{self.tally.uploaded} pictures",
            f"{self.tally.sent / MB / seconds:.1f} MB/s",
            f"{self.counts[REFUSED]} refused",
        ]
        if (left := self.gallery.waiting_until - time.monotonic()) > 1:
            parts.append(f"waiting {left:.0f} s: {self.gallery.waiting_for}")
        return "  ".join(parts)

    def draw(self) -> None:
        now = time.monotonic()
        if now - self.drawn_at < (0.1 if self.moving else QUIET_EVERY):
            return
        self.drawn_at = now
        if not self.moving:
            self.line(self.state())
            return
        width = shutil.get_terminal_size().columns - 1
        print(f"\r\x1b[K{clean(self.state())[:width]}", end="", file=sys.stderr, flush=True)

    def line(self, text: str) -> None:
        if self.moving:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        print(clean(text), flush=True)

    def end(self, report: Path, *, dry_run: bool) -> None:
        for result, times in self.counts.items():
            self.line(f"{times:>7}  {result}")
        if self.done < self.total:
            self.line(f"{self.total - self.done:>7}  not reached")
        if not dry_run:
            self.line(f"{self.tally.uploaded:>7}  pictures uploaded ({self.tally.sent / MB:.1f} MB)")
            self.line(f"{self.tally.reused:>7}  pictures reused")
        self.line(f"{time.monotonic() - self.started:>7.1f}  seconds")
        if not self.counts:
            self.line("The catalogue has no rows.")
        elif set(self.counts) == {THERE}:
            self.line("Everything was in the gallery already; nothing was changed.")
        if self.counts[NOT_SENT]:
            self.line("Rows changed since they were sent. To send them, add --update.")
        self.line(f"The report: {report}")


def clean(text: str) -> str:
    """Nothing that moves the cursor, whoever wrote it."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


# --- The command ------------------------------------------------------------------------------------------------
EXAMPLES = """\
examples:
  python bulk_upload.py https://gallery.example catalogue.csv --images photos --user meera --dry-run   (only look)
  python bulk_upload.py https://gallery.example catalogue.csv --images photos --user meera             (send it)
  python bulk_upload.py https://gallery.example catalogue.csv --images photos --user meera --update    (send changes)

You are asked for your password (or set GALLERY_PASSWORD). When something stops the program, run the same command
again: it goes on where it was and makes nothing twice. Rows that were refused stand in the report with the reason;
mend them in the catalogue and run again.

it ends with: 0 all is well, 1 some rows were refused, 2 it could not start, 130 you stopped it
"""


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Puts a catalogue (a CSV file) and its photos into a Design Gallery.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("gallery", help="its address, such as https://gallery.example")
    add("catalogue", type=Path, help="the CSV file; its first line names the columns, one of them title")
    add("--user", required=True, metavar="NAME", help="your name in the gallery; you have to be a Curator there")
    add("--images", type=Path, metavar="FOLDER", help="where the photos lie, also in folders below it")
    add("--dry-run", action="store_true", help="only look whether all is well; send nothing")
    add("--update", action="store_true", help="also change designs whose row changed since it was sent")
    add("--workers", type=int, default=4, choices=range(1, 17), metavar="N", help="how many rows at once, 1 to 16 (4)")
    add("--report", type=Path, metavar="FILE", help="what became of each row (catalogue.report.csv)")
    add("--state", type=Path, metavar="FILE", help="what was sent already (catalogue.ADDRESS.upload.json)")
    add("--insecure-http", action="store_true", help="allow http: everybody on the way can read your password")
    return parser.parse_args(arguments)


def password_of(user: str) -> str:
    if given := os.environ.get("GALLERY_PASSWORD"):
        return given
    if not sys.stdin.isatty():
        raise CannotStartError("Nobody can be asked for the password here. Set GALLERY_PASSWORD.")
    try:
        return getpass.getpass(f"Password of {user}: ")
    except EOFError:
        raise CannotStartError("Without a password nothing is sent.") from None


def rules_of(settings: dict[str, Any]) -> Rules:
    largest, types = settings.get("max_upload_size"), settings.get("allowed_file_types")
    rules = Rules()
    return Rules(
        largest if isinstance(largest, int) and largest > 0 else rules.largest,
        tuple(map(str, types)) if isinstance(types, list) and types else rules.types,
    )


def beside(catalogue: Path, ending: str) -> Path:
    return catalogue.with_name(f"{catalogue.stem}.{ending}")


def ensure_different(catalogue: Path, *others: Path) -> None:
    for other in others:
        if other.resolve() == catalogue.resolve():
            raise CannotStartError(f"{other} is the catalogue itself. Name another file.")


def run(options: argparse.Namespace) -> int:
    url = gallery_url(options.gallery, insecure=options.insecure_http)
    catalogue = open_catalogue(options.catalogue)
    total = sum(1 for _ in catalogue.rows())
    folder = Folder(options.images)
    host = re.sub(r"[^\w.-]+", "-", url.partition("://")[2])
    report_path = options.report or beside(options.catalogue, "report.csv")
    memory = Memory(options.state or beside(options.catalogue, f"{host}.upload.json"), url)
    ensure_different(options.catalogue, report_path, memory.path)
    gallery, tally = Gallery(url, threading.Event(), insecure=options.insecure_http), Tally()
    try:
        settings = gallery.settings()
        person = gallery.sign_in(options.user, password_of(options.user))
        ensure_allowed(person, options.user)
        if settings.get("maintenance_mode") and not person.get("is_admin"):
            raise CannotStartError("The gallery is closed for maintenance. Try again later.")
        sender = Sender(gallery, memory, folder, rules_of(settings), tally)
        sender.update, sender.dry_run = options.update, options.dry_run
        if options.dry_run:
            sender.words = words_of(gallery)
        else:
            memory.ensure_writable()
        report, screen = Report(report_path), Screen(gallery, tally, total)
        if catalogue.ignored:
            screen.line(f"Unknown columns, not sent: {', '.join(catalogue.ignored)}")
        with contextlib.closing(report):
            return Crew(sender, screen, report, options.workers).work(catalogue)
    finally:
        gallery.sign_out()


class Crew:
    """Several threads deal with rows; this one hands them out, and tells in their order what became of them."""

    def __init__(self, sender: Sender, screen: Screen, report: Report, workers: int) -> None:
        self.sender, self.screen, self.report = sender, screen, report
        self.pool = ThreadPoolExecutor(workers)
        self.most = workers * 4  # handed out and not told yet
        self.rows: deque[Future[Outcome]] = deque()

    def work(self, catalogue: Catalogue) -> int:
        code = 0
        try:
            for wish in one_by_one(catalogue.rows()):
                self.rows.append(self.pool.submit(self.sender.deal_with, wish))
                while len(self.rows) >= self.most:
                    self.tell_next()
            while self.rows:
                self.tell_next()
        except (BrokenOffError, CannotStartError, StoppedError) as error:
            self.stop()
            self.screen.line(f"Broken off: {self.sender.gallery.given_up or error}")
            self.screen.line("Run the same command again later: it goes on where it was.")
            code = 1
        except KeyboardInterrupt:
            self.stop()
            self.screen.line("Stopped. Run the same command again: it goes on where it was.")
            code = 130
        finally:
            self.pool.shutdown()
            self.sender.memory.save()
        self.screen.end(self.report.path, dry_run=self.sender.dry_run)
        return code or int(self.screen.counts[REFUSED] > 0)

    def tell_next(self) -> None:
        while True:
            self.sender.memory.save(now=False)
            self.screen.draw()
            try:
                outcome = self.rows[0].result(timeout=0.2)
            except NotYet:
                continue
            self.rows.popleft()
            self.report.add(outcome)
            self.screen.tell(outcome)
            return

    def stop(self) -> None:
        """What was begun comes to an end, the rest is not begun."""
        self.sender.gallery.stop.set()
        try:
            self.pool.shutdown(cancel_futures=True)
        except KeyboardInterrupt:  # a second one: at once, then
            self.sender.memory.save()
            os._exit(130)
        for future in self.rows:
            if not future.cancelled() and future.exception() is None:
                self.report.add(future.result())
                self.screen.tell(future.result())


def one_by_one(rows: Iterable[Row]) -> Iterator[Wish]:
    """The second row of the same design is refused: which of the two is meant, nobody knows."""
    seen: dict[str, int] = {}
    for row in rows:
        wish = wish_of(row)
        first = seen.setdefault(wish.key, wish.number)
        if first != wish.number and (wish.title or wish.external_id):
            name = "external_id" if wish.external_id else "title"
            wish.problems.append(Problem(name, f"Line {first} is the same design."))
        yield wish


def interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def main(arguments: list[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # old Windows consoles cannot write every letter
    options = parse(arguments)
    signal.signal(signal.SIGTERM, interrupted)
    try:
        return run(options)
    except (CannotStartError, BrokenOffError) as error:
        print(f"Not started: {clean(str(error))}", file=sys.stderr)
        return 2
    except OSError as error:  # the disk is full, or the folder was taken away
        print(f"Broken off: {clean(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
