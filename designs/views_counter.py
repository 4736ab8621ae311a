"""Views are appended one by one and folded into the counts in batches: nobody waits for a popular design's row.

Until it is folded a view is counted by `unfolded`; whoever shows `view_count` and `unfolded` together shows it at once.
"""

import threading
import time
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import chain
from typing import NamedTuple

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Exists, F, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.utils import timezone
from django_tasks import task

from config import statements
from config.tasks import after_commit
from designs.models import Design, View

ONCE_IN = timedelta(hours=1)
HOUR = 60 * 60
BATCH = 1_000  # views in one transaction, so that nobody waits long on SQLite
FORGET = 10_000
SECONDS_BETWEEN_FOLDS = 10
MANY, SECONDS_WHEN_MANY = 300, 1  # views of one design that wait: whoever shows it counts them each time
LOCK_NOT_AVAILABLE = "55P03"

APPEND = """
    INSERT INTO designs_view (design_id, user_id, at, hour, folded)
    SELECT %(design)s, %(user)s, %(now)s, %(hour)s, %(folded)s
    WHERE NOT EXISTS (
        SELECT 1 FROM designs_view WHERE user_id = %(user)s AND design_id = %(design)s AND at > %(an_hour_ago)s
    )
    ON CONFLICT (user_id, design_id, hour) DO NOTHING
"""
ADD_TO_DAYS = """
    INSERT INTO designs_dailystat (design_id, day, views) VALUES {rows}
    ON CONFLICT (design_id, day) DO UPDATE SET views = designs_dailystat.views + EXCLUDED.views
"""


class Seen(NamedTuple):
    number: int
    design: int
    at: datetime


# --- Appending --------------------------------------------------------------------------------------------------
def seen(design_id: int, user_id: int, waiting: int = 0) -> bool:
    """Durable when it returns; whether it counted. The same person within an hour counts once."""
    try:
        counted = append(design_id, user_id, timezone.now())
    except IntegrityError:  # the person was erased meanwhile
        return False
    pause = SECONDS_WHEN_MANY if waiting >= MANY else SECONDS_BETWEEN_FOLDS
    if counted and soon.is_due(pause):
        after_commit(fold_soon, later=pause)
    return counted


def append(design_id: int, user_id: int, now: datetime) -> bool:
    stored = connection.ops.adapt_datetimefield_value
    facts = {"design": design_id, "user": user_id, "folded": False, "hour": int(now.timestamp()) // HOUR}
    with statements.kept_plan() as cursor:
        cursor.execute(APPEND, {**facts, "now": stored(now), "an_hour_ago": stored(now - ONCE_IN)})
        return bool(cursor.rowcount > 0)


def unfolded(design_id: int | OuterRef) -> Combinable:
    """How many views of a design wait: `annotate(waiting=unfolded(OuterRef("pk")))`."""
    how_many = Func("pk", function="COUNT", output_field=IntegerField())
    return Subquery(View.objects.filter(design=design_id, folded=False).order_by().values(how_many=how_many))


# --- Folding ----------------------------------------------------------------------------------------------------
def fold(limit: int | None = None) -> int:
    """Adds what waits to the counts, and says how many views that were. Many may fold at once."""
    counted = 0
    while limit is None or counted < limit:
        some = fold_some(BATCH if limit is None else min(BATCH, limit - counted))
        if not some:
            break
        counted += some
    forget()
    return counted


def fold_some(most: int) -> int:
    """A fold waits for nobody, so that nobody ever waits for one in a circle; what is busy comes next time."""
    try:
        with transaction.atomic():
            hurry()
            return add(take(most))
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        return 0


def hurry() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")


def take(most: int) -> list[Seen]:
    """Designs first and in order, as whoever erases hearts does."""
    waits = View.objects.filter(folded=False).values("design")
    designs = Design.objects.filter(pk__in=waits).order_by("pk").select_for_update(skip_locked=True, no_key=True)
    numbers = list(designs.values_list("pk", flat=True)[:most])
    views = View.objects.filter(design__in=numbers, folded=False).order_by("design", "at")
    rows = views.select_for_update(skip_locked=True).values_list("pk", "design_id", "at")[:most]
    return [Seen(*row) for row in rows]


def add(views: list[Seen]) -> int:
    View.objects.filter(pk__in=[view.number for view in views]).update(folded=True)
    add_to_designs(Counter(view.design for view in views))
    clock = timezone.get_default_timezone()
    add_to_days(Counter((view.design, timezone.localdate(view.at, clock)) for view in views))
    return len(views)


def add_to_designs(counts: Counter[int]) -> None:
    """Most have the same few new views; one CASE with a branch for each design took longer than all else here."""
    alike: dict[int, list[int]] = defaultdict(list)
    for design, number in counts.items():
        alike[number].append(design)
    for number, designs in alike.items():
        Design.objects.filter(pk__in=designs).update(view_count=F("view_count") + number)


def add_to_days(counts: Counter[tuple[int, date]]) -> None:
    rows = [(design, day, number) for (design, day), number in sorted(counts.items())]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(ADD_TO_DAYS.format(rows=", ".join(["(%s, %s, %s)"] * len(rows))), list(chain(*rows)))


def forget() -> None:
    """What the rolling hour needs no longer, and views of designs that were deleted in the same moment."""
    delete_some(View.objects.filter(folded=True, at__lte=timezone.now() - ONCE_IN))
    delete_some(View.objects.filter(~Exists(Design.objects.filter(pk=OuterRef("design"))), folded=False))


@transaction.atomic
def delete_some(views: QuerySet[View]) -> None:
    numbers = views.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:FORGET]
    View.objects.filter(pk__in=list(numbers)).delete()


# --- Now and then by itself ---------------------------------------------------------------------------------------
@task()
def fold_soon() -> None:
    fold()


class Soon:
    """One fold in ten seconds is enough for a process, or one in a second while all look at the same design."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.asked: dict[float, float] = {}  # pause -> when

    def is_due(self, pause: float) -> bool:
        now = time.monotonic()
        with self.lock:
            if now - self.asked.get(pause, -pause) < pause:
                return False
            self.asked[pause] = now
            return True


soon = Soon()
