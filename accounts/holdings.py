"""What the house itself holds of a person: the account, and the traces they leave at the doors."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session as Cookie
from django.db.models import Q, QuerySet
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts import attempts
from accounts.erasure import holds, nothing
from accounts.models import Decision, User
from config.audit.models import Entry
from config.limits.models import Counter
from config.repeats.models import FirstAnswer

AT_ONCE = 2_000  # rows in memory
AXES = ("AccessAttempt", "AccessFailureLog", "AccessLog")


def many(rows: QuerySet[Any, Any]) -> Iterator[dict[str, Any]]:
    return map(dict, rows.iterator(chunk_size=AT_ONCE))


# --- The account --------------------------------------------------------------------------------------------------
def account(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "username": user.username,
        "full_name": user.full_name,
        "email": user.email,
        "email_verified_at": user.email_verified_at,
        "note": user.note,
        "status": user.status,
        "decided_at": user.decided_at,
        "reason": user.reason,
        "roles": user.roles,
        "is_staff": user.is_staff,
        "is_superuser": user.is_superuser,
        "registered_at": user.date_joined,
        "last_login_at": user.last_login,
        "devices": list(user.sessions.values("device_name", "ip", "created_at", "rotated_at", "revoked_at")),
        "decisions": list(user.decisions.values("was", "became", "at", "reason")),
    }


def decided(user: User) -> Iterator[dict[str, Any]]:
    """About others, who are numbers here: their names are theirs."""
    return many(Decision.objects.filter(by=user).order_by("pk").values("person_id", "was", "became", "at"))


# --- Traces at the doors ------------------------------------------------------------------------------------------
def names(user: User) -> list[str]:
    """What they may have typed where a user name is asked for."""
    return [name for name in (user.username, user.email) if name]


def attempted(user: User) -> list[QuerySet[Any]]:
    typed = Q.create([Q(username__iexact=name) for name in names(user)], Q.OR)
    return [model.objects.filter(typed) for model in (AccessAttempt, AccessFailureLog, AccessLog)]


def attempts_of(user: User) -> Iterator[dict[str, Any]]:
    for rows in attempted(user):
        kind = rows.model._meta.verbose_name
        yield from ({"what": str(kind), **row} for row in many(rows.values("attempt_time", "ip_address", "user_agent")))


def forget_attempts(user: User) -> None:
    for rows in attempted(user):
        rows.delete()


def counters(user: User) -> QuerySet[Counter]:
    """Named after what was typed, or after the number of the person or of a device."""
    devices = user.sessions.values_list("pk", flat=True)
    exact = [f"password:{user.pk}", *(f"{lane}:user:{user.pk}" for lane in settings.LIMITS)]
    found = Q(key__in=[*exact, *(f"refresh:session:{number}" for number in devices)])
    for start in (*guesses(user), f"mail:digest:{user.pk}:"):
        found |= Q(key__startswith=start)
    return Counter.objects.filter(found)


def guesses(user: User) -> list[str]:
    return [f"login:{name.casefold()[:120]}:" for name in names(user)]


def counted(user: User) -> list[dict[str, Any]]:
    """How often, without the key: it holds addresses that somebody else may have knocked from."""
    return [{"of": row.key.split(":")[0], "times": row.hits} for row in counters(user)]


def forget_counters(user: User) -> None:
    """In Redis those of their number go by themselves within minutes; guesses at their name go now."""
    counters(user).delete()
    if settings.LIMITS["auth"]["store"] != "table":
        known = user.sessions.exclude(ip=None).values_list("ip", flat=True)
        for start, address in product(guesses(user), {"anywhere", *known}):
            attempts.forget(f"{start}{address}")


def cookies(user: User) -> Iterator[Cookie]:
    """Browsers signed in at the desk. Whose they are stands inside, signed: each has to be opened."""
    for cookie in Cookie.objects.order_by("pk").iterator(chunk_size=AT_ONCE):
        if SessionStore().decode(cookie.session_data).get("_auth_user_id") == str(user.pk):
            yield cookie


def forget_cookies(user: User) -> None:
    Cookie.objects.filter(pk__in=[cookie.pk for cookie in cookies(user)]).delete()


# --- What was written beside what they did ------------------------------------------------------------------------
def first_answers(user: User) -> Iterator[dict[str, Any]]:
    return many(FirstAnswer.objects.filter(owner=user.pk).order_by("pk").values("key", "status", "body", "created_at"))


def forget_answers(user: User) -> None:
    FirstAnswer.objects.filter(owner=user.pk).delete()


def about(user: User) -> QuerySet[LogEntry]:
    """The admin's own log calls people by their name."""
    people = ContentType.objects.get_for_model(User)
    return LogEntry.objects.filter(content_type=people, object_id=str(user.pk))


