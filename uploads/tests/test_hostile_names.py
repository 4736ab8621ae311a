"""Names and keys that want to be somewhere else: never part of what is stored, and nothing else is reached by them."""

import unicodedata
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from accounts.models import User
from config.testing.cast import Phone
from uploads import keys, services
from uploads.models import Picture
from uploads.storage import pictures
from uploads.tests import hostile

pytestmark = pytest.mark.once

NAMES = {
    "traversal": "../../../etc/cron.d/x.jpg",
    "traversal-of-windows": "..\\..\\..\\windows\\system32\\x.jpg",
    "traversal-encoded": "..%2f..%2fx.jpg",
    "traversal-encoded-twice": "..%252f..%252fx.jpg",
    "traversal-overlong": "..%c0%af..%c0%afx.jpg",
    "traversal-in-full-width": "．．／．．／x.jpg",  # noqa: RUF001 - that is the trick
    "absolute": "/etc/passwd.jpg",
    "absolute-of-windows": "C:\\boot.jpg",
    "network-share": "\\\\host.example\\share\\x.jpg",
    "address": "https://evil.example/x.jpg",
    "address-with-an-open-bracket": "http://[evil.jpg",
    "data-address": "data:text/html,x.jpg",
    "nul": "x\0.php.jpg",
    "nul-encoded": "x.php%00.jpg",
    "right-to-left": "saree\u202egpj.exe.jpg",
    "zero-width": "sa\u200bree\ufeff.jpg",
    "emoji": "🥻👰🏽‍♀️.jpg",
    "devanagari": "साड़ी.jpg",
    "one-of-two-twins": unicodedata.normalize("NFC", "café.jpg"),
    "the-other-twin": unicodedata.normalize("NFD", "café.jpg"),
    "5000-characters": "a" * 5_000 + ".jpg",
    "300-characters-of-four-bytes": "🥻" * 300 + ".jpg",
    "line-break": "a\nb.jpg",
    "header-injection": "x.jpg\r\nX-Evil: 1\r\n\r\n<script>",
    "quotes": 'a"b\'c".jpg',
    "script": "<script>alert(1)</script>.jpg",
    "sql": "'; DROP TABLE uploads_picture; --.jpg",
    "shell": "$(rm -rf /)`id`|;&.jpg",
    "template": "{{7*7}}${7*7}%s%n.jpg",
    "windows-device": "CON.jpg",
    "windows-stream": "x.jpg::$DATA",
    "trailing-dots": "x.jpg...",
    "trailing-space": "x.jpg ",
    "only-an-extension": ".jpg",
    "only-dots": "...",
    "only-spaces": "   ",
    "none": "",
    "hidden": ".htaccess",
    "two-extensions": "x.jpg.php",
    "other-extension-first": "x.php.jpg",
    "svg": "x.svg",
    "controls": "a\x1b[2J\x07\x08.jpg",
}
numbers = count()


