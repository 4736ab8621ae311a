"""Signing in, staying signed in, signing out."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import update_last_login
from django.utils import timezone

from accounts import attempts, tokens
from accounts.models import Session, User
from config.api.errors import Refusal, detail
from config.api.throttles import knock

ASK_AGAIN = 60  # seconds until somebody who waits may ask for the decision again


def admit(user: User) -> None:
    """The one question on every path that mints or accepts a token."""
    if user.may_enter():
        return
    code = f"account_{user.status}"
    details = [detail("reason", code, user.reason)] if user.reason else []
    retry = ASK_AGAIN if user.status == User.Status.PENDING else None
    raise Refusal(code, user.reason, details=details, retry_after=retry)


def verify(name: str, password: str, address: str) -> User:
    """Exactly one password hash on every path, so that neither body nor effort tells whether the name exists."""
    user = User.objects.named(name).first()
    tries = failures_key(user, name, address)
    attempts.begin(tries)
    if user is None:
        make_password(password)
        raise Refusal("invalid_credentials")
    if not check_password(password, user.password, setter=user.upgrade_password):
        raise Refusal("invalid_credentials")
    attempts.forget(tries)
    admit(user)
    return user


def failures_key(user: User | None, name: str, address: str) -> str:
    """Places this person signed in from before are counted apart: a stranger cannot lock them out."""
    known = user is not None and user.sessions.filter(ip=address).exists()
    return f"login:{name.casefold()[:120]}:{address if known else 'anywhere'}"


def open_session(user: User, address: str | None, device_name: str = "") -> Session:
    now = timezone.now()
    ends_at = now + timedelta(days=settings.SESSION_DAYS)
    expires_at = min(now + timedelta(days=settings.SESSION_IDLE_DAYS), ends_at)
    update_last_login(None, user)  # type: ignore[arg-type] # its sender is not used
    return Session.objects.create(
        user=user,
        device_name=device_name,
        ip=address,
        created_at=now,
        rotated_at=now,
        expires_at=expires_at,
        ends_at=ends_at,
    )


def refresh(token: str) -> Session:
    """One-time use; the direct predecessor gets the same generation again while its answer may have been lost."""
    read = tokens.read(token, "refresh")
    session = Session.objects.select_related("user").filter(pk=read.sid, user_id=read.user_id).first()
    if session is None:
        raise Refusal("session_revoked")
    now = timezone.now()
    ensure_alive(session, now)
    knock("refresh", f"session:{session.pk}")
    if read.gen == session.generation and session.rotate(read.gen, now):
        return session
    ensure_alive(session, now)  # somebody else moved it meanwhile, or ended it
    if session.answer_may_be_lost(read.gen, now):
        return session
    session.end(now)
    raise Refusal("session_revoked")


def ensure_alive(session: Session, now: datetime) -> None:
    admit(session.user)
    if session.revoked_at:
        raise Refusal("session_revoked")
    if session.expires_at <= now:
        raise Refusal("session_expired")


def pair(session: Session) -> dict[str, Any]:
    now = timezone.now()
    return {
        "access_token": tokens.mint(session, "access", now),
        "refresh_token": tokens.mint(session, "refresh", now),
        "token_type": "bearer",
        "expires_in": settings.ACCESS_TOKEN_MINUTES * 60,
    }
