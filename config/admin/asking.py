"""Which entries somebody asks for."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from config import switches
from config.audit.models import Entry, Trail
from config.audit.reading import SERVER, is_number, kind_in_words, verb_of

# What is written down, by kind of object; the words of the filters come from here.
WHATS = {
    "accounts.user": [
        *(f"person.{done}" for done in ("approved", "rejected", "blocked", "reopened", "roles_changed", "signed_out")),
        *(f"person.{done}" for done in ("created", "erased", "exported")),
    ],
    "auth.group": ["group.added", "group.changed", "group.deleted"],
    "designs.design": [
        *(f"design.{done}" for done in ("created", "changed", "deleted", "exported", "featured", "unfeatured")),
        *(f"design.{done}" for done in ("submitted", "published", "hidden", "rejected", "withdrawn")),
    ],
    "designs.import": ["import.started", "import.finished", "import.broken_off"],
    "designs.term": [
        *(f"term.{done}" for done in ("added", "changed", "synonyms_added", "moved", "retired", "restored")),
        *("term.merged", "term.took_over", "term.gave_back", "vocabulary.loaded"),
    ],
    "designs.maker": ["maker.renamed", "maker.merged", "maker.took_over"],
    "designs.collection": ["collection.renamed", "collection.merged", "collection.took_over"],
    "designs.search": ["search.settled", "search.reopened", "search.deleted"],
    "uploads.picture": ["picture.deleted"],
    switches.KIND: ["switch.changed"],
}


def date_field(label: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=UnfoldAdminDateWidget(attrs={"type": "date"}))


class Asked(forms.Form):
    """The filters; they can be sent by a link as well."""

    who = forms.CharField(
        required=False,
        max_length=255,
        help_text="A user name, a person's number, or: the server",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label="Kind of object", required=False, widget=UnfoldAdminSelectWidget)
    what = forms.ChoiceField(label="What", required=False, widget=UnfoldAdminSelectWidget)
    since = date_field("From")
    until = date_field("To")
    key = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    each = forms.BooleanField(label="Also each row of an import", required=False)

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        self.fields["kind"].choices = [("", "Everything"), *kinds()]  # type: ignore[attr-defined]
        self.fields["what"].choices = [("", "Everything"), *whats()]  # type: ignore[attr-defined]

    def clean_who(self) -> Q | None:
        text = self.cleaned_data["who"].replace("\0", "").strip()
        if not text:
            return None
        if text.lower().removeprefix("the ") == SERVER.removeprefix("the "):
            return Q(by=None)
        found = User.objects.called(text).values_list("pk", flat=True).first()
        if found is None and not is_number(text):
            raise forms.ValidationError("Nobody is called so. Of somebody who was erased, ask by number.")
        return Q(by=found or int(text))

    def entries(self) -> Trail:
        """Newest first; of a question that makes no sense nothing."""
        if not self.is_valid():
            return Entry.objects.none()
        asked = self.cleaned_data
        found = Entry.objects.filter(asked["who"] or Q())
        for name in ("kind", "what", "key"):
            found = found.filter(**{name: asked[name]}) if asked[name] else found
        found = found if asked["each"] or asked["key"] else found.told()
        if asked["since"]:
            found = found.filter(at__gte=midnight(asked["since"]))
        if asked["until"]:
            found = found.filter(at__lt=midnight(asked["until"] + timedelta(days=1)))
        return found.newest()

    @property
    def is_narrow(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def older(entries: Trail, than: str) -> Trail:
    """Those after this one in the list: a place in an index, however far down it is."""
    one = Entry.objects.filter(pk=int(than)).first() if is_number(than) else None
    return entries.filter(at__lte=one.at).exclude(at=one.at, pk__gte=one.pk) if one else entries


def kinds() -> Iterable[tuple[str, str]]:
    return [(kind, kind_in_words(kind).capitalize()) for kind in WHATS]


def whats() -> Iterable[tuple[str, list[tuple[str, str]]]]:
    return [(label, [(what, verb_of(what).capitalize()) for what in WHATS[kind]]) for kind, label in kinds()]
