"""Accounts: their ids, names, standing, and the passwords people know."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts.models import User
from accounts.permissions import MANAGERS
from config.demo.filling import write
from config.legacy import values
from config.legacy.naming import LONGEST, Names
from config.legacy.reading import Source
from config.legacy.reporting import Report
from config.legacy.room import made_at
from config.legacy.storing import store

TABLE = "users"
BCRYPT = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")
COSTS = range(4, 16)  # dearer ones would hold up a whole server for the sign-in of one
NO_ID, TWICE, GONE = "its id is no whole number", "its id came before", "deleted here since the last import"


def wanted_names(source: Source) -> Iterator[str]:
    """Of everybody who is not here yet, as they will be called."""
    for rows in source.chunks(TABLE, "id"):
        there = set(User.objects.filter(pk__in=list(filter(None, map(number_of, rows)))).values_list("pk", flat=True))
        yield from (name_of(row, number) for row in rows if (number := number_of(row)) and number not in there)


def number_of(row: dict[str, Any]) -> int | None:
    return values.number(row["id"])


def name_of(row: dict[str, Any], number: int) -> str:
    """Without the spaces around it, which the door takes away from what somebody types, too."""
    return values.text(row["username"]).strip()[:LONGEST].strip() or f"person-{number}"


class People:
    def __init__(self, names: Names, report: Report, *, up_to: int = 0) -> None:
        self.names, self.report, self.up_to = names, report, up_to
        self.tally = report.tables[TABLE]
        self.here: set[int] = set()
        self.highest = up_to
        self.managers = Group.objects.get(name=MANAGERS)

    def bring(self, rows: list[dict[str, Any]]) -> None:
        numbers = list(filter(None, map(number_of, rows)))
        there = set(User.objects.filter(pk__in=numbers).values_list("pk", flat=True))
        new = [(row, number) for row in rows if (number := self.new_number(row, there))]
        made = [self.person(row, number) for row, number in new]
        store(User, made)
        managing = ((person.pk, self.managers.pk) for person in made if person.is_staff)
        write(User.groups.through, ("user_id", "group_id"), managing)
        self.tally.brought += len(made)

    def new_number(self, row: dict[str, Any], there: set[int]) -> int | None:
        number = number_of(row)
        if number is None or number in self.here:
            why, said = (NO_ID, row["id"]) if number is None else (TWICE, number)
            self.report.left_out(TABLE, values.text(said), why, values.text(row["username"]))
            return None
        if number in there:
            self.tally.there += 1
        elif number <= self.up_to:
            self.report.left_out(TABLE, number, GONE)
            return None
        self.here.add(number)
        self.highest = max(self.highest, number)
        return None if number in there else number

    def person(self, row: dict[str, Any], number: int) -> User:
        name = self.named(row, number)
        joined, updated = self.moments(row, number)
        approved, admin = values.flag(row["is_approved"]), values.flag(row["is_admin"])
        return User(
            pk=number,
            username=name,
            looks_like=self.names.look(name),
            password=self.password(row, number),
            status=(User.Status.APPROVED if approved else User.Status.PENDING).value,
            decided_at=updated if approved else None,
            is_staff=admin,
            date_joined=joined,
            updated_at=updated,
        )

    def named(self, row: dict[str, Any], number: int) -> str:
        said, fitting = values.text(row["username"]), name_of(row, number)
        name = self.names.give(fitting)
        if name != fitting:
            self.report.remark(TABLE, number, "name taken: got a number", f"{said!r} is {name!r} now")
        elif name != str(row["username"]):
            self.report.remark(TABLE, number, "name that nobody could type: changed", f"{said!r} is {name!r} now")
        return name

    def password(self, row: dict[str, Any], number: int) -> str:
        said = values.text(row["password_hash"]).strip()
        found = BCRYPT.fullmatch(said)
        if found and int(found[1]) in COSTS:
            return f"bcrypt${said}"
        # Never what it says: it may be somebody's password.
        self.report.remark(TABLE, number, "password unreadable: has to get a new one", values.text(row["username"]))
        return make_password(None)

    def moments(self, row: dict[str, Any], number: int) -> tuple[datetime, datetime]:
        joined = made_at(row)
        if values.moment(row["created_at"]) is None:
            self.report.remark(TABLE, number, "date unreadable", values.text(row["created_at"]))
        return joined, values.moment(row["updated_at"]) or joined
