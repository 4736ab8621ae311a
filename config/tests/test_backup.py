"""A gallery goes into files and comes out again, the same: on either database, and from one to the other."""

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F

from accounts.models import Session, User
from config.audit.models import Entry
from config.backup import columns, making, manifest, restoring, scope, snapshot
from config.backup.manifest import Manifest
from config.backup.places import Folder
from config.backup.restoring import Wish
from config.testing.backups import a_new_gallery, live, on_sqlite, rows
from config.testing.crowd import at_once
from config.testing.gallery import a_design, hearts, people
from designs.models import Change, Design
from favorites.models import Favorite
from uploads.storage import LocalPictures, pictures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]
NOBODY = lambda _: None  # noqa: E731


def say(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=out, verbosity=0, **options)
    return out.getvalue()


def made(folder: Path, **how: Any) -> Manifest:
    return making.make(Folder(folder), None, **{"keep": 9, "with_pictures": False, "progress": NOBODY, **how}).manifest


def restored(folder: Path) -> None:
    place = Folder(folder)
    restoring.restore(*manifest.read(place, place.backups()[-1], None), Wish(pictures=False), NOBODY)


def facts(of: Manifest) -> dict[str, Any]:
    return {table.model: table.facts for table in of.tables}


# --- What is in it -------------------------------------------------------------------------------------------------
def test_every_model_is_either_kept_or_left_out_for_a_reason() -> None:
    assert {*scope.KEPT, *scope.LEFT_OUT} == set(scope.known())
    assert not set(scope.KEPT) & set(scope.LEFT_OUT)
    assert all(scope.LEFT_OUT.values())


def test_every_column_of_a_kept_model_has_a_kind() -> None:
    assert all(columns.columns_of(model) for model in scope.kept_models())


def test_the_tests_put_something_into_every_kept_table() -> None:
    live()
    assert [label for label, found in rows().items() if not found] == []


# --- There and back ------------------------------------------------------------------------------------------------
def test_what_is_restored_is_what_was_there_row_by_row(tmp_path: Path) -> None:
    live()
    before, then = rows(), made(tmp_path)
    with a_new_gallery(tmp_path):
        restored(tmp_path)
        assert rows() == before
        assert facts(made(tmp_path / "again")) == facts(then)


def test_a_database_without_tables_gets_them(tmp_path: Path) -> None:
    live()
    before = rows()
    made(tmp_path)
    with a_new_gallery(tmp_path, bare=True):
        restored(tmp_path)
        assert rows() == before


@pytest.mark.parametrize("way", ["down", "up and down"])
def test_from_one_kind_of_database_to_the_other(tmp_path: Path, way: str) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the lane with PostgreSQL has both")
    live()
    before, then = rows(), made(tmp_path)
    with on_sqlite(tmp_path / "down.sqlite3"):
        restored(tmp_path)
        assert rows() == before
        again = made(tmp_path / "again")
        assert again.vendor == "sqlite"
        assert facts(again) == facts(then)
    if way == "up and down":
        with a_new_gallery(tmp_path):
            restored(tmp_path / "again")
            assert rows() == before
            assert facts(made(tmp_path / "third")) == facts(then)


def test_hearts_are_not_counted_twice_and_count_on_afterwards(tmp_path: Path) -> None:
    live()
    made(tmp_path)
    with a_new_gallery(tmp_path):
        restored(tmp_path)
        counted = Design.objects.annotate(truly=Count("favorites")).exclude(like_count=F("truly"))
        assert not counted.exists()
        design = Design.objects.get(title="Blue")
        hearts(design, 1)
        assert design.like_count == 3
        Change.objects.all().delete()
        Design.objects.filter(pk=design.pk).update(title="Green")
        assert Change.objects.get().design_id == design.pk


