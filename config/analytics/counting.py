"""What the tables say of days that are over, and of the gallery as it stands: the costly questions."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone

from accounts.models import Session, User
from config.analytics import days
from config.analytics.models import Day
from designs.models import DailyStat, Design
from favorites.models import Favorite

TOPS = 100  # of a day; the most viewed of weeks are added up from these
ACTIVE_WITHIN = (7, 30, 90)
MOST_SHARES = 20


def happened(first: date, last: date) -> Iterator[Day]:
    """A row for each of these days, also for those on which nothing happened."""
    seen = DailyStat.objects.filter(day__range=(first, last), views__gt=0).order_by()
    views = dict(seen.values_list("day").annotate(number=Sum("views")))
    hearts = by_day(Favorite.objects.all(), "created_at", first, last)
    registrations = by_day(User.objects.all(), "date_joined", first, last)
    tops = most_viewed(seen)
    for day in days.every(first, last):
        yield Day(
            day=day,
            views=views.get(day, 0),
            hearts=hearts.get(day, 0),
            registrations=registrations.get(day, 0),
            tops=tops[day],
        )


def by_day(rows: QuerySet[Any], field: str, first: date, last: date) -> dict[date, int]:
    within = {f"{field}__gte": days.begins(first), f"{field}__lt": days.begins(last + days.ONE)}
    dated = rows.filter(**within).order_by().values_list(TruncDate(field, tzinfo=days.zone()))
    return dict(dated.annotate(number=Count("pk")))


def most_viewed(seen: QuerySet[DailyStat]) -> dict[date, list[tuple[int, int]]]:
    order = [F("views").desc(), F("design_id").asc()]
    ranked = seen.annotate(place=Window(RowNumber(), partition_by=["day"], order_by=order)).filter(place__lte=TOPS)
    found = defaultdict(list)
    for day, design, views in ranked.order_by("day", "place").values_list("day", "design_id", "views"):
        found[day].append((design, views))
    return found


# --- As it stands -----------------------------------------------------------------------------------------------
def facts() -> dict[str, Any]:
    sums = Design.objects.aggregate(views=Sum("view_count", default=0), hearts=Sum("like_count", default=0))
    shown = Design.objects.shown()
    return {
        **sums,
        "designs": shown.count(),
        "people": User.objects.count(),
        "featured": shown.filter(featured=True).count(),
        "active": {str(number): active(number) for number in ACTIVE_WITHIN},
        "category": shares("category"),
        "colour": shares("colour"),
        "maker": shares("designer_name"),
    }


def active(number: int) -> int:
    """People who signed in, whose phone came back, or who pressed a heart within so many days."""
    since = timezone.now() - timedelta(days=number)
    phones = Session.objects.filter(rotated_at__gte=since).values_list("user_id")
    signed_in = User.objects.filter(last_login__gte=since).values_list("pk")
    hearts = Favorite.objects.filter(created_at__gte=since).values_list("user_id")
    return phones.order_by().union(signed_in.order_by(), hearts.order_by()).count()


def shares(column: str) -> list[list[Any]]:
    """Of shown designs by their first category, or colour, or maker: told while the index is being read."""
    named = Design.objects.shown().exclude(**{column: ""}).order_by().values_list(column)
    counted = named.annotate(number=Count("pk")).order_by("-number", column)
    return [list(one) for one in counted[:MOST_SHARES]]
