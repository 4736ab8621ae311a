"""An import that staff started in the browser: what its file says before, and running it in the background."""

import io
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from designs.importing import reading
from designs.importing.columns import Header
from designs.importing.photos import Photos, by_key, plain
from designs.importing.reading import Catalogue
from designs.importing.records import UnreadableError
from designs.importing.running import SHOWN, Report, run
from designs.importing.understanding import Reader, Remark, split_names
from designs.importing.writing import Outcome, Writer
from designs.models import Import
from uploads.models import Picture

PREVIEWED = 10
LISTED = 12  # names of pictures that are not here yet
LARGEST = 10 * 2**20
MOST_ROWS = 50_000
MOST_REMARKS = 5_000  # in the report that is kept; the command keeps all


class Uploaded:
    """The pictures that were uploaded for one import, found like files of a folder."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self.numbers = {plain(name): number for name, number in numbers.items()}
        self.numbers |= {plain(Path(name).stem): number for name, number in numbers.items()} | self.numbers
        self.pictures = Picture.objects.shown().in_bulk(list(numbers.values()))

    def find(self, name: str) -> Picture | Remark:
        picture = self.pictures.get(self.numbers.get(plain(name).rpartition("/")[2], 0))
        return picture or Remark("pictures", f"{name[:100]!r} was not uploaded.")


class Preview(NamedTuple):
    header: Header
    rows: list[Outcome]
    total: int
    named: int  # pictures that rows name
    missing: list[str]  # those that are not here yet


def preview(job: Import) -> Preview:
    """Of the first rows all that would happen; of the others how many there are, and which pictures they name."""
    catalogue = opened(job)
    first = list(islice(catalogue.rows, PREVIEWED))
    names = dict.fromkeys(name for row in first for name in split_names(row.cells.get("pictures", "")))
    total = len(first)
    for row in catalogue.rows:
        total += 1
        names |= dict.fromkeys(split_names(row.cells.get("pictures", "")))
    uploaded = Uploaded(job.photos)
    known = by_key(list(names))
    missing = [name for name in names if name not in known and isinstance(uploaded.find(name), Remark)]
    reader = Reader(strict=job.strict)
    outcomes = writer_of(job, dry_run=True).write([reader.understand(row) for row in first])
    return Preview(catalogue.header, outcomes, total, len(names), missing)


def counted(data: bytes) -> int:
    """How many rows a file has; one that cannot be read says why."""
    total = sum(1 for _ in reading.read(io.BytesIO(data)).rows)
    if total > MOST_ROWS:
        raise UnreadableError(f"{total:,} rows; {MOST_ROWS:,} is the most here. The command import_designs reads more.")
    if not total:
        raise UnreadableError("There is no row below the names of the columns.")
    return total


def work(job: Import) -> None:
    report = Report(shown=MOST_REMARKS)
    try:
        run(opened(job), Reader(strict=job.strict), writer_of(job), report, progress_of(job, report))
    except UnreadableError as error:
        report.broken_off = str(error)
    except BaseException:
        job.fail("Something went wrong. It is in the log; start it again when that is mended.", result_of(report))
        raise
    if report.broken_off:
        job.fail(f"The rest of the file was not read. {report.broken_off}", result_of(report))
    else:
        job.finish(result_of(report))


def opened(job: Import) -> Catalogue:
    return reading.read(io.BytesIO(bytes(job.data)))


def writer_of(job: Import, *, dry_run: bool = False) -> Writer:
    photos = Photos(Uploaded(job.photos), by=job.by, dry_run=dry_run)
    return Writer(by=job.by, photos=photos, update=job.update, dry_run=dry_run)


def progress_of(job: Import, report: Report) -> Callable[[int], None]:
    return lambda _: job.get_on(report.rows, {"counts": dict(report.counts), "summary": report.summary()})


def result_of(report: Report) -> dict[str, Any]:
    return {
        "counts": dict(report.counts),
        "remarks": report.first,
        "remark_count": report.remarks,
        "designs": report.designs[:SHOWN],
        "summary": report.summary(),
    }