@pytest.fixture
def shelf(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "pictures"
    return tmp_path / "pictures"


@pytest.fixture
def curator(phone: Phone, meera: User, settings: Any) -> Phone:
    settings.LIMITS = {**settings.LIMITS, "curating": {"rate": 10_000, "store": "memory"}}
    phone.raise_request_exception = False
    return phone.holding(meera)


def form(filename: str, data: bytes) -> bytes:
    """As a phone would send it that escapes nothing."""
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
    return head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + data + b"\r\n--edge--\r\n"


def assert_in_our_shape(answer: Any, name: str) -> None:
    assert answer.status_code < 500, name
    if answer.status_code >= 400:
        assert list(answer.json()) == ["success", "error", "message", "details", "request_id"], name


def assert_key_is_ours(told: dict[str, Any], filename: str) -> None:
    assert keys.OURS.fullmatch(told["object_key"])
    word = filename.strip(" ./\\")
    assert len(word) < 4 or word not in told["object_key"]
    assert len(word) < 4 or word not in unquote(told["public_url"])


def test_an_uploaded_file_is_not_named_by_its_sender(curator: Phone, shelf: Path) -> None:
    for name, filename in NAMES.items():
        body = form(filename, hostile.jpeg() + b"%d" % next(numbers))
        answer = curator.post("/api/upload/image", body, content_type="multipart/form-data; boundary=edge")
        assert_in_our_shape(answer, name)
        if answer.status_code == 200:
            assert_key_is_ours(answer.json(), filename)
    stored = {path.relative_to(shelf).as_posix() for path in shelf.rglob("*") if path.is_file()}
    assert len(stored) > len(NAMES) / 2
    assert all(keys.is_ours(key) for key in stored)
    assert sorted(path.name for path in shelf.parent.iterdir()) == ["pictures"]


def test_a_ticket_is_not_named_by_who_asks(curator: Phone, shelf: Path) -> None:
    tickets = 0
    for name, filename in NAMES.items():
        answer = curator.post("/api/upload/presigned-url", {"filename": filename}, format="json")
        assert_in_our_shape(answer, name)
        if answer.status_code == 200:
            tickets += 1
            assert_key_is_ours(answer.json(), filename)
            assert "evil" not in answer.json()["upload_url"].lower()
    assert tickets > len(NAMES) / 3
    assert Picture.objects.count() == tickets


KEYS = {
    "traversal": "../secret.txt",
    "traversal-inside": "designs/../../secret.txt",
    "traversal-to-a-picture": "incoming/../designs/planted.webp",
    "traversal-at-the-end": "designs/..",
    "here": "./planted.webp",
    "here-inside": "designs/./planted.webp",
    "absolute": "/etc/passwd",
    "two-slashes": "designs//planted.webp",
    "slash-at-both-ends": "/designs/planted.webp/x/",
    "backslashes": "..\\secret.txt",
    "drive": "C:\\secret.txt",
    "tab": "designs/\tplanted.webp",
    "escape": "designs/\x1b[2J.webp",
    "delete": "designs/\x7f.webp",
    "other-controls": "designs/\x85.webp",
    "carriage-return": "designs/planted.webp\rX-Evil: 1",
    "513-bytes": "d" * 513,
    "513-bytes-of-devanagari": "स" * 171,
    "5000-bytes": "d/" * 2_499 + "d",
}
LONG_PART = {"300-letters-in-one-part": "d" * 300, "full-width-dots": "．．/secret.txt"}  # noqa: RUF001
SANE_BUT_NOBODYS = {
    "encoded-twice": "%2e%2e%2fsecret.txt",
    "nul-encoded-twice": "designs/planted.webp%00.jpg",
    "wildcard": "designs/*",
    "percent": "designs/%",
    "quote": "designs/'; DROP TABLE uploads_picture; --",
    "right-to-left": "designs/\u202epbew.detnalp",
    "another-case": "Designs/Planted.webp",
    "folder": "designs",
    "512-bytes": "d/" * 255 + "dd",
    "question": "designs/planted.webp?x",
    "hash": "designs/planted.webp#x",
    "hidden": "designs/.htaccess",
    **LONG_PART,
}
UNSPEAKABLE = {
    "nul": ("designs/\0planted.webp", 400),
    "line-break": ("designs/\nplanted.webp", 404),
    "empty": ("", 405),
}


class Garden:
    """What must still be there afterwards."""

    def __init__(self, shelf: Path, meera: User) -> None:
        self.secret, self.shelf = shelf.parent / "secret.txt", shelf
        shelf.mkdir()
        self.secret.write_text("quiet")
        self.picture, _ = services.store(hostile.jpeg(), category=keys.DESIGNS, by=meera)
        for key in ("designs/planted.webp", "incoming/planted"):
            pictures().put(key, b"planted", "image/webp")
        self.before = self.things()

    def things(self) -> tuple[int, dict[Path, bytes]]:
        files = {path: path.read_bytes() for path in self.shelf.parent.rglob("*") if path.is_file()}
        return Picture.objects.count(), files

    def assert_untouched(self, name: str) -> None:
        assert self.things() == self.before, name


@pytest.fixture
def garden(shelf: Path, meera: User) -> Garden:
    return Garden(shelf, meera)


def refused(answer: Any, status: int, code: str, name: str) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, code), name
    assert_in_our_shape(answer, name)


