"""clients/bulk_upload.py: its helpers by themselves, and the real program against a real server."""

import csv
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import jwt
import pytest

from config.testing.pictures import photo
from config.testing.servers import ADMIN, ADMIN_PASSWORD, ROOT, Server, free_port, running
from designs.importing import columns, understanding
from designs.importing.running import HEADER

PROGRAM = ROOT / "clients" / "bulk_upload.py"
PASSWORD = "kanjeevaram-42"
SERVED = [pytest.mark.server, pytest.mark.once, pytest.mark.xdist_group("bulk upload")]
Handler = Callable[[httpx.Request], httpx.Response]


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bulk_upload", PROGRAM)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


bulk: Any = loaded()


def test_uv_and_pip_install_the_same_httpx() -> None:
    """`uv run` reads what the program needs from its own first lines (PEP 723)."""
    block = re.search(r"(?m)^# /// script$\n((?:^#.*$\n)+?)^# ///$", PROGRAM.read_text(encoding="utf-8"))
    assert block
    told = tomllib.loads("".join(line.removeprefix("#").removeprefix(" ") for line in block[1].splitlines(True)))
    assert told == {"requires-python": ">=3.11", "dependencies": ["httpx>=0.28,<1"]}
    assert told["dependencies"][0] in (ROOT / "requirements-dev.in").read_text(encoding="utf-8").split("\n")


# --- The columns and the file -------------------------------------------------------------------------------------
def test_the_columns_are_those_of_the_importer() -> None:
    assert list(bulk.COLUMNS) == columns.ORDER
    assert bulk.KNOWN == columns.KNOWN
    assert {column: kind.value for column, kind in columns.KIND_OF.items()} == bulk.KIND_OF


def test_its_words_and_its_report_are_those_of_the_importer() -> None:
    assert (bulk.YES, bulk.NO) == (understanding.YES, understanding.NO)
    assert (bulk.AUDIENCES, bulk.STATUSES) == (understanding.AUDIENCES, understanding.STATUSES)
    assert bulk.REPORTED == HEADER


TEXT = "Item Code{0}Name{0}Maker{0}Shelf\r\nA1{0}Red साड़ी{0}Ritu{0}7\r\n{0}{0}{0}\r\nA2{0}Blue{0}{0}\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_a_catalogue_is_read_however_it_was_saved(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "catalogue.csv"
    path.write_bytes(TEXT.format(delimiter).encode(encoding))
    catalogue = bulk.open_catalogue(path)
    assert catalogue.ignored == ["Shelf"]
    assert list(catalogue.rows()) == [
        bulk.Row(2, {"external_id": "A1", "title": "Red साड़ी", "designer_name": "Ritu"}),
        bulk.Row(4, {"external_id": "A2", "title": "Blue"}),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\r\n\r\n", "is empty"),
        (b"code,price\nA1,5\n", "one of them title. It reads: code, price"),
        (b"title,colour,Shade\nRed,red,red\n", "Two columns mean colours: colour and Shade"),
        (b"PK\x03\x04 rest", "is an Excel workbook"),
        (b"title\ncaf\xe9\n", "catalogue.csv is not UTF-8"),
        (b"title\na\x00b\n", "Line 2 of catalogue.csv is no text"),
        (b'title\n"' + b"x\n" * 600_000, "A quote is opened in line 2"),
    ],
)
def test_what_cannot_be_read_is_refused_before_anything_is_sent(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "catalogue.csv"
    path.write_bytes(content)
    with pytest.raises(bulk.CannotStartError, match=sentence):
        list(bulk.open_catalogue(path).rows())


# --- A row --------------------------------------------------------------------------------------------------------
def wish(**cells: str) -> Any:
    return bulk.wish_of(bulk.Row(2, {"title": "Red saree", **cells}))


def test_a_row_becomes_the_body_of_a_design() -> None:
    found = wish(colours="red; gold,red", price_min="₹1,25,000.50", featured="X", status="Live", tags="silk|new, hand")
    assert found.problems == []
    assert found.body == {
        "title": "Red saree",
        "colours": ["red", "gold"],
        "price_min": 12_500_050,
        "featured": True,
        "status": "active",
        "tag_list": ["silk", "new, hand"],
    }


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("price_min", "cheap"),
        ("price_max", "-5"),
        ("price_max", "1.005"),
        ("price_min", "NaN"),
        ("price_min", "1e99"),
        ("featured", "perhaps"),
        ("status", "sold"),
        ("audience", "elephants"),
        ("title", ""),
    ],
)
def test_a_cell_that_makes_no_sense_is_a_problem_of_its_column(column: str, text: str) -> None:
    assert [problem.field for problem in wish(**{column: text}).problems] == [column]


