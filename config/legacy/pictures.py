"""Pictures stay where they lie and are adopted; those that are not there are told."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from tqdm import tqdm

from config.api.errors import Refusal
from config.legacy import values
from config.legacy.reading import AT_ONCE, Source
from config.legacy.reporting import Report
from config.legacy.schema import UnfitError
from config.legacy.storing import store
from uploads import keys
from uploads.models import Picture
from uploads.storage import LocalPictures, Pictures, pictures

TABLE = "pictures"
THREADS = 10  # as many connections as the client of a bucket keeps
MISSING = "not in the storage"
KINDS = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif"}
# What is there, by key: how many bytes, or None.
Seen = dict[str, int | None]


def key_of(row: dict[str, Any]) -> str:
    """Some rows may hold the whole address."""
    said = values.text(row["r2_object_key"]).strip()
    address = settings.R2["public_url"].rstrip("/")
    return said.removeprefix(f"{address}/") if address else said


def is_fit(key: str, shelf: Pictures) -> bool:
    if isinstance(shelf, LocalPictures):
        return keys.is_shown(key)
    return keys.is_sane(key) and not key.startswith(keys.INCOMING)


def keys_in(source: Source) -> Iterator[list[str]]:
    """Each once."""
    rows = source.ask("SELECT DISTINCT r2_object_key FROM designs")
    while rows_at_once := rows.fetchmany(AT_ONCE):
        yield list(dict.fromkeys(filter(None, (key_of(dict(row)) for row in rows_at_once))))


def look(source: Source, *, skip: bool, bar: bool) -> Seen:
    """What is not ours yet is asked for before anything is written: a transaction waits for no network."""
    shelf, seen, known = pictures(), Seen(), 0
    total = source.ask("SELECT count(DISTINCT r2_object_key) FROM designs").fetchone()[0]
    with ThreadPoolExecutor(THREADS) as pool, tqdm(total=total, unit="picture", disable=not bar) as progress:
        for names in keys_in(source):
            there = set(here(names, shown=True))
            known += len(there)
            new = [key for key in names if key not in there and is_fit(key, shelf)]
            # A file here is found sooner than a thread.
            ask = map if isinstance(shelf, LocalPictures) else pool.map
            seen |= dict.fromkeys(new, 0) if skip else dict(zip(new, ask(size_of, new), strict=True))
            progress.update(len(names))
    if seen and not known and not any(size is not None for size in seen.values()):
        raise UnfitError(none_found(len(seen), shelf))
    return seen


def size_of(key: str) -> int | None:
    try:
        found = pictures().head(key)
    except Refusal:
        raise UnfitError(
            "The storage of the pictures does not answer: manage.py storage_check tells why. --skip-bucket imports "
            "without looking."
        ) from None
    return found.size if found else None


def none_found(many: int, shelf: Pictures) -> str:
    local = isinstance(shelf, LocalPictures)
    where = f"the folder {settings.MEDIA_ROOT}" if local else f"the bucket {settings.R2['bucket_name']}"
    return (
        f"None of the {many:,} pictures is in {where}: is it the one of the older gallery? --skip-bucket imports "
        "without looking."
    )


def here(names: list[str], *, shown: bool = False) -> dict[str, Picture]:
    """By all keys they have or had."""
    rows = Picture.objects.shown() if shown else Picture.objects.all()
    found = list(rows.called(names))
    return {picture.earlier_key: picture for picture in found if picture.earlier_key} | {
        picture.object_key: picture for picture in found
    }


def adopt(source: Source, seen: Seen, report: Report) -> list[int]:
    """Answers which ones were missing the last time and are there now."""
    healed, now = [], timezone.now()
    for names in keys_in(source):
        there = here(names)
        new = [adopted(key, seen[key], now) for key in names if key in seen and key not in there]
        store(Picture, new, numbered=False)
        report.tables[TABLE].brought += len(new)
        report.tables[TABLE].there += len(there.keys() & set(names))
        found = [one for key, one in there.items() if one.status == Picture.Status.BROKEN and seen.get(key) is not None]
        for picture in found:
            picture.status, picture.size = Picture.Status.ADOPTED, seen[picture.object_key] or 0
        Picture.objects.bulk_update(found, ["status", "size"])
        healed += [picture.pk for picture in found]
        for key in names:
            if seen.get(key, 0) is None:
                report.remark(TABLE, "", MISSING, key)
    return healed


def adopted(key: str, size: int | None, now: datetime) -> Picture:
    return Picture(
        object_key=key,
        status=(Picture.Status.BROKEN if size is None else Picture.Status.ADOPTED).value,
        size=min(size or 0, 2**31 - 1),
        created_at=now,
        updated_at=now,
        content_type=KINDS.get(key.rpartition(".")[2].lower(), ""),
    )