def test_a_hostile_key_deletes_nothing(curator: Phone, garden: Garden) -> None:
    for name, key in KEYS.items():
        refused(curator.delete(f"/api/upload/image/{quote(key, safe='')}"), 400, "bad_object_key", name)
        refused(curator.delete(f"/api/upload/image/{quote(key)}/../x"), 400, "bad_object_key", name)
        garden.assert_untouched(name)


def test_a_key_of_nobodys_deletes_nothing(curator: Phone, garden: Garden) -> None:
    for name, key in SANE_BUT_NOBODYS.items():
        refused(curator.delete(f"/api/upload/image/{quote(key, safe='')}"), 404, "not_found", name)
        garden.assert_untouched(name)


def test_an_unspeakable_key_deletes_nothing(curator: Phone, garden: Garden) -> None:
    for name, (key, status) in UNSPEAKABLE.items():
        answer = curator.delete(f"/api/upload/image/{quote(key, safe='')}")
        assert_in_our_shape(answer, name)
        assert answer.status_code == status, name
        garden.assert_untouched(name)


def test_a_hostile_key_completes_nothing(curator: Phone, garden: Garden) -> None:
    for name, key in KEYS.items():
        answer = curator.post("/api/upload/complete", {"object_key": key}, format="json")
        refused(answer, 400, "validation_error" if len(key) > 2_000 else "bad_object_key", name)
    for name, key in (SANE_BUT_NOBODYS | {"incoming": "incoming/planted"}).items():
        refused(
            curator.post("/api/upload/complete", {"object_key": key}, format="json"), 400, "picture_not_found", name
        )
    for name, (key, _) in UNSPEAKABLE.items():
        answer = curator.post("/api/upload/complete", {"object_key": key}, format="json")
        assert_in_our_shape(answer, name)
        assert answer.status_code == 400, name
    shapes: list[Any] = [7, None, [], {"key": "x"}, True]
    for odd in shapes:
        assert_in_our_shape(curator.post("/api/upload/complete", {"object_key": odd}, format="json"), str(odd))
    garden.assert_untouched("complete")


def test_a_hostile_key_shows_nothing(curator: Phone, garden: Garden) -> None:
    odd = KEYS | SANE_BUT_NOBODYS | {name: key for name, (key, _) in UNSPEAKABLE.items() if name != "nul"}
    for name, key in odd.items():
        for path in (quote(key, safe=""), quote(key, safe="/")):
            refused(curator.get(f"/pictures/{path}"), 404, "not_found", name)
    refused(curator.get("/pictures/designs/%00"), 400, "parse_error", "nul")


def test_quarantine_and_folders_are_never_shown(curator: Phone, garden: Garden) -> None:
    for path in ("incoming/planted", "incoming/", "incoming", "incoming%2fplanted", "", "designs/", "designs", "."):
        refused(curator.get(f"/pictures/{path}"), 404, "not_found", path)
    shown: Any = curator.get("/pictures/designs/planted.webp")
    assert b"".join(shown.streaming_content) == b"planted"
    shown.close()


def test_nobody_puts_by_a_hostile_name(phone: Phone, garden: Garden) -> None:
    names = [*KEYS.values(), *SANE_BUT_NOBODYS.values(), "planted"]
    for name in names:
        for query in ("", "?expires=9999999999&type=image/jpeg&size=&signature=x", "?signature=%ff"):
            path = f"/api/upload/incoming/{quote(name, safe='')}{query}"
            answer = phone.put(path, b"x", content_type="image/jpeg")
            assert_in_our_shape(answer, name)
            assert answer.status_code in {403, 404}, name
    garden.assert_untouched("put")


def test_a_ticket_opens_no_other_name(curator: Phone, garden: Garden) -> None:
    told = curator.post("/api/upload/presigned-url", {"filename": "x.jpg"}, format="json").json()
    query = told["upload_url"].partition("?")[2]
    before = garden.things()
    for name in ("planted", "..%2fdesigns%2fplanted.webp", "%2e%2e", "x%00", "x" * 600):
        answer = curator.put(f"/api/upload/incoming/{name}?{query}", b"x", content_type="image/jpeg")
        assert_in_our_shape(answer, name)
        assert answer.status_code in {400, 403, 404}, name
    assert garden.things() == before
