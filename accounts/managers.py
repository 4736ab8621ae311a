"""Questions about people and their sessions, in the words that view, admin and command share."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import Permission, UserManager
from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.figures import figures
from accounts.permissions import rights
from config.tasks import after_commit

if TYPE_CHECKING:
    from accounts.models import Session, User  # noqa: F401 - Session is named in a string below


# `__iexact` asks UPPER(), which the unique indexes of names and addresses do not answer.
models.CharField.register_lookup(Lower)


class PeopleQuerySet(models.QuerySet["User"]):
    def pending(self) -> Self:
        """The queue: who has waited longest comes first."""
        return self.filter(status="pending").order_by("date_joined", "pk")

    def called(self, name: str) -> Self:
        """By user name, in any case."""
        return self.filter(username__lower=Lower(Value(name)))

    def reached_at(self, address: str) -> Self:
        """By an e-mail address that is verified."""
        return self.filter(email__lower=Lower(Value(address)), email_verified_at__isnull=False)

    def named(self, name: str) -> Self:
        """By user name, or by an e-mail address that is verified; names win."""
        called = Q(username__lower=Lower(Value(name)))
        by_address = Q(email__lower=Lower(Value(name)), email_verified_at__isnull=False)
        return self.filter(called | by_address).order_by(models.Case(models.When(called, then=0), default=1))

    def admins(self, *, yes: bool) -> Self:
        managing = Q(is_superuser=True) | Q(pk__in=self.model.objects.filter(groups__name="Managers").values("pk"))
        return self.filter(managing) if yes else self.exclude(managing)

    def managing(self) -> Self:
        """Who can still run the gallery."""
        return self.admins(yes=True).filter(status="approved")

    def deciding(self) -> Self:
        """Staff who may decide and whose address is proved."""
        may = Permission.objects.filter(codename="decide_people", content_type__app_label="accounts")
        rights = Q(is_superuser=True) | Q(groups__permissions__in=may) | Q(user_permissions__in=may)
        return self.filter(rights, status="approved", email_verified_at__isnull=False).distinct()

    def for_staff(self) -> Self:
        """All that a list shows of each person, in a fixed number of queries."""
        return self.select_related("decided_by", "avatar__picture").prefetch_related(*rights()).annotate(**figures)

    def searched(self, text: str) -> Self:
        return self.filter(Q(username__icontains=text) | Q(full_name__icontains=text) | Q(email__icontains=text))


def look_of(name: str) -> str:
    """Names that a hurried eye takes for one another have one look."""
    return name.translate(LOOKS).casefold()


LOOKS = str.maketrans({"0": "o", "1": "l", "I": "l", "_": ".", "-": "."})


class PeopleManager(UserManager["User"].from_queryset(PeopleQuerySet)):  # type: ignore[misc] # made at run time
    def _create_user_object(self, username: str, email: str | None, password: str | None, **extra: Any) -> "User":
        extra.setdefault("looks_like", look_of(username))
        return super()._create_user_object(username, email, password, **extra)

    def register(self, username: str, password: str, **facts: str) -> "User":
        """Somebody new, waiting. Raises IntegrityError when the name is taken: nobody asks first."""
        person = self.model(username=username, looks_like=look_of(username), **facts)
        person.set_password(password)
        with transaction.atomic():
            person.save(force_insert=True)
            from accounts import emails  # noqa: PLC0415 - it reads the models

            after_commit(emails.tell_staff, user_id=person.pk)
            if person.email:
                after_commit(emails.ask_to_verify, user_id=person.pk)
        return person

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra_fields: Any
    ) -> "User":
        """Somebody with a shell on the server needs nobody's approval."""
        extra_fields.setdefault("status", self.model.Status.APPROVED)
        extra_fields.setdefault("decided_at", timezone.now())
        return super().create_superuser(username, email, password, **extra_fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Names are unique without case, so they are found without case."""
        return self.called(username or "").get()


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self, now: datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=now)

    def end(self, now: datetime) -> int:
        return self.filter(revoked_at=None).update(revoked_at=now)
