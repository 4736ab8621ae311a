"""What a field offers while somebody types: Django's own autocomplete, asked for terms, makers and collections."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest

from designs import vocabulary
from designs.folding import folded, spelled
from designs.models import Collection, Kind, Maker
from designs.vocabulary import Entry

MOST = 12
NAMES: dict[str, Any] = {"maker": Maker, "collection": Collection}


class Suggestions(AutocompleteJsonView):
    paginate_by = MOST
    model_admin: Any = None
    kind = ""

    def process_request(self, request: HttpRequest) -> tuple[str, Any, Any, str]:
        """Not by a foreign key of some model: what is offered is named in the address."""
        if self.kind not in {*Kind.values, *NAMES}:
            raise Http404
        text = request.GET.get("term", "").replace("\0", "")
        return text[: vocabulary.LONGEST], self.model_admin, None, "pk"

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.model_admin.has_view_permission(request))

    def get_queryset(self) -> Any:
        found = named(NAMES[self.kind], self.term) if self.kind in NAMES else terms(self.kind, self.term)
        return found[:MOST]

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator[Any]:
        return Paginator(*args, **kwargs)

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        if not isinstance(obj, Entry):
            maker = getattr(obj, "maker", None)
            return {"id": obj.name, "text": obj.name, "hint": maker.name if maker else ""}
        return {"id": obj.slug, "text": obj.name, "hint": hint(obj), "hex": obj.hex}


def terms(kind: str, text: str) -> list[Entry]:
    """By every word people have for it; what begins so comes first. Nothing fits: what is nearest."""
    words = vocabulary.current()
    ranked = [(place(entry, spelled(text)), entry) for entry in words.by_kind.get(kind, ())]
    found = [entry for rank, entry in sorted(ranked, key=lambda pair: pair[0]) if rank < NOWHERE]
    near = None if found else words.nearest(kind, text)
    return [entry for entry in words.by_kind.get(kind, ()) if entry.slug == near] if near else found


NOWHERE = 3


def place(entry: Entry, part: str) -> int:
    said = [spelled(word) for word in vocabulary.said(entry)]
    if spelled(entry.name).startswith(part):
        return 0
    if any(word.startswith(part) for word in said):
        return 1
    return 2 if any(part in word for word in said) else NOWHERE


def hint(entry: Entry) -> str:
    return next((words[0] for words in entry.native.values() if words), "")


def named(model: Any, text: str) -> Any:
    found = model.objects.filter(key__contains=folded(text)).order_by("key", "pk")
    return found.select_related("maker") if model is Collection else found
