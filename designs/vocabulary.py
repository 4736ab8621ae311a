"""All terms, in memory: what a word means, what belongs below it, what is nearest to a slip of the finger.

Read with one query, and looked after with one cheap query a second.
"""

import difflib
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, Max

from designs import sounds
from designs.folding import spelled, stems
from designs.models.terms import Kind, Term

CACHED_SECONDS = 1.0
# Of two who save at once the later moment may be seen first; the other's change is picked up with the next full read.
READ_AGAIN_SECONDS = 60.0
LOOSELY = 0.6  # how alike two words are, of 1, for a question back
SPOKEN = 3  # a shorter sound says too little
LONGEST = 200  # nobody calls anything by more characters
IMPLYING = ("implies_colours", "fabrics", "implies")  # in the facts of a term
KINDS = tuple(Kind.values)
COLUMNS = (
    "id",
    "kind",
    "slug",
    "name",
    "native",
    "hex",
    "family",
    "parent_id",
    "audience",
    "position",
    "is_active",
    "synonyms",
    "facts",
    "merged_into_id",
    "updated_at",
)


class Entry(NamedTuple):
    id: int
    kind: str
    slug: str
    name: str
    native: dict[str, list[str]]
    hex: str
    family: str
    parent: str | None  # its slug: a parent is of the same kind
    audience: str
    position: int
    is_active: bool
    synonyms: tuple[str, ...]
    implied: tuple[str, ...] = ()  # words for colours and fabrics


class State(NamedTuple):
    """Whether anything changed: as many terms as before, and none of them touched since."""

    terms: int
    newest: datetime | None


