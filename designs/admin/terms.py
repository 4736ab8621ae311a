"""The desk of the vocabulary: every word of the field, what else it is called, and what belongs below it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from unfold.views import ChangeList

from config.audit import trail
from designs import vocabulary
from designs.admin.desks import WordDesk, counted, designs, is_saved, may_edit
from designs.admin.forms import TermForm
from designs.models import PLURALS, DesignTerm, Kind, Term

EVERYTHING = "all"
TABS = {**{kind.value: PLURALS[kind].capitalize() for kind in Kind}, EVERYTHING: "All"}
OF_ITS_KIND = {Kind.COLOUR: ["hex", "family"], Kind.CATEGORY: ["audience"]}
WORDS_SHOWN = 5
SAID = {
    "gi": "Registered origin",
    "technique": "Technique",
    "month_hint": "When",
    "months": "Months",
    "fabrics": "Fabrics",
    "implies_colours": "Colours",
}


def tab_of(request: HttpRequest) -> str:
    asked = request.GET.get("kind", Kind.CATEGORY)
    return asked if asked in TABS else Kind.CATEGORY.value


class Words(ChangeList):
    """`?kind=` is a tab: without it the categories."""

    def get_filters_params(self, params: Any = None) -> Any:
        found = super().get_filters_params(params)
        found.pop("kind", None)
        return found

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Term]:
        found = super().get_queryset(request, exclude_parameters)
        tab = tab_of(request)
        return found if tab == EVERYTHING else found.filter(kind=tab)


@admin.register(Term)
class TermDesk(WordDesk):
    form = TermForm
    list_before_template = "admin/designs/term/tabs.html"
    list_filter = ["is_active"]
    list_filter_sheet = True
    list_select_related = ["parent", "merged_into"]
    search_fields = ["name"]  # `get_search_results` looks further
    search_help_text = "Any spelling, in any script"
    ordering = ["kind", "position", "name", "pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_edit(request)

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        ours = [
            path(f"<int:pk>/{verb}/", guard(require_POST(view)), name=f"designs_term_{verb}")
            for verb, view in (("retire", self.retire_view), ("restore", self.restore_view))
        ]
        return [*ours, *super().get_urls()]

    # --- The list ----------------------------------------------------------------------------------------------
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Words

    def get_queryset(self, request: HttpRequest) -> QuerySet[Term]:
        return super().get_queryset(request).annotate(carried=counted(DesignTerm.objects.all(), "term"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Term], search_term: str
    ) -> tuple[QuerySet[Term], bool]:
        """In memory: SQLite keeps other scripts inside JSON in a form that no search finds."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=vocabulary.current().containing(search_term)), False

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        kind = ["shown_kind"] if tab_of(request) == EVERYTHING else []
        return ["word", *kind, "others", "above", "how_many"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        search = {"q": request.GET["q"]} if request.GET.get("q") else {}
        tabs = [(TABS[name], urlencode({**search, "kind": name}), name == tab_of(request)) for name in TABS]
        answer: HttpResponse = super().changelist_view(request, {"title": "Terms", "tabs": tabs})
        return answer

    @admin.display(description="Term", ordering="name")
    def word(self, term: Term) -> str:
        link = format_html('<a class="desk-name" href="{}">{}</a>', self.address("change", term.pk), term.name)
        return format_html('{}{}{}<span class="desk-line">{}</span>', swatch(term), link, standing(term), term.slug)

    @admin.display(description="Kind", ordering="kind")
    def shown_kind(self, term: Term) -> str:
        return term.get_kind_display()

    @admin.display(description="Also called")
    def others(self, term: Term) -> str:
        words = term.synonyms[:WORDS_SHOWN]
        more = len(term.synonyms) - len(words)
        text = ", ".join(words) + (f" and {more} more" if more else "")
        native = ", ".join(forms[0] for forms in term.native.values() if forms)
        return format_html('<span class="desk-line">{}</span><span class="desk-line">{}</span>', text or "-", native)

    @admin.display(description="Belongs below", ordering="parent__name")
    def above(self, term: Term) -> str:
        return term.parent.name if term.parent else "-"

    @admin.display(description="Designs", ordering="carried")
    def how_many(self, term: Any) -> str:
        return str(term.carried)

    # --- One term ----------------------------------------------------------------------------------------------
    def get_fields(self, request: HttpRequest, obj: Term | None = None) -> list[str]:
        if obj is None:
            return ["kind", "name", "slug", "synonyms", "native"]
        return ["kind", "slug", "name", "synonyms", "native", *OF_ITS_KIND.get(Kind(obj.kind), []), "parent", "region"]

    def get_readonly_fields(self, request: HttpRequest, obj: Term | None = None) -> list[str]:
        return ["kind", "slug"] if is_saved(obj) else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"kind": tab_of(request)}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the little buttons that add, change and view a parent in another window."""
        found = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "parent":
            found.widget = found.widget.widget
        return found

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        term: Any = kwargs.get("obj")
        if is_saved(term):
            context |= {
                "title": "Term",
                "carried": designs(term.uses.count()),
                "facts": [(words, plain(term.facts[name])) for name, words in SAID.items() if name in term.facts],
                "children": term.children.order_by("position", "name"),
            }
        answer: HttpResponse = super().render_change_form(request, context, **kwargs)
        return answer

    def save_model(self, request: HttpRequest, obj: Term, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        if not change:
            super().save_model(request, obj, form, change)
            return trail.record("term.added", on=obj)
        with trail.changing(obj, "term.changed"):
            return super().save_model(request, obj, form, change)

    # --- Verbs -------------------------------------------------------------------------------------------------
    def retire_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.press(request, pk, "retire", "retired")

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.press(request, pk, "restore", "restored")

    def press(self, request: HttpRequest, pk: int, verb: str, past: str) -> HttpResponse:
        term = self.one(request, pk)
        if getattr(term, verb)():
            messages.success(request, f"{term} was {past}.")
        else:
            messages.info(request, f"{term} is {past} already.")
        return redirect(self.address("change", pk))

    def merged(self, one: Term, into: Term) -> int:
        return len(one.merge(into))

    def called(self, one: Term, text: str) -> Term | None:
        entry = vocabulary.current().find(one.kind, text)
        return Term.objects.filter(pk=entry.id).first() if entry else None

    def unknown(self, one: Term, text: str) -> str:
        near = vocabulary.current().nearest(one.kind, text)
        hint = f" Did you mean {near}?" if near and near != one.slug else ""
        return f"No other {one.get_kind_display().lower()} is called “{text[:80]}”.{hint}"

    def offered(self, one: Term) -> QuerySet[Term]:
        return Term.objects.active().filter(kind=one.kind).exclude(pk=one.pk).order_by("name")

    def consequences(self, one: Term, into: Term) -> list[str]:
        carried = one.uses.count()
        both = one.uses.filter(design__in=into.uses.values("design")).count()
        children = one.children.exclude(pk=into.pk).count()
        return [
            f"{designs(carried)} will carry {into}" + (f"; {both} of them carry it already." if both else "."),
            f"All its words, {one.slug} among them, will mean {into}.",
            *([f"{children} that belong below it will belong below {into}."] if children else []),
            f"{one} can be restored later; its designs stay with {into}.",
        ]


def swatch(term: Term) -> str:
    return format_html('<span class="word-swatch" style="background-color: {}"></span>', term.hex) if term.hex else ""


def standing(term: Term) -> str:
    if term.is_active:
        return ""
    alone = "New, from an import" if term.asked_at else "Retired"
    words = f"Merged into {term.merged_into}" if term.merged_into else alone
    return format_html(' <span class="desk-status">{}</span>', words)


def plain(fact: Any) -> str:
    """`{"registered_name": "Muga Silk of Assam", "states": ["Assam"]}` in words."""
    if isinstance(fact, dict):
        return ", ".join(plain(value) for _, value in sorted(fact.items()))
    return ", ".join(map(str, fact)) if isinstance(fact, list) else str(fact)
