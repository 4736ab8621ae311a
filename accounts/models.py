from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractUser, Group
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.managers import PeopleManager, SessionQuerySet
from accounts.permissions import MANAGERS, Held, held, roles_of
from config.audit import trail
from config.tasks import after_commit


class ForbiddenMoveError(Exception):
    """This decision is not open from where the person stands."""

    def __init__(self, was: str, to: str) -> None:
        super().__init__(f"Somebody who is {was} cannot become {to}.")


class User(AbstractUser):
    """A person: registered, waiting, decided upon by staff."""

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        BLOCKED = "blocked", "Blocked"

    # People of the older backend bring any name along: spaces, `@`, any script. New names are checked at the door.
    username = models.CharField(max_length=255, unique=True)
    # What the name looks like; unique, so that nobody registers as `Asha.Ra0` beside `asha_rao`. Null where names of
    # the older backend look alike already.
    looks_like = models.CharField(max_length=255, unique=True, null=True, editable=False)
    full_name = models.CharField(max_length=200, blank=True)
    first_name = None  # type: ignore[assignment] # one field for a name: not every name has two parts
    last_name = None  # type: ignore[assignment]
    email_verified_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    decided_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=500, blank=True)  # what the person wrote to staff when registering
    signed_out_at = models.DateTimeField(null=True, editable=False)  # everywhere: the admin's cookies hang on it
    updated_at = models.DateTimeField(auto_now=True)

    name_in_trail = ""  # it keeps the number
    objects: ClassVar[PeopleManager] = PeopleManager()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        permissions = [
            ("decide_people", "May approve, reject and block people"),
            ("manage_people", "May change and delete people and their roles"),
            ("edit_settings", "May change the gallery's switches"),
            ("read_stats", "May read the figures"),
        ]
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_name_unique_without_case"),
            models.UniqueConstraint(
                Lower("email"), condition=Q(email_verified_at__isnull=False), name="user_verified_email_unique"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "approved", "rejected", "blocked"]), name="user_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status="pending", decided_at__isnull=True)
                | (~Q(status="pending") & Q(decided_at__isnull=False)),
                name="user_decided_at_exactly_when_decided",
            ),
        ]
        indexes = [
            # The approval queue: pending, oldest first.
            models.Index(fields=["date_joined"], condition=Q(status="pending"), name="user_pending_queue"),
            # The desk's other tabs: who was decided upon last comes first.
            models.Index(fields=["status", "decided_at", "id"], name="user_decided_last"),
            # Everybody, newest first; and who joined on a day, for the figures of staff (config/analytics).
            models.Index(fields=["date_joined", "id"], name="user_joined"),
        ]

    @property
    def is_approved(self) -> bool:
        return self.status == self.Status.APPROVED

    def may_enter(self) -> bool:
        """Asked on every path that mints or accepts a sign-in."""
        return self.is_approved

    # Django's own login and admin ask by this name.
    is_active = property(may_enter)

    @cached_property
    def held(self) -> Held:
        return held(self)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self.__dict__.pop("held", None)

    @property
    def roles(self) -> list[str]:
        return roles_of(self)

    @property
    def is_admin(self) -> bool:
        return self.is_superuser or MANAGERS in self.roles

    def is_last_manager(self) -> bool:
        """Asked anew each time: a colleague may have changed it meanwhile."""
        managing = User.objects.managing()
        return managing.filter(pk=self.pk).exists() and not managing.exclude(pk=self.pk).exists()

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def get_short_name(self) -> str:
        return self.username

    def upgrade_password(self, password: str) -> None:
        """The right password was typed and its hash is of an older kind."""
        self.password = make_password(password)
        User.objects.filter(pk=self.pk).update(password=self.password)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What the admin's cookie is held against, with today's key and the one before."""
        own = super()._get_session_auth_hash(secret)  # type: ignore[misc] # the stubs leave it out
        return f"{own}:{self.signed_out_at.timestamp()}" if self.signed_out_at else own

    def sign_out(self) -> int:
        """Everywhere, now: every phone, and the admin's cookies. Answers how many phones."""
        now = timezone.now()
        with transaction.atomic():
            ended = self.sessions.end(now)
            self.signed_out_at = now
            self.save(update_fields=["signed_out_at", "updated_at"])
            trail.record("person.signed_out", on=self)
        return ended

    # --- Verbs: each answers whether it changed anything -------------------------------------------------------
    def approve(self, *, by: "User | None" = None, reason: str = "") -> bool:
        return self._move(self.Status.APPROVED, by, reason)

    def reject(self, *, by: "User | None" = None, reason: str = "") -> bool:
        return self._move(self.Status.REJECTED, by, reason)

    def block(self, *, by: "User | None" = None, reason: str = "") -> bool:
        return self._move(self.Status.BLOCKED, by, reason)

    def reopen(self, *, by: "User | None" = None, reason: str = "") -> bool:
        return self._move(self.Status.PENDING, by, reason)

    def hold(self, roles: set[str]) -> bool:
        """Exactly these. Who holds one is staff: only staff enter the admin."""
        had, staff = set(self.roles), bool(roles) or self.is_superuser
        if (had, self.is_staff) == (roles, staff):
            return False
        self.groups.add(*Group.objects.filter(name__in=roles - had))
        self.groups.remove(*Group.objects.filter(name__in=had - roles))
        self.is_staff = staff
        self.save(update_fields=["is_staff", "updated_at"])
        self.__dict__.pop("held", None)
        return True

    def _move(self, to: "User.Status", by: "User | None", reason: str) -> bool:
        with transaction.atomic():
            while True:
                self.refresh_from_db(fields=["status", "decided_at", "decided_by", "reason"])
                if self.status == to:
                    return False
                if to not in MOVES[self.Status(self.status)]:
                    raise ForbiddenMoveError(self.status, to)
                if self._change_status(to, by, reason):
                    return True

    def _change_status(self, to: "User.Status", by: "User | None", reason: str) -> bool:
        """One conditional statement: of two people deciding at once, the second looks again."""
        was, now = self.status, timezone.now()
        facts = {
            "status": to,
            "decided_by": None if to == self.Status.PENDING else by,
            "decided_at": None if to == self.Status.PENDING else now,
            "reason": reason,
        }
        if to != self.Status.APPROVED:
            facts["signed_out_at"] = now
        if not User.objects.filter(pk=self.pk, status=was).update(**facts, updated_at=now):
            return False
        for name, value in facts.items():
            setattr(self, name, value)
        decision = Decision.objects.create(person=self, was=was, became=to, by=by, at=now, reason=reason)
        trail.record(f"person.{DONE[to]}", on=self, by=by, changes={"status": (was, to)})
        if to != self.Status.APPROVED:
            self.sessions.end(now)
        from accounts.emails import tell_decision  # noqa: PLC0415 - it reads this module

        after_commit(tell_decision, decision_id=decision.pk)
        return True

    def clean(self) -> None:
        # Not AbstractUser's: it would normalise the names that the older backend let in.
        self.email = type(self).objects.normalize_email(self.email)


