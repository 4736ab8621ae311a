"""People of the demo: some wait, some were turned down, and one of each role can sign in."""

import random
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models.functions import Lower

from accounts.models import Decision, User
from config.demo import marks, names
from config.demo.chance import stream
from config.demo.seasons import DAYS, Calendar
from config.env import keep

Status = User.Status
STUDIO = "studio"  # it makes the designs and the pictures, and nobody can sign in as it
# Who can sign in, and the group that gives the rights.
ROLES = {"approver": "Approvers", "curator": "Curators", "manager": "Managers"}
EVERY = ((6, 5, Status.PENDING), (23, 9, Status.REJECTED), (37, 19, Status.BLOCKED))
WAITING_DAYS = 6
REASONS = {Status.REJECTED: names.REJECTED, Status.BLOCKED: (names.BLOCKED,)}


def password_file(username: str) -> Path:
    return Path(settings.DATA_DIR, f"{username}-password")


# --- Staff ------------------------------------------------------------------------------------------------------
def staff(now: datetime) -> tuple[dict[str, User], list[str]]:
    """One of each role and the studio, and what to tell about those that are new."""
    known = {
        person.looks_like: person for person in marks.people().filter(looks_like__in=map(marked, [*ROLES, STUDIO]))
    }
    told = []
    for role in [*ROLES, STUDIO]:
        if marked(role) not in known:
            known[marked(role)], password = new_staff(role, now)
            if password:
                name = known[marked(role)].username
                told.append(f"  {name} with the password {password} (kept in {password_file(name)})")
    return {role: known[marked(role)] for role in [*ROLES, STUDIO]}, told


def marked(role: str) -> str:
    return f"{marks.MARK}{role}"


def new_staff(role: str, now: datetime) -> tuple[User, str]:
    name = free(f"demo-{role}", taken_like("demo-"))
    password = keep(password_file(name), secrets.token_urlsafe(12)) if role in ROLES else ""
    since = now - timedelta(days=DAYS + 10)
    facts = {"full_name": f"Demo {role.title()}", "looks_like": marked(role), "date_joined": since}
    person = User.objects.create_user(
        name, f"{name}@demo.invalid", password or None, status=Status.APPROVED, decided_at=since, **facts
    )
    person.hold({ROLES.get(role, "Curators")})
    return person, password


# --- Everybody else ---------------------------------------------------------------------------------------------
def missing(seed: int, how_many: int) -> list[int]:
    there = set(marks.people().values_list("looks_like", flat=True))
    return [number for number in range(how_many) if marks.person_id(seed, number) not in there]


def add(seed: int, numbers: list[int], calendar: Calendar, by: User) -> list[User]:
    taken = set(User.objects.values_list(Lower("username"), flat=True)) if numbers else set()
    made = [a_person(seed, number, calendar, by, taken) for number in numbers]
    User.objects.bulk_create(made, batch_size=500)
    Decision.objects.bulk_create(decisions(made), batch_size=500)
    return made


def a_person(seed: int, number: int, calendar: Calendar, by: User, taken: set[str]) -> User:
    chance = stream(seed, "person", number)
    given, family = map(chance.choice, chance.choice(names.NAMES))
    styles = (f"{given}.{family}", f"{given}_{family[0]}", f"{given}{family}", f"{given}.{chance.randint(71, 99)}")
    username = free(chance.choice(styles).lower(), taken)
    taken.add(username)
    person = User(
        username=username,
        looks_like=marks.person_id(seed, number),
        full_name=f"{given} {family}",
        email=f"{username}@demo.invalid",
        note=chance.choice(names.NOTES).format(town=chance.choice(names.TOWNS)),
        **standing(chance, number, calendar, by),
    )
    person.set_unusable_password()
    return person


def standing(chance: random.Random, number: int, calendar: Calendar, by: User) -> dict[str, Any]:
    status = next((status for every, rest, status in EVERY if number % every == rest), Status.APPROVED)
    last = WAITING_DAYS if status == Status.PENDING else DAYS
    joined = calendar.moment(chance, calendar.some_day(chance, last))
    if status == Status.PENDING:
        return {"status": status, "date_joined": joined}
    decided = min(joined + timedelta(hours=chance.expovariate(1 / 9)), calendar.now)
    reason = chance.choice(REASONS[status]) if status in REASONS else ""
    return {"status": status, "date_joined": joined, "decided_at": decided, "decided_by": by, "reason": reason}


def decisions(people: list[User]) -> Iterator[Decision]:
    for person in people:
        if person.decided_at:
            yield Decision(
                person=person,
                was=Status.PENDING,
                became=person.status,
                by=person.decided_by,
                at=person.decided_at,
                reason=person.reason,
            )


def free(wanted: str, taken: set[str]) -> str:
    if wanted not in taken:
        return wanted
    return next(name for number in count(2) if (name := f"{wanted}{number}") not in taken)


def taken_like(beginning: str) -> set[str]:
    alike = User.objects.filter(username__istartswith=beginning)
    return set(alike.values_list(Lower("username"), flat=True))
