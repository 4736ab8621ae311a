"""User names: let in as they are, unless somebody has them already."""

from collections.abc import Iterable

from accounts.managers import look_of
from accounts.models import User

LONGEST = 255


def keys_of(name: str) -> set[str]:
    """By which names are the same without case, whichever of its two ways a database has to make letters small."""
    return {name.lower(), "".join(letter.lower()[:1] for letter in name)}


class Names:
    """Those that are taken, and those that the older gallery still waits with."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self.wanted = {key for name in wanted for key in keys_of(name)}
        self.taken: set[str] = set()
        self.looks: set[str] = set()
        for name, look in User.objects.values_list("username", "looks_like").iterator():
            self.taken |= keys_of(name)
            self.looks |= {look} if look else set()

    def give(self, name: str) -> str:
        """This name, or the nearest with a number behind it."""
        if keys_of(name) & self.taken:
            name = self.numbered(name)
        self.taken |= keys_of(name)
        return name

    def numbered(self, name: str) -> str:
        number = 2
        while keys_of(found := with_end(name, f"-{number}")) & (self.taken | self.wanted):
            number += 1
        return found

    def look(self, name: str) -> str | None:
        """None where another one looks alike already."""
        found = look_of(name)
        if len(found) > LONGEST or found in self.looks:
            return None
        self.looks.add(found)
        return found


def with_end(name: str, end: str) -> str:
    return name[: LONGEST - len(end)] + end
