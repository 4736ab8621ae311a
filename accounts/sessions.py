"""Signing in, staying signed in, signing out."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts import attempts, tokens
from accounts.models import Session, User
from accounts.permissions import held_by
from config import statements
from config.api.errors import Refusal, detail
from config.api.throttles import knock
from config.limits.stores import TableStore, stored

OF_USER = [column.attname for column in User._meta.concrete_fields]
ASK_AGAIN = 60  # seconds until somebody who waits may ask for the decision again


def admit(user: User) -> None:
    """The one question on every path that mints or accepts a token."""
    if user.may_enter():
        return
    code = f"account_{user.status}"
    details = [detail("reason", code, user.reason)] if user.reason else []
    retry = ASK_AGAIN if user.status == User.Status.PENDING else None
    raise Refusal(code, user.reason, details=details, retry_after=retry)


def sign_in(name: str, password: str, address: str, device_name: str = "") -> Session:
    """Exactly one password hash on every path, so that neither body nor effort tells whether the name exists."""
    user, known = found(name, address)
    tries = failures_key(name, address, known=known)
    attempts.begin(tries)
    if user is None:
        make_password(password)
        raise Refusal("invalid_credentials")
    if not check_password(password, user.password, setter=user.upgrade_password):
        raise Refusal("invalid_credentials")
    if not user.may_enter():
        attempts.forget(tries)
    admit(user)
    return open_session(user, address, device_name, tries=tries)


def found(name: str, address: str) -> tuple[User | None, bool]:
    """Whose name it is, and whether they signed in from there before. Who has no rights and no face is known to have
    none, so that nobody asks for them."""
    rows = statements.rows("who signs in", who_signs_in, [name, statements.Address(address)], keep_plan=True)
    if not rows:
        return None, False
    *facts, known, granted, face = rows[0]
    user = User.from_db(DEFAULT_DB_ALIAS, OF_USER, facts)
    if not granted:
        user.held = held_by(user, [])
    if face is None:
        User._meta.get_field("avatar").set_cached_value(user, None)
    return user, bool(known)


def who_signs_in(values: Sequence[Any]) -> Any:
    name, address = values
    known = Exists(Session.objects.filter(user=OuterRef("pk"), ip=address))
    ways = (User.groups.through, User.user_permissions.through)
    in_groups, alone = (Exists(way.objects.filter(user=OuterRef("pk"))) for way in ways)
    people = User.objects.named(name).annotate(known=known, granted=in_groups | alone)
    return people.values_list(*OF_USER, "known", "granted", "avatar__pk")[:1]


def failures_key(name: str, address: str, *, known: bool) -> str:
    """Places this person signed in from before are counted apart: a stranger cannot lock them out."""
    return f"login:{name.casefold()[:120]}:{address if known else 'anywhere'}"


def open_session(user: User, address: str | None, device_name: str = "", *, tries: str = "") -> Session:
    """The failures counted under `tries` are forgotten."""
    session = fresh(user, address, device_name, timezone.now())
    if tries and not attempts.are_in_table():
        attempts.forget(tries)
        tries = ""
    write = in_one_statement if connection.vendor == "postgresql" else one_by_one
    if not write(session, tries):
        turn_away(user)
    user.last_login = session.created_at
    return session


def turn_away(user: User) -> NoReturn:
    """They were let in, and are gone or judged otherwise by now."""
    with suppress(User.DoesNotExist):
        user.refresh_from_db(fields=["status", "reason"])
        admit(user)
    raise Refusal("invalid_credentials")


def fresh(user: User, address: str | None, device_name: str, now: datetime) -> Session:
    ends_at = now + timedelta(days=settings.SESSION_DAYS)
    expires_at = min(now + timedelta(days=settings.SESSION_IDLE_DAYS), ends_at)
    moments = {"created_at": now, "rotated_at": now, "expires_at": expires_at, "ends_at": ends_at}
    return Session(user=user, device_name=device_name, ip=address, **moments)


@transaction.atomic
def one_by_one(session: Session, tries: str) -> bool:
    """Whether they may still come in."""
    if tries:
        attempts.forget(tries)
    as_judged = User.objects.filter(pk=session.user_id, status=session.user.status)
    if not as_judged.update(last_login=session.created_at):
        return False
    session.save(force_insert=True)
    return True


# Each part waits for the one before: whoever deletes a person takes these rows in the same order.
SIGN_IN = """
    WITH forgotten AS ({forget} RETURNING 1),
    seen AS (
        UPDATE accounts_user SET last_login = %s
        WHERE id = %s AND status = %s AND (SELECT count(*) FROM forgotten) >= 0 RETURNING id
    )
    INSERT INTO accounts_session ({columns}) SELECT {values} FROM seen RETURNING id
"""


def in_one_statement(session: Session, tries: str) -> bool:
    """The same; PostgreSQL is asked once instead of five times."""
    fields = [field for field in Session._meta.concrete_fields if not field.primary_key]
    columns, values = (", ".join(parts) for parts in ([field.attname for field in fields], ["%s"] * len(fields)))
    row = [field.get_db_prep_save(getattr(session, field.attname), connection) for field in fields]
    with statements.kept_plan() as cursor:
        sql = SIGN_IN.format(forget=TableStore.FORGET, columns=columns, values=values)
        cursor.execute(sql, [stored(tries), session.created_at, session.user_id, session.user.status, *row])
        written = cursor.fetchone()
    if written is None:
        return False
    session.pk, session._state.adding, session._state.db = written[0], False, DEFAULT_DB_ALIAS  # noqa: SLF001
    return True


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
