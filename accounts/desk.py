"""The doors of staff: who waits, and the decisions."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.models import ForbiddenMoveError, User
from accounts.permissions import Requires
from accounts.views import checked, done, me
from config.api.errors import Refusal
from config.api.filters import boolean, choice
from config.api.pagination import PAGING, BareList, Sort
from config.api.serializers import Message
from config.api.views import Door


class People(Door, generics.ListAPIView[User]):
    """Everybody, newest first."""

    permission_classes = [Requires("people.decide")]
    serializer_class = serializers.Person
    pagination_class = BareList
    query = PAGING | {"search", "status", "is_admin"}

    def get_sort(self) -> Sort:
        return Sort("newest", "date_joined")

    def get_queryset(self) -> Any:
        people = User.objects.for_staff()
        asked = self.request.query_params
        if search := asked.get("search", "").strip():
            people = people.searched(search[:100])
        if "status" in asked:
            people = people.filter(status=choice(self.request, "status", "", User.Status.values))
        if "is_admin" in asked:
            people = people.admins(yes=boolean(self.request, "is_admin", default=True))
        return people


class Pending(Door, generics.ListAPIView[User]):
    """Who waits, oldest first."""

    permission_classes = [Requires("people.decide")]
    serializer_class = serializers.Person
    pagination_class = BareList
    query = PAGING

    def get_sort(self) -> Sort:
        return Sort("oldest", "date_joined", descending=False)

    def get_queryset(self) -> Any:
        return User.objects.pending().for_staff()


class Decide(Door):
    permission_classes = [Requires("people.decide")]
    verb = ""
    PAST = {"approve": "approved", "reject": "rejected", "block": "blocked", "reopen": "reopened"}

    @extend_schema(request=serializers.Reason, responses=Message, summary="Decide on a person")
    def post(self, request: Request, pk: int) -> Response:
        person = get_object_or_404(User, pk=pk)
        self.refuse_unfitting(me(request), person)
        reason = checked(serializers.Reason, request).get("reason") or ""
        try:
            getattr(person, self.verb)(by=request.user, reason=reason)
        except ForbiddenMoveError as error:
            raise Refusal("conflict", str(error)) from None
        return done(f"User {person.username} {self.PAST[self.verb]} successfully")

    @staticmethod
    def refuse_unfitting(staff: User, person: User) -> None:
        if person.pk == staff.pk:
            raise Refusal("conflict", "Nobody decides on themselves.")
        if person.is_superuser and not staff.is_superuser:
            raise Refusal("admin_required", "Only a superuser may decide on a superuser.")
