"""From facts to designs, some dozens of rows at a time. Each chunk is stored whole; where the database refuses one of
its rows, they are stored one by one, so that only that one stays out.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from typing import Any, NamedTuple

from django.db import DatabaseError, transaction
from django.db.models import Value
from django.db.models.functions import Lower

from accounts.models import User
from config.api.errors import Refusal
from designs import services
from designs.folding import folded, spelled
from designs.importing.photos import Photos, Taken
from designs.importing.understanding import Remark, Understood, refused
from designs.models import Collection, Design, Kind, Maker, Status, Term
from designs.models.makers import key_of
from designs.models.terms import new_slug
from designs.vocabulary import Entry

REMEMBERED = 5_000  # makers and lines
ADDED, CHANGED, THERE, REFUSED = "added", "changed", "already there", "refused"


class Outcome(NamedTuple):
    understood: Understood
    what: str
    design: int | None = None
    problems: tuple[Remark, ...] = ()


class KnownNames(services.Names):
    """Asks for each maker once."""

    def __init__(self) -> None:
        self.makers: dict[str, Maker] = {}
        self.collections: dict[tuple[str, int | None], Collection] = {}

    def maker(self, name: str) -> Maker:
        return remembered(self.makers, key_of(name), lambda: super(KnownNames, self).maker(name))

    def collection(self, name: str, maker: Maker | None) -> Collection:
        key = key_of(name), maker.pk if maker else None
        return remembered(self.collections, key, lambda: super(KnownNames, self).collection(name, maker))

    def forget(self) -> None:
        self.makers.clear()
        self.collections.clear()


def remembered(known: dict[Any, Any], key: Any, ask: Callable[[], Any]) -> Any:
    if key not in known:
        if len(known) >= REMEMBERED:
            known.clear()
        known[key] = ask()
    return known[key]


class Writer:
    def __init__(self, *, by: User | None, photos: Photos, update: bool = False, dry_run: bool = False) -> None:
        self.by, self.photos, self.update, self.dry_run = by, photos, update, dry_run
        self.names = KnownNames()
        self.terms: dict[tuple[str, str], Entry] = {}  # made by this run; the vocabulary hears of them within a second

    def write(self, chunk: list[Understood]) -> list[Outcome]:
        there = existing(chunk)
        todo = [one for one in chunk if not one.problems and (self.update or one.key not in there)]
        with self.photos.taken(todo) as taken:
            found = {id(one): outcome for one, outcome in zip(todo, self.stored(todo, there, taken), strict=True)}
        return [found.get(id(one)) or passed_by(one, there) for one in chunk]

    def stored(self, todo: list[Understood], there: dict[tuple[str, ...], Design], taken: Taken) -> list[Outcome]:
        if self.dry_run:
            return [self.tried(one, there, taken) for one in todo]
        try:
            with transaction.atomic():
                return self.all_of(todo, there, taken)
        except DatabaseError:
            self.forget(taken)
            return [self.alone(one, there, taken) for one in todo]

    def all_of(self, todo: list[Understood], there: dict[tuple[str, ...], Design], taken: Taken) -> list[Outcome]:
        outcomes, made = [], []
        for one in todo:
            outcome, new = self.outcome(one, there.get(one.key), taken)
            outcomes.append(outcome)
            made += [new] if new else []
        services.insert(made)
        numbers = iter(new.design.pk for new in made)
        return [o._replace(design=next(numbers)) if o.what == ADDED else o for o in outcomes]

    def alone(self, one: Understood, there: dict[tuple[str, ...], Design], taken: Taken) -> Outcome:
        try:
            with transaction.atomic():
                return self.all_of([one], there, taken)[0]
        except DatabaseError:
            self.forget(taken)
            return Outcome(one, REFUSED, problems=(Remark("", "The database refuses it: is its id taken meanwhile?"),))

    def outcome(self, one: Understood, design: Design | None, taken: Taken) -> tuple[Outcome, services.Made | None]:
        try:
            with transaction.atomic() if one.pictures else nullcontext():
                facts = self.facts_of(one, taken)
                if design is None:
                    return Outcome(one, ADDED), self.made(facts)
                return self.changed(one, design, facts), None
        except Refusal as refusal:
            self.forget(taken)
            return Outcome(one, REFUSED, problems=tuple(refused(refusal))), None

    def made(self, facts: dict[str, Any]) -> services.Made:
        facts.setdefault("status", Status.ACTIVE if facts.get("pictures") else Status.DRAFT)
        return services.make(facts, by=self.by, names=self.names)

    def changed(self, one: Understood, design: Design, facts: dict[str, Any]) -> Outcome:
        new = differing(design, facts)
        if new:
            services.change(design, new, by=self.by)
        return Outcome(one, CHANGED if new else THERE, design.pk)

    def tried(self, one: Understood, there: dict[tuple[str, ...], Design], taken: Taken) -> Outcome:
        """All but storing it."""
        if problems := taken.problems_of(one):
            return Outcome(one, REFUSED, problems=problems)
        if one.facts.get("status", Status.DRAFT) != Status.DRAFT and not one.pictures and one.key not in there:
            message = "A design without a picture can only be a draft."
            return Outcome(one, REFUSED, problems=(Remark("pictures", message),))
        design = there.get(one.key)
        if design is None:
            return Outcome(one, ADDED)
        facts = {name: value for name, value in one.facts.items() if name != "pictures"}
        is_new = bool(differing(design, facts) or one.unknown or taken.differ(one, design))
        return Outcome(one, CHANGED if is_new else THERE, design.pk)

    def facts_of(self, one: Understood, taken: Taken) -> dict[str, Any]:
        facts = dict(one.facts)
        if one.unknown:
            terms = facts["terms"] = {kind: list(entries) for kind, entries in facts.get("terms", {}).items()}
            for kind, words in one.unknown.items():
                terms[kind] = terms.get(kind, []) + [self.new_term(kind, word) for word in words]
        if one.pictures:
            facts["pictures"] = taken.pictures_of(one)
        return facts

    def new_term(self, kind: str, word: str) -> Entry:
        """For staff to review: designs carry it, but nothing offers it yet."""
        key = kind, spelled(word)
        if key not in self.terms:
            term = Term.objects.create(kind=kind, slug=new_slug(kind, word), name=word, is_active=False)
            facts = {name: getattr(term, name) for name in Entry._fields if name not in {"parent", "synonyms"}}
            self.terms[key] = Entry(**facts, parent=None, synonyms=())
        return self.terms[key]

    def forget(self, taken: Taken) -> None:
        """What was made inside a transaction that did not hold."""
        self.names.forget()
        self.terms.clear()
        taken.forget()


def passed_by(one: Understood, there: dict[tuple[str, ...], Design]) -> Outcome:
    if one.problems:
        return Outcome(one, REFUSED, problems=tuple(one.problems))
    return Outcome(one, THERE, there[one.key].pk)


# --- What is there already --------------------------------------------------------------------------------------
def existing(chunk: Iterable[Understood]) -> dict[tuple[str, ...], Design]:
    """By key. Of twins of one title and maker the oldest is meant."""
    whole = [one for one in chunk if not one.problems]
    designs = Design.objects.select_related("designer", "collection")
    found: dict[tuple[str, ...], Design] = {}
    for design in designs.filter(external_id__in=[one.external_id for one in whole if one.external_id]):
        found[(str(design.external_id),)] = design
    titles = [Lower(Value(one.title)) for one in whole if not one.external_id]
    if titles:  # with every status: the index begins with it
        for design in designs.filter(status__in=Status.values, title_key__in=titles).order_by("-pk"):
            found[folded(design.title), design.designer_key] = design
    return found


def differing(design: Design, facts: dict[str, Any]) -> dict[str, Any]:
    """What a row says and the design does not."""
    now = stored_facts(design)
    new = {name: facts[name] for name in now if name in facts and facts[name] != now[name]}
    for name in ("designer_name", "collection_name"):
        if name in new and key_of(new[name]) == key_of(now[name]):
            del new[name]
    shown = design.card.get("terms", {})
    terms = {k: e for k, e in facts.get("terms", {}).items() if [one.slug for one in e] != shown.get(Kind(k).value, [])}
    if terms:
        new["terms"] = terms
    if "pictures" in facts and [one.pk for one in facts["pictures"]] != numbers_of(design):
        new["pictures"] = facts["pictures"]
    if "designer_name" in new and "collection_name" in facts:
        new["collection_name"] = facts["collection_name"]
    return new


def stored_facts(design: Design) -> dict[str, Any]:
    names = (*services.PLAIN, "size_available", "sizes", "price_range", "price_min", "price_max", "featured", "status")
    tags = [tag.strip() for tag in design.tags.split(",") if tag.strip()]
    named = {"designer_name": design.designer_name, "collection_name": design.collection_name, "tags": tags}
    return {**{name: getattr(design, name) for name in names}, **named}


def numbers_of(design: Design) -> list[int]:
    return [place["id"] for place in design.card.get("pictures", [])]


def in_chunks(rows: Iterable[Understood], size: int) -> Iterator[list[Understood]]:
    chunk: list[Understood] = []
    for one in rows:
        chunk.append(one)
        if len(chunk) >= size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
