"""Pictures of a catalogue: every design whole, every picture once, and nothing left behind by a row that is refused."""

import os
import signal
import threading
import time
import unicodedata
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from config.api.errors import wrong
from config.testing.crowd import process
from config.testing.pictures import names_on, photo
from designs.importing import photos, running
from designs.importing.photos import Folder
from designs.importing.understanding import Remark
from designs.models import Design, Term
from designs.tests.test_importing import bring, everything, report, written
from uploads import services as uploads
from uploads.models import Picture
from uploads.storage import LocalPictures, pictures

pytestmark = pytest.mark.once

COLOURS = ["crimson", "teal", "gold", "navy", "olive", "coral", "indigo", "plum"]


def small(colour: str = "crimson") -> bytes:
    return photo(colour, (60, 80))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "photos"
    (place / "sub").mkdir(parents=True)
    for number, colour in enumerate(COLOURS):
        (place / f"{number}.jpg").write_bytes(small(colour))
    return place


def said_of(tmp_path: Path) -> list[tuple[str, str]]:
    return [(row["line"], row["reason"]) for row in report(tmp_path)]


def whole() -> bool:
    """Every object has its row, every row its objects, every shown design a cover."""
    assert sorted(names_on(pictures())) == sorted(key for one in Picture.objects.all() for key in one.all_keys)
    for design in Design.objects.all():
        numbers = list(design.pictures.order_by("position").values_list("picture_id", flat=True))
        assert [place["id"] for place in design.card["pictures"]] == numbers
        assert design.cover_id == (numbers[0] if numbers else None)
    return True