@pytest.mark.parametrize(
    ("text", "stored"),
    [("'=SUM(1)", "=SUM(1)"), ("'+91", "+91"), ("'@x", "@x"), ("''-1", "'-1"), ("'plain", "'plain"), ("'", "'")],
)
def test_what_an_export_protects_is_bared(text: str, stored: str) -> None:
    assert bulk.unprotected(text) == stored
    assert bulk.unprotected(bulk.protected(stored)) == stored


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a.jpg, b.jpg", ["a.jpg", "b.jpg"]),
        ("red, big.jpg; b.jpg", ["red, big.jpg", "b.jpg"]),
        ("a.jpg|a.jpg|", ["a.jpg"]),
    ],
)
def test_names_of_pictures_are_parted_as_the_importer_does(text: str, names: list[str]) -> None:
    assert bulk.split_names(text) == names


def test_the_second_row_of_a_design_is_refused_with_the_number_of_the_first() -> None:
    rows = [{"external_id": "A1", "title": "a"}, {"title": "Red  Saree"}, {"external_id": "A1", "title": "b"}]
    rows += [{"title": "red saree"}, {"title": "Red saree", "designer_name": "Ritu"}]
    wishes = bulk.one_by_one(bulk.Row(number, cells) for number, cells in enumerate(rows, start=2))
    assert {wish.number: wish.problems for wish in wishes if wish.problems} == {
        4: [("external_id", "Line 2 is the same design.")],
        5: [("title", "Line 3 is the same design.")],
    }


# --- The folder ---------------------------------------------------------------------------------------------------
@pytest.fixture
def folder(tmp_path: Path) -> Any:
    (tmp_path / "secret.jpg").write_bytes(photo())
    photos = tmp_path / "photos"
    for name in ("Red.JPG", "new/blue.jpg", "old/blue.jpg"):
        (photos / name).parent.mkdir(parents=True, exist_ok=True)
        (photos / name).write_bytes(photo())
    (photos / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    (photos / "gone.jpg").symlink_to(tmp_path / "nothing.jpg")
    (photos / "in.jpg").symlink_to(photos / "Red.JPG")
    (photos / "up").symlink_to(tmp_path)
    return bulk.Folder(photos)


@pytest.mark.parametrize(
    ("text", "file"),
    [("red.jpg", "Red.JPG"), ("./RED.jpg", "Red.JPG"), ("New\\Blue.jpg", "new/blue.jpg"), ("in.jpg", "Red.JPG")],
)
def test_a_photo_is_found_by_its_name(folder: Any, text: str, file: str) -> None:
    assert folder.find(text) == folder.root / file


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("../secret.jpg", "outside"),
        ("new/../../secret.jpg", "outside"),
        ("..\\secret.jpg", "outside"),
        ("/etc/passwd", "outside"),
        ("~/secret.jpg", "outside"),
        ("C:\\secret.jpg", "outside"),
        ("out.jpg", "outside"),
        ("gone.jpg", "leads nowhere"),
        ("blue.jpg", "may be any of new/blue.jpg, old/blue.jpg"),
        ("green.jpg", "There is no file"),
        ("https://elsewhere.example/a.jpg", "is a link"),
        ("red\x00.jpg", "no name of a file"),
    ],
)
def test_nothing_outside_of_the_folder_is_ever_read(folder: Any, text: str, reason: str) -> None:
    with pytest.raises(bulk.RowError, match=reason):
        folder.find(text)


