"""The door of the figures."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Requires
from accounts.views import me
from config.analytics import days, figures
from config.analytics.figures import PERIODS, SHOWN, USUAL, Figures, Typed
from config.api.filters import choice
from config.api.views import Door
from designs.models import Design

RECENT = 20
PUBLISHED, REGISTERED = "design_published", "people_registered"


class CategoryCount(serializers.Serializer[Any]):
    category = serializers.CharField(help_text="Its slug.")
    count = serializers.IntegerField(help_text="Shown designs that carry it, or a category below it.")


class RecentActivity(serializers.Serializer[Any]):
    title = serializers.CharField(help_text="Of a design; of people only how many.")
    created_at = serializers.DateTimeField()
    activity_type = serializers.ChoiceField([PUBLISHED, REGISTERED])


class DayCount(serializers.Serializer[Any]):
    date = serializers.DateField()
    count = serializers.IntegerField()


class TopDesign(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    views = serializers.IntegerField(help_text="In the period, added up from the hundred most viewed of each day.")


class SearchCount(serializers.Serializer[Any]):
    text = serializers.CharField()
    count = serializers.IntegerField(help_text="How often it was asked, ever.")


class Analytics(serializers.Serializer[Any]):
    total_users = serializers.IntegerField(
        help_text="Everybody who registered, whatever was decided; who was erased goes some minutes later."
    )
    total_designs = serializers.IntegerField(help_text="Shown ones.")
    total_views = serializers.IntegerField(help_text="Ever; some minutes old.")
    total_likes = serializers.IntegerField(help_text="Hearts that stand; some minutes old.")
    active_users = serializers.IntegerField(
        help_text="Signed in, came back or pressed a heart in the period; some minutes old."
    )
    featured_designs = serializers.IntegerField(help_text="Shown and featured.")
    pending_users = serializers.IntegerField()
    popular_categories = CategoryCount(many=True)
    recent_activity = RecentActivity(many=True)
    views_by_day = DayCount(many=True, help_text="Each day of the period, oldest first, today included.")
    likes_by_day = DayCount(many=True)
    registrations_by_day = DayCount(many=True)
    top_designs = TopDesign(many=True)
    top_searches = SearchCount(many=True)
    searches_without_results = SearchCount(many=True)


class AnalyticsDoor(Door):
    permission_classes = [Requires("stats.read")]
    query = {"days"}

    @extend_schema(
        parameters=[OpenApiParameter("days", int, enum=PERIODS, default=USUAL, description="Today included.")],
        responses=Analytics,
        summary="The figures of the gallery",
    )
    def get(self, request: Request) -> Response:
        length = int(choice(request, "days", str(USUAL), [str(days) for days in PERIODS]))
        return Response(answer(figures.read(me(request), length)))


def answer(found: Figures) -> dict[str, Any]:
    return {
        "total_users": found.people,
        "total_designs": found.catalogue.designs,
        "total_views": found.facts["views"],
        "total_likes": found.facts["hearts"],
        "active_users": found.active,
        "featured_designs": found.catalogue.featured,
        "pending_users": found.values["people_pending"],
        "popular_categories": [
            {"category": share.value, "count": share.designs} for share in found.catalogue.shares["category"][:SHOWN]
        ],
        "recent_activity": recent(found),
        "views_by_day": by_day(found, "views"),
        "likes_by_day": by_day(found, "hearts"),
        "registrations_by_day": by_day(found, "registrations"),
        "top_designs": [{"id": top.design.pk, "title": top.design.title, "views": top.views} for top in found.tops],
        "top_searches": counted(found.searches),
        "searches_without_results": counted(found.searches_in_vain),
    }


def counted(searches: list[Typed]) -> list[dict[str, Any]]:
    return [{"text": one.text, "count": one.times} for one in searches]


def by_day(found: Figures, what: str) -> list[dict[str, Any]]:
    return [{"date": day.day.isoformat(), "count": getattr(day, what)} for day in found.days]


def recent(found: Figures) -> list[dict[str, Any]]:
    """What was published, by its title; of people how many, on which day."""
    newest = Design.objects.shown().order_by("-published_at", "-pk").values_list("title", "published_at")[:RECENT]
    published = [(moment, title, PUBLISHED) for title, moment in newest if moment]
    registered = [
        (days.begins(day.day), people(day.registrations), REGISTERED) for day in found.days if day.registrations
    ]
    latest = sorted([*published, *registered], reverse=True)[:RECENT]
    return [{"title": title, "created_at": utc(moment), "activity_type": kind} for moment, title, kind in latest]


def people(number: int) -> str:
    return "1 person registered" if number == 1 else f"{number:,} people registered"


def utc(moment: datetime) -> str:
    shown: str = serializers.DateTimeField().to_representation(moment)
    return shown
