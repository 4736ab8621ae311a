"""The field's words come into the database. What staff changed since is theirs: nothing of it is overwritten.

Each term remembers in `facts["loaded"]` what the file last said about it. A value that still says so follows the file;
a synonym that was loaded once and is gone was removed by staff, and does not come back.
"""

import json
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from django.apps import apps as installed
from django.db import transaction
from django.utils import timezone

from designs import vocabulary

FILE = Path(__file__).with_name("vocabulary.json")
PLAIN = {"name": "", "hex": "", "family": "", "audience": "", "region": "", "position": 1_000}
COLUMNS = {*PLAIN, "synonyms", "native", "parent"}
UNKNOWN = {"id", "kind"}
WRITTEN = [*PLAIN, "synonyms", "native", "facts", "updated_at"]

Key = tuple[str, str]  # kind and slug
Wanted = dict[str, Any]  # what the file says about a term


class BadVocabularyError(ValueError):
    """The file cannot be loaded; the sentence says which line of it."""


@dataclass(frozen=True)
class Counts:
    terms: int
    new: int
    changed: int

    def __str__(self) -> str:
        return f"{self.terms} terms: {self.new} new, {self.changed} changed"


def load_after_migrating(*, apps: Any = installed, **_: Any) -> None:
    """On day one a gallery knows its field. Before there is a table (`migrate designs zero`) there is nothing to do."""
    try:
        model = apps.get_model("designs", "Term")
    except LookupError:
        return
    load(read(FILE), model)


# --- Reading ----------------------------------------------------------------------------------------------------
def read(file: Path) -> dict[Key, Wanted]:
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))["entries"]
        return checked([understood(entry) for entry in entries])
    except OSError as error:
        raise BadVocabularyError(f"{file} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise BadVocabularyError(f"{file} is not a vocabulary: {type(error).__name__}, {error}.") from None


def understood(entry: dict[str, Any]) -> tuple[Key, Wanted]:
    kind, _, slug = entry["id"].partition(":")
    wanted = {name: value for name, value in entry.items() if name not in UNKNOWN}
    if "parent" in wanted:
        over, _, wanted["parent"] = wanted["parent"].partition(":")
        if over != kind:
            raise BadVocabularyError(f"{entry['id']}: its parent is of another kind.")
    if not slug or not wanted["name"]:
        raise BadVocabularyError(f"{entry['id']}: it needs a kind, a slug and a name.")
    return (kind, slug), wanted


def checked(found: list[tuple[Key, Wanted]]) -> dict[Key, Wanted]:
    """With the place of each among those of its kind."""
    kinds = installed.get_model("designs", "Term")._meta.get_field("kind")
    places = {kind: count() for kind, _ in kinds.choices or ()}
    entries: dict[Key, Wanted] = {}
    for (kind, slug), wanted in found:
        if kind not in places or (kind, slug) in entries:
            raise BadVocabularyError(f"{kind}:{slug}: {'it is there twice' if kind in places else 'an unknown kind'}.")
        entries[kind, slug] = {**wanted, "position": next(places[kind])}
    for (kind, slug), wanted in entries.items():
        if "parent" in wanted and (kind, wanted["parent"]) not in entries:
            raise BadVocabularyError(f"{kind}:{slug}: there is no parent {wanted['parent']}.")
    return entries


# --- Writing ----------------------------------------------------------------------------------------------------
def load(entries: dict[Key, Wanted], model: Any, *, dry_run: bool = False) -> Counts:
    with transaction.atomic():
        known: dict[Key, Any] = {(term.kind, term.slug): term for term in model.objects.all()}
        fresh = {key: model(kind=key[0], slug=key[1]) for key in entries if key not in known}
        before = {key: known[key].facts.get("loaded", {}) if key in known else {} for key in entries}
        changed = [key for key, wanted in entries.items() if settle({**known, **fresh}[key], wanted)]
        model.objects.bulk_create(fresh.values())
        moved = [key for key in entries if place({**known, **fresh}, key, before[key], entries[key])]
        old = [known[key] for key in dict.fromkeys([*changed, *moved]) if key in known]
        write([*old, *(fresh[key] for key in moved if key in fresh)], model)
        if dry_run:
            transaction.set_rollback(True)
    vocabulary.forget()
    return Counts(len(entries), len(fresh), len(old))


def write(terms: list[Any], model: Any) -> None:
    for term in terms:
        term.updated_at = timezone.now()
    model.objects.bulk_update(terms, [*WRITTEN, "parent"])


def settle(term: Any, wanted: Wanted) -> bool:
    """Everything but its parent, which may not have a number yet. Answers whether anything is different now."""
    loaded = term.facts.get("loaded", {})
    was = [getattr(term, name) for name in WRITTEN]
    for name, empty in PLAIN.items():
        if getattr(term, name) == loaded.get(name, empty):
            setattr(term, name, wanted.get(name, empty))
    term.synonyms = together(term.synonyms, loaded.get("synonyms", []), wanted.get("synonyms", []))
    term.native = per_language(term.native, loaded.get("native", {}), wanted.get("native", {}))
    term.facts = {**term.facts, **new_facts(term.facts, loaded, wanted), "loaded": wanted}
    return was != [getattr(term, name) for name in WRITTEN]


def together(now: list[str], loaded: list[str], wanted: list[str]) -> list[str]:
    return [*now, *(word for word in wanted if word not in now and word not in loaded)]


def per_language(now: dict[str, Any], loaded: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    languages = dict.fromkeys([*now, *wanted])
    words = {name: together(now.get(name, []), loaded.get(name, []), wanted.get(name, [])) for name in languages}
    return {name: found for name, found in words.items() if found}


def new_facts(now: Wanted, loaded: Wanted, wanted: Wanted) -> Wanted:
    more = {name: value for name, value in wanted.items() if name not in COLUMNS}
    return {name: value for name, value in more.items() if now.get(name) == loaded.get(name)}


def place(terms: dict[Key, Any], key: Key, loaded: Wanted, wanted: Wanted) -> bool:
    """Under its parent, unless staff put it elsewhere."""
    term = terms[key]
    was, now = (getattr(terms.get((key[0], facts.get("parent", ""))), "pk", None) for facts in (loaded, wanted))
    if term.parent_id == now or term.parent_id != was:
        return False
    term.parent_id = now
    return True
