"""The doors of staff: who waits, and the decisions."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import erasure, serializers
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


def fitting(request: Request, pk: int) -> User:
    """The person, unless this member of staff must not touch them."""
    staff, person = me(request), get_object_or_404(User.objects.for_staff(), pk=pk)
    if person.pk == staff.pk:
        raise Refusal("conflict", "Nobody decides on themselves.")
    if person.is_superuser and not staff.is_superuser:
        raise Refusal("admin_required", "Only a superuser may decide on a superuser.")
    return person


def decide(person: User, verb: str, by: User, reason: str) -> None:
    if verb != "approve" and person.is_last_manager():
        raise Refusal("conflict", "This is the last manager. Name another one first.")
    try:
        getattr(person, verb)(by=by, reason=reason)
    except ForbiddenMoveError as error:
        raise Refusal("conflict", str(error)) from None


class Decide(Door):
    permission_classes = [Requires("people.decide")]
    verb = ""
    PAST = {"approve": "approved", "reject": "rejected", "block": "blocked", "reopen": "reopened"}

    @extend_schema(request=serializers.Reason, responses=Message, summary="Decide on a person")
    def post(self, request: Request, pk: int) -> Response:
        person = fitting(request, pk)
        decide(person, self.verb, me(request), checked(serializers.Reason, request).get("reason") or "")
        return done(f"User {person.username} {self.PAST[self.verb]} successfully")


class OnePerson(Door):
    permission_classes = [Requires("people.manage")]

    @extend_schema(request=serializers.Standing, responses=serializers.Person, summary="Change somebody's standing")
    def put(self, request: Request, pk: int) -> Response:
        person = fitting(request, pk)
        changes = checked(serializers.Standing, request)
        with transaction.atomic():
            for verb in verbs_for(person, changes):
                decide(person, verb, me(request), changes.get("reason") or "")
            if "is_admin" in changes:
                make_manager(person, yes=changes["is_admin"])
        return Response(serializers.Person(User.objects.for_staff().get(pk=pk)).data)

    @extend_schema(responses=Message, summary="Delete somebody and their personal data")
    def delete(self, request: Request, pk: int) -> Response:
        person = fitting(request, pk)
        if person.is_last_manager():
            raise Refusal("conflict", "This is the last manager. Name another one first.")
        erasure.erase(person)
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


def make_manager(person: User, *, yes: bool) -> None:
    if not yes and person.is_last_manager():
        raise Refusal("conflict", "This is the last manager. Name another one first.")
    managers = Group.objects.get(name="Managers")
    (person.groups.add if yes else person.groups.remove)(managers)
