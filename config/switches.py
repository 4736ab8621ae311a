"""What staff may switch at noon. The environment is the ceiling; every change is told with old and new."""

import time
from dataclasses import asdict, dataclass, fields
from typing import Any

from constance import config as constance
from constance.codecs import dumps, loads
from constance.models import Constance
from django.conf import settings
from django.db import DatabaseError, transaction
from structlog import get_logger

from config.audit import trail

log = get_logger(__name__)

# A change holds everywhere within a second; the rest of that second is for the reading itself.
CACHED_SECONDS = 0.8
KIND = "switch"  # in the trail, where each goes by its name


@dataclass(frozen=True)
class Switches:
    app_name: str
    min_app_version: str
    maintenance_mode: bool
    registration_open: bool
    allow_screenshots: bool
    allow_downloads: bool
    watermark_enabled: bool
    max_upload_size: int
    allowed_file_types: list[str]
    featured_designs_limit: int
    pagination_default_size: int
    pagination_max_size: int


@dataclass(frozen=True)
class Problem:
    field: str
    code: str
    message: str


# name -> (lowest, highest, who sets the ceiling)
BOUNDS: dict[str, tuple[int, int, str]] = {
    "max_upload_size": (1024, settings.MAX_FILE_SIZE, "MAX_FILE_SIZE"),
    "featured_designs_limit": (1, 50, "the contract"),
    "pagination_default_size": (1, settings.MAX_PAGE_SIZE, "MAX_PAGE_SIZE"),
    "pagination_max_size": (1, settings.MAX_PAGE_SIZE, "MAX_PAGE_SIZE"),
}
NAMES = [field.name for field in fields(Switches)]

_cached: tuple[float, Switches] | None = None


def current() -> Switches:
    """The one way to read them: without a query, but for the first time in each CACHED_SECONDS of a process."""
    global _cached  # noqa: PLW0603 - the cache is this module's
    now = time.monotonic()
    if _cached and now - _cached[0] < CACHED_SECONDS:
        return _cached[1]
    try:
        found = _read()
    except DatabaseError:
        # Without the database the last known answer is better than none: `/` and error pages still work.
        log.warning("switches_unreadable")
        found = _cached[1] if _cached else Switches(**_defaults())
    if not _cached or _cached[0] <= now:  # or somebody began to read after us: a change may lie between
        _cached = (now, found)
    return _cached[1]


def forget() -> None:
    """Read afresh next time."""
    global _cached  # noqa: PLW0603
    _cached = None


def problems(values: dict[str, Any]) -> list[Problem]:
    """What speaks against these values, also together with those that stay."""
    found = []
    for name, (low, high, ceiling) in BOUNDS.items():
        if name in values and not low <= values[name] <= high:
            message = f"Must be between {low} and {high} (the ceiling is set by {ceiling})."
            found.append(Problem(name, "out_of_range", message))
    refused = set(values.get("allowed_file_types", [])) - set(settings.ALLOWED_FILE_TYPES)
    if refused:
        message = (
            f"{', '.join(sorted(refused))}: not among ALLOWED_FILE_TYPES ({', '.join(settings.ALLOWED_FILE_TYPES)})."
        )
        found.append(Problem("allowed_file_types", "invalid_choice", message))
    together = {**asdict(current()), **values}
    if not found and together["pagination_default_size"] > together["pagination_max_size"]:
        message = f"The page size cannot be above the largest page ({together['pagination_max_size']})."
        found.append(Problem("pagination_default_size", "out_of_range", message))
    return found


def change(values: dict[str, Any], *, by: Any) -> dict[str, Any]:
    """Write the checked values; tell of each real change its old and new value. Answers what really changed."""
    with transaction.atomic():
        before = _locked(values)
        changed = {name: value for name, value in values.items() if before[name] != value}
        for name, value in changed.items():
            setattr(constance, name, value)
            trail.note("switch.changed", kind=KIND, key=name, by=by, changes={"value": (before[name], value)})
    for name, value in changed.items():
        log.info("switch_changed", switch=name, old=before[name], new=value, by=getattr(by, "pk", None))
    forget()
    current()  # known here from now on, also while the database is away
    return changed


def _locked(values: dict[str, Any]) -> dict[str, Any]:
    """As they stand now, until this transaction ends. What was never changed has no row yet that could be locked."""
    forget()
    now = asdict(current())
    asked = [Constance(key=name, value=dumps(now[name])) for name in values if now[name] != values[name]]
    if not asked:
        return now
    Constance.objects.bulk_create(sorted(asked, key=lambda row: row.key), ignore_conflicts=True)
    locked = Constance.objects.select_for_update().filter(key__in=[row.key for row in asked]).order_by("key")
    return {**now, **_within_ceilings({row.key: loads(row.value) for row in locked})}


def _defaults() -> dict[str, Any]:
    return {name: entry[0] for name, entry in settings.CONSTANCE_CONFIG.items()}


def _read() -> Switches:
    # Not constance's own mget: it takes a database that is away for one without any change.
    rows = Constance.objects.filter(key__in=NAMES).values_list("key", "value")
    return Switches(**{**_defaults(), **_within_ceilings({key: loads(value) for key, value in rows})})


def _within_ceilings(stored: dict[str, Any]) -> dict[str, Any]:
    """The environment may have become stricter since a value was stored."""
    for name, (low, high, _) in BOUNDS.items():
        if name in stored:
            stored[name] = min(max(stored[name], low), high)
    if "allowed_file_types" in stored:
        kept = [kind for kind in stored["allowed_file_types"] if kind in settings.ALLOWED_FILE_TYPES]
        stored["allowed_file_types"] = kept or settings.ALLOWED_FILE_TYPES
    return stored
