"""The desk of searches without results: staff say what people meant, and the next one who asks so finds it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from unfold.views import ChangeList

from accounts.admin.cells import moment_with_age
from accounts.admin.pages import Capped
from config.audit import trail
from designs.admin.desks import EditorsDesk, designs, may_edit
from designs.admin.meaning import answer_to, asking, guesses, named, number_of, preview, refusal
from designs.folding import folded
from designs.models import Search, Term

WAITING, FOUND, SETTLED = "waiting", "found", "settled"
TABS = {WAITING: "Without results", FOUND: "Found something", SETTLED: "Settled"}
ORDERS = {SETTLED: ["-settled_at", "-pk"]}
COUNTED = "gallery.searches"
PER_PAGE = 20  # each is compared with every word


def waiting_searches(request: HttpRequest) -> int:
    """Counted once for a page, which shows it at several places."""
    if COUNTED not in request.META:
        request.META[COUNTED] = Search.objects.without_results().count()
    return int(request.META[COUNTED])


def tab_of(request: HttpRequest) -> str:
    asked = request.GET.get("show", WAITING)
    return asked if asked in TABS else WAITING


class Pages(Capped):
    one, many = "search", "searches"


class Searches(ChangeList):
    """`?show=` is a tab: without it what waits."""

    def get_filters_params(self, params: Any = None) -> Any:
        found = super().get_filters_params(params)
        found.pop("show", None)
        return found

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Search]:
        found: Any = super().get_queryset(request, exclude_parameters)
        self.tab = tab_of(request)
        tabs = {WAITING: found.without_results, FOUND: found.successful, SETTLED: found.settled}
        narrowed: QuerySet[Search] = tabs[self.tab]()
        return narrowed


# --- The desk -----------------------------------------------------------------------------------------------------
@admin.register(Search)
class SearchDesk(EditorsDesk):
    list_per_page = PER_PAGE
    list_max_show_all = PER_PAGE
    list_before_template = "admin/designs/search/tabs.html"
    paginator = Pages
    search_fields = ["text"]
    search_help_text = "Part of what was typed"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Somebody may have typed what is nobody's business."""
        return may_edit(request)

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        ours = [
            path(f"<int:pk>/{verb}/", guard(require_POST(view)), name=f"designs_search_{verb}")
            for verb, view in (("save", self.save_view), ("settle", self.settle_view), ("reopen", self.reopen_view))
        ]
        return [*ours, *super().get_urls()]

    # --- The list ----------------------------------------------------------------------------------------------
    def waiting(self, request: HttpRequest) -> str:
        """Beside the desk's name in the sidebar."""
        found = waiting_searches(request)
        return f"{found:,}" if found else ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Searches

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ORDERS.get(tab_of(request), ["-count", "pk"])

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Search], search_term: str
    ) -> tuple[QuerySet[Search], bool]:
        return queryset.filter(text__contains=folded(search_term)), False

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        more = {WAITING: ["guess"], FOUND: ["finds"], SETTLED: ["settled"]}[tab_of(request)]
        return ["typed", *more, "times", "last"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not may_edit(request):
            raise PermissionDenied
        query = {"q": request.GET["q"]} if request.GET.get("q") else {}
        here = tab_of(request)
        tabs = [(name, TABS[name], urlencode({**query, "show": name}), name == here) for name in TABS]
        extra = {"title": "Searches", "tabs": tabs, "waiting": self.waiting(request)}
        answer: HttpResponse = super().changelist_view(request, extra)
        return answer

    @admin.display(description="Search", ordering="text")
    def typed(self, search: Search) -> str:
        return format_html('<a class="desk-name" href="{}">{}</a>', self.address("change", search.pk), search.text)

    @admin.display(description="Did they mean")
    def guess(self, search: Search) -> str:
        found = guesses(search.text, 1)
        if not found:
            return "-"
        link = '<a class="search-guess" href="{}" aria-label="{} for {}">{}?</a>'
        href = self.address("change", search.pk, term=found[0].id)
        return format_html(link, href, named(found[0]), search.text, found[0].name)

    @admin.display(description="Asked", ordering="count")
    def times(self, search: Search) -> str:
        return times(search.count)

    @admin.display(description="Last asked", ordering="last_seen")
    def last(self, search: Search) -> str:
        return moment_with_age(search.last_seen, "{} ago")

    @admin.display(description="Found the last time", ordering="found")
    def finds(self, search: Search) -> str:
        return designs(search.found)

    @admin.display(description="Settled", ordering="settled_at")
    def settled(self, search: Search) -> str:
        return moment_with_age(search.settled_at, "{} ago") if search.settled_at else "-"

    # --- One search --------------------------------------------------------------------------------------------
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What did they mean? Asked by GET, and shown with what would happen; only a POST saves."""
        if not may_edit(request):
            raise PermissionDenied
        search: Any = self.get_object(request, unquote(object_id))
        if search is None:
            raise Http404
        answer = answer_to(request.GET, search)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": "Search",
            "original": search,
            "times": times(search.count),
            "finds": designs(search.found),
            "last": moment_with_age(search.last_seen, "{} ago"),
            "answer": answer,
            **(preview(answer.entry) if answer.entry else asking(search, answer)),
        }
        return TemplateResponse(request, "admin/designs/search/change_form.html", context)

    # --- Verbs -------------------------------------------------------------------------------------------------
    def save_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        search, chosen = self.one(request, pk), number_of(request.POST.get("term", ""))
        with transaction.atomic():
            term = Term.objects.select_for_update().filter(pk=chosen).first()
            problem = refusal(search, term)
            if term and not problem:
                term.add_synonyms(search.text)
                search.settle()
        if problem:
            messages.error(request, problem)
            return redirect(self.address("change", pk))
        page = reverse("admin:designs_term_change", args=[chosen])
        said_so = format_html(
            '“{}” means <a class="search-term" href="{}">{}</a> from now on.', search.text, page, term
        )
        messages.success(request, said_so)
        return redirect(self.address("changelist"))

    def settle_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        search = self.one(request, pk)
        search.settle()
        messages.success(request, f"“{search}” needs nothing.")
        return redirect(self.address("changelist"))

    def reopen_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        search = self.one(request, pk)
        search.reopen()
        messages.success(request, f"“{search}” waits again.")
        return redirect(self.address("change", pk))

    def delete_model(self, request: HttpRequest, obj: Search) -> None:
        trail.record("search.deleted", on=obj)
        super().delete_model(request, obj)


def times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"