class Vocabulary:
    """Never changed once made: a thread may keep it as long as it likes."""

    def __init__(self, rows: Iterable[Mapping[str, Any]] = ()) -> None:
        found = {row["id"]: row for row in rows}
        self.by_id: dict[int, Entry] = {number: entry_of(row, found) for number, row in found.items()}
        entries = sorted(self.by_id.values(), key=in_order)
        self.by_kind = grouped((entry.kind, entry) for entry in entries if entry.is_active)
        self._by_slug = {(entry.kind, entry.slug): entry for entry in entries}
        leads_to = {number: self.by_id[end_of(number, found)] for number in found}
        self._words = words_of(entries, leads_to)
        self._below = below({number: row["merged_into_id"] or row["parent_id"] for number, row in found.items()})
        coloured = [entry for entry in entries if entry.family]
        self._families = grouped((spelled(entry.family), entry.id) for entry in coloured)
        self._shown_families = list(dict.fromkeys(entry.family for entry in coloured if entry.is_active))
        self._forms: dict[int, tuple[tuple[str, ...], ...]] = {}
        self.audiences = grouped((entry.audience, entry.id) for entry in entries if entry.audience and entry.is_active)

    def find(self, kind: str, text: str) -> Entry | None:
        """By slug, name, synonym or native form. What was merged leads on; what was retired is still understood."""
        words = self._words.get(kind, {})
        return words.get(text) or (words.get(spelled(text)) if len(text) <= LONGEST else None)

    def with_children(self, entry: Entry) -> list[int]:
        """Its own id first; what was merged into one of them belongs to it."""
        return list(self._below.get(entry.id, [entry.id]))

    def meanings(self, text: str) -> tuple[Entry, ...]:
        """Of every kind: haldi is a colour and a ceremony."""
        if len(text) > LONGEST:
            return ()
        word = spelled(text)
        return tuple(words[word] for kind in KINDS if word in (words := self._words.get(kind, {})))

    def soundings(self, text: str) -> tuple[Entry, ...]:
        if len(text) > LONGEST:
            return ()
        sound = sound_of(text)
        return tuple(self._sounds[kind, sound] for kind in KINDS if (kind, sound) in self._sounds)

    def sounding(self, kind: str, text: str) -> Entry | None:
        """What is written otherwise and sounds the same, when only one thing does."""
        return self._sounds.get((kind, sound_of(text))) if len(text) <= LONGEST else None

    @cached_property
    def _sounds(self) -> dict[tuple[str, str], Entry]:
        found: dict[tuple[str, str], dict[int, Entry]] = defaultdict(dict)
        for kind, words in self._words.items():
            for word, entry in words.items():
                found[kind, sound_of(word)][entry.id] = entry
        known = ((key, [*entries.values()]) for key, entries in found.items() if len(key[1]) >= SPOKEN)
        return {key: entries[0] for key, entries in known if len(entries) == 1}

    def sounding_words(self, word: str) -> tuple[str, ...]:
        """Single words of what is offered that sound the same."""
        return self._words_by_sound.get(sounds.key(word), ())

    @cached_property
    def _words_by_sound(self) -> dict[str, tuple[str, ...]]:
        found = grouped((sounds.key(word), word) for word in sorted(self.single_words))
        return {key: words for key, words in found.items() if len(key) >= SPOKEN}

    def naming(self, stems: Sequence[str]) -> tuple[Entry, ...]:
        """All whose names hold these words among others: silk is in Art Silk and in Silk Blend."""
        found = [self._by_stem.get(stem, frozenset()) for stem in stems] or [frozenset()]
        return tuple(self.by_id[number] for number in sorted(frozenset.intersection(*found)))

    @cached_property
    def _by_stem(self) -> dict[str, frozenset[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for entry in self.by_id.values():
            for stem in stems(entry.name):
                found[stem].add(entry.id)
        return {stem: frozenset(numbers) for stem, numbers in found.items()}

    def forms(self, entry: Entry) -> tuple[tuple[str, ...], ...]:
        """How texts may write it, word by word."""
        if entry.id not in self._forms:
            self._forms[entry.id] = tuple(dict.fromkeys(tuple(stems(word)) for word in said(entry)))
        return self._forms[entry.id]

    @cached_property
    def single_words(self) -> frozenset[str]:
        """All words that stand in a name or a synonym of what is offered."""
        offered = (entry for entries in self.by_kind.values() for entry in entries)
        return frozenset(stem for entry in offered for form in self.forms(entry) for stem in form)

    def nearest(self, kind: str, text: str, at_least: float = LOOSELY) -> str | None:
        """The slug somebody may have meant."""
        known = self._offered.get(kind, {})
        near = closest(spelled(text[:LONGEST]), known, at_least)
        return known[near] if near else None

    @cached_property
    def _offered(self) -> dict[str, dict[str, str]]:
        """Slugs by the spelling of each word that may be offered."""
        return {
            kind: {spelled(word): entry.slug for word, entry in words.items() if entry.is_active}
            for kind, words in self._words.items()
        }

    def of_family(self, name: str) -> list[int]:
        return list(self._families.get(spelled(name), ()))

    def implied(self, entry: Entry) -> list[Entry]:
        """What is worn there: yellow for haldi, silk in autumn."""
        return [meant for word in entry.implied for meant in self.meanings(word) if meant.kind != entry.kind]

    def above(self, entry: Entry) -> Entry | None:
        return self.find(entry.kind, entry.parent) if entry.parent else None

    def families(self) -> list[str]:
        return list(self._shown_families)

    def containing(self, text: str) -> set[int]:
        """Ids of all whose words hold this text anywhere, of every kind, retired ones too."""
        part = spelled(text)
        return {number for number, entry in self.by_id.items() if any(part in spelled(word) for word in said(entry))}

    def shown_parent(self, entry: Entry) -> str | None:
        """The nearest one above it that is not retired."""
        seen = {entry.slug}
        while entry.parent and entry.parent not in seen:
            entry = self._by_slug[entry.kind, entry.parent]
            if entry.is_active:
                return entry.slug
            seen.add(entry.slug)
        return None


_kept: tuple[float, float, State, Vocabulary] | None = None  # looked after at, read at


def current() -> Vocabulary:
    """The one way to ask: at most one query a second in each process."""
    global _kept  # noqa: PLW0603 - the cache is this module's
    now, kept = time.monotonic(), _kept
    if kept and now - kept[0] < CACHED_SECONDS:
        return kept[3]
    if kept and now - kept[1] < READ_AGAIN_SECONDS and kept[2] == state():
        _kept = (now, *kept[1:])
        return kept[3]
    rows = list(Term.objects.values(*COLUMNS))
    newest = max((row["updated_at"] for row in rows), default=None)
    found = Vocabulary(rows)
    _kept = (now, now, State(len(rows), newest), found)
    return found


def forget() -> None:
    """Read afresh next time."""
    global _kept  # noqa: PLW0603
    _kept = None


def state() -> State:
    return State(**Term.objects.aggregate(terms=Count("pk"), newest=Max("updated_at")))


def nearest_of(text: str, options: Iterable[str], at_least: float = LOOSELY) -> str | None:
    """Which of these somebody may have meant."""
    known = {spelled(option): option for option in options}
    near = closest(spelled(text[:LONGEST]), known, at_least)
    return known[near] if near else None


def closest(word: str, options: Iterable[str], at_least: float) -> str | None:
    """As difflib finds it, without showing it what shares too few letters: it looks at each letter for itself."""
    letters, size = str.maketrans("", "", word), len(word)
    shared = ((one, min(size, len(one) - len(one.translate(letters)))) for one in options)
    few = [one for one, most in shared if 2 * most / (size + len(one) or 1) >= at_least]
    return next(iter(difflib.get_close_matches(word, few, n=1, cutoff=at_least)), None)


def sound_of(text: str) -> str:
    return " ".join(filter(None, map(sounds.key, spelled(text).split())))


# --- Making one -------------------------------------------------------------------------------------------------
def entry_of(row: Mapping[str, Any], found: Mapping[int, Mapping[str, Any]]) -> Entry:
    facts = {name: row[name] for name in Entry._fields if name in row}
    parent = found.get(row["parent_id"])
    implied = tuple(word for fact in IMPLYING for word in row["facts"].get(fact, ()))
    above = parent["slug"] if parent else None
    return Entry(**{**facts, "synonyms": tuple(row["synonyms"]), "parent": above, "implied": implied})


def in_order(entry: Entry) -> tuple[Any, ...]:
    return Kind.values.index(entry.kind), entry.position, entry.name, entry.id


def grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, tuple[Any, ...]]:
    found = defaultdict(list)
    for name, value in pairs:
        found[name].append(value)
    return {name: tuple(values) for name, values in found.items()}


def end_of(number: int, found: Mapping[int, Mapping[str, Any]]) -> int:
    """Where merging leads, step by step; rows that point at each other end somewhere, too."""
    seen: set[int] = set()
    while number not in seen and (into := found[number]["merged_into_id"]) in found:
        seen.add(number)
        number = into
    return number


def said(entry: Entry) -> list[str]:
    return [entry.slug, entry.name, *entry.synonyms, *(word for words in entry.native.values() for word in words)]


def words_of(entries: list[Entry], leads_to: Mapping[int, Entry]) -> dict[str, dict[str, Entry]]:
    """Where two terms share a word the better claim wins: see `claims`."""
    found: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry, word in claims(entries):
        found[entry.kind].setdefault(word, leads_to[entry.id])
        found[entry.kind].setdefault(spelled(word), leads_to[entry.id])
    return dict(found)


def claims(entries: list[Entry]) -> Iterator[tuple[Entry, str]]:
    """A slug before a name, a name before a synonym, who is active before who is retired."""
    active, retired = ([entry for entry in entries if entry.is_active is yes] for yes in (True, False))
    yield from ((entry, entry.slug) for entry in [*active, *retired])
    yield from ((entry, spelled(entry.name)) for entry in active)
    yield from ((entry, spelled(word)) for entry in [*active, *retired] for word in said(entry))


def below(parents: Mapping[int, int | None]) -> dict[int, list[int]]:
    """Of each all that belong to it, itself first."""
    children = defaultdict(list)
    for number, parent in parents.items():
        children[parent].append(number)
    return {number: descend(number, children) for number in parents}


def descend(number: int, children: Mapping[int | None, list[int]]) -> list[int]:
    found = {number: None}
    todo = [number]
    while todo:
        fresh = [child for child in children.get(todo.pop(), ()) if child not in found]
        found |= dict.fromkeys(fresh)
        todo += fresh
    return list(found)