def test_running_processes_are_told_to_read_everything_anew(tmp_path: Path) -> None:
    made(tmp_path)
    with a_new_gallery(tmp_path):
        Change.objects.all().delete()
        restored(tmp_path)
        assert [change.design_id for change in Change.objects.all()] == [0]


def test_numbers_are_not_given_out_again(tmp_path: Path) -> None:
    live()
    gone = a_design()
    User.objects.create(username="gone").delete()
    number = gone.pk
    gone.delete()
    last = User.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    made(tmp_path)
    with a_new_gallery(tmp_path):
        restored(tmp_path)
        assert a_design().pk == number + 1
        [new] = people(1)
        assert new.pk > last + 100_000  # tokens of people who came after the backup lead to nobody
        session = Session.objects.create(user=new, **times())
        assert session.pk > 1_000_000


def test_a_table_that_was_ahead_of_its_numbers_is_not_afterwards(tmp_path: Path) -> None:
    a_design(pk=9_000_000)  # PostgreSQL gave out numbers in tests before this one
    made(tmp_path)
    with a_new_gallery(tmp_path):
        restored(tmp_path)
        assert a_design().pk == 9_000_001


def times() -> dict[str, Any]:
    old = Session.objects.order_by("pk")[0]
    return {name: getattr(old, name) for name in ("created_at", "rotated_at", "expires_at", "ends_at")}


def test_rights_find_their_names_where_they_have_other_numbers(tmp_path: Path) -> None:
    live()
    made(tmp_path)
    with a_new_gallery(tmp_path):
        from django.contrib.auth.models import Permission

        right = Permission.objects.get(codename="edit_designs")
        facts = {"name": right.name, "content_type": right.content_type, "codename": right.codename}
        right.delete()
        assert Permission.objects.create(**facts).pk != right.pk
        restored(tmp_path)
        assert User.objects.get(username="asha").has_perm("designs.edit_designs")


def test_a_backup_of_yesterdays_version_is_loaded_as_it_was_and_then_migrated(tmp_path: Path) -> None:
    live()
    before = rows()
    made(tmp_path)
    as_of_yesterday(tmp_path, "uploads.0003_earlier_key", "uploads_picture", "earlier_key")
    for bare in (True, False):
        with a_new_gallery(tmp_path, bare=bare):
            restored(tmp_path)
            assert rows() == before
            assert snapshot.applied_migrations()


def as_of_yesterday(folder: Path, migration: str, name: str, column: str) -> None:
    """The backup as the version without that column would have made it."""
    from dataclasses import asdict, replace

    from config.backup.checking import rows_of

    place = Folder(folder)
    shelf, new = manifest.read(place, place.backups()[-1], None)
    [table] = [one for one in new.tables if one.name == name]
    at = [known for known, _ in table.columns].index(column)
    kept = [[*row[:at], *row[at + 1 :]] for row in rows_of(shelf, table)]
    with shelf.writing(table.file) as lines:
        lines.write(kept)
    own = {**asdict(table), "columns": [one for one in table.columns if one[0] != column], **lines.facts._asdict()}
    tables = [manifest.Table(**own) if one is table else one for one in new.tables]
    then = [one for one in new.migrations if one != migration]
    manifest.write(shelf, replace(new, tables=tables, migrations=then))


# --- While people go on ----------------------------------------------------------------------------------------------
def test_a_backup_is_of_one_moment_while_people_go_on_writing(tmp_path: Path) -> None:
    """After each table that was read somebody gives a heart, in a thread of its own, and waits for nobody."""
    design, fans = a_design(), people(60)
    written: list[int] = []

    def give_a_heart(_: int) -> None:
        if len(written) < len(fans):
            at_once(lambda _: Favorite.objects.create(user=fans[len(written)], design=design), 1)
            at_once(lambda _: Entry.objects.create(what="x", kind="x", key="x"), 1)
            written.append(1)

    give_a_heart(0)
    then = made(tmp_path, progress=give_a_heart)
    assert len(written) > 5
    with a_new_gallery(tmp_path):
        restored(tmp_path)
        there = Design.objects.get()
        assert Favorite.objects.count() == there.like_count == Entry.objects.count() == 1
    assert facts(then)["favorites.Favorite"].rows == 1


