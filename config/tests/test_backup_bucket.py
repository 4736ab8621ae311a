"""Backups in a bucket: the strict server of the tests, which checks every signature."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

import config.backup.bucket
from config.backup.bucket import Bucket as Place
from config.backup.faults import BackupError
from config.testing import s3
from config.testing.backups import a_new_gallery, live, rows
from config.testing.pictures import in_bucket
from designs.models import Design
from uploads.storage import pictures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
TO = "s3://gallery/backups/night"


@pytest.fixture
def bucket(strict_bucket: s3.Bucket, settings: Any) -> s3.Bucket:
    """Pictures and backups lie in the same bucket, and do not meet."""
    settings.BACKUP_KEY = "k" * 40
    shelf = in_bucket(settings, strict_bucket)
    live()
    for design in Design.objects.select_related("cover"):
        assert design.cover
        shelf.put(design.cover.object_key, design.title.encode() * 999, "image/webp")
    return strict_bucket


def say(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command(*words, stdout=out, verbosity=0, **options)
    return out.getvalue()


def a_day_later(days: int = 1) -> time_machine.travel:
    """A bucket lets nobody come from another day: minutes stand for them."""
    return time_machine.travel(datetime.now(UTC) + timedelta(minutes=days))


def test_there_and_back(bucket: s3.Bucket, tmp_path: Path) -> None:
    before = rows()
    assert f"2 objects of pictures (15.6 KB) to {TO}/gallery-" in say("backup", to=TO)
    assert "is whole" in say("verify_backup", TO)
    for key in filter(lambda key: not key.startswith("backups/"), bucket.keys()):
        bucket.client.delete_object(Bucket=bucket.name, Key=key)
    with a_new_gallery(tmp_path):
        assert "2 objects of pictures (0 were there)" in say("restore", TO, "--latest")
        assert rows() == before
        for design in Design.objects.select_related("cover"):
            assert design.cover
            assert pictures().read(design.cover.object_key, 10**6) == design.title.encode() * 999


def test_one_whose_manifest_is_missing_is_none(bucket: s3.Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    say("backup", to=TO)
    place = Place(TO)
    [name] = place.backups()
    bucket.client.delete_object(Bucket=bucket.name, Key=f"backups/night/{name}/manifest.json.sealed")
    assert place.backups() == []
    assert place.leftovers() == []  # another host may be writing it
    monkeypatch.setattr(config.backup.bucket, "UNDER_WAY", -timedelta(minutes=1))
    assert place.leftovers() == [name]
    place.remove(name)
    assert not any(name in key for key in list(bucket.keys()))


def test_the_newest_stay_and_pictures_are_sent_once(bucket: s3.Bucket) -> None:
    say("backup", to=TO)
    with a_day_later():
        assert "Removed 1 older backups and 0 pictures" in say("backup", to=TO, keep=1)
    place = Place(TO)
    assert len(place.backups()) == 1
    assert len(list(place.pool())) == 2
    assert "is whole" in say("verify_backup", TO)


def test_a_broken_off_object_is_noticed(bucket: s3.Bucket) -> None:
    say("backup", to=TO)
    [name] = Place(TO).backups()
    key = f"backups/night/{name}/designs_design.jsonl.gz.sealed"
    data = bucket.client.get_object(Bucket=bucket.name, Key=key)["Body"].read()
    bucket.client.put_object(Bucket=bucket.name, Key=key, Body=data[:-20])
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_backup", TO, stdout=out, stderr=out, verbosity=0)
    assert "designs_design.jsonl.gz is damaged, or its end is missing." in out.getvalue()


def test_a_picture_that_the_pool_lost_is_named(bucket: s3.Bucket) -> None:
    say("backup", to=TO)
    place = Place(TO)
    gone = next(place.pool()).name
    place.remove_pooled(gone)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_backup", TO, stdout=out, stderr=out, verbosity=0)
    assert gone in out.getvalue()


def test_wrong_keys_are_one_sentence(bucket: s3.Bucket, settings: Any) -> None:
    settings.R2 = {**settings.R2, "secret_key": "guessed"}
    with pytest.raises(CommandError, match=r"s3://gallery/backups/night/.*SignatureDoesNotMatch"):
        say("backup", to=TO)


@pytest.fixture(scope="module")
def vault(rclone_program: Path) -> Iterator[s3.Bucket]:
    """Another server with other keys, for backups only."""
    keys = s3.Bucket("", access_key="key-of-the-night", secret_key="secret-of-the-night", name="nights")
    with s3.serving(rclone_program, keys) as endpoint:
        found = replace(keys, endpoint=endpoint)
        found.client.create_bucket(Bucket=found.name)
        yield found


def lying_in(vault: s3.Bucket, **more: str) -> dict[str, str]:
    own = {"endpoint": vault.endpoint, "region": "", "access_key": vault.access_key, "secret_key": vault.secret_key}
    return own | more


def test_backups_have_keys_of_their_own(bucket: s3.Bucket, vault: s3.Bucket, settings: Any, tmp_path: Path) -> None:
    """The pictures come from one bucket with its keys and go to another with others; and back."""
    settings.BACKUP_S3 = lying_in(vault)
    vault.empty()
    before = rows()
    assert "2 objects of pictures" in say("backup", to="s3://nights/gallery")
    assert not any(key.startswith("gallery/") for key in list(bucket.keys()))
    assert any(key.startswith("gallery/pool/") for key in list(vault.keys()))
    bucket.empty()
    with a_new_gallery(tmp_path):
        assert "2 objects of pictures (0 were there)" in say("restore", "s3://nights/gallery", "--latest")
        assert rows() == before
    assert not any(key.startswith("designs/") for key in list(vault.keys()))


@pytest.mark.parametrize("stolen", [{"access_key": ""}, {"secret_key": ""}, {"access_key": "", "secret_key": ""}])
def test_the_keys_of_the_pictures_open_no_backup(
    bucket: s3.Bucket, vault: s3.Bucket, settings: Any, stolen: dict[str, str]
) -> None:
    settings.BACKUP_S3 = lying_in(vault, **stolen)
    with pytest.raises(CommandError, match=r"s3://nights/gallery/.*(InvalidAccessKeyId|SignatureDoesNotMatch|403)"):
        say("backup", to="s3://nights/gallery")


def test_keys_that_may_not_delete(bucket: s3.Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(place: Place, name: str) -> None:
        raise BackupError(f"{place}/{name}: AccessDenied.")

    say("backup", to=TO)
    monkeypatch.setattr(Place, "remove", refused)
    with a_day_later():
        with pytest.raises(CommandError, match=r"Z is made and whole, but the older ones stay: .*say --keep-all"):
            say("backup", to=TO, keep=1)
        assert len(Place(TO).backups()) == 2
    with a_day_later(2):
        monkeypatch.setattr(Place, "leftovers", lambda _: pytest.fail("nobody would be allowed to take them away"))
        assert "Removed" not in say("backup", to=TO, keep=1, keep_all=True)
    assert len(Place(TO).backups()) == 3


def test_a_bucket_needs_its_keys(settings: Any) -> None:
    settings.R2 = dict.fromkeys(settings.R2, "")
    with pytest.raises(BackupError, match=r"needs BACKUP_S3_ACCESS_KEY.*or CLOUDFLARE_R2_ACCESS_KEY"):
        Place(TO)


@pytest.mark.parametrize("where", ["s3://", "s3:///folder", "s3://UPPER/x"])
def test_an_address_that_is_none_is_refused(where: str) -> None:
    with pytest.raises(BackupError, match="must look like s3://bucket/folder"):
        Place(where)
