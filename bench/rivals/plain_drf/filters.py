"""django-filter, with what the contract says about terms: any of these, and a parent includes its children."""

from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.db.models import Exists, OuterRef, Q, QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from bench.rivals.plain_drf.models import Design, DesignTerm, Term

SORTS = {
    "newest": ("-published_at", "-id"),
    "oldest": ("published_at", "id"),
    "popular": ("-like_count", "-id"),
    "most_viewed": ("-view_count", "-id"),
    "price": ("price_from", "id"),
    "-price": ("-price_to", "-id"),
    "title": ("title_key", "id"),
}


class Words(django_filters.BaseInFilter, django_filters.CharFilter):
    """Slugs with commas, of the kind this filter is named after."""

    def filter(self, qs: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        if not value:
            return qs
        named = Q(slug__in=value) | Q(parent__slug__in=value) | Q(parent__parent__slug__in=value)
        terms = Term.objects.filter(named, kind=self.field_name).values("pk")
        return qs.filter(Exists(DesignTerm.objects.filter(design=OuterRef("pk"), term__in=terms)))


class DesignFilter(django_filters.FilterSet):
    category = Words()
    colour = Words()
    fabric = Words()
    occasion = Words()
    designer_name = django_filters.CharFilter(method="by_designer")
    price_min = django_filters.NumberFilter(method="dearer")
    price_max = django_filters.NumberFilter(method="cheaper")
    featured = django_filters.BooleanFilter()

    class Meta:
        model = Design
        fields: list[str] = []

    def by_designer(self, queryset: QuerySet[Any], _: str, value: str) -> QuerySet[Any]:
        return queryset.filter(designer_key=value.strip().lower())

    def dearer(self, queryset: QuerySet[Any], _: str, value: Any) -> QuerySet[Any]:
        return queryset.filter(price_to__gte=int(value)).exclude(price_to=-1)

    def cheaper(self, queryset: QuerySet[Any], _: str, value: Any) -> QuerySet[Any]:
        return queryset.filter(price_from__lte=int(value)).exclude(price_to=-1)


class Sorting(BaseFilterBackend):
    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        return queryset.order_by(*SORTS.get(request.query_params.get("sort", ""), SORTS["newest"]))
