"""Getting back in, and proving an address. None of it is a way round approval."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import emails, links
from accounts.models import User
from config.api.errors import Refusal, detail, wrong
from config.tasks import after_commit

STALE = "This link is used up or too old. Ask for a new one."


def ask_for_reset(address: str) -> None:
    """The same work whether anybody has this address: the task looks, and nobody waits for it."""
    after_commit(emails.offer_reset, address=address)


def reset_password(token: str, password: str) -> None:
    user = links.reset_by(token)
    if user is None or not user.may_enter():
        raise wrong("token", "stale", STALE)
    try:
        validate_password(password, user)
    except ValidationError as error:
        details = [detail("new_password", str(e.code or "invalid"), e.messages[0]) for e in error.error_list]
        raise Refusal("validation_error", details[0]["message"], details=details) from None
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password", "updated_at"])
        user.sessions.end(timezone.now())  # the admin's cookies end with the old password


def verify_email(token: str) -> None:
    user = links.verified_by(token)
    if user is None:
        raise wrong("token", "stale", STALE)
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk, email_verified_at=None).update(email_verified_at=timezone.now())
    except IntegrityError:
        raise Refusal("conflict", "Another account has proved this address already.") from None


def resend_verification(user: User) -> None:
    after_commit(emails.ask_to_verify, user_id=user.pk)


def change_email(user: User, address: str) -> None:
    """A new address counts after it was proved."""
    user.email, user.email_verified_at = address, None
    with transaction.atomic():
        user.save(update_fields=["email", "email_verified_at", "updated_at"])
        resend_verification(user)
