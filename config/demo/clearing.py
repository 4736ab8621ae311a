"""The demo goes, and only the demo."""

from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError
from tqdm import tqdm

from accounts import services as accounts
from accounts.models import User
from config.analytics import rollups
from config.api.errors import Refusal
from config.demo import marks, people
from config.tasks import after_commit
from designs.models import Collection, Design
from favorites.models import Favorite
from uploads import tasks

CHUNK = 500


class Cleared:
    """How many of each went, and what stayed for which reason."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.stayed: list[str] = []

    def __str__(self) -> str:
        return ", ".join(f"{number:,} {what}" for what, number in self.counts.items())

    @property
    def nothing(self) -> bool:
        return not any(self.counts.values())


def clear(*, dry_run: bool = False, bar: bool = False) -> Cleared:
    """Pictures and people last: designs hold on to them. A dry run does it all, and takes it back."""
    cleared = Cleared()
    before = Favorite.objects.count()
    with transaction.atomic():
        cleared.counts["designs"] = clear_designs(bar=bar)
        cleared.counts["collections"] = clear_collections()
        cleared.counts["makers"] = clear_makers()
        cleared.counts["pictures"] = clear_pictures()
        cleared.counts["people"] = clear_people(cleared, dry_run=dry_run)
        cleared.counts["hearts"] = before - Favorite.objects.count()
        if not cleared.nothing:
            rollups.forget()
        transaction.set_rollback(dry_run)
    return cleared


def clear_designs(*, bar: bool) -> int:
    """Their terms, hearts, days and moderations go with them; pictures that staff added to them stay as pictures."""
    numbers = iter(list(marks.designs().order_by("pk").values_list("pk", flat=True)))
    gone = 0
    with tqdm(unit="design", disable=None if bar else True) as progress:
        while chunk := list(islice(numbers, CHUNK)):
            locked = list(Design.objects.select_for_update(of=("self",)).filter(pk__in=chunk).order_by("pk"))
            Design.objects.filter(pk__in=chunk).delete()
            gone += len(locked)
            progress.update(len(chunk))
    return gone


def clear_collections() -> int:
    """One that somebody's design belongs to stays."""
    used = Exists(Design.objects.filter(collection=OuterRef("pk")))
    return marks.collections().filter(~used).delete()[0]


def clear_makers() -> int:
    used = Exists(Design.objects.filter(designer=OuterRef("pk")))
    named = Exists(Collection.objects.filter(maker=OuterRef("pk")))
    return marks.makers().filter(~used, ~named).delete()[0]


def clear_pictures() -> int:
    """Those that somebody's design shows, too, stay."""
    gone, objects = 0, list[str]()
    for picture in marks.pictures().order_by("pk"):
        names = picture.all_keys
        try:
            with transaction.atomic():
                picture.delete()
        except ProtectedError:
            continue
        gone += 1
        objects += names
    if objects:
        after_commit(tasks.remove_objects, names=objects)
    return gone


def clear_people(cleared: Cleared, *, dry_run: bool) -> int:
    """Who can sign in leaves as anybody leaves; the others never left a trace elsewhere."""
    staff = [people.marked(role) for role in people.ROLES]
    gone = sum(clear_staff(person, cleared, dry_run=dry_run) for person in marks.people().filter(looks_like__in=staff))
    others = marks.people().exclude(looks_like__in=staff)
    numbers = list(others.values_list("pk", flat=True))
    for start in range(0, len(numbers), CHUNK):
        User.objects.filter(pk__in=numbers[start : start + CHUNK]).delete()
    return gone + len(numbers)


def clear_staff(person: User, cleared: Cleared, *, dry_run: bool) -> bool:
    try:
        with transaction.atomic():
            accounts.keep_a_manager(person)
            person.delete() if dry_run else accounts.erase(person)  # the log shall not say that somebody went
    except Refusal as refusal:
        cleared.stayed.append(f"{person.username} stays: {refusal}")
        return False
    if not dry_run:
        transaction.on_commit(lambda: people.password_file(person.username).unlink(missing_ok=True))
    return True
