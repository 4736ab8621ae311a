"""Days are closed once, by `roll_up` or by whoever looks at the figures first; what takes long is kept beside them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from accounts.models import User
from config.analytics import counting, days
from config.analytics.models import Day, Snapshot
from designs.models import DailyStat
from favorites.models import Favorite

CHUNK = 14  # days that are counted together
STALE_AFTER = timedelta(minutes=10)
COUNTED = ["views", "hearts", "registrations", "tops", "closed_at"]


def beginning() -> date:
    """The first day of which there is anything to tell."""
    joined = User.objects.aggregate(first=Min("date_joined"))["first"]
    hearts = Favorite.objects.aggregate(first=Min("created_at"))["first"]
    seen = DailyStat.objects.aggregate(first=Min("day"))["first"]
    known = [days.day_of(moment) for moment in (joined, hearts) if moment]
    return min([*known, *([seen] if seen else [])], default=days.today())


def missing(first: date, last: date) -> list[date]:
    there = set(Day.objects.filter(day__range=(first, last)).values_list("day", flat=True))
    return [day for day in days.every(first, last) if day not in there]


def close(wanted: Iterable[date], *, again: bool = False, after: Callable[[int], object] = lambda _: None) -> int:
    """Counts these days and keeps them. Of two who do so at once one writes; `again` writes over what was kept."""
    closed = 0
    for some in together(wanted):
        rows = [row for row in counting.happened(some[0], some[-1]) if row.day in set(some)]
        if again:
            Day.objects.bulk_create(rows, update_conflicts=True, unique_fields=["day"], update_fields=COUNTED)
        else:
            Day.objects.bulk_create(rows, ignore_conflicts=True)
        closed += len(rows)
        after(len(rows))
    return closed


def together(wanted: Iterable[date]) -> Iterator[list[date]]:
    some: list[date] = []
    for day in sorted(wanted):
        if some and (day - some[0]).days >= CHUNK:
            yield some
            some = []
        some.append(day)
    if some:
        yield some


def since(first: date) -> list[Day]:
    """All closed days from this one on; those that nobody closed are closed now."""
    rows = list(Day.objects.filter(day__gte=first))
    there = {row.day for row in rows}
    gaps = [day for day in days.every(first, days.last_closed()) if day not in there]
    if not gaps:
        return rows
    close(gaps)
    return list(Day.objects.filter(day__gte=first))


def forget() -> None:
    """The past was made up, or unmade: it is counted anew when somebody looks."""
    Day.objects.all().delete()
    Snapshot.objects.all().delete()


# --- What takes long --------------------------------------------------------------------------------------------
def snap() -> Snapshot:
    now = timezone.now()
    taken = Snapshot(day=days.day_of(now), at=now, facts=counting.facts())
    Snapshot.objects.bulk_create([taken], update_conflicts=True, unique_fields=["day"], update_fields=["at", "facts"])
    return taken


def is_stale(at: datetime) -> bool:
    return timezone.now() - at > STALE_AFTER
