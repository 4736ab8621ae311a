"""Wrong passwords are counted wherever one is asked for: at the door, and inside a session."""

import math

from django.conf import settings

from config.api.errors import Refusal
from config.limits.stores import Store, TableStore, store


def begin(key: str) -> None:
    """Before the password is looked at, so that guesses at once are all counted."""
    tally = counter().hit(key, settings.LOGIN_FAILURES_PERIOD)
    if tally.hits > settings.LOGIN_FAILURES:
        raise Refusal("throttled", retry_after=max(1, math.ceil(tally.seconds_left)))


def forget(key: str) -> None:
    """The password was right."""
    counter().forget(key)


def are_in_table() -> bool:
    """Then a statement that writes more can forget them, too."""
    return isinstance(counter(), TableStore)


def counter() -> Store:
    return store(settings.LIMITS["auth"]["store"])
