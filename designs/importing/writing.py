"""From facts to designs, some dozens of rows at a time. Each chunk is stored whole; where the database refuses one of
its rows, they are stored one by one, so that only that one stays out.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from typing import Any, NamedTuple

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from config.api.errors import Refusal, wrong
from config.audit import trail
from designs import parsing, services, vocabulary
from designs.folding import folded, spelled
from designs.importing.photos import Photos, Taken
from designs.importing.understanding import Remark, Understood, refused
from designs.models import PLURALS, Collection, Design, Kind, Maker, Status, Term
from designs.models.makers import key_of
from designs.models.terms import new_slug
from designs.vocabulary import Entry, Vocabulary

LOOK_EVERY = 1.0  # seconds
REMEMBERED = 5_000  # makers and lines
MOST_NEW_TERMS = 1_000  # of one run: a description in the wrong column is no vocabulary
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


class There:
    """What is there already of a chunk, by key."""

    def __init__(self, chunk: Iterable[Understood], claimed: dict[int, int]) -> None:
        whole = [one for one in chunk if not one.problems]
        self.by_key: dict[tuple[str, ...], Design] = by_number(whole)
        rest = [one for one in whole if one.key not in self.by_key]
        with_id, without = [one for one in rest if one.external_id], [one for one in rest if not one.external_id]
        for one, found in alike(without, Design.objects.all()):
            self.by_key[one.key] = found[0]
            if len(found) > 1 and (twins := several(len(found))) not in one.notes:
                one.notes.append(twins)
        for one, found in alike(with_id, Design.objects.filter(external_id=None)):
            line = one.row.number  # stored before it had an id: the first row that fits is meant
            if free := next((design for design in found if claimed.setdefault(design.pk, line) == line), None):
                self.by_key[one.key] = free

    def get(self, one: Understood) -> Design | None:
        return self.by_key.get(one.key)


class NewWords:
    """Terms for words that nobody knows, for staff to review: designs carry them, but nothing offers them yet."""

    def __init__(self, by: User | None = None) -> None:
        self.by = by
        self.terms: dict[tuple[str, str], Entry] = {}  # of this run; the vocabulary hears of them within a second
        self.made = 0
        self.known, self.looked = Vocabulary(), -LOOK_EVERY

    def added_to(self, facts: dict[str, Any], unknown: dict[str, list[str]]) -> dict[str, Any]:
        if not unknown:
            return facts
        terms = {kind: list(entries) for kind, entries in facts.get("terms", {}).items()}
        for kind, words in unknown.items():
            every = terms.get(kind, []) + [self.term(kind, word) for word in words]
            terms[kind] = [*{entry.id: entry for entry in every}.values()]  # two spellings may be one word
        return {**facts, "terms": terms}

    def term(self, kind: str, word: str) -> Entry:
        key = kind, spelled(word)
        if key not in self.terms and (known := self.others().find(kind, word)):
            self.terms[key] = known
        if key not in self.terms:
            if self.made >= MOST_NEW_TERMS:
                message = f"There is no {kind} {word[:60]!r}, and {MOST_NEW_TERMS:,} new ones wait for review already."
                raise wrong(PLURALS[Kind(kind)], "unknown_value", message)
            self.made += 1
            term = Term.objects.create(
                kind=kind, slug=new_slug(kind, word), name=word, is_active=False, asked_at=timezone.now()
            )
            trail.record("term.added", on=term, by=self.by)
            facts = {
                name: getattr(term, name) for name in Entry._fields if name not in {"parent", "synonyms", "implied"}
            }
            self.terms[key] = Entry(**facts, parent=None, synonyms=())
        return self.terms[key]

    def others(self) -> Vocabulary:
        """What somebody else may have added. Each term of ours would have it read anew, a thousand times in a run."""
        if time.monotonic() - self.looked >= LOOK_EVERY:
            self.known, self.looked = vocabulary.current(), time.monotonic()
        return self.known

    def forget(self) -> None:
        self.terms.clear()
        self.looked = -LOOK_EVERY


class Writer:
    def __init__(self, *, by: User | None, photos: Photos, update: bool = False, dry_run: bool = False) -> None:
        self.by, self.photos, self.update, self.dry_run = by, photos, update, dry_run
        self.names = KnownNames()
        self.words = NewWords(by)
        self.claimed: dict[int, int] = {}  # designs without an id, by the line that was taken for them

    def write(self, chunk: list[Understood]) -> list[Outcome]:
        there = There(chunk, self.claimed)
        todo = [one for one in chunk if not one.problems and (self.update or there.get(one) is None)]
        with self.photos.taken(todo) as taken, trail.together():
            found = {id(one): outcome for one, outcome in zip(todo, self.stored(todo, there, taken), strict=True)}
        return [found.get(id(one)) or passed_by(one, there) for one in chunk]

    def stored(self, todo: list[Understood], there: There, taken: Taken) -> list[Outcome]:
        if self.dry_run:
            return [self.tried(one, there.get(one), taken) for one in todo]
        try:
            with transaction.atomic():
                return self.all_of(todo, there, taken)
        except DatabaseError:
            self.forget()
            return [self.alone(one) for one in todo]

    def all_of(self, todo: list[Understood], there: There, taken: Taken) -> list[Outcome]:
        outcomes, made = [], []
        for one in todo:
            outcome, new = self.outcome(one, there.get(one), taken)
            outcomes.append(outcome)
            made += [new] if new else []
        services.insert(made)
        trail.record_each("design.created", on=[new.design for new in made], by=self.by)
        numbers = iter(new.design.pk for new in made)
        return [o._replace(design=next(numbers)) if o.what == ADDED else o for o in outcomes]

    def alone(self, one: Understood) -> Outcome:
        """Looked up anew: the transaction that did not hold left its marks on designs and pictures."""
        there = There([one], self.claimed)
        if there.get(one) and not self.update:
            return passed_by(one, there)
        with self.photos.taken([one]) as taken:
            try:
                with transaction.atomic():
                    return self.all_of([one], there, taken)[0]
            except DatabaseError as error:
                self.forget()
                busy = isinstance(error, OperationalError)
                reason = "The database is busy: run it again." if busy else "The database refuses it."
                return Outcome(one, REFUSED, problems=(Remark("", reason),))

    def outcome(self, one: Understood, design: Design | None, taken: Taken) -> tuple[Outcome, services.Made | None]:
        if problems := refusals(one, design, taken):
            return Outcome(one, REFUSED, problems=problems), None
        kept = dict(taken.kept)
        try:
            with transaction.atomic() if one.pictures or one.unknown or design else nullcontext():
                facts = self.facts_of(one, taken)
                if design is None:
                    return Outcome(one, ADDED), self.made(facts)
                return self.changed(one, design, facts), None
        except Refusal as refusal:
            self.forget()
            taken.kept = kept
            return Outcome(one, REFUSED, problems=tuple(refused(refusal))), None

    def made(self, facts: dict[str, Any]) -> services.Made:
        facts.setdefault("status", Status.ACTIVE if facts.get("pictures") else Status.DRAFT)
        return services.make(facts, by=self.by, names=self.names)

    def changed(self, one: Understood, design: Design, facts: dict[str, Any]) -> Outcome:
        new = differing(design, facts)
        if new:
            services.change(design, new, by=self.by)
        return Outcome(one, CHANGED if new else THERE, design.pk)

    def tried(self, one: Understood, design: Design | None, taken: Taken) -> Outcome:
        """All but storing it."""
        if problems := refusals(one, design, taken):
            return Outcome(one, REFUSED, problems=problems)
        if design is None:
            return Outcome(one, ADDED)
        facts = {name: value for name, value in one.facts.items() if name != "pictures"}
        is_new = bool(differing(design, facts) or one.unknown or taken.differ(one, design))
        return Outcome(one, CHANGED if is_new else THERE, design.pk)

    def facts_of(self, one: Understood, taken: Taken) -> dict[str, Any]:
        facts = self.words.added_to(dict(one.facts), one.unknown)
        if one.pictures:
            facts["pictures"] = taken.pictures_of(one)
        return facts

    def forget(self) -> None:
        """What was made inside a transaction that did not hold."""
        self.names.forget()
        self.words.forget()
        vocabulary.forget()


def passed_by(one: Understood, there: There) -> Outcome:
    if one.problems:
        return Outcome(one, REFUSED, problems=tuple(one.problems))
    return Outcome(one, THERE, there.by_key[one.key].pk)


def refusals(one: Understood, design: Design | None, taken: Taken) -> tuple[Remark, ...]:
    """All that can be said before anything is made for it."""
    found = list(taken.problems_of(one))
    status = one.facts.get("status", Status.DRAFT)
    if status != Status.DRAFT and not one.pictures and not (design and design.cover_id):
        found.append(Remark("pictures", "A design without a picture can only be a draft."))
    if design and {"price_range", "price_min", "price_max"} & one.facts.keys():
        lowest, highest = prices_of(one, design)
        if lowest is not None and highest is not None and lowest > highest:
            found.append(Remark("price_max", "The highest price is below the lowest."))
    return tuple(found)


def prices_of(one: Understood, design: Design) -> tuple[int | None, int | None]:
    """As they would be after an update."""
    now = design.price_min, design.price_max
    text = one.facts.get("price_range", design.price_range)
    if text != design.price_range and not {"price_min", "price_max"} & one.facts.keys():
        now = parsing.prices(text)
    return one.facts.get("price_min", now[0]), one.facts.get("price_max", now[1])


# --- What is there already --------------------------------------------------------------------------------------
def by_number(rows: list[Understood]) -> dict[tuple[str, ...], Design]:
    numbers = [one.external_id for one in rows if one.external_id]
    found = Design.objects.select_related("designer", "collection").filter(external_id__in=numbers)
    return {(str(design.external_id),): design for design in found} if numbers else {}


def alike(rows: list[Understood], designs: "QuerySet[Design]") -> Iterator[tuple[Understood, list[Design]]]:
    """Those of the same title and maker, the oldest first."""
    if not rows:
        return
    found: dict[tuple[str, str], list[Design]] = defaultdict(list)
    titles, makers = [Lower(Value(one.title)) for one in rows], {one.names[1] for one in rows}
    # With every status: the index begins with it.
    same = designs.filter(status__in=Status.values, title_key__in=titles, designer_key__in=makers)
    for design in same.select_related("designer", "collection").order_by("pk"):
        found[folded(design.title), design.designer_key].append(design)
    yield from ((one, found[one.names]) for one in rows if one.names in found)


def several(number: int) -> Remark:
    return Remark("title", f"{number} designs have this title and maker: the oldest was meant.")


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
