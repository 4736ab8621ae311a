"""The doors of staff: who waits, and the decisions."""

from collections.abc import Iterator
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.models import User
from accounts.permissions import MANAGERS, Requires
from accounts.services import PAST, decide, erase, one_at_a_time, refuse_unfitting, set_role
from accounts.views import checked, done, me
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


def fitting(request: Request, pk: int) -> User:
    """The person, unless this member of staff must not touch them."""
    person = get_object_or_404(User, pk=pk)
    refuse_unfitting(me(request), person)
    return person


class Decide(Door):
    permission_classes = [Requires("people.decide")]
    verb = ""

    @extend_schema(request=serializers.Reason, responses=Message, summary="Decide on a person")
    def post(self, request: Request, pk: int) -> Response:
        person = fitting(request, pk)
        decide(person, self.verb, by=me(request), reason=checked(serializers.Reason, request).get("reason") or "")
        return done(f"User {person.username} {PAST[self.verb]} successfully")


class OnePerson(Door):
    permission_classes = [Requires("people.manage")]

    @extend_schema(request=serializers.Standing, responses=serializers.Person, summary="Change somebody's standing")
    def put(self, request: Request, pk: int) -> Response:
        person = fitting(request, pk)
        changes = checked(serializers.Standing, request)
        with one_at_a_time():
            for verb in verbs_for(person, changes):
                decide(person, verb, by=me(request), reason=changes.get("reason") or "")
            if "is_admin" in changes:
                set_role(person, MANAGERS, yes=changes["is_admin"], by=me(request))
        return Response(serializers.Person(User.objects.for_staff().get(pk=pk)).data)

    @extend_schema(responses=Message, summary="Delete somebody and their personal data")
    def delete(self, request: Request, pk: int) -> Response:
        person = fitting(request, pk)
        erase(person)
        return done(f"User {person.username} deleted successfully")


def verbs_for(person: User, changes: dict[str, Any]) -> Iterator[str]:
    """The older backend's switches, as our verbs. What is so already needs none."""
    approved, active = changes.get("is_approved"), changes.get("is_active")
    if active is False:
        yield "block"
    elif approved is False and person.status not in {User.Status.REJECTED, User.Status.BLOCKED}:
        yield "reject"
    if active and person.status in {User.Status.REJECTED, User.Status.BLOCKED}:
        yield "reopen"
    if approved:
        yield "approve"
