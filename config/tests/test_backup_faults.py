"""What is wrong with a backup is said in one sentence, and nothing is half restored, half written or overwritten."""

import gzip
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

import manage
from accounts.models import User
from config.backup import checking, loading, making, manifest, restoring, sealing, snapshot
from config.backup.faults import BackupError
from config.backup.places import Folder
from config.backup.restoring import Wish
from config.backup.sealing import Key
from config.testing.backups import a_new_gallery, live, on_sqlite, rows
from config.testing.cast import make_asha
from config.testing.crowd import process
from config.testing.gallery import a_design
from designs.models import Design, Term
from uploads.storage import pictures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]
KEY, OTHER_KEY = "k" * 40, "o" * 40
CHUNK = sealing.CHUNK


def nobody(_: int) -> None: ...


@pytest.fixture(scope="module")
def originals(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Path]]:
    """A plain backup and a sealed one of the same gallery."""
    folder = tmp_path_factory.mktemp("originals")
    with django_db_blocker.unblock(), a_new_gallery(folder):
        live()
        shelf = pictures()
        for design in Design.objects.select_related("cover"):
            assert design.cover
            shelf.put(design.cover.object_key, design.title.encode() * 99, "image/webp")
        for name, key in {"plain": None, "sealed": Key(KEY)}.items():
            making.make(Folder(folder / name), key, keep=3, with_pictures=True, progress=nobody)
        yield {name: folder / name for name in ("plain", "sealed")}
        for stored in list(shelf.walk()):
            shelf.remove(stored.key)


@pytest.fixture(params=["plain", "sealed"])
def backup(request: pytest.FixtureRequest, originals: dict[str, Path], tmp_path: Path, settings: Any) -> Path:
    """A copy to do harm to."""
    settings.BACKUP_KEY = KEY if request.param == "sealed" else ""
    place = tmp_path / "place"
    shutil.copytree(originals[request.param], place)
    return place / Folder(place).backups()[0]


@pytest.fixture
def plain(originals: dict[str, Path], tmp_path: Path) -> Path:
    place = tmp_path / "place"
    shutil.copytree(originals["plain"], place)
    return place / Folder(place).backups()[0]


def refused(backup: Path, sentence: str, *words: str) -> None:
    """By `restore`, which changes nothing, and by `verify_backup` with a code of 1."""
    before = rows()
    with pytest.raises(CommandError, match=sentence) as caught:
        call_command("restore", str(backup), *words, verbosity=0)
    assert "\n" not in str(caught.value)
    assert rows() == before


def found_by_verify(backup: Path, sentence: str) -> None:
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("verify_backup", str(backup), stdout=out, stderr=out, verbosity=0)
    assert left.value.code == 1
    assert sentence in out.getvalue()


# --- Damage ----------------------------------------------------------------------------------------------------------
def of(backup: Path, table: str) -> Path:
    return next(backup.glob(f"{table}.json*"))


def cut(share: float) -> Callable[[Path], None]:
    return lambda file: os.truncate(file, int(file.stat().st_size * share))


def shortened(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 1)


def flipped(at: float) -> Callable[[Path], None]:
    def flip(file: Path) -> None:
        data = bytearray(file.read_bytes())
        data[min(int(len(data) * at), len(data) - 1)] ^= 4
        file.write_bytes(data)

    return flip


def doubled(file: Path) -> None:
    file.write_bytes(file.read_bytes() * 2)


HARM = {
    "nothing left": cut(0),
    "a tenth left": cut(0.1),
    "half left": cut(0.5),
    "a byte short": shortened,
    "a bit at the beginning": flipped(0.02),
    "a bit in the middle": flipped(0.5),
    "a bit at the end": flipped(1),
    "twice": doubled,
    "away": Path.unlink,
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM.keys())
@pytest.mark.parametrize("table", ["accounts_user", "designs_term", "pictures", "manifest"])
@pytest.mark.once
def test_a_damaged_backup_is_noticed_before_a_row_is_written(
    backup: Path, table: str, harm: Callable[[Path], None], tmp_path: Path
) -> None:
    harm(of(backup, table))
    with a_new_gallery(tmp_path):
        refused(backup, r"is damaged|cannot be read|There is no whole backup|not the key")
    out = StringIO()
    with pytest.raises((SystemExit, CommandError)):
        call_command("verify_backup", str(backup), stdout=out, stderr=out, verbosity=0)


