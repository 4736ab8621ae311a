"""Links in mails. Their base comes from the settings, never from a Host header."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing

from accounts.models import User

VERIFY = "verify-email"


class ResetTokens(PasswordResetTokenGenerator):
    """Bound to the password's hash and the last sign-in: used once, or made useless by signing in."""

    key_salt = "accounts.reset"


def to(page: str, token: str) -> str:
    """Into the app when APP_LINK_BASE is set, else to a small page of ours."""
    base = settings.APP_LINK_BASE or f"{settings.PUBLIC_URL}/account"
    return f"{base}/{page}?{urlencode({'token': token})}"


def verification(user: User) -> str:
    return signing.dumps([user.pk, user.email], salt=VERIFY)


def verified_by(token: str) -> User | None:
    """Whose address this token proves; None when it is stale, or the address has changed since."""
    try:
        pk, email = signing.loads(token, salt=VERIFY, max_age=settings.VERIFY_LINK_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    return User.objects.filter(pk=pk, email=email).first()


def reset(user: User) -> str:
    return f"{user.pk}-{ResetTokens().make_token(user)}"


def reset_by(token: str) -> User | None:
    number, _, secret = token.partition("-")
    if not number.isascii() or not number.isdigit() or len(number) > 18:  # noqa: PLR2004 - a database id
        return None
    user = User.objects.filter(pk=int(number)).first()
    return user if user and ResetTokens().check_token(user, secret) else None
