from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.views import me
from config.api.views import Door
from designs import filters
from designs.facets import counting
from designs.filters import WHOLE
from designs.models import Kind

NAMES = [*Kind.values, "colour_family", "audience", *WHOLE]


class FacetEntry(serializers.Serializer[Any]):
    value = serializers.CharField(help_text="What the filter of this facet takes.")
    name = serializers.CharField()
    count = serializers.IntegerField(help_text="Designs left by all other filters that carry it, or a term below it.")
    hex = serializers.CharField(allow_null=True)
    selected = serializers.BooleanField()


class FacetLists(serializers.Serializer[Any]):
    """One list for each filter that offers choices, under the filter's name; the most frequent choice first."""

    def get_fields(self) -> dict[str, Any]:
        return {name: FacetEntry(many=True) for name in NAMES}


class PriceBounds(serializers.Serializer[Any]):
    """Under all filters but the price itself; null where nothing is priced."""

    min = serializers.IntegerField(allow_null=True)
    max = serializers.IntegerField(allow_null=True)


class FacetsAnswer(serializers.Serializer[Any]):
    total = serializers.IntegerField(help_text="Exact, under all filters.")
    total_is_capped = serializers.BooleanField(help_text="Always false: everything is counted.")
    facets = FacetLists()
    price = PriceBounds()


class Facets(Door):
    query = filters.PARAMETERS

    @extend_schema(
        parameters=[OpenApiParameter(name, str) for name in sorted(filters.PARAMETERS)],
        responses=FacetsAnswer,
        summary="How many designs each further choice would leave; a facet ignores its own filter",
    )
    def get(self, request: Request) -> Response:
        return Response(counting.answer(filters.read(request), me(request)))