@pytest.mark.once
def test_files_that_changed_places_are_noticed(backup: Path) -> None:
    one, other = of(backup, "designs_maker"), of(backup, "designs_collection")
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)
    found_by_verify(backup, "designs_maker.jsonl.gz is damaged")


@pytest.mark.once
def test_a_row_that_was_put_in_is_noticed(plain: Path) -> None:
    file = of(plain, "auth_group")
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()) + b'[99,"Intruders"]\n'))
    found_by_verify(plain, "auth_group.jsonl.gz is damaged: 5 rows")


@pytest.mark.once
def test_verify_names_every_fault(backup: Path) -> None:
    for table in ("accounts_user", "designs_term"):
        shortened(of(backup, table))
    found_by_verify(backup, "accounts_user.jsonl.gz is damaged")
    found_by_verify(backup, "designs_term.jsonl.gz is damaged")


# --- Keys ------------------------------------------------------------------------------------------------------------
def test_a_sealed_backup_comes_back_with_its_key(originals: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    with a_new_gallery(tmp_path):
        call_command(
            "restore", str(originals["sealed"]), key_file=str(tmp_path / "key"), verbosity=0, stdout=StringIO()
        )
        assert Design.objects.filter(title="Red Banarasi").exists()


@pytest.mark.once
def test_nothing_of_a_sealed_backup_can_be_read(originals: dict[str, Path]) -> None:
    for file in originals["sealed"].rglob("*"):
        if file.is_file() and file.name != ".lock":
            data = file.read_bytes()
            assert data.startswith(sealing.MAGIC)
            assert b"asha" not in data
            assert b"accounts" not in data


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("", "is encrypted: give its key with --key-file or BACKUP_KEY."),
        (OTHER_KEY, "This is not the key that the backup was made with."),
        ("short", "The key of a backup must have 32 or more random characters."),
    ],
    ids=["none", "another", "short"],
)
@pytest.mark.once
def test_without_the_right_key_nothing_happens(
    originals: dict[str, Path], tmp_path: Path, settings: Any, key: str, sentence: str
) -> None:
    settings.BACKUP_KEY = key
    with a_new_gallery(tmp_path):
        refused(originals["sealed"], sentence)


@pytest.mark.once
def test_a_backup_without_a_key_is_not_taken_for_one_with(plain: Path, tmp_path: Path, settings: Any) -> None:
    settings.BACKUP_KEY = KEY
    with a_new_gallery(tmp_path):
        refused(plain, "is not encrypted: if you trust it, restore it without a key")


@pytest.mark.once
def test_a_key_file_that_is_not_there_is_named(plain: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"The key in .*nowhere cannot be read: No such file"):
        call_command("restore", str(plain), key_file=str(tmp_path / "nowhere"))


# --- Versions and schemas -------------------------------------------------------------------------------------------
def rewritten(backup: Path, **facts: Any) -> None:
    shelf, made = manifest.read(Folder(backup.parent), backup.name, None)
    manifest.write(shelf, replace(made, **facts))


def test_a_backup_of_a_newer_gallery_is_refused(plain: Path, tmp_path: Path) -> None:
    _, made = manifest.read(Folder(plain.parent), plain.name, None)
    rewritten(plain, app="9.0", migrations=[*made.migrations, "designs.0999_looms"])
    with a_new_gallery(tmp_path):
        refused(plain, r"made by a newer gallery \(9.0\): designs.0999_looms is not known here")


def test_a_backup_of_a_newer_form_is_refused(plain: Path, tmp_path: Path) -> None:
    rewritten(plain, app="9.0", format=2)
    with a_new_gallery(tmp_path):
        refused(plain, r"This backup was made by a newer gallery \(9.0\)")


def test_a_table_without_a_column_is_refused(plain: Path, tmp_path: Path) -> None:
    with a_new_gallery(tmp_path):
        with connection.schema_editor() as editor:
            editor.execute("ALTER TABLE designs_search RENAME COLUMN count TO times")
        with pytest.raises(CommandError, match="The table designs_search here has no column count"):
            call_command("restore", str(plain), verbosity=0)
        assert not Design.objects.exists()