def test_a_link_to_a_folder_is_not_followed(folder: Any) -> None:
    assert folder.find("up/secret.jpg") == "up/secret.jpg", "only the key of a picture in the gallery"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"<html>", "is not a JPEG, PNG or WebP"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 30, "is a HEIC photo"),
        (photo() + b"\x00" * bulk.MB, "has 1.0 MB, and 1.0 MB is the most"),
    ],
)
def test_what_the_gallery_would_refuse_is_not_sent(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    with pytest.raises(bulk.RowError, match=reason):
        bulk.look_at(path, "a.jpg", bulk.Rules(largest=bulk.MB))


# --- The session --------------------------------------------------------------------------------------------------
class Pretended:
    """A gallery whose doors are a function; its pauses are written down, not waited for."""

    def __init__(self, handler: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gallery = bulk.Gallery("https://gallery.example", threading.Event())
        self.gallery.http.close()
        self.gallery.http = httpx.Client(transport=httpx.MockTransport(handler))
        self.gallery.access, self.gallery.refresh = "first", "once"
        self.pauses: list[float] = []
        monkeypatch.setattr(self.gallery, "pause", lambda seconds, _: self.pauses.append(seconds))


def in_turn(*answers: Any) -> Handler:
    waiting = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        now = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(now, Exception):
            raise now
        assert isinstance(now, httpx.Response)
        return now

    return answer


def said(status: int, code: str = "", **headers: str) -> httpx.Response:
    body = {"success": False, "error": code, "message": f"It is {code}.", "details": []}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): told for name, told in headers.items()})


def test_what_passes_by_itself_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    fine = httpx.Response(200, json={"id": 1})
    troubles = [said(429, Retry_After="7"), said(503), httpx.ConnectError("no route"), said(409, Retry_After="2")]
    pretended = Pretended(in_turn(*troubles, fine), monkeypatch)
    assert pretended.gallery.ask("POST", "/designs", {}) == {"id": 1}
    assert pretended.pauses == [7, 2, 4, 8]


