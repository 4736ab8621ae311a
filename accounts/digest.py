"""One mail a day to each colleague: what waits for them, and where."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.timesince import timesince
from structlog import get_logger

from accounts import emails, waiting
from accounts.models import User
from accounts.waiting import Waiting
from config.limits.stores import store

log = get_logger(__name__)

DAY = int(timedelta(days=1).total_seconds())


class Line(NamedTuple):
    """As the mail says it."""

    words: str
    link: str


def due() -> Iterator[tuple[User, list[Line]]]:
    """Each colleague who can be written to; nothing waits: no line."""
    colleagues = User.objects.filter(is_staff=True, status="approved", email_verified_at__isnull=False)
    for user, found in waiting.for_people(colleagues.exclude(email="").order_by("pk")):
        yield user, [line(one) for one in found]


def line(one: Waiting) -> Line:
    age = f", the oldest for {timesince(one.oldest, depth=1)}".replace("\xa0", " ") if one.oldest else ""
    return Line(one.words + age, settings.PUBLIC_URL + one.link)


def told_today(user: User) -> bool:
    """Says so, and remembers it: of two runs at once, one mails."""
    return store(settings.LIMITS["auth"]["store"]).hit(key(user), DAY).hits > 1


def key(user: User) -> str:
    return f"mail:digest:{user.pk}:{timezone.localdate()}"


def send(user: User, lines: list[Line]) -> bool:
    """A mail that did not leave was not told; the next run tries again."""
    try:
        emails.send("digest", user.email, user=user, lines=lines)
    except OSError as error:
        store(settings.LIMITS["auth"]["store"]).forget(key(user))
        log.warning("digest_not_sent", person=user.pk, reason=type(error).__name__)
        return False
    return True