def test_a_database_with_somebody_in_it_is_refused(plain: Path, tmp_path: Path) -> None:
    with a_new_gallery(tmp_path):
        a_design()
        refused(plain, "This database is not empty: .* has rows. Restore into a new one; nothing was changed.")


def test_somebody_who_came_while_the_backup_was_read_stays(plain: Path, tmp_path: Path) -> None:
    shelf, made = manifest.read(Folder(plain.parent), plain.name, None)
    with a_new_gallery(tmp_path):
        came = iter([make_asha])
        with pytest.raises(BackupError, match="This database is not empty: accounts_user has rows"):
            restoring.restore(shelf, made, Wish(), lambda _: [person() for person in came] and None)
        assert [person.username for person in User.objects.all()] == ["asha"]
        assert Term.objects.exists()


def test_a_database_that_waits_for_migrations_is_not_backed_up(tmp_path: Path) -> None:
    with a_new_gallery(tmp_path):
        call_command("migrate", "accounts", "0003", verbosity=0)
        with pytest.raises(CommandError, match=r"waits for migrations \(accounts.0004_admin_cookies_end\)"):
            call_command("backup", to=str(tmp_path / "to"), verbosity=0)
    assert Folder(tmp_path / "to").backups() == []


# --- Rows the database does not take ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"title": "a\0b"}, r"designs_design, row 4: .*NUL"),
        ({"title": "x" * 201}, r"designs_design, row 4, title: .*too long for type character varying\(200\)"),
        ({"card": {"a": "\0"}}, r"designs_design, row 4, card: unsupported Unicode escape"),
    ],
    ids=["NUL", "too long", "NUL in JSON"],
)
def test_what_postgresql_does_not_take_is_named_by_table_and_row(
    facts: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the lane with PostgreSQL has both")
    with on_sqlite(tmp_path / "from.sqlite3"):
        call_command("migrate", verbosity=0)
        for number in (1, 2, 3):
            a_design(pk=number)
        a_design(pk=4, **facts)
        making.make(Folder(tmp_path / "to"), None, keep=1, with_pictures=False, progress=nobody)
    with a_new_gallery(tmp_path):
        refused(tmp_path / "to", sentence)


def test_rows_that_point_at_nothing_are_refused_as_one(plain: Path, tmp_path: Path) -> None:
    place = Folder(plain.parent)
    shelf, made = manifest.read(place, plain.name, None)
    [table] = [one for one in made.tables if one.name == "favorites_favorite"]
    with shelf.writing(table.file) as lines:
        lines.write([[1, 4711, 1, "2026-11-22T00:00:00Z"]])
    tables = [replace(one, **lines.facts._asdict()) if one is table else one for one in made.tables]
    rewritten(plain, tables=tables)
    with a_new_gallery(tmp_path):
        refused(plain, "The database refused the rows, and has none of them: .*4711|favorites_favorite")


def test_a_restore_that_fails_halfway_leaves_an_empty_gallery(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody damages the backup after it was read and found whole."""
    with a_new_gallery(tmp_path):
        before = rows()
        monkeypatch.setattr(restoring, "refuse_damaged", lambda *_: None)
        flipped(0.5)(of(plain, "favorites_favorite"))
        shelf, made = manifest.read(Folder(plain.parent), plain.name, None)
        with pytest.raises(BackupError, match="is damaged"):
            restoring.restore(shelf, made, Wish(pictures=False), nobody)
        assert rows() == before
        assert Term.objects.exists()


# --- While it is being made -----------------------------------------------------------------------------------------
FULL = """
import resource
from django.core.management import call_command
from designs.models import Term
Term.objects.count()
resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, resource.RLIM_INFINITY))
call_command("backup", to=sys.argv[1], verbosity=0)
"""
KILLED = """
from config.backup import making
from config.backup.places import Folder
def killed(_):
    os.kill(os.getpid(), signal.SIGKILL)