def logged(user: User) -> Iterator[dict[str, Any]]:
    shown = ("action_time", "action_flag", "change_message", "content_type__model", "object_id")
    rows = LogEntry.objects.filter(Q(pk__in=about(user).values("pk")) | Q(user=user)).order_by("pk")
    return many(rows.values(*shown))


def forget_log(user: User) -> None:
    about(user).delete()


def trail(user: User) -> Iterator[dict[str, Any]]:
    """By them and about them: when, and what."""
    of_them = Q(by=user.pk) | Q(kind=User._meta.label_lower, key=str(user.pk))
    for row in many(Entry.objects.filter(of_them).order_by("pk").values("at", "what", "by")):
        yield {"at": row["at"], "what": row["what"], "by_you": row["by"] == user.pk}


def mails(user: User) -> QuerySet[DBTaskResult[Any, Any]]:
    """The queue of the worker: a link to a new password is asked for by address, and a mail server quotes it."""
    if not user.email:
        return DBTaskResult.objects.none()
    over = [TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED]
    quoted = Q(status__in=over, traceback__icontains=user.email)
    return DBTaskResult.objects.filter(Q(args_kwargs__icontains=f'"{user.email}"') | quoted)


def mailed(user: User) -> list[dict[str, Any]]:
    return [*map(dict, mails(user).values("task_path", "enqueued_at", "status"))]


def forget_mails(user: User) -> None:
    mails(user).delete()


# --- All of it ----------------------------------------------------------------------------------------------------
def register() -> None:
    holds(
        "account",
        export=account,
        erase=nothing,
        about="your name, your address, your note, your devices, and what was decided about you",
        goes="The account: name, address, note, devices, roles, and the decisions about them.",
        columns=(
            "accounts.Session.user",
            "accounts.Decision.person",
            "accounts.User_groups.user",
            "accounts.User_user_permissions.user",
        ),
    )
    holds(
        "decided",
        export=decided,
        erase=nothing,
        about="what you decided about others, who are numbers here",
        stays="What they decided about others, as nobody's decision.",
        columns=("accounts.Decision.by", "accounts.User.decided_by"),
    )
    holds(
        "sign_ins",
        export=attempts_of,
        erase=forget_attempts,
        about="sign-ins at the admin's page: when, from which address, with which browser",
        goes="Sign-ins and wrong passwords that were counted by their name.",
        columns=tuple(f"axes.{model}.{name}" for model in AXES for name in ("username", "ip_address")),
    )
    holds(
        "limits",
        export=counted,
        erase=forget_counters,
        about="how often you asked in the last minutes",
        columns=("limits.Counter.key",),
    )
    holds(
        "desk_cookies",
        export=lambda user: [{"expires_at": cookie.expire_date} for cookie in cookies(user)],
        erase=forget_cookies,
        about="browsers you are signed in with at the desk",
        goes="Browsers signed in at the desk.",
        columns=("sessions.Session.session_data",),
    )
    holds(
        "answers",
        export=first_answers,
        erase=forget_answers,
        about="answers that are kept for a day, so that your app may ask again",
        columns=("repeats.FirstAnswer.owner",),
    )
    holds(
        "desk_log",
        export=logged,
        erase=forget_log,
        about="what staff wrote down about you at the desk, and you about other things",
        goes="The desk's log about them and by them.",
        columns=("admin.LogEntry.user", "admin.LogEntry.object_repr"),
    )
    holds(
        "trail",
        export=trail,
        erase=nothing,
        about="what you did, and what was done to your account, with its time",
        stays="The trail of what was done, which knows people by number only.",
        columns=("audit.Entry.by", "audit.Entry.key"),
    )
    holds(
        "mails",
        export=mailed,
        erase=forget_mails,
        about="mails to you that wait to be sent or were sent lately",
        columns=("django_tasks_database.DBTaskResult.args_kwargs", "django_tasks_database.DBTaskResult.traceback"),
    )