DONE = {status: status.value for status in User.Status} | {User.Status.PENDING: "reopened"}
# From where a person stands, where a decision may lead. Who is blocked comes back by being reopened first.
MOVES: dict[User.Status, set[User.Status]] = {
    User.Status.PENDING: {User.Status.APPROVED, User.Status.REJECTED, User.Status.BLOCKED},
    User.Status.APPROVED: {User.Status.PENDING, User.Status.REJECTED, User.Status.BLOCKED},
    User.Status.REJECTED: {User.Status.PENDING, User.Status.APPROVED, User.Status.BLOCKED},
    User.Status.BLOCKED: {User.Status.PENDING},
}


class Decision(models.Model):
    """Who decided what about whom, when and why. Written by the verbs, never changed."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="decisions")
    was = models.CharField(max_length=10, choices=User.Status)
    became = models.CharField(max_length=10, choices=User.Status)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.was} -> {self.became}"


class Session(models.Model):
    """A device somebody is signed in on. It holds no token: tokens are minted from this row."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    device_name = models.CharField(max_length=100, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    generation = models.PositiveIntegerField(default=0)
    rotated_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # when this generation was first seen in use
    expires_at = models.DateTimeField()  # moves with every refresh
    ends_at = models.DateTimeField()  # never moves
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__lte=F("ends_at")), name="session_expires_before_it_ends"),
        ]
        indexes = [
            # A person's live sessions: their list of devices, and ending all of them.
            models.Index(fields=["user", "rotated_at"], condition=Q(revoked_at=None), name="session_live_of_user"),
            # prune_sessions.
            models.Index(fields=["expires_at"], name="session_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.device_name or 'a device'} since {self.created_at:%Y-%m-%d}"

    def rotate(self, generation: int, now: datetime) -> bool:
        """Move on from this generation. One conditional statement: of ten at once, one succeeds."""
        expires_at = min(now + timedelta(days=settings.SESSION_IDLE_DAYS), self.ends_at)
        moved = Session.objects.filter(pk=self.pk, generation=generation, revoked_at=None).update(
            generation=generation + 1, rotated_at=now, confirmed_at=None, expires_at=expires_at
        )
        if moved:
            self.generation, self.rotated_at, self.confirmed_at, self.expires_at = generation + 1, now, None, expires_at
        else:
            self.refresh_from_db(fields=["generation", "rotated_at", "confirmed_at", "expires_at", "revoked_at"])
        return bool(moved)

    def confirm(self, generation: int, now: datetime) -> None:
        """An access token of the newest generation was seen: its answer arrived."""
        if self.confirmed_at is None and generation == self.generation:
            Session.objects.filter(pk=self.pk, generation=generation, confirmed_at=None).update(confirmed_at=now)
            self.confirmed_at = now

    def answer_may_be_lost(self, generation: int, now: datetime) -> bool:
        """Did the caller use the direct predecessor of a generation that nobody was seen to use?"""
        if generation != self.generation - 1:
            return False
        return self.confirmed_at is None or now - self.confirmed_at <= GRACE

    def end(self, now: datetime) -> None:
        Session.objects.filter(pk=self.pk).end(now)


GRACE = timedelta(seconds=10)