@pytest.mark.parametrize("trouble", [said(502), httpx.ReadTimeout("slow"), said(429, Retry_After="3000")])
def test_patience_ends(trouble: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pretended = Pretended(in_turn(trouble), monkeypatch)
    with pytest.raises(bulk.BrokenOffError):
        pretended.gallery.ask("GET", "/terms")
    assert len(pretended.pauses) <= len(bulk.WAITS)


@pytest.mark.parametrize("refusal", [said(401, "session_revoked"), said(403, "account_blocked"), said(302)])
def test_who_is_shut_out_stops(refusal: httpx.Response, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(bulk.BrokenOffError):
        Pretended(in_turn(refusal), monkeypatch).gallery.ask("GET", "/terms")


def test_when_the_gallery_goes_away_everybody_stops_and_what_was_done_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def doors(request: httpx.Request) -> httpx.Response:
        title = json.loads(request.content)["title"]
        if title == "Saree 0":
            return httpx.Response(201, json={"id": 7})
        raise httpx.ConnectError("no route")

    gallery = Pretended(doors, monkeypatch).gallery
    memory = bulk.Memory(tmp_path / "state.json", gallery.url)
    sender = bulk.Sender(gallery, memory, bulk.Folder(None), bulk.Rules(), tally := bulk.Tally())
    (tmp_path / "catalogue.csv").write_text("title\n" + "".join(f"Saree {n}\n" for n in range(60)), encoding="utf-8")
    report = bulk.Report(tmp_path / "report.csv")
    crew = bulk.Crew(sender, bulk.Screen(gallery, tally, 60), report, 4)
    assert crew.work(bulk.open_catalogue(tmp_path / "catalogue.csv")) == 1
    report.close()
    told = capsys.readouterr().out
    assert "Broken off: https://gallery.example cannot be reached (no route)." in told
    assert "1  added" in told
    assert "59  not reached" in told
    assert list(json.loads((tmp_path / "state.json").read_text(encoding="utf-8"))["rows"]) == ["name:saree 0|"]


def test_the_storage_never_sees_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[httpx.Request] = []

    def storage(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    ticket = {"upload_url": "https://bucket.example/a?signed=1", "headers": {"Content-Type": "image/png"}}
    gallery = Pretended(storage, monkeypatch).gallery
    gallery.put(ticket, b"bytes")
    assert [(request.method, request.headers["Content-Type"]) for request in seen] == [("PUT", "image/png")]
    assert "Authorization" not in seen[0].headers
    with pytest.raises(bulk.CannotStartError, match="not protected"):
        gallery.put({**ticket, "upload_url": "http://bucket.example/a"}, b"bytes")
    assert len(seen) == 1


@pytest.mark.parametrize("address", ["gallery.example", "ftp://gallery.example", "http://gallery.example", "https://"])
def test_an_address_that_is_none_or_not_protected_is_refused(address: str) -> None:
    with pytest.raises(bulk.CannotStartError):
        bulk.gallery_url(address, insecure=False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://gallery.example/api/", "https://gallery.example"),
        ("http://localhost:8000/", "http://localhost:8000"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_an_address_may_be_typed_as_people_do(typed: str, meant: str) -> None:
    assert bulk.gallery_url(typed, insecure=False) == meant


def test_plain_http_is_for_those_who_ask_for_it() -> None:
    assert bulk.gallery_url("http://gallery.lan", insecure=True) == "http://gallery.lan"


# --- The memory ---------------------------------------------------------------------------------------------------
def test_the_memory_survives_and_belongs_to_one_gallery(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    memory = bulk.Memory(path, "https://one.example")
    memory.keep_row("id:A1", 7, "abc")
    memory.save()
    assert bulk.Memory(path, "https://one.example").row("id:A1") == {"id": 7, "fingerprint": "abc"}
    assert [found.name for found in tmp_path.iterdir()] == ["state.json"]
    with pytest.raises(bulk.CannotStartError, match=r"belongs to https://one\.example"):
        bulk.Memory(path, "https://two.example")
    path.write_text('{"rows": ', encoding="utf-8")
    with pytest.raises(bulk.CannotStartError, match="is damaged"):
        bulk.Memory(path, "https://one.example")


# --- The program and a server -------------------------------------------------------------------------------------
PEOPLE = f"""
from django.contrib.auth.models import Group
from django.utils import timezone
from accounts.models import User
def person(name, status, **more):
    decided_at = None if status == "pending" else timezone.now()
    return User.objects.create_user(name, password={PASSWORD!r}, status=status, decided_at=decided_at, **more)
person("leela", "approved").groups.add(Group.objects.get(name="Curators"))
person("asha", "approved")
person("pooja", "pending")
person("ravi", "blocked", reason="Too many copies.")
"""


@pytest.fixture(scope="module")
def gallery() -> Iterator[Server]:
    """One of our own: the shared one counts sign-ins, and a test depends on its count."""
    limits: Any = dict.fromkeys(("LIMIT_ANONYMOUS", "LIMIT_STANDARD", "LIMIT_AUTH", "LIMIT_CURATING"), "1000000")
    with running(called="bulk", **limits) as server:
        server.manage("shell", "-c", PEOPLE)
        yield server


@dataclass
class Shop:
    """A boutique: a folder with a catalogue and photos, and the program."""

    server: Server
    home: Path
    http: httpx.Client

    def photo(self, name: str, colour: str) -> None:
        path = self.home / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(photo(colour, (90, 120), "PNG"))

    def catalogue(self, *rows: dict[str, str]) -> None:
        names = list(dict.fromkeys(name for row in rows for name in row))
        with (self.home / "catalogue.csv").open("w", encoding="utf-8-sig", newline="") as file:
            lines = csv.DictWriter(file, names, delimiter=";")
            lines.writeheader()
            lines.writerows(rows)

    def command(self, *words: str, user: str = "leela", url: str = "") -> list[str]:
        start = [sys.executable, str(PROGRAM), url or self.server.url, "catalogue.csv", "--images", "photos"]
        return [*start, "--user", user, *words]

    def env(self, password: str = PASSWORD) -> dict[str, str]:
        return {**os.environ, "GALLERY_PASSWORD": password}

    def run(self, *words: str, user: str = "leela", url: str = "", password: str = PASSWORD) -> tuple[int, str]:
        done = subprocess.run(
            self.command(*words, user=user, url=url),
            cwd=self.home,
            env=self.env(password),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr

    def start(self) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        return subprocess.Popen(self.command(), cwd=self.home, env=self.env(), stdout=quiet, stderr=quiet)

    @property
    def report(self) -> list[dict[str, str]]:
        with (self.home / "catalogue.report.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def results(self) -> list[str]:
        return [line["result"] for line in self.report]

    def designs(self, prefix: str) -> list[dict[str, Any]]:
        """All of them, oldest first, whatever their status."""
        found = []
        for status in ("active", "draft"):
            asked = {"status": status, "per_page": 100, "sort": "oldest"}
            found += self.http.get("/api/designs", params=asked).json()["designs"]
        return [design for design in found if design["title"].startswith(prefix)]

    def design(self, title: str) -> dict[str, Any]:
        return next(design for design in self.designs(title) if design["title"] == title)

    def pictures(self) -> int:
        return int(self.http.get("/api/upload/images", params={"limit": 200}).json()["count"])


@pytest.fixture
def shop(gallery: Server, tmp_path: Path) -> Iterator[Shop]:
    (tmp_path / "photos").mkdir()
    with httpx.Client(base_url=gallery.url) as http:
        answer = http.post("/api/auth/login", json={"username": ADMIN, "password": ADMIN_PASSWORD})
        http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield Shop(gallery, tmp_path, http)


class TestAgainstAServer:
    pytestmark = SERVED

    def test_a_catalogue_goes_in_once_and_then_only_what_changed(self, shop: Shop) -> None:
        before = shop.pictures()
        shop.photo("red.jpg", "#aa0001")
        shop.photo("new/Red-Back.jpg", "#aa0002")
        shop.photo("blue.jpg", "#aa0003")
        rows = [
            {"code": "ST1", "name": "Story red", "photos": "RED.jpg; red-back.jpg", "colour": "laal", "shelf": "7"},
            {"code": "ST2", "name": "Story blue", "photos": "blue.jpg", "price from": "1,25,000.50", "featured": "yes"},
            {"code": "", "name": "Story red again", "photos": "red.jpg", "tags": "silk, new", "maker": "Ritu"},
            {"code": "", "name": "Story draft", "photos": "", "story": "Two\nlines"},
            {"code": "ST5", "name": "'=Story", "photos": "blue.jpg", "status": "draft"},
        ]
        shop.catalogue(*rows)
        code, told = shop.run()
        assert code == 0, told
        assert "Unknown columns, not sent: shelf" in told
        assert "5  added" in told
        assert "3  pictures uploaded" in told
        assert "2  pictures reused" in told
        assert shop.pictures() == before + 3
        found = {design["title"]: design for design in [*shop.designs("Story"), *shop.designs("=Story")]}
        assert sorted(found) == ["=Story", "Story blue", "Story draft", "Story red", "Story red again"]
        red, blue, draft = found["Story red"], found["Story blue"], found["Story draft"]
        assert (red["external_id"], red["colours"], len(red["images"])) == ("ST1", ["red"], 2)
        assert red["images"][0]["id"] == found["Story red again"]["images"][0]["id"]
        assert (blue["price_min"], blue["featured"], blue["status"]) == (12_500_050, True, "active")
        assert (draft["status"], draft["long_description"], draft["images"]) == ("draft", "Two\nlines", [])
        assert found["=Story"]["status"] == "draft"
        assert shop.report[0]["design"] == str(red["id"])
        assert shop.report[4]["title"] == "'=Story", "a spreadsheet would run it"

        code, told = shop.run()
        assert code == 0
        assert "Everything was in the gallery already; nothing was changed." in told
        assert "0  pictures uploaded" in told

        shop.photo("blue.jpg", "#aa0004")  # retouched
        shop.catalogue({**rows[0], "colour": "gold", "name": "Story red"}, *rows[1:])
        code, told = shop.run()
        assert code == 0
        assert shop.results() == ["changed, not sent"] * 2 + ["already there"] * 2 + ["changed, not sent"]
        assert shop.design("Story red")["colours"] == ["red"]

        code, told = shop.run("--update")
        assert (code, Counter(shop.results())) == (0, {"changed": 3, "already there": 2})
        assert shop.design("Story red")["colours"] == ["gold"]
        assert shop.design("Story blue")["images"][0]["id"] != blue["images"][0]["id"]

        next(shop.home.glob("*.upload.json")).unlink()
        shop.catalogue({**rows[0], "tags": "told anew"}, *rows[2:4])
        code, told = shop.run()
        assert code == 0, told
        # By its external_id; by the Idempotency-Key with other pictures; by the Idempotency-Key, answered again.
        assert shop.results() == ["already there", "already there", "added"]
        assert shop.report[2]["design"] == str(draft["id"])
        assert len(shop.designs("Story")) == 4

    @pytest.mark.parametrize(("sign", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
    def test_broken_off_and_run_again_every_design_is_there_once(
        self, shop: Shop, sign: signal.Signals, code: int
    ) -> None:
        before, name = shop.pictures(), sign.name
        for number in range(24):
            shop.photo(f"{number}.jpg", f"#{code & 0xFF:02x}{number:02x}77")
        shop.catalogue(*({"title": f"{name} {n}", "pictures": f"{n}.jpg"} for n in range(24)))
        program = shop.start()
        deadline = time.monotonic() + 20
        while len(shop.designs(name)) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        program.send_signal(sign)
        assert program.wait(20) == code
        done = len(shop.designs(name))
        assert 3 <= done < 24, "it was broken off in the middle"
        code, told = shop.run()
        assert code == 0, told
        titles = Counter(design["title"] for design in shop.designs(name))
        assert titles == {f"{name} {n}": 1 for n in range(24)}
        assert shop.pictures() == before + 24, "nothing is uploaded twice"
        assert {line["result"] for line in shop.report} <= {"added", "already there"}

    def test_bad_rows_stand_in_the_report_and_the_others_go_in(self, shop: Shop) -> None:
        shop.photo("good.jpg", "#bb0001")
        (shop.home / "photos" / "text.jpg").write_text("no photo", encoding="utf-8")
        (shop.home / "photos" / "torn.jpg").write_bytes(photo("#bb0002")[:300])
        (shop.home / "secret.jpg").write_bytes(photo("#bb0003"))
        (shop.home / "photos" / "link.jpg").symlink_to(shop.home / "secret.jpg")
        bad = [
            ("colours", {"colours": "rad"}, "Did you mean"),
            ("price_max", {"price_min": "500", "price_max": "20"}, "below the lowest"),
            ("pictures", {"pictures": "../../etc/passwd"}, "outside"),
            ("pictures", {"pictures": "/etc/passwd"}, "outside"),
            ("pictures", {"pictures": "link.jpg"}, "outside"),
            ("pictures", {"pictures": "nothing.jpg"}, "There is no file"),
            ("pictures", {"pictures": "text.jpg"}, "is not a JPEG"),
            ("pictures", {"pictures": "torn.jpg"}, "damaged"),
            ("pictures", {"pictures": "designs/2020/01/nothing.webp"}, "no picture with this key"),
            ("pictures", {"status": "active"}, "can only be a draft"),
            ("currency", {"currency": "rupees"}, ""),
            ("external_id", {"external_id": "x" * 101}, "100"),
            ("title", {"title": "Mixed good"}, "Line 2 is the same design"),
        ]
        rows: list[dict[str, str]] = [{"title": "Mixed good", "pictures": "good.jpg"}]
        rows += [{"title": f"Mixed {number}", **cells} for number, (_, cells, _) in enumerate(bad)]
        rows += [{"title": "Mixed last"}]
        shop.catalogue(*rows)
        code, told = shop.run()
        assert code == 1
        refused = {int(line["line"]): line for line in shop.report if line["result"] == "refused"}
        for number, (column, _, reason) in enumerate(bad, start=3):
            assert refused[number]["field"] == column, refused[number]
            assert reason in refused[number]["reason"], refused[number]
        assert len(refused) == len(bad)
        assert "Line 3: colours: There is no colour 'rad'. Did you mean" in told
        assert [design["title"] for design in shop.designs("Mixed")] == ["Mixed good", "Mixed last"]

    def test_a_dry_run_looks_at_everything_and_sends_nothing(self, shop: Shop) -> None:
        before = shop.pictures()
        shop.photo("dry.jpg", "#cc0001")
        shop.catalogue(
            {"title": "Dry 1", "pictures": "dry.jpg", "category": "साड़ी", "colour": "Red, unheard of"},
            {"title": "Dry 2", "pictures": "missing.jpg"},
        )
        code, _ = shop.run("--dry-run")
        assert code == 1
        assert shop.results() == ["would be added", "refused"]
        assert "'unheard of' is no name of a colour" in shop.report[0]["reason"]
        assert (shop.pictures(), shop.designs("Dry")) == (before, [])
        assert not list(shop.home.glob("*.upload.json"))

    def test_pictures_of_the_gallery_are_named_by_their_keys(self, shop: Shop) -> None:
        shop.photo("key.jpg", "#dd0001")
        shop.catalogue({"title": "Keyed 1", "pictures": "key.jpg"})
        assert shop.run()[0] == 0
        shown = shop.design("Keyed 1")
        shop.catalogue({"title": "Keyed 2", "pictures": shown["r2_object_key"]})
        assert shop.run()[0] == 0
        assert shop.design("Keyed 2")["images"][0]["id"] == shown["images"][0]["id"]

    def test_a_picture_that_the_gallery_lost_is_sent_again(self, shop: Shop) -> None:
        shop.photo("lost.jpg", "#ee0001")
        shop.catalogue({"title": "Lost 1", "pictures": "lost.jpg"})
        assert shop.run()[0] == 0
        assert shop.http.delete(f"/api/designs/{shop.design('Lost 1')['id']}").status_code == 200
        shop.catalogue({"title": "Lost 2", "pictures": "lost.jpg"})
        code, told = shop.run()
        assert code == 0, told
        assert len(shop.design("Lost 2")["images"]) == 1

    @pytest.mark.parametrize(
        ("user", "password", "sentence"),
        [
            ("asha", PASSWORD, "asha is signed in, but may not make designs or upload pictures"),
            ("pooja", PASSWORD, "The account pooja waits for approval"),
            ("ravi", PASSWORD, "The account ravi is blocked. Too many copies."),
            ("leela", "wrong", "The name leela or the password is wrong"),
        ],
    )
    def test_who_may_not_is_told_so_and_nothing_starts(
        self, shop: Shop, user: str, password: str, sentence: str
    ) -> None:
        shop.catalogue({"title": "Never"})
        code, told = shop.run(user=user, password=password)
        assert code == 2
        assert sentence in told
        assert shop.designs("Never") == []

    def test_an_access_token_that_ran_out_is_renewed_once_by_many_threads(self, gallery: Server) -> None:
        door = bulk.Gallery(gallery.url, threading.Event())
        door.sign_in("leela", PASSWORD)
        renewals: list[str] = []
        whole = door.request

        def counted(method: str, path: str, *more: Any) -> httpx.Response:
            renewals.extend([path] * (path == "/auth/refresh"))
            answer: httpx.Response = whole(method, path, *more)
            return answer

        door.request = counted
        key = (gallery.data / "jwt-secret").read_text(encoding="utf-8").strip()
        for times in (1, 2):
            claims = jwt.decode(door.access, options={"verify_signature": False})
            door.access = jwt.encode({**claims, "exp": int(time.time()) - 60}, key, "HS256")
            assert (
                httpx.get(f"{gallery.url}/api/auth/me", headers={"Authorization": f"Bearer {door.access}"}).json()[
                    "error"
                ]
                == "token_expired"
            )
            with ThreadPoolExecutor(8) as crowd:
                people = list(crowd.map(lambda _: door.ask("GET", "/auth/me")["username"], range(16)))
            assert people == ["leela"] * 16
            assert len(renewals) == times
        door.sign_out()


class Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>A shop, but no gallery</html>")

    def log_message(self, *_: Any) -> None:
        """Quiet."""


class TestWithoutAGallery:
    @pytest.fixture
    def shop(self, tmp_path: Path) -> Shop:
        (tmp_path / "photos").mkdir()
        nobody: Any = None
        shop = Shop(nobody, tmp_path, nobody)
        shop.catalogue({"title": "Never"})
        return shop

    def test_nobody_answers(self, shop: Shop) -> None:
        code, told = shop.run(url=f"http://127.0.0.1:{free_port()}")
        assert code == 2
        assert "cannot be reached" in told

    def test_somebody_else_answers(self, shop: Shop) -> None:
        with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as other:
            thread = threading.Thread(target=other.serve_forever)
            thread.start()
            code, told = shop.run(url=f"http://127.0.0.1:{other.server_port}")
            other.shutdown()
            thread.join()
        assert code == 2
        assert "does not answer like a gallery" in told

    def test_a_catalogue_that_cannot_be_read(self, shop: Shop) -> None:
        (shop.home / "catalogue.csv").write_text("code,price\nA1,5\n", encoding="utf-8")
        code, told = shop.run(url="http://localhost:1")
        assert code == 2
        assert "one of them title" in told

    def test_the_help_speaks_to_a_shop_owner(self) -> None:
        command = [sys.executable, str(PROGRAM), "--help"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "asked for your password" in told
        assert json.dumps("--dry-run")[1:-1] in told
