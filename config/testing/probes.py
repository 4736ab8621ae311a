"""Doors that exist only in tests: they crash, count, echo and list, so that the floor can be tried by HTTP."""

import gc
from typing import Any, ClassVar

from django.db import OperationalError
from django.urls import include, path
from rest_framework import generics, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from config.api.filters import choice
from config.api.pagination import PAGING, BareList, PageOrCursor, Sort
from config.api.serializers import StrictSerializer
from config.api.views import Door


class PublicProbe(Door):
    permission_classes = [AllowAny]
    schema = None  # not in /docs


class Inner(StrictSerializer):
    count = serializers.IntegerField(min_value=0, max_value=100)


class Body(StrictSerializer):
    id = serializers.IntegerField(read_only=True)
    title = serializers.CharField(max_length=200)
    note = serializers.CharField(max_length=200, required=False, allow_null=True)
    price = serializers.IntegerField(required=False, min_value=0, max_value=2**62)
    ratio = serializers.FloatField(required=False)
    items = Inner(many=True, required=False)


class Echo(PublicProbe):
    def post(self, request: Request) -> Response:
        body = Body(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(body.validated_data)


class Large(PublicProbe):
    def get(self, request: Request) -> Response:
        return Response({"text": "saree " * 1000})


class Token(PublicProbe):
    def get(self, request: Request) -> Response:
        return Response({"access_token": "t" * 3000}, headers={"Cache-Control": "no-store"})


class Crash(PublicProbe):
    def get(self, request: Request) -> Response:
        raise RuntimeError("password=hunter2 and more that nobody may read")


class Away(PublicProbe):
    def get(self, request: Request) -> Response:
        raise OperationalError("connection to server at 10.0.0.1 failed")


class Guarded(PublicProbe):
    lane = "auth"

    def post(self, request: Request) -> Response:
        return Response({"message": "passed", "success": True})


class Frozen(PublicProbe):
    def get(self, request: Request) -> Response:
        return Response({"objects": gc.get_freeze_count()})


class SignedIn(Door):
    schema = None

    def get(self, request: Request) -> Response:
        return Response({"username": request.user.get_username()})


class Person(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "username"]


class People(generics.ListAPIView[User], PublicProbe):
    query = PAGING | {"status", "sort"}
    serializer_class = Person
    sorts: ClassVar = {
        "newest": Sort("newest", "date_joined"),
        "oldest": Sort("oldest", "date_joined", descending=False),
        "name": Sort("name", "username", descending=False),
    }

    def get_sort(self) -> Sort:
        return self.sorts[choice(self.request, "sort", "newest", self.sorts)]

    def get_queryset(self) -> Any:
        status = self.request.query_params.get("status")
        return User.objects.filter(status=status) if status else User.objects.all()


class PeoplePages(People):
    pagination_class = PageOrCursor


class PeopleBare(People):
    pagination_class = BareList


urlpatterns = [
    path("", include("config.urls")),
    path("api/probe/echo", Echo.as_view()),
    path("api/probe/large", Large.as_view()),
    path("api/probe/token", Token.as_view()),
    path("api/probe/crash", Crash.as_view()),
    path("api/probe/away", Away.as_view()),
    path("api/probe/guarded", Guarded.as_view()),
    path("api/probe/frozen", Frozen.as_view()),
    path("api/probe/signed-in", SignedIn.as_view()),
    path("api/probe/pages", PeoplePages.as_view()),
    path("api/probe/bare", PeopleBare.as_view()),
]
