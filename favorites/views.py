"""The doors of hearts."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import IntegrityError
from django.db.models import DateTimeField
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.views import done, me
from config import statements
from config.api.errors import Refusal
from config.api.pagination import PAGING, BareList, Keyset, Slice, Sort
from config.api.views import Door
from designs import cards, listing
from designs.listing import Cut
from designs.models import Design, Status
from designs.serializers import DesignObject
from favorites import serializers
from favorites.models import Favorite


class Heart(Door):
    """Pressed twice, or sent again by a phone that lost the answer, it answers the same."""

    @extend_schema(request=None, responses=serializers.Heart, summary="Keep a design")
    def post(self, request: Request, pk: int) -> Response:
        user = me(request)
        try:
            Favorite.objects.keep(user, pk)
            kept = liked(pk)
            if not kept.is_shown:
                kept = keep_hidden(user, pk)
        except IntegrityError:
            raise Refusal("not_found") from None  # deleted meanwhile
        return done("Design added to favorites", is_favorited=True, like_count=kept.likes)

    @extend_schema(responses=serializers.Heart, summary="Keep it no longer; also one that is hidden by now")
    def delete(self, request: Request, pk: int) -> Response:
        Favorite.objects.drop(me(request), pk)
        return done("Design removed from favorites", is_favorited=False, like_count=liked(pk).likes)


class Liked(NamedTuple):
    likes: int
    status: str

    @property
    def is_shown(self) -> bool:
        return self.status == Status.ACTIVE


def liked(pk: int) -> Liked:
    """Read after the write."""
    found = statements.rows("likes", a_count, [pk], keep_plan=True)
    if not found:
        raise Refusal("not_found")
    return Liked(*found[0])


def a_count(values: Sequence[Any]) -> Any:
    return Design.objects.filter(pk=values[0]).values_list("like_count", "status")


def keep_hidden(user: User, pk: int) -> Liked:
    if not Design.objects.visible_to(user).filter(pk=pk).exists():
        raise Refusal("not_found")
    Favorite.objects.keep(user, pk, hidden=True)
    return liked(pk)


class Hearts(BareList):
    def __init__(self, user: User, *, hidden: bool) -> None:
        self.user, self.hidden = user, hidden

    def slice(self, queryset: Any, keyset: Keyset, size: int, cursor: str, skip: int) -> Slice:
        cut = Cut(size + 1, skip, keyset.read(Design, cursor) if cursor else ())
        return keyset.sliced(listing.hearted(self.user, keyset, cut, hidden=self.hidden), size)


@extend_schema(summary="What I keep, the newest heart first", responses=DesignObject(many=True))
class MyFavorites(Door, generics.ListAPIView[Design]):
    serializer_class = DesignObject
    pagination_class = BareList
    query = PAGING
    shows_pictures = True

    def get_sort(self) -> Sort:
        return Sort("hearted", "hearted_at", column=DateTimeField())

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        user = me(request)
        hidden = user.has_perm("designs.edit_designs")
        hearts = Favorite.objects.of(user) if hidden else Favorite.objects.of(user).filter(design__status=Status.ACTIVE)
        pages = Hearts(user, hidden=hidden)
        return pages.get_paginated_response(
            [cards.shown(row) for row in pages.paginate_queryset(hearts, request, self)]
        )
