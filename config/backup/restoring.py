"""An empty gallery becomes the one of the backup. Everything was read and is whole before a row is written."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType

from config.api.errors import Refusal
from config.backup import checking, loading, pictures, stage
from config.backup.faults import BackupError
from config.backup.files import Shelf
from config.backup.manifest import Manifest
from config.backup.snapshot import Progress, run
from designs.changes import tell_everybody


@dataclass(frozen=True)
class Wish:
    database: bool = True
    pictures: bool = True
    dry_run: bool = False


def restore(shelf: Shelf, manifest: Manifest, wish: Wish, progress: Progress) -> pictures.PutBack | None:
    if wish.database:
        refuse_what_cannot_be(manifest)
    refuse_damaged(shelf, manifest, progress, wish)
    if wish.dry_run:
        return None
    if wish.database:
        bring_rows(shelf, manifest, progress)
    return bring_pictures(shelf, manifest, progress) if wish.pictures and manifest.pictures else None


def refuse_what_cannot_be(manifest: Manifest) -> None:
    stage.refuse_newer(manifest)
    stage.refuse_unless_empty()


def refuse_damaged(shelf: Shelf, manifest: Manifest, progress: Progress, wish: Wish) -> None:
    for fault in checking.faults_of(shelf, manifest, progress, with_pictures=wish.pictures):
        raise BackupError(f"{fault} Nothing was restored.")


def bring_rows(shelf: Shelf, manifest: Manifest, progress: Progress) -> None:
    stage.set_up(manifest)
    loading.load(shelf, manifest, progress)
    ContentType.objects.clear_cache()
    stage.come_to_today(manifest)
    run("ANALYZE")  # or the first searches are planned for empty tables
    tell_everybody()  # running processes keep designs in memory


def bring_pictures(shelf: Shelf, manifest: Manifest, progress: Progress) -> pictures.PutBack:
    try:
        return pictures.put_back(shelf, manifest, progress)
    except (Refusal, BackupError, OSError, KeyboardInterrupt) as error:
        why = str(error) or "it was interrupted."
        raise BackupError(
            f"The rows are restored, but not all pictures: {why} Run it again with --only-pictures; it goes on there."
        ) from error
