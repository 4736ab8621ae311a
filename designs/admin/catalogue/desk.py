"""The desk itself. Whoever may edit designs sees, writes and decides; every change goes by the services of the API."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from unfold.views import ChangeList

from accounts.admin.cells import KEPT
from accounts.admin.deciding import staff_of
from config.api.errors import Refusal
from config.audit.desks import StaffDesk
from designs import services
from designs.admin.catalogue import arranging, duplicates, listing, quick, verbs
from designs.admin.catalogue.completeness import CHECKS
from designs.admin.catalogue.forms import DesignForm
from designs.admin.catalogue.rows import Row, as_seen
from designs.admin.catalogue.suggesting import Suggestions
from designs.importing import exporting
from designs.models import Design
from uploads.admin.tiles import tiles
from uploads.admin.uploading import facts as upload_facts
from uploads.models import Picture

PER_PAGE = 50
OFFERED = 60  # stored pictures to choose from
REMEMBERED = 50  # moderations on a design's page
HEAVY = ["long_description"]
MOST_EXPORTED = 50_000


def may_edit(request: HttpRequest) -> bool:
    return request.user.has_perm("designs.edit_designs")


def chosen_url(verb: str, *designs: int, **more: str) -> str:
    query = urlencode([("design", number) for number in designs] + list(more.items()))
    return f"{reverse('admin:designs_design_ask', args=[verb])}?{query}"


def bulk(verb: str) -> Any:
    @admin.action(description=f"{verbs.LABELS[verb]} the chosen designs")
    def run(_: "DesignDesk", request: HttpRequest, chosen: QuerySet[Design]) -> HttpResponse | None:
        kept = {KEPT: request.GET.urlencode()} if request.GET else {}
        if verb in verbs.ASKS:
            return redirect(chosen_url(verb, *chosen.values_list("pk", flat=True), **kept))
        verbs.act_each(request, list(chosen), verb)
        return None

    run.__name__ = verb
    return run


@admin.register(Design)
class DesignDesk(StaffDesk):
    list_display = ["title"]
    list_display_links = None
    list_per_page = PER_PAGE
    list_max_show_all = 0
    list_disable_select_all = True
    show_full_result_count = False
    paginator = listing.Capped
    sortable_by: list[str] = []
    actions = [bulk(verb) for verb in verbs.BULK]

    class Media:
        css = {"all": ["gallery/pictures.css", "gallery/designs.css"]}

    # --- Who may -----------------------------------------------------------------------------------------------
    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_edit(request)

    def has_view_permission(self, request: HttpRequest, obj: Design | None = None) -> bool:
        return may_edit(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_edit(request)

    def has_change_permission(self, request: HttpRequest, obj: Design | None = None) -> bool:
        return may_edit(request)

    def has_delete_permission(self, request: HttpRequest, obj: Design | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Filters have names of their own; `?created_by__password__startswith=` would tell hashes letter by letter."""
        return False

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        ours = [
            path("quick/", guard(self.quick_view), name="designs_design_quick"),
            path("export/", guard(self.export_view), name="designs_design_export"),
            path("ask/<str:verb>/", guard(self.ask_view), name="designs_design_ask"),
            path("suggest/<str:kind>/", guard(self.suggest_view), name="designs_design_suggest"),
            path("<int:pk>/do/", guard(require_POST(self.do_view)), name="designs_design_do"),
            path("<int:pk>/pictures/", guard(require_POST(self.pictures_view)), name="designs_design_pictures"),
            path("<int:pk>/choose/", guard(self.choose_view), name="designs_design_choose"),
        ]
        return [*ours, *super().get_urls()]

    def page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, f"admin/designs/design/{name}.html", shared | context)

    def refuse_strangers(self, request: HttpRequest) -> None:
        if not may_edit(request):
            raise PermissionDenied

    def design(self, request: HttpRequest, pk: int) -> Design:
        self.refuse_strangers(request)
        return get_object_or_404(Design.objects.select_related("designer", "collection", "created_by"), pk=pk)

    # --- The list ----------------------------------------------------------------------------------------------
    def waiting(self, request: HttpRequest) -> str:
        """Beside the desk's name in the sidebar."""
        return listing.waiting(request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return listing.Catalogue

    def get_queryset(self, request: HttpRequest) -> QuerySet[Design]:
        return Design.objects.defer(*HEAVY)

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return listing.order_of(listing.tab_of(request))

    def get_paginator(self, request: HttpRequest, queryset: Any, per_page: int, *args: Any, **kwargs: Any) -> Any:
        """A whole tab was counted with the tabs."""
        found = super().get_paginator(request, queryset, per_page, *args, **kwargs)
        asked = listing.read(request)
        if not asked.is_narrow:
            found.known = listing.counts(request)[asked.tab]
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self.refuse_strangers(request)
        asked = listing.read(request)
        search = {"q": asked.q} if asked.q else {}
        tabs = [
            (label, urlencode({**search, "status": name}), name == asked.tab, listing.spoken(number))
            for name, label in listing.TABS.items()
            for number in [listing.counts(request)[name]]
        ]
        extra = {"title": "Designs", "tabs": tabs, "missing_choices": listing.MISSING}
        extra["bulk"] = [(verb, verbs.LABELS[verb]) for verb in verbs.BULK]
        answer: HttpResponse = super().changelist_view(request, extra)
        return answer

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """What the list shows, all pages of it."""
        self.refuse_strangers(request)
        asked = listing.read(request)
        designs = listing.narrowed(Design.objects.all(), asked)
        number = designs.order_by().values("pk")[: MOST_EXPORTED + 1].count()
        if number > MOST_EXPORTED:
            more = f"More than {MOST_EXPORTED:,} designs: narrow the list, or run export_designs on the server."
            messages.error(request, more)
            return redirect(f"{reverse('admin:designs_design_changelist')}?{request.GET.urlencode()}")
        name = f"designs-{asked.tab}-{timezone.localdate()}.csv"
        exporting.record(number, filter=request.GET.urlencode())
        lines = exporting.csv_lines(exporting.rows(designs))
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)

    # --- Verbs -------------------------------------------------------------------------------------------------
    def do_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        design, verb = self.design(request, pk), request.POST.get("verb", "")
        if verb not in verbs.VERBS or verb in verbs.ASKS:
            raise Http404
        verbs.act_each(request, [design], verb)
        return redirect("admin:designs_design_change", pk)

    def ask_view(self, request: HttpRequest, verb: str) -> HttpResponse:
        """Asks first; only the answer, by POST, decides."""
        designs = self.chosen(request, verb)
        form = verbs.ReasonForm(request.POST or None, verb=verb)
        if request.method == "POST" and form.is_valid():
            verbs.act_each(request, designs, verb, form.cleaned_data["reason"])
            return redirect(self.way_back(request, designs))
        label = verbs.LABELS[verb]
        title = f"{label} {designs[0].title if len(designs) == 1 else verbs.counted(len(designs))}?"
        context = {"title": title, "verb": verb, "label": label, "rows": [Row(design) for design in designs]}
        return self.page(request, "ask", context | {"form": form, "back": self.way_back(request, designs)})

    def chosen(self, request: HttpRequest, verb: str) -> list[Design]:
        self.refuse_strangers(request)
        numbers = arranging.whole(request.GET.getlist("design"))[:PER_PAGE]
        found = list(Design.objects.defer(*HEAVY).filter(pk__in=numbers).order_by("pk"))
        if verb not in verbs.ASKS or not found:
            raise Http404
        return found

    def way_back(self, request: HttpRequest, designs: list[Design]) -> str:
        if request.GET.get("back") == "design":
            return reverse("admin:designs_design_change", args=[designs[0].pk])
        kept = request.GET.get(KEPT)
        return reverse("admin:designs_design_changelist") + (f"?{kept}" if kept else "")

    # --- One design --------------------------------------------------------------------------------------------
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        numbers = arranging.whole([object_id])
        if not numbers:
            raise Http404
        design = self.design(request, numbers[0])
        form = DesignForm(request.POST if request.method == "POST" else None, design=design)
        if request.method == "POST" and form.is_valid() and self.save(request, design, form):
            return redirect("admin:designs_design_change", design.pk)
        return self.page(request, "change_form", self.context_of(request, design, form))

    def save(self, request: HttpRequest, design: Design, form: DesignForm) -> bool:
        if not form.facts:
            messages.info(request, "Nothing was changed.")
            return True
        try:
            services.change(design, form.facts, by=staff_of(request))
        except Refusal as error:
            form.refuse(error)
            return False
        messages.success(request, "Saved.")
        return True

    def context_of(self, request: HttpRequest, design: Design, form: DesignForm) -> dict[str, Any]:
        stored = design if not form.errors else self.design(request, design.pk)
        row = Row(stored)
        return {
            "title": stored.title,
            "original": stored,
            "design": stored,
            "row": row,
            "form": form,
            "seen": as_seen(stored),
            "checks": [(check, check not in row.missing) for check in CHECKS],
            "twins": [(Row(twin.design), twin.why) for twin in duplicates.of(stored)],
            "verbs": [(*verb, asked_url(stored, verb[0])) for verb in verbs.open_verbs(stored)],
            "moderations": stored.moderations.select_related("by").order_by("-pk")[:REMEMBERED],
            "may_upload": arranging.may_upload(request),
            "kept": request.GET.get(KEPT, ""),
            **upload_facts(),
        }

    # --- Its pictures ------------------------------------------------------------------------------------------
    def pictures_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        design, staff = self.design(request, pk), staff_of(request)
        try:
            fresh = arranging.taken(request, staff)
            arranging.arrange(design, request.POST, fresh, staff)
        except Refusal as error:
            messages.error(request, error.message)
        return redirect(f"{reverse('admin:designs_design_change', args=[pk])}#pictures")

    def choose_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        design = self.design(request, pk)
        shown = [place["id"] for place in design.card.get("pictures", [])]
        stored = Picture.objects.gallery().exclude(pk__in=shown).order_by("-pk")[:OFFERED]
        context = {"title": "Choose pictures", "design": design, "original": design, "tiles": tiles(stored)}
        return self.page(request, "choose", context)

    # --- New ones ----------------------------------------------------------------------------------------------
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        self.refuse_strangers(request)
        return redirect("admin:designs_design_quick")

    def quick_view(self, request: HttpRequest) -> HttpResponse:
        self.refuse_strangers(request)
        if not arranging.may_upload(request):
            raise PermissionDenied
        adding = quick.QuickAdd(request)
        if request.method == "POST" and (design := adding.go()):
            return redirect(f"{reverse('admin:designs_design_quick')}?{urlencode({'made': design.pk})}")
        made = Design.objects.filter(pk__in=arranging.whole([request.GET.get("made", "")])).first()
        context = {
            "title": "Quick add",
            "form": adding.form,
            "picture": adding.picture and tiles([adding.picture])[0],
            "twins": [(Row(twin.design), twin.why) for twin in adding.twins],
            "made": made and Row(made),
        }
        return self.page(request, "quick", context | upload_facts())

    # --- While somebody types ----------------------------------------------------------------------------------
    def suggest_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        return Suggestions.as_view(model_admin=self, kind=kind)(request)


def asked_url(design: Design, verb: str) -> str:
    """Of a verb that asks for a reason; empty for those that act at once."""
    return chosen_url(verb, design.pk, back="design") if verb in verbs.ASKS else ""
