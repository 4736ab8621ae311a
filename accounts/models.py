from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.managers import PeopleManager


class User(AbstractUser):
    """A person: registered, waiting, decided upon by staff."""

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        BLOCKED = "blocked", "Blocked"

    # People of the older backend bring any name along: spaces, `@`, any script. New names are checked at the door.
    username = models.CharField(max_length=255, unique=True)
    full_name = models.CharField(max_length=200, blank=True)
    first_name = None  # type: ignore[assignment] # one field for a name: not every name has two parts
    last_name = None  # type: ignore[assignment]
    email_verified_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    decided_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

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
        ]

    @property
    def is_approved(self) -> bool:
        return self.status == self.Status.APPROVED

    def may_enter(self) -> bool:
        """Asked on every path that mints or accepts a sign-in."""
        return self.is_approved

    # Django's own login and admin ask by this name.
    is_active = property(may_enter)

    @property
    def is_admin(self) -> bool:
        return self.is_superuser or self.groups.filter(name="Managers").exists()

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def get_short_name(self) -> str:
        return self.username

    def approve(self, *, by: "User | None" = None) -> None:
        self._decide(self.Status.APPROVED, by)

    def _decide(self, status: "User.Status", by: "User | None") -> None:
        self.status, self.decided_by, self.decided_at = status, by, timezone.now()
        self.save(update_fields=["status", "decided_by", "decided_at", "updated_at"])

    def clean(self) -> None:
        # Not AbstractUser's: it would normalise the names that the older backend let in.
        self.email = type(self).objects.normalize_email(self.email)
