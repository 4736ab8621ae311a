"""Tokens are minted from a session's row and never stored; minting the same row again gives the same token ids."""

import hashlib
import hmac
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.utils import timezone
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenBackendExpiredToken

from accounts.models import Session
from config.api.errors import Refusal

Kind = Literal["access", "refresh"]
LONGEST = 4_096
KEPT = 5_000  # about 3 MB
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
            opened = signed(token[:LONGEST], key)
        except TokenBackendExpiredToken:
            raise Refusal(EXPIRED[kind]) from None
        except TokenBackendError:
            continue
        if opened.kind != kind or opened.claims is None:
            raise Refusal("token_invalid")
        if opened.expires_at <= timezone.now().timestamp():
            raise Refusal(EXPIRED[kind])
        return opened.claims
    raise Refusal("token_invalid")


class Opened(NamedTuple):
    kind: str
    claims: Claims | None
    expires_at: int


@lru_cache(maxsize=KEPT)
def signed(token: str, key: str) -> Opened:
    """A phone sends the same token for minutes. What is not ours raises, so it is never kept."""
    payload: dict[str, Any] = backend(key).decode(token)  # type: ignore[arg-type] # the stubs are wrong: a str
    numbers = [number for name in Claims._fields if isinstance(number := payload.get(name), int)]
    claims = Claims(*numbers) if len(numbers) == len(Claims._fields) else None
    return Opened(str(payload.get("token_type")), claims, int(payload.get("exp", 0)))
