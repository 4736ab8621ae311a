"""What people may have meant by a search: terms that sound so or are written so, and what each would find."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from designs import index, vocabulary
from designs.admin.catalogue.rows import Row
from designs.admin.desks import designs
from designs.admin.forms import BREAKS, words_of
from designs.folding import spelled
from designs.models import Design, Kind, Search, Term
from designs.vocabulary import Entry, said

GUESSES, THUMBNAILS, OFFERED = 5, 12, 1_000
DIGITS = 18  # of the highest number a row can have
GONE = "That term is gone or retired. Choose another one."


@dataclass
class Answer:
    """What a colleague chose or typed, and what that is."""

    asked: str = ""
    entry: Entry | None = None
    problem: str = ""
    several: list[Entry] = field(default_factory=list)


def named(entry: Entry) -> str:
    return f"{entry.name} ({Kind(entry.kind).label})"


def active(entries: Iterable[Entry]) -> list[Entry]:
    return list({entry.id: entry for entry in entries if entry.is_active}.values())


def meanings(text: str) -> list[Entry]:
    """`haldi` is said of several; `Haldi (Colour)` is one."""
    words, (name, _, label) = vocabulary.current(), text.rpartition(" (")
    kind = next((kind for kind in Kind if f"{kind.label})".lower() == label.lower()), None)
    one = words.find(kind.value, name) if kind else None
    return active([one] if one else words.meanings(text))


def guesses(text: str, most: int = GUESSES) -> list[Entry]:
    """What sounds so, then what is written most like it; of a text that has a meaning already nothing."""
    words = vocabulary.current()
    if active(words.meanings(text)):
        return []
    heard = active(words.soundings(text))
    if len(heard) >= most:
        return heard[:most]
    slugs = [(kind, words.nearest(kind, text)) for kind in Kind.values]
    near = [entry for kind, slug in slugs if slug and (entry := words.find(kind, slug))]
    return active([*heard, *sorted(near, key=lambda entry: -likeness(text, entry))])[:most]


def likeness(text: str, entry: Entry) -> float:
    return max(SequenceMatcher(None, spelled(text), spelled(word)).ratio() for word in said(entry))


def answer_to(query: QueryDict, search: Search) -> Answer:
    """`?term=` is chosen, `?called=` typed."""
    asked = query.get("called", "").replace("\0", "").strip()
    if chosen := query.get("term"):
        return judged(Answer(entry=vocabulary.current().by_id.get(number_of(chosen))), search)
    found = meanings(asked) if asked else []
    if len(found) == 1:
        return judged(Answer(asked, found[0]), search)
    if found:
        return Answer(asked, several=found)
    return Answer(asked, problem=unknown(asked) if asked else "")


def judged(answer: Answer, search: Search) -> Answer:
    term = Term.objects.filter(pk=answer.entry.id).first() if answer.entry else None
    if problem := refusal(search, term):
        answer.entry, answer.problem = None, problem
    return answer


def number_of(text: str) -> int:
    """Zero, which no row has, when it is no number."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS else 0


def unknown(asked: str) -> str:
    near = ", ".join(map(named, guesses(asked, 3)))
    return f"No term is called “{asked[:80]}”." + (f" Did you mean {near}?" if near else "")


def refusal(search: Search, term: Term | None) -> str:
    """Why the search cannot become a word of the term, if so."""
    if term is None or not term.is_active:
        return GONE
    if spelled(search.text) in map(spelled, term.words()):
        return f"“{search.text}” is a word of {term} already."
    if not spelled(search.text) or BREAKS.search(search.text):
        return "A word of a term holds a letter, and no comma."
    try:
        words_of("\n".join([*term.synonyms, search.text]))
        term.refuse_taken(search.text)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


# --- What the page shows ------------------------------------------------------------------------------------------
def asking(search: Search, answer: Answer) -> dict[str, Any]:
    words = vocabulary.current()
    every = [entry for kind in Kind.values for entry in words.by_kind.get(kind, ())]
    return {
        "guesses": [(entry.id, named(entry)) for entry in answer.several or guesses(search.text)],
        "offered": [named(entry) for entry in every[:OFFERED]],
        "known": [named(entry) for entry in active(words.meanings(search.text))],
    }


def preview(entry: Entry) -> dict[str, Any]:
    """What the search would find as a word of this term."""
    numbers, state = vocabulary.current().with_children(entry), index.current()
    number = (state.with_one_of(numbers) & state.having("status", "active")).bit_count()
    newest = Design.objects.shown().with_any(numbers).order_by("-published_at", "-pk")[:THUMBNAILS]
    return {"meaning": named(entry), "number": number, "words": designs(number), "rows": [Row(one) for one in newest]}
