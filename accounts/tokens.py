"""Tokens are minted from a session's row and never stored; minting the same row again gives the same token ids."""

import hashlib
import hmac
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, NamedTuple

from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenBackendExpiredToken

from accounts.models import Session
from config.api.errors import Refusal

Kind = Literal["access", "refresh"]
LONGEST = 4_096
EXPIRED = {"access": "token_expired", "refresh": "session_expired"}


class Claims(NamedTuple):
    user_id: int
    sid: int
    gen: int


@cache
def backend(key: str) -> TokenBackend:
    return TokenBackend(settings.JWT_ALGORITHM, signing_key=key)


def mint(session: Session, kind: Kind, now: datetime) -> str:
    if kind == "refresh":
        expires_at = session.expires_at
    else:
        expires_at = min(now + timedelta(minutes=settings.ACCESS_TOKEN_MINUTES), session.ends_at)
    user = session.user
    who = {"username": user.username, "is_admin": user.is_admin} if kind == "access" else {}
    payload = {
        "user_id": user.pk,
        **who,
        "sid": session.pk,
        "gen": session.generation,
        "iat": int(session.rotated_at.timestamp()),
        "exp": int(expires_at.timestamp()),
        "jti": token_id(session, kind),
        "token_type": kind,
    }
    return backend(settings.JWT_SECRET).encode(payload)


def token_id(session: Session, kind: Kind) -> str:
    message = f"{session.pk}:{session.generation}:{kind}".encode()
    return hmac.new(settings.JWT_SECRET.encode(), message, hashlib.sha256).hexdigest()[:32]


def read(token: str, kind: Kind) -> Claims:
    """What a token says, when we signed it: with today's key, or the one before while keys are being rotated."""
    for key in filter(None, [settings.JWT_SECRET, settings.JWT_SECRET_PREVIOUS]):
        try:
            payload = backend(key).decode(token[:LONGEST])  # type: ignore[arg-type] # the stubs are wrong: a str
            return claims(payload, kind)
        except TokenBackendExpiredToken:
            raise Refusal(EXPIRED[kind]) from None
        except TokenBackendError:
            continue
    raise Refusal("token_invalid")


def claims(payload: dict[str, Any], kind: Kind) -> Claims:
    numbers = [number for name in Claims._fields if isinstance(number := payload.get(name), int)]
    if payload.get("token_type") != kind or len(numbers) < len(Claims._fields):
        raise Refusal("token_invalid")
    return Claims(*numbers)
