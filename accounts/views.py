"""The doors of accounts: register, sign in, stay signed in, look after oneself."""

from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts import attempts, recovery, serializers, sessions
from accounts.models import Session, User
from accounts.services import erase
from config import switches
from config.api.errors import Refusal, detail, wrong
from config.api.pagination import PAGING, BareList, Sort
from config.api.serializers import Message
from config.api.throttles import client_address
from config.api.views import Door
from config.watching.figures import outcome_of

NO_STORE = {"Cache-Control": "no-store"}


def done(message: str, **more: Any) -> Response:
    return Response({"message": message, "success": True, **more})


def me(request: Request) -> User:
    """Behind a guarded door somebody is always there."""
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker
    return request.user


def this_device(request: Request) -> int:
    """The session this request came by; 0 for the admin's cookie."""
    return request.auth.pk if isinstance(request.auth, Session) else 0


def checked(kind: type[BaseSerializer[Any]], request: Request) -> Any:
    body = kind(data=request.data, context={"request": request})
    body.is_valid(raise_exception=True)
    return body.validated_data


class PublicDoor(Door):
    permission_classes = [AllowAny]
    authentication_classes = []
    lane = "auth"


class Register(PublicDoor):
    @extend_schema(request=serializers.Registration, responses=Message, summary="Ask to be let in")
    def post(self, request: Request) -> Response:
        if not switches.current().registration_open:
            raise Refusal("registration_closed")
        body = {name: value or "" for name, value in checked(serializers.Registration, request).items()}
        try:
            User.objects.register(**body)
        except IntegrityError:
            taken = "This name is taken, or looks like one that is."
            raise Refusal("conflict", taken, details=[detail("username", "unique", taken)]) from None
        return done("Registration successful! Please wait for admin approval.")


class SignIn(PublicDoor):
    open_in_maintenance = True

    @extend_schema(request=serializers.Login, responses=serializers.SignedIn, summary="Sign in")
    def post(self, request: Request) -> Response:
        body = checked(serializers.Login, request)
        with outcome_of("sign-in"):
            device = body.get("device_name") or ""
            session = sessions.sign_in(body["username"], body["password"], client_address(request), device)
        return Response({**sessions.pair(session), "user": serializers.account(session.user)}, headers=NO_STORE)


class RefreshDoor(PublicDoor):
    open_in_maintenance = True
    throttle_classes = []  # counted by session, once the token says which

    @extend_schema(request=serializers.Refresh, responses=serializers.Tokens, summary="A new pair of tokens")
    def post(self, request: Request) -> Response:
        session = sessions.refresh(checked(serializers.Refresh, request)["refresh_token"])
        return Response(sessions.pair(session), headers=NO_STORE)


class SignOut(Door):
    open_in_maintenance = True

    @extend_schema(request=serializers.Logout, responses=Message, summary="Sign out here, or everywhere")
    def post(self, request: Request) -> Response:
        if checked(serializers.Logout, request)["all"]:
            me(request).sign_out()
            return done("Signed out everywhere.")
        if device := this_device(request):
            me(request).sessions.filter(pk=device).end(timezone.now())
        else:
            logout(request._request)  # noqa: SLF001 - DRF keeps Django's request there; the cookie hangs on it
        return done("Signed out.")


class Devices(Door, generics.ListAPIView[Session]):
    serializer_class = serializers.Device
    pagination_class = BareList
    query = PAGING

    def get_sort(self) -> Sort:
        return Sort("last_used", "rotated_at")

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Session.objects.none()
        return me(self.request).sessions.live(timezone.now())


class OneDevice(Door):
    @extend_schema(responses=Message, summary="Sign another device out")
    def delete(self, request: Request, pk: int) -> Response:
        get_object_or_404(me(request).sessions.live(timezone.now()), pk=pk).end(timezone.now())
        return done("Signed out.")


class Me(Door):
    @extend_schema(responses=serializers.Account, summary="Who I am")
    def get(self, request: Request) -> Response:
        return Response(serializers.account(me(request)))

    @extend_schema(request=serializers.Profile, responses=serializers.Account, summary="Change my name or address")
    def patch(self, request: Request) -> Response:
        user, changes = me(request), checked(serializers.Profile, request)
        if changes.get("email", user.email) != user.email:
            confirm_password(user, changes.get("password", ""), "password")
            recovery.change_email(user, changes["email"])
        if "full_name" in changes:
            user.full_name = changes["full_name"]
            user.save(update_fields=["full_name", "updated_at"])
        return Response(serializers.Account(user).data)

    @extend_schema(request=serializers.Farewell, responses=Message, summary="Delete my account")
    def delete(self, request: Request) -> Response:
        return farewell(request)


class DeleteMe(Door):
    """The same as `DELETE /api/auth/me`, for clients whose DELETE carries no body."""

    @extend_schema(request=serializers.Farewell, responses=Message, summary="Delete my account")
    def post(self, request: Request) -> Response:
        return farewell(request)


def farewell(request: Request) -> Response:
    user = me(request)
    confirm_password(user, checked(serializers.Farewell, request)["password"], "password")
    erase(user)
    return done("Your account and your personal data are gone.")


def confirm_password(user: User, password: str, field: str) -> None:
    """Ten wrong guesses in a quarter of an hour close this, too: an unlocked phone is not the person."""
    tries = f"password:{user.pk}"
    attempts.begin(tries)
    if not check_password(password, user.password):
        raise wrong(field, "password_incorrect", "The password is wrong.")
    attempts.forget(tries)


class ChangePassword(Door):
    lane = "auth"

    @extend_schema(request=serializers.PasswordChange, responses=Message, summary="Change my password")
    def put(self, request: Request) -> Response:
        body = checked(serializers.PasswordChange, request)
        user = me(request)
        confirm_password(user, body["current_password"], "current_password")
        with transaction.atomic():
            user.set_password(body["new_password"])
            user.save(update_fields=["password", "updated_at"])
            user.sessions.exclude(pk=this_device(request)).end(timezone.now())
        return done("Password changed. Your other devices are signed out.")


class ForgotPassword(PublicDoor):
    @extend_schema(request=serializers.Address, responses=Message, summary="Ask for a link to a new password")
    def post(self, request: Request) -> Response:
        recovery.ask_for_reset(checked(serializers.Address, request)["email"])
        return done("If this address belongs to an account, a mail is on its way.")


class ResetPassword(PublicDoor):
    @extend_schema(request=serializers.NewPassword, responses=Message, summary="Choose a new password")
    def post(self, request: Request) -> Response:
        body = checked(serializers.NewPassword, request)
        recovery.reset_password(body["token"], body["new_password"])
        return done("Password changed. Please sign in.")


class VerifyEmail(PublicDoor):
    @extend_schema(request=serializers.Proof, responses=Message, summary="Prove an e-mail address")
    def post(self, request: Request) -> Response:
        recovery.verify_email(checked(serializers.Proof, request)["token"])
        return done("Your e-mail address is confirmed.")


class ResendVerification(Door):
    lane = "auth"

    @extend_schema(request=None, responses=Message, summary="Send the link to prove my address again")
    def post(self, request: Request) -> Response:
        recovery.resend_verification(me(request))
        return done("If your address is not confirmed yet, a mail is on its way.")
