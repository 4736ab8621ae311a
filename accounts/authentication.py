"""How a request proves who sends it."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from accounts import tokens
from accounts.models import Session, User
from accounts.sessions import ensure_alive
from config.api.errors import Refusal


class SessionToken(BaseAuthentication):
    """`Authorization: Bearer <access token>`; one query finds the session and its person."""

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer" or not token.strip():
            raise Refusal("token_invalid")
        read = tokens.read(token.strip(), "access")
        session = Session.objects.select_related("user").filter(pk=read.sid, user_id=read.user_id).first()
        if session is None:
            raise Refusal("session_revoked")
        now = timezone.now()
        ensure_alive(session, now)
        session.confirm(read.gen, now)
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class AdminCookie(SessionAuthentication):
    """The cookie of the admin, so that staff can try doors in /docs. Cross-site requests are refused by CSRF."""

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