def test_two_backups_to_one_place_do_not_meet(tmp_path: Path) -> None:
    inside, outcome = threading.Event(), []

    def second(_: int) -> None:
        if not inside.is_set():
            inside.set()
            with pytest.raises(CommandError, match=r"Another backup to .* is under way"):
                call_command("backup", to=str(tmp_path), verbosity=0)
            outcome.append("refused")

    made(tmp_path, progress=second)
    assert outcome == ["refused"]
    assert len(Folder(tmp_path).backups()) == 1


# --- Pictures --------------------------------------------------------------------------------------------------------
@pytest.fixture
def stocked(shelf: LocalPictures) -> LocalPictures:
    live()
    for number, design in enumerate(Design.objects.all()):
        assert design.cover
        shelf.put(design.cover.object_key, b"RIFF1234WEBP" + bytes([number]) * 900, "image/webp")
    return shelf


def test_pictures_come_back_and_what_is_there_stays(stocked: LocalPictures, tmp_path: Path, settings: Any) -> None:
    before = {stored.key: stocked.read(stored.key, 10_000) for stored in stocked.walk()}
    said = say("backup", to=str(tmp_path / "to"))
    assert "1 objects that rows name are not in the storage" in said  # asha's face was never stored
    assert "2 objects of pictures" in said
    settings.MEDIA_ROOT = tmp_path / "other"
    with a_new_gallery(tmp_path):
        assert "2 objects of pictures (0 were there)" in say("restore", str(tmp_path / "to"), "--latest")
        assert {stored.key: pictures().read(stored.key, 10_000) for stored in pictures().walk()} == before
        pictures().remove(next(iter(before)))
        assert "1 objects of pictures (1 were there)" in say("restore", str(tmp_path / "to"), "--only-pictures")


def test_a_picture_of_another_size_is_left_alone_and_told(stocked: LocalPictures, tmp_path: Path) -> None:
    say("backup", to=str(tmp_path / "to"))
    key = next(stocked.walk()).key
    stocked.put(key, b"somebody's", "image/webp")
    with a_new_gallery(tmp_path), pytest.raises(CommandError, match="1 objects in the storage have another size"):
        say("restore", str(tmp_path / "to"))
    assert stocked.read(key, 100) == b"somebody's"


def test_a_picture_that_an_earlier_backup_has_is_not_read_again(
    stocked: LocalPictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path, with_pictures=True)
    with monkeypatch.context() as patch:
        patch.setattr(LocalPictures, "read", lambda *_: pytest.fail("it was read"))
        second = made_a_second_later(tmp_path)
    assert second.pictures
    assert second.pictures.rows == 2
    assert len(list(Folder(tmp_path).pool())) == 2


def made_a_second_later(folder: Path, **how: Any) -> Manifest:

    place = Folder(folder)
    latest = datetime.strptime(place.backups()[-1], "gallery-%Y-%m-%dT%H%M%SZ").replace(tzinfo=UTC)
    with time_machine.travel(latest + timedelta(seconds=1)):
        return made(folder, **{"with_pictures": True, **how})


def test_a_picture_that_was_written_anew_is_read_anew(stocked: LocalPictures, tmp_path: Path) -> None:
    made(tmp_path, with_pictures=True)
    stored = next(stocked.walk())
    stocked.put(stored.key, b"x" * stored.size, "image/webp")
    made_a_second_later(tmp_path)
    assert len(list(Folder(tmp_path).pool())) == 3


