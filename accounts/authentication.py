"""How a request proves who sends it."""

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from accounts import tokens
from accounts.models import Session, User
from accounts.sessions import OF_USER, ensure_alive
from config import statements
from config.api.errors import Refusal

OF_SESSION = [column.attname for column in Session._meta.concrete_fields]


class SessionToken(BaseAuthentication):
    """`Authorization: Bearer <access token>`; one query finds the session and its person."""

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer" or not token.strip():
            raise Refusal("token_invalid")
        read = tokens.read(token.strip(), "access")
        session = session_of(read.sid, read.user_id)
        if session is None:
            raise Refusal("session_revoked")
        now = timezone.now()
        ensure_alive(session, now)
        session.confirm(read.gen, now)
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def session_of(number: int, person: int) -> Session | None:
    """With its person. Every request asks this, so it is compiled once."""
    found = statements.rows("session", a_session, [number, person], keep_plan=True)
    if not found:
        return None
    row = found[0]
    session = Session.from_db(DEFAULT_DB_ALIAS, OF_SESSION, row[: len(OF_SESSION)])
    session.user = User.from_db(DEFAULT_DB_ALIAS, OF_USER, row[len(OF_SESSION) :])
    return session


def a_session(values: Sequence[Any]) -> Any:
    number, person = values
    columns = [*OF_SESSION, *(f"user__{name}" for name in OF_USER)]
    return Session.objects.filter(pk=number, user_id=person).values_list(*columns)


class AdminCookie(SessionAuthentication):
    """The cookie of the admin, so that staff can try doors in /docs. Cross-site requests are refused by CSRF."""

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