making.make(Folder(__import__("pathlib").Path(sys.argv[1])), None, keep=1, with_pictures=False, progress=killed)
"""


def test_a_full_disk_is_one_sentence_and_the_older_backup_stays(tmp_path: Path) -> None:
    call_command("backup", to=str(tmp_path), verbosity=0, stdout=StringIO())
    before = sorted(path.name for path in tmp_path.rglob("*"))
    done = process(FULL, tmp_path)
    assert done.returncode
    assert f"{tmp_path} cannot be written: File too large. No backup was changed." in done.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_a_backup_that_is_killed_is_none_and_the_next_one_clears_it_away(tmp_path: Path) -> None:
    assert process(KILLED, tmp_path).returncode == -9
    place = Folder(tmp_path)
    assert place.backups() == []
    [left] = place.leftovers()
    with pytest.raises(CommandError, match="There is no backup in"):
        call_command("verify_backup", str(tmp_path))
    call_command("backup", to=str(tmp_path), verbosity=0, stdout=StringIO())
    assert len(place.backups()) == 1
    assert not (tmp_path / left).exists()


@pytest.mark.parametrize("command", [["backup"], ["backup", "--dry-run"], ["restore", "place"]])
def test_a_database_that_is_away_is_one_sentence(command: list[str], plain: Path, tmp_path: Path) -> None:
    with on_sqlite(tmp_path / "no" / "folder.sqlite3"):
        words = [str(plain) if word == "place" else word for word in command]
        with pytest.raises(CommandError, match=r"The database of DATABASE_URL refuses: unable to open") as told:
            call_command(*words, verbosity=0)
    assert "\n" not in str(told.value)


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.once
@pytest.mark.parametrize(
    ("where", "command", "said"),
    [
        (snapshot, ["backup"], "Interrupted. Backups that were there stay whole."),
        (loading, ["restore", "place"], "Interrupted. Rows come all together or not at all: run it again."),
        (checking, ["restore", "place"], "Interrupted. Rows come all together or not at all: run it again."),
        (checking, ["verify_backup", "place"], "Interrupted."),
    ],
)
def test_control_c_is_one_sentence(
    where: ModuleType, command: list[str], said: str, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("write_tables", "load", "faults_of"):
        monkeypatch.setattr(where, name, interrupt, raising=False)
    words = [str(plain) if word == "place" else word for word in command]
    with a_new_gallery(tmp_path), pytest.raises(CommandError) as told:
        call_command(*words, verbosity=0, stdout=StringIO())
    assert (str(told.value), told.value.returncode) == (said, 130)


@pytest.mark.once
def test_pictures_that_were_interrupted_go_on(plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.backup.pictures.put_back", interrupt)
    with a_new_gallery(tmp_path), pytest.raises(CommandError, match=r"not all pictures: it was interrupted\. Run it"):
        call_command("restore", str(plain), verbosity=0, stdout=StringIO())


@pytest.mark.once
def test_control_c_leaves_every_command_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(manage, "execute_from_command_line", interrupt)
    with pytest.raises(SystemExit, match="130"):
        manage.main()
    assert capsys.readouterr().err == "Interrupted.\n"


@pytest.mark.once
def test_a_folder_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match=r"cannot be written: .*No backup was changed."):
        call_command("backup", to=str(tmp_path / "file" / "to"), verbosity=0)


def test_older_backups_stay_when_the_new_one_does_not_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("backup", to=str(tmp_path), verbosity=0, stdout=StringIO())
    first = Folder(tmp_path).backups()
    monkeypatch.setattr(checking, "faults_of_tables", lambda *_: iter(["A disk lied."]))
    sentence = r"The new backup does not read back: A disk lied. Older ones were kept."
    later = time_machine.travel(datetime.now(UTC) + timedelta(seconds=5))
    with later, pytest.raises(CommandError, match=sentence):
        call_command("backup", to=str(tmp_path), keep=1, verbosity=0)
    assert Folder(tmp_path).backups()[:1] == first


def test_a_storage_that_does_not_answer_leaves_no_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shelf: Any
) -> None:
    from config.api.errors import Refusal

    def away(*_: Any) -> Any:
        raise Refusal("storage_unavailable")

    a_design()
    monkeypatch.setattr(type(shelf), "walk", away)
    with pytest.raises(CommandError, match=r"The storage of the pictures does not answer. No backup was changed."):
        call_command("backup", to=str(tmp_path / "to"), verbosity=0)
    assert Folder(tmp_path / "to").backups() == []
    assert snapshot.counted(with_pictures=False)
