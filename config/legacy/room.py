"""The people of the older gallery keep their ids and names: who was made here meanwhile steps aside, or is in the way.

A superuser (`make run` makes one with id 1) gets a new id and, where an old account has its name, a new name. Anybody
else who has an id of the older gallery is in the way: nothing is imported then.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max

from accounts.models import User
from config.audit.models import Entry
from config.legacy import values
from config.legacy.naming import Names, keys_of
from config.legacy.reading import Source
from config.legacy.reporting import Report
from config.legacy.schema import UnfitError
from designs.models import Design

BORN = ("id", "created_at", "updated_at")


def made_at(row: dict[str, Any]) -> datetime:
    """The moment by which a row is known again, so it never depends on when somebody looks."""
    return values.moment(row["created_at"]) or values.moment(row["updated_at"]) or values.EPOCH


def born(rows: list[dict[str, Any]]) -> dict[int, datetime]:
    return {number: made_at(row) for row in rows if (number := values.number(row["id"]))}


def make(source: Source, report: Report) -> set[int]:
    """Answers which superusers belong to the older gallery."""
    refuse_designs(source)
    new_here, highest = [], User.objects.aggregate(highest=Max("pk"))["highest"] or 0
    old: set[int] = set()
    for rows in source.chunks("users", columns=BORN):
        moments = born(rows)
        highest = max([highest, *moments])
        for person in User.objects.filter(pk__in=moments):
            if person.date_joined == moments[person.pk]:
                old |= {person.pk} if person.is_superuser else set()
            elif person.is_superuser:
                new_here.append(person)
            else:
                raise UnfitError(in_the_way("person", f"{person.username[:60]!r} has id {person.pk}"))
    for number, person in enumerate(new_here, start=highest + 1):
        move(person, number, report)
    return old


def refuse_designs(source: Source) -> None:
    for rows in source.chunks("designs", columns=BORN):
        moments = born(rows)
        for number, title, made in Design.objects.filter(pk__in=moments).values_list("pk", "title", "created_at"):
            if made != moments[number]:
                raise UnfitError(in_the_way("design", f"{title[:60]!r} has id {number}"))


def in_the_way(what: str, which: str) -> str:
    return (
        f"A {what} that was made here is in the way: {which}, which the older gallery has, too. Import into a new "
        "gallery, or take away what was made here (manage.py clear_demo removes a demo)."
    )


def move(person: User, number: int, report: Report) -> None:
    """To another id, with all that hangs on it. Foreign keys are looked at when all of it is done."""
    person.sign_out()
    old = person.pk
    User.objects.filter(pk=old).update(id=number)
    for model, column in pointing_here():
        everybody = model._base_manager  # noqa: SLF001 - it leaves nobody out
        everybody.filter(**{column: old}).update(**{column: number})
    trail = Entry._base_manager  # noqa: SLF001 - it is written once; what it says stays, the number moves along
    trail.filter(by=old).update(by=number)
    trail.filter(kind=User._meta.label_lower, key=str(old)).update(key=str(number))
    told_of = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=told_of, object_id=str(old)).update(object_id=str(number))
    report.remark("users", old, "superuser made here moved to another id", f"{person.username} is {number} now")


def pointing_here() -> Iterator[tuple[Any, str]]:
    for relation in User._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.related_model, relation.field.attname  # type: ignore[union-attr] # it is a foreign key's


def rename(names: Names, old: set[int], report: Report) -> None:
    for person in User.objects.filter(is_superuser=True).exclude(pk__in=old):
        if keys_of(person.username) & names.wanted:
            rename_one(person, names, report)


def rename_one(person: User, names: Names, report: Report) -> None:
    was = person.username
    names.taken -= keys_of(was)
    person.username = names.numbered(was)
    names.taken |= keys_of(person.username)
    if person.looks_like:
        names.looks.discard(person.looks_like)
        person.looks_like = None
    person.save(update_fields=["username", "looks_like", "updated_at"])
    what = "superuser made here has another name now: an old account has it"
    report.remark("users", person.pk, what, f"{was} is {person.username} now")