@pytest.mark.django_db
class TestRows:
    def test_photos_are_found_drawn_once_and_never_again(
        self, tmp_path: Path, folder: Path, shelf: LocalPictures
    ) -> None:
        (folder / "again.jpg").write_bytes(small(COLOURS[0]))
        lines = [
            ["id", "title", "pictures"],
            ["1", "A", "0.jpg|1.jpg"],
            ["2", "B", "again.jpg"],
            ["3", "C", "0.jpg;again.jpg"],
        ]
        path = written(tmp_path, *lines, ["4", "D", ""])
        said = bring(path, "--images", str(folder), "--workers", "1")
        assert (said.code, said.summary) == (0, "4 rows: 4 added, 0 changed, 0 already there, 0 refused.")
        assert Picture.objects.count() == 2
        assert list(Design.objects.order_by("pk").values_list("status", flat=True)) == ["active"] * 3 + ["draft"]
        assert [design.pictures.count() for design in Design.objects.order_by("pk")] == [2, 1, 1, 0]
        assert whole()
        before, names = everything(), names_on(shelf)
        for words in ([], ["--update"], ["--update", "--dry-run"]):
            assert "4 already there" in bring(path, "--images", str(folder), "--workers", "1", *words).summary
            assert (everything(), names_on(shelf)) == (before, names)

    def test_a_row_that_is_refused_leaves_nothing(self, tmp_path: Path, folder: Path, shelf: LocalPictures) -> None:
        (folder / "broken.jpg").write_bytes(small()[:300])
        (folder / "text.jpg").write_text("no photo")
        (folder / "empty.jpg").write_bytes(b"")
        (folder / "gone.jpg").symlink_to(folder / "nowhere.jpg")
        lines = [
            ["id", "title", "pictures", "price_min", "price_max"],
            ["1", "Good", "0.jpg", "", ""],
            ["2", "Broken", "1.jpg|broken.jpg", "", ""],
            ["3", "Text", "text.jpg|2.jpg", "", ""],
            ["4", "Empty", "empty.jpg", "", ""],
            ["5", "Gone", "gone.jpg", "", ""],
            ["6", "None", "../0.jpg|/etc/passwd|3.jpg", "", ""],
            ["7", "Price", "4.jpg", "9", "1"],
            ["8", "Good as well", "5.jpg", "", ""],
        ]
        path = written(tmp_path, *lines)
        before = everything()
        tried = bring(path, "--images", str(folder), "--dry-run")
        assert (everything(), names_on(shelf)) == (before, [])
        told = report(tmp_path)
        done = bring(path, "--images", str(folder))
        assert done.summary == "8 rows: 2 added, 0 changed, 0 already there, 6 refused."
        assert tried.summary.endswith(done.summary)
        assert report(tmp_path) == told
        told_now = [(line, reason.partition(" JPEG, ")[0]) for line, reason in said_of(tmp_path)]
        assert told_now == [
            ("3", "broken.jpg: The picture is damaged and cannot be opened."),
            ("4", "text.jpg: This is not a picture we can read."),
            ("5", "empty.jpg: The file is empty."),
            ("6", "gone.jpg cannot be read."),
            ("7", "There is no file '../0.jpg' in the folder of pictures."),
            ("7", "There is no file '/etc/passwd' in the folder of pictures."),
            ("8", "The highest price is below the lowest."),
        ]
        assert Picture.objects.count() == 2
        assert whole()

    def test_what_was_drawn_for_a_design_that_fails_late_is_gone(
        self, tmp_path: Path, folder: Path, shelf: LocalPictures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And the photo that it shared with its neighbours keeps its objects."""
        from designs import services

        make = services.make

        def refuses(facts: dict[str, Any], **how: Any) -> Any:
            if facts["title"] == "B":
                raise wrong("title", "invalid", "Not this one.")
            return make(facts, **how)

        monkeypatch.setattr(services, "make", refuses)
        lines = [
            ["title", "pictures", "motif"],
            ["A", "0.jpg", "Wxyz"],
            ["B", "0.jpg|1.jpg", "Wxyz"],
            ["C", "0.jpg|2.jpg", "Wxyz"],
        ]
        said = bring(written(tmp_path, *lines), "--images", str(folder))
        assert said.summary == "3 rows: 2 added, 0 changed, 0 already there, 1 refused."
        assert (Picture.objects.count(), Term.objects.filter(is_active=False).count()) == (2, 1)
        assert whole()

    def test_a_chunk_that_the_database_refuses_is_stored_row_by_row(
        self, tmp_path: Path, folder: Path, shelf: LocalPictures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from designs import services

        insert = services.insert

        def refuses(many: list[services.Made]) -> None:
            insert(many)
            if any(made.design.title == "B" for made in many):
                raise DatabaseError

        monkeypatch.setattr(services, "insert", refuses)
        lines = [["title", "pictures"], ["A", "0.jpg"], ["B", "0.jpg|1.jpg"], ["C", "0.jpg|2.jpg"]]
        said = bring(written(tmp_path, *lines), "--images", str(folder))
        assert said.summary == "3 rows: 2 added, 0 changed, 0 already there, 1 refused."
        assert Picture.objects.count() == 2
        assert whole()

    def test_by_key(self, tmp_path: Path, folder: Path, shelf: LocalPictures) -> None:
        """A folder that holds a copy of the storage makes no second picture of it."""
        ours, _ = uploads.store(small("teal"), category="designs", by=None)
        face, _ = uploads.store(small("gold"), category="avatars", by=None)
        adopted = [
            Picture.objects.create(object_key=key, status="adopted", width=9, height=9)
            for key in ("old;a, b.jpg", "0.jpg")
        ]
        copy = folder / ours.object_key
        copy.parent.mkdir(parents=True)
        copy.write_bytes(small("navy"))
        lines = [
            ["title", "pictures"],
            ["A", ours.object_key],
            ["B", "old;a, b.jpg |"],
            ["C", face.object_key],
            ["D", "0.jpg"],
        ]
        path = written(tmp_path, *lines)
        bring(path)
        assert [one.cover for one in Design.objects.order_by("pk")] == [ours, *adopted]
        assert said_of(tmp_path) == [
            ("4", f"There is no picture with the key {face.object_key!r}, and no folder was given.")
        ]
        Design.objects.all().delete()
        bring(path, "--images", str(folder))
        [first, second, fourth] = Design.objects.order_by("pk")
        assert (first.cover, second.cover) == (ours, adopted[0])
        assert fourth.cover
        assert fourth.cover.sha256 == sha(folder / "0.jpg")


def covers() -> list[Picture]:
    return [design.cover for design in Design.objects.select_related("cover").order_by("external_id") if design.cover]


def sha(path: Path) -> str:
    from hashlib import sha256

    return sha256(path.read_bytes()).hexdigest()


class TestTheFolder:
    def found(self, root: Path, name: str) -> str:
        place = Folder(root).find(name)
        return place.reason if isinstance(place, Remark) else str(place.relative_to(root))

    def test_how_a_file_may_be_called(self, folder: Path) -> None:
        nfd = unicodedata.normalize("NFD", "Café.JPG")
        for name in (nfd, "saree.red.jpg", "a.jpg", "sub/a.jpg", "sub/b.jpg", "plain"):
            (folder / name).write_bytes(b"x")
        for name, path in (
            ("café.jpg", nfd),
            ("CAFÉ", nfd),
            ("saree.red", "saree.red.jpg"),
            (r"SUB\B.jpg", "sub/b.jpg"),
            ("./sub/b", "sub/b.jpg"),
            ("b.jpg", "sub/b.jpg"),
            ("b", "sub/b.jpg"),
            ("a.jpg", "a.jpg"),
            ("sub/a.jpg", "sub/a.jpg"),
            ("plain", "plain"),
        ):
            assert self.found(folder, name) == path, name
        (folder / "sub" / "deep").mkdir()
        (folder / "sub" / "deep" / "b.jpg").write_bytes(b"x")
        assert self.found(folder, "b.jpg") == "2 files are called b.jpg: name the folder, too."
        (folder / "CASE.jpg").write_bytes(b"x")
        (folder / "case.jpg").write_bytes(b"x")
        assert self.found(folder, "case.jpg") == "case.jpg"
        assert self.found(folder, "Case.jpg").startswith("2 files")

    def test_nothing_outside_is_ever_found(self, folder: Path, tmp_path: Path) -> None:
        secret = tmp_path / "secret.jpg"
        secret.write_bytes(b"x")
        (folder / "out.jpg").symlink_to(secret)
        (folder / "outside").symlink_to(tmp_path)
        (folder / "loop.jpg").symlink_to("loop.jpg")
        (folder / "in.jpg").symlink_to("0.jpg")
        (folder / ".hidden.jpg").write_bytes(b"x")
        os.mkfifo(folder / "pipe.jpg")
        (Path(os.fsdecode(os.fsencode(folder) + b"/bad\xff.jpg"))).write_bytes(b"x")
        for name in (
            "out.jpg",
            "outside/secret.jpg",
            "../secret.jpg",
            str(secret),
            "secret.jpg",
            "loop.jpg",
            ".hidden.jpg",
            "",
        ):
            assert self.found(folder, name) == f"There is no file {name!r} in the folder of pictures."
        assert self.found(folder, "in.jpg") == "in.jpg"
        assert photos.shown(Path("bad\udcff.jpg")) == "bad?.jpg"
        files: dict[str, Path] = {}
        assert photos.digest_of(folder / "pipe.jpg", "pipe.jpg", files) == ("pictures", "pipe.jpg: The file is empty.")

    def test_more_files_than_anybody_has(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(photos, "MOST_FILES", 3)
        said = bring(folder / "c.csv", "--images", str(folder))
        assert (said.code, said.out.strip()) == (2, f"{folder} holds more than 3 files.")


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
class TestThreads:
    def test_two_draw_for_one_who_stores(self, tmp_path: Path, folder: Path, shelf: LocalPictures) -> None:
        (folder / "broken.jpg").write_bytes(small()[:300])
        lines = [["id", "title", "pictures"], *([str(n), f"T{n}", f"{n}.jpg|{(n + 1) % 8}.jpg"] for n in range(8))]
        path = written(tmp_path, *lines, ["9", "Broken", "broken.jpg|0.jpg"])
        said = bring(path, "--images", str(folder), "--workers", "2")
        assert said.summary == "9 rows: 8 added, 0 changed, 0 already there, 1 refused."
        assert Picture.objects.count() == 8
        assert whole()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("photo")]

    def test_two_designs_change_their_photos_with_each_other(
        self, tmp_path: Path, folder: Path, shelf: LocalPictures
    ) -> None:
        lines = [["id", "title", "pictures"], ["1", "A", "0.jpg"], ["2", "B", "1.jpg"]]
        bring(written(tmp_path, *lines), "--images", str(folder))
        lines[1][2], lines[2][2] = "1.jpg", "0.jpg"
        said = bring(written(tmp_path, *lines), "--images", str(folder), "--update")
        assert said.summary == "2 rows: 0 added, 2 changed, 0 already there, 0 refused."
        assert [one.sha256 for one in covers()] == [sha(folder / "1.jpg"), sha(folder / "0.jpg")]
        assert whole()

    def test_ctrl_c_while_they_draw(
        self, tmp_path: Path, folder: Path, shelf: LocalPictures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        count = iter(range(99))

        def told(*_: Any) -> None:
            if next(count) == 2:
                raise KeyboardInterrupt

        monkeypatch.setattr("tqdm.std.tqdm.set_postfix_str", told)
        lines = [["id", "title", "pictures"], *([str(n), f"T{n}", f"{n}.jpg"] for n in range(8))]
        for workers in ("1", "2"):
            count = iter(range(99))
            said = bring(written(tmp_path, *lines), "--images", str(folder), "--workers", workers)
            assert (said.code, Design.objects.count(), names_on(shelf)) == (130, 0, [])
            assert said.out.strip().startswith("Interrupted.")


DIES = """
from designs import services
from uploads import services as uploads
from designs.importing import running
from django.conf import settings
from django.core.management import call_command
settings.MEDIA_ROOT = sys.argv[4]
running.CHUNK_WITH_PICTURES = 3
module, name, left = {"row": (services, "insert", [2]), "photo": (uploads, "drawn", [5])}[sys.argv[1]]
whole = getattr(module, name)
def dies(*arguments, **how):
    done = whole(*arguments, **how)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
setattr(module, name, dies)
call_command("import_designs", sys.argv[2], "--images", sys.argv[3], "--workers", "1")
"""


@pytest.mark.drill
@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["row", "photo"])
def test_kill_9_and_again(place: str, tmp_path: Path, folder: Path, shelf: LocalPictures) -> None:
    """Inside the transaction of the second chunk; and between two photos of it."""
    lines = [
        ["id", "title", "pictures", "motif"],
        *([f"R{n}", f"T{n}", f"{n}.jpg", f"Carpet {COLOURS[n]}"] for n in range(8)),
    ]
    path = written(tmp_path, *lines, ["", "", "", ""], ["bad", "", "", ""])
    done = process(DIES, place, path, folder, shelf.location)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (Design.objects.count(), Picture.objects.count(), Term.objects.filter(is_active=False).count()) == (3, 3, 3)
    assert [row["line"] for row in report(tmp_path)] == ["2", "3", "4"]
    orphans = set(names_on(shelf)) - {key for one in Picture.objects.all() for key in one.all_keys}
    assert orphans

    said = bring(path, "--images", str(folder), "--workers", "1")
    assert said.summary == "9 rows: 5 added, 0 changed, 3 already there, 1 refused."
    assert set(Design.objects.values_list("external_id", flat=True)) == {f"R{n}" for n in range(8)}
    assert Picture.objects.count() == 8
    assert Term.objects.filter(is_active=False).count() == 8
    for key in orphans:
        os.utime(shelf.path(key), (time.time() - 100_000,) * 2)
    call_command("reconcile_pictures", "--fix", verbosity=0, stdout=StringIO())
    assert whole()
    assert running.CHUNK_WITH_PICTURES == 20
