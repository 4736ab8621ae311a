"""What ops run: storage_check, reconcile_pictures, regenerate_variants, prune_incoming."""

import io
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config import switches
from config.testing.pictures import in_bucket, names_on, photo
from config.testing.s3 import Bucket
from uploads import keys, services
from uploads.models import Picture
from uploads.storage import LocalPictures

pytestmark = pytest.mark.once

DAY = 24 * 60 * 60


def run(name: str, *words: str) -> str:
    out = io.StringIO()
    call_command(name, *words, stdout=out, stderr=out, no_color=True)
    return out.getvalue()


def made(colour: str = "crimson") -> Picture:
    return services.store(photo(colour), category="designs", by=None)[0]


def aged(shelf: LocalPictures, key: str, seconds: int = 2 * DAY) -> str:
    os.utime(shelf.path(key), (time.time() - seconds,) * 2)
    return key


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Iterator[None]:
    with django_capture_on_commit_callbacks(execute=True):
        yield


class TestStorageCheck:
    @pytest.fixture
    def public_domain(self, moto_bucket: Bucket) -> Iterator[str]:
        """What R2 calls a custom domain: everything in the bucket, for everybody."""

        class Domain(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = moto_bucket.client.get_object(Bucket="gallery", Key=self.path[1:])
                self.send_response(200)
                self.end_headers()
                self.wfile.write(found["Body"].read())

            def log_message(self, *_: Any) -> None: ...

        with ThreadingHTTPServer(("127.0.0.1", 0), Domain) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()

    def test_a_bucket_is_proved_step_by_step_and_left_clean(self, settings: Any, strict_bucket: Bucket) -> None:
        settings.PICTURES_PRIVATE = True
        in_bucket(settings, strict_bucket)
        assert run("storage_check") == (
            f"Storage: {strict_bucket.endpoint}, bucket gallery\n"
            "  ok    put an object\n"
            "  ok    ask for its head\n"
            "  ok    read it\n"
            "  ok    read it by its signed link\n"
            "  ok    put by a signed link\n"
            "  ok    be refused with another type\n"
            "  ok    be refused with another length\n"
            "  ok    be refused under another key\n"
            "  ok    list it\n"
            "  ok    delete it\n"
            "Everything works.\n"
        )
        assert strict_bucket.keys() == []

    def test_wrong_keys_are_told_and_the_exit_code_says_so(self, settings: Any, strict_bucket: Bucket) -> None:
        in_bucket(settings, replace(strict_bucket, secret_key="guessed"))
        with pytest.raises(CommandError, match=r"\d+ steps failed"):
            run("storage_check")

    def test_a_bucket_that_looks_at_no_signature_and_shows_what_is_incoming_is_told(
        self, settings: Any, moto_bucket: Bucket, public_domain: str
    ) -> None:
        in_bucket(settings, moto_bucket, public_url=public_domain)
        out = io.StringIO()
        with pytest.raises(CommandError):
            call_command("storage_check", stdout=out, no_color=True)
        assert "FAIL  be refused with another type: answered 200: the signature is not looked at" in out.getvalue()
        assert "FAIL  not see what is incoming: it is public; set CLOUDFLARE_R2_INCOMING_BUCKET" in out.getvalue()
        assert "ok    read it by its public link" in out.getvalue()
        assert moto_bucket.keys() == []

    def test_the_local_folder_is_proved_as_well(self, shelf: LocalPictures) -> None:
        assert run("storage_check").endswith("Everything works.\n")
        assert names_on(shelf) == []

    def test_a_folder_that_cannot_be_written_fails(self, settings: Any) -> None:
        settings.MEDIA_ROOT = "/proc/pictures"
        with pytest.raises(CommandError):
            run("storage_check")


@pytest.mark.django_db
class TestReconcile:
    def test_when_all_is_well_it_says_so(self, shelf: LocalPictures) -> None:
        made()
        assert run("reconcile_pictures") == (
            "3 objects looked at.\n"
            "0 objects that no row names.\n"
            "0 objects that are not ours to delete.\n"
            "0 incoming objects older than a day.\n"
            "0 rows whose picture is missing.\n"
            "0 rows whose variants are missing.\n"
        )

    def test_objects_without_a_row_are_reported_and_only_ours_are_deleted(self, shelf: LocalPictures) -> None:
        kept, lost = made(), made("navy")
        Picture.objects.filter(pk=lost.pk).delete()
        shelf.put("from the older backend/saree (1).jpg", b"x", "image/jpeg")
        for key in names_on(shelf):
            aged(shelf, key)
        before = names_on(shelf)
        with pytest.raises(SystemExit):
            run("reconcile_pictures")
        assert names_on(shelf) == before, "a report changes nothing"
        told = run("reconcile_pictures", "--fix")
        assert "3 objects that no row names:" in told
        assert "1 objects that are not ours to delete:\n  from the older backend/saree (1).jpg\n" in told
        assert names_on(shelf) == sorted([*kept.all_keys, "from the older backend/saree (1).jpg"])

    def test_an_upload_under_way_is_left_alone(self, shelf: LocalPictures) -> None:
        shelf.put(keys.new("designs"), b"x", "image/webp")
        shelf.put("incoming/young", b"x", "image/jpeg")
        shelf.put("incoming/old", b"x", "image/jpeg")
        aged(shelf, "incoming/old")
        assert "1 incoming objects older than a day:\n  incoming/old\n" in run("reconcile_pictures", "--fix")
        assert len(names_on(shelf)) == 2

    def test_rows_without_their_picture_are_broken_and_those_without_variants_get_new_ones(
        self, shelf: LocalPictures, commits: None
    ) -> None:
        broken, bare = made(), made("navy")
        shelf.remove(broken.object_key)
        shelf.remove(bare.variant_keys[0])
        run("reconcile_pictures", "--fix")
        broken.refresh_from_db()
        assert broken.status == Picture.Status.BROKEN
        assert run("regenerate_variants") == "1 pictures have new variants, 0 failed.\n"
        assert set(Picture.objects.get(pk=bare.pk).all_keys) <= set(names_on(shelf))

    def test_a_long_list_is_cut_unless_asked_for(self, shelf: LocalPictures) -> None:
        for number in range(7):
            shelf.put(f"incoming/{number}", b"x", "image/jpeg")
            aged(shelf, f"incoming/{number}")
        assert "  and 2 more (--verbosity 2 names them)" in run("reconcile_pictures", "--fix")

    @pytest.mark.once
    def test_a_bucket_is_compared_the_same_way(self, settings: Any, strict_bucket: Bucket) -> None:
        in_bucket(settings, strict_bucket)
        for colour in ("navy", "gold", "teal"):
            made(colour)
        strict_bucket.client.delete_object(Bucket="gallery", Key=Picture.objects.earliest("pk").object_key)
        told = run("reconcile_pictures", "--fix")
        assert "1 rows whose picture is missing" in told
        assert "0 objects that no row names." in told


@pytest.mark.django_db
class TestRegenerate:
    def test_a_switched_watermark_reaches_every_variant_under_new_names(
        self, shelf: LocalPictures, meera: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        picture = made()
        plain = {key: shelf.read(key, 10**6) for key in picture.variant_keys}
        switches.change({"watermark_enabled": True}, by=meera)
        assert run("regenerate_variants", "--dry-run") == "1 pictures would get new variants.\n"
        with django_capture_on_commit_callbacks(execute=True):
            assert run("regenerate_variants") == "1 pictures have new variants, 0 failed.\n"
        picture.refresh_from_db()
        assert (picture.edition, names_on(shelf)) == (2, sorted(picture.all_keys))
        assert shelf.read(picture.variant_keys[1], 10**6) != plain[f"variants/1/640/{picture.object_key}.webp"]
        assert run("regenerate_variants") == "0 pictures have new variants, 0 failed.\n", "run again: nothing to do"

    def test_a_picture_that_cannot_be_read_does_not_stop_the_others(self, shelf: LocalPictures, meera: Any) -> None:
        lost, fine = made(), made("navy")
        shelf.remove(lost.object_key)
        with pytest.raises(CommandError, match="Run it again"):
            run("regenerate_variants", "--all")
        assert Picture.objects.get(pk=fine.pk).edition == 2
        assert Picture.objects.get(pk=lost.pk).edition == 1


@pytest.mark.django_db
class TestAdopted:
    """Pictures of the older gallery, shown as they lie in the bucket until regenerate_variants takes them in."""

    KEY = "designs/2024/03/साड़ी (1).JPG"

    @pytest.fixture
    def adopted(self, shelf: LocalPictures) -> Picture:
        shelf.put(self.KEY, photo(), "image/jpeg")
        return Picture.objects.create(object_key=self.KEY, status="adopted")

    def test_it_is_stored_anew_under_a_key_of_ours_and_its_old_object_stays(
        self, adopted: Picture, shelf: LocalPictures
    ) -> None:
        assert run("regenerate_variants", "--dry-run") == "1 pictures would get new variants.\n"
        assert run("regenerate_variants") == "1 pictures have new variants, 0 failed.\n"
        adopted.refresh_from_db()
        assert (adopted.status, adopted.width, adopted.height, adopted.edition) == ("ready", 900, 600, 1)
        assert keys.is_ours(adopted.object_key)
        assert adopted.earlier_key == self.KEY
        assert names_on(shelf) == sorted(adopted.all_keys)
        assert shelf.read(self.KEY, 10**6) == photo()
        assert run("regenerate_variants") == "0 pictures have new variants, 0 failed.\n"

    def test_the_same_bytes_as_another_picture_are_no_obstacle(self, adopted: Picture, shelf: LocalPictures) -> None:
        services.store(photo(), category="designs", by=None)
        run("regenerate_variants")
        adopted.refresh_from_db()
        assert (adopted.status, adopted.is_first) == ("ready", False)

    def test_one_that_cannot_be_read_stays_as_it_is_and_leaves_nothing(
        self, adopted: Picture, shelf: LocalPictures
    ) -> None:
        shelf.put(self.KEY, b"no picture", "image/jpeg")
        with pytest.raises(CommandError, match="Run it again"):
            run("regenerate_variants")
        adopted.refresh_from_db()
        assert (adopted.status, adopted.object_key, names_on(shelf)) == ("adopted", self.KEY, [self.KEY])

    def test_when_two_take_it_in_at_once_one_of_them_does(self, adopted: Picture, shelf: LocalPictures) -> None:
        other = Picture.objects.get(pk=adopted.pk)
        services.renew_variants(adopted)
        services.renew_variants(other)
        adopted.refresh_from_db()
        assert names_on(shelf) == sorted(adopted.all_keys)

    def test_reconciling_knows_both_keys_and_misses_the_old_one_not(
        self, adopted: Picture, shelf: LocalPictures
    ) -> None:
        run("regenerate_variants")
        for key in names_on(shelf):
            aged(shelf, key)
        told = run("reconcile_pictures")
        assert "0 objects that no row names." in told
        assert "0 objects that are not ours to delete." in told
        shelf.remove(self.KEY)
        assert "0 rows whose picture is missing." in run("reconcile_pictures")

    def test_when_it_is_deleted_the_old_object_goes_as_well(
        self, adopted: Picture, shelf: LocalPictures, django_capture_on_commit_callbacks: Any
    ) -> None:
        run("regenerate_variants")
        with django_capture_on_commit_callbacks(execute=True):
            services.delete(Picture.objects.get())
        assert names_on(shelf) == []

    def test_deleted_by_its_old_key(self, adopted: Picture, shelf: LocalPictures, phone: Any, meera: Any) -> None:
        run("regenerate_variants")
        assert phone.holding(meera).delete(f"/api/upload/image/{self.KEY}").status_code == 200
        assert not Picture.objects.exists()


@pytest.mark.django_db
class TestPruneIncoming:
    @pytest.fixture
    def asked_long_ago(self, shelf: LocalPictures, meera: Any) -> Picture:
        picture, _ = services.ticket(category="designs", content_type="image/jpeg", size=None, by=meera)
        shelf.put(keys.incoming(picture.object_key), photo(), "image/jpeg")
        aged(shelf, keys.incoming(picture.object_key))
        Picture.objects.update(created_at=timezone.now() - timedelta(days=2))
        return picture

    def test_what_nobody_completed_for_a_day_goes(
        self, asked_long_ago: Picture, shelf: LocalPictures, meera: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        young, _ = services.ticket(category="designs", content_type="image/jpeg", size=None, by=meera)
        assert run("prune_incoming", "--dry-run") == "1 uploads and 1 objects would be deleted.\n"
        assert Picture.objects.count() == 2
        with django_capture_on_commit_callbacks(execute=True):
            assert run("prune_incoming") == "1 uploads and 1 objects deleted.\n"
        assert Picture.objects.get() == young
        assert names_on(shelf) == []

    def test_what_is_ready_stays(self, shelf: LocalPictures) -> None:
        made()
        Picture.objects.update(created_at=timezone.now() - timedelta(days=9))
        assert run("prune_incoming") == "0 uploads and 0 objects deleted.\n"


def test_a_draft_that_is_being_written_is_not_listed(shelf: LocalPictures) -> None:
    with shelf.replacing("designs/a.webp") as draft:
        draft.write(b"half")
        draft.flush()
        assert names_on(shelf) == []
    assert names_on(shelf) == ["designs/a.webp"]
    assert Path(shelf.path("designs/a.webp")).stat().st_mode & 0o777 == 0o644