def test_an_older_backup_that_is_damaged_keeps_no_new_one_from_being_made(
    stocked: LocalPictures, tmp_path: Path
) -> None:
    made(tmp_path, with_pictures=True)
    [older] = tmp_path.glob("gallery-*/pictures.jsonl.gz")
    older.write_bytes(older.read_bytes()[:-9])
    out = StringIO()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=5)):
        call_command("backup", to=str(tmp_path), keep=2, stdout=out, verbosity=0)
    assert "is whole" in say("verify_backup", str(tmp_path), "--latest")


def test_a_pool_that_lost_a_picture_gets_it_again(stocked: LocalPictures, tmp_path: Path) -> None:
    made(tmp_path, with_pictures=True)
    place = Folder(tmp_path)
    place.remove_pooled(next(place.pool()).name)
    made_a_second_later(tmp_path)
    assert len(list(place.pool())) == 2
    assert "is whole" in say("verify_backup", str(tmp_path), "--latest")


# --- How many are kept ----------------------------------------------------------------------------------------------
def test_the_newest_are_kept_and_only_pictures_that_none_of_them_names_go(
    stocked: LocalPictures, tmp_path: Path
) -> None:
    import os

    made(tmp_path, with_pictures=True)
    key = next(stocked.walk()).key
    stocked.remove(key)
    for _ in range(2):
        made_a_second_later(tmp_path, keep=2)
    place = Folder(tmp_path)
    assert len(place.backups()) == 2
    assert len(list(place.pool())) == 2  # young ones stay: another host may be about to name them
    for one in place.pool():
        os.utime(tmp_path / "pool" / one.name[:2] / one.name, (0, 0))
    made_a_second_later(tmp_path, keep=2)
    assert len(list(place.pool())) == 1
    assert say("verify_backup", str(tmp_path)).count("is whole") == 2


@pytest.mark.parametrize("keep", ["0", "-1", "all"])
def test_the_newest_always_stays(tmp_path: Path, keep: str) -> None:
    with pytest.raises(CommandError, match="must be a whole number from 1"):
        call_command("backup", "--keep", keep, to=str(tmp_path))


# --- The commands ---------------------------------------------------------------------------------------------------
def test_a_dry_run_of_a_backup_writes_nothing(tmp_path: Path) -> None:
    live()
    assert say("backup", "--dry-run", to=str(tmp_path / "to")).endswith("3 objects of pictures. Nothing was written.\n")
    assert not (tmp_path / "to").exists()


def test_a_dry_run_of_a_restore_changes_nothing(tmp_path: Path) -> None:
    live()
    made(tmp_path)
    with a_new_gallery(tmp_path, bare=True):
        assert "is whole and would be restored. Nothing was changed." in say("restore", str(tmp_path), "--dry-run")
        assert connection.introspection.table_names() == []


def test_one_of_several_is_named_or_is_the_latest(tmp_path: Path) -> None:
    made(tmp_path)
    made_a_second_later(tmp_path)
    first, second = Folder(tmp_path).backups()
    with a_new_gallery(tmp_path):
        with pytest.raises(CommandError, match=rf"There are 2 backups in .*: name one \({second}\), or say --latest."):
            say("restore", str(tmp_path))
        assert first in say("restore", str(tmp_path / first), "--dry-run")
        assert second in say("restore", str(tmp_path), "--latest", "--dry-run")


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    made(tmp_path / "to")
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "to").rglob("*.gz")} == {0}
    assert (tmp_path / "to").stat().st_mode & 0o077 == 0


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    import tracemalloc

    def peak(rows: int) -> float:
        Entry.objects.bulk_create([Entry(what="x", kind="x", key=str(n)) for n in range(rows)], batch_size=2_000)
        tracemalloc.start()
        made(tmp_path / str(rows))
        with a_new_gallery(tmp_path):
            restored(tmp_path / str(rows))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found / 1024 / 1024

    few, many = peak(6_000), peak(24_000)
    assert many < few + 1, f"{few:.1f} MB for 6,000 rows, {many:.1f} MB for 30,000"
