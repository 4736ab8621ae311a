"""Questions about people, and how one is made."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import UserManager
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import User


class PeopleManager(UserManager["User"]):
    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra_fields: Any
    ) -> "User":
        """Somebody with a shell on the server needs nobody's approval."""
        extra_fields.setdefault("status", self.model.Status.APPROVED)
        extra_fields.setdefault("decided_at", timezone.now())
        return super().create_superuser(username, email, password, **extra_fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Names are unique without case, so they are found without case."""
        return self.get(username__iexact=username)
