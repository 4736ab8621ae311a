"""The doors of hearts."""

from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import DateTimeField, Q
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.views import done, me
from config.api.errors import Refusal
from config.api.pagination import PAGING, BareList, Sort
from config.api.views import Door
from designs import cards
from designs.models import Design
from designs.serializers import DesignObject
from favorites import serializers
from favorites.models import Favorite

# By a comparison SQLite sees that only hearts are asked for; by `is not null` it would walk through all designs.
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


class Heart(Door):
    """Pressed twice, or sent again by a phone that lost the answer, it answers the same."""

    @extend_schema(request=None, responses=serializers.Heart, summary="Keep a design")
    def post(self, request: Request, pk: int) -> Response:
        if not may_see(me(request), pk):
            raise Refusal("not_found")
        try:
            Favorite.objects.keep(me(request), pk)
        except IntegrityError:
            raise Refusal("not_found") from None  # deleted meanwhile
        return done("Design added to favorites", is_favorited=True, like_count=likes(pk))

    @extend_schema(responses=serializers.Heart, summary="Keep it no longer; also one that is hidden by now")
    def delete(self, request: Request, pk: int) -> Response:
        Favorite.objects.drop(me(request), pk)
        return done("Design removed from favorites", is_favorited=False, like_count=likes(pk))


def may_see(user: User, pk: int) -> bool:
    """What everybody sees costs no question about rights."""
    wanted = Design.objects.filter(pk=pk)
    return wanted.shown().exists() or wanted.visible_to(user).exists()


def likes(pk: int) -> int:
    """Read after the write."""
    counted = Design.objects.filter(pk=pk).values_list("like_count", flat=True).first()
    if counted is None:
        raise Refusal("not_found")
    return counted


@extend_schema(summary="What I keep, the newest heart first", responses=DesignObject(many=True))
class MyFavorites(Door, generics.ListAPIView[Design]):
    serializer_class = DesignObject
    pagination_class = BareList
    query = PAGING
    shows_pictures = True

    def get_sort(self) -> Sort:
        return Sort("hearted", "hearted_at", column=DateTimeField())

    def get_queryset(self) -> Any:
        user = me(self.request)
        return Design.objects.visible_to(user).for_cards(user).filter(Q(hearted_at__gt=BEFORE_ALL))

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([cards.shown(design) for design in page])
