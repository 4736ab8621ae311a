"""The desk itself. Whoever may edit pictures sees, uploads and deletes them; no fact about one is changed by hand."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.options import ModelAdmin as DjangoModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.views import ChangeList

from accounts.admin.cells import KEPT
from accounts.admin.deciding import staff_of
from accounts.admin.pages import Capped
from config.audit.desks import StaffDesk
from uploads.admin.deleting import counted, delete_each, delete_url
from uploads.admin.tiles import Tile, free, tiles, uses_in_words
from uploads.admin.uploading import facts, take_each
from uploads.models import Picture

SHOWN, EVERYTHING = "shown", "all"
TABS = {SHOWN: "Ready", "incoming": "Incoming", "broken": "Broken", EVERYTHING: "All"}
PER_PAGE = 50
LOOKED_AT = 10_000  # pictures, when it is asked which are in use
BEFORE = "before"
LONGEST_NUMBER = 15


def may_edit(request: HttpRequest) -> bool:
    return request.user.has_perm("uploads.edit_pictures")


def tab_of(request: HttpRequest) -> str:
    asked = request.GET.get("status", SHOWN)
    return asked if asked in TABS else SHOWN


def kept(request: HttpRequest) -> dict[str, str]:
    return {KEPT: request.GET.urlencode()} if request.GET else {}


class InUse(admin.SimpleListFilter):
    title = "use"
    parameter_name = "used"
    begins_before: int | None = None
    ends_with: int | None = None  # when there are older ones

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "In use"), ("no", "Not used")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Picture]) -> QuerySet[Picture]:
        if self.value() not in {"yes", "no"}:
            return queryset
        some = self.some(queryset, request.GET.get(BEFORE, ""))
        return free(some) if self.value() == "no" else some.exclude(pk__in=free(some).values("pk"))

    def some(self, pictures: QuerySet[Picture], before: str) -> QuerySet[Picture]:
        """In most galleries nearly all are in use: one that is not may be a million pictures away."""
        if before.isdecimal() and len(before) <= LONGEST_NUMBER:
            self.begins_before = int(before)
            pictures = pictures.filter(pk__lt=self.begins_before)
        last = list(pictures.order_by("-pk").values_list("pk", flat=True)[LOOKED_AT - 1 : LOOKED_AT + 1])
        if len(last) <= 1:
            return pictures
        self.ends_with = last[0]
        return pictures.filter(pk__gte=self.ends_with)

    @property
    def looked_at(self) -> str:
        """Empty when all were."""
        if self.ends_with:
            which = f"{LOOKED_AT:,} older" if self.begins_before else f"the {LOOKED_AT:,} newest"
            return f"Looked at {which} pictures."
        return "Looked at the oldest pictures." if self.begins_before else ""


@admin.action(description="Delete the chosen pictures")
def delete_selected(_: "PictureDesk", request: HttpRequest, chosen: QuerySet[Picture]) -> HttpResponse:
    """Named like Django's own, which it replaces: that one would ask no service."""
    return redirect(delete_url(*chosen.values_list("pk", flat=True), **kept(request)))


class Grid(ChangeList):
    """`?status=` is a tab: without it what can be seen."""

    def get_filters_params(self, params: Any = None) -> Any:
        found = super().get_filters_params(params)
        found.pop("status", None)
        found.pop(BEFORE, None)
        return found

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Picture]:
        found = super().get_queryset(request, exclude_parameters)
        tab = tab_of(request)
        if tab == SHOWN:
            return found.shown()
        return found if tab == EVERYTHING else found.filter(status=tab)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.tiles = tiles(self.result_list)
        self.kept = urlencode(kept(request))
        use = next(one for one in self.filter_specs if isinstance(one, InUse))
        self.looked_at = use.looked_at
        self.older = use.ends_with and self.get_query_string({BEFORE: str(use.ends_with)}, ["p"])


class Pages(Capped):
    one, many = "picture", "pictures"


@admin.register(Picture)
class PictureDesk(StaffDesk):
    list_before_template = "admin/uploads/picture/tabs.html"
    list_display = ["object_key"]
    list_display_links = None
    list_filter = ["category", InUse]
    list_filter_sheet = True
    list_select_related = ["uploaded_by"]
    paginator = Pages
    list_per_page = PER_PAGE
    list_max_show_all = PER_PAGE
    list_disable_select_all = True
    show_full_result_count = False
    search_fields = ["object_key"]
    search_help_text = "Part of the name"
    sortable_by: list[str] = []
    ordering = ["-pk"]
    actions = [delete_selected]
    fields: list[str] = []

    class Media:
        css = {"all": ["gallery/pictures.css"]}

    # --- Who may -----------------------------------------------------------------------------------------------
    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_edit(request)

    def has_view_permission(self, request: HttpRequest, obj: Picture | None = None) -> bool:
        return may_edit(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a picture comes in by its own page

    def has_change_permission(self, request: HttpRequest, obj: Picture | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Picture | None = None) -> bool:
        return may_edit(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """`?uploaded_by__password__startswith=` would tell hashes letter by letter."""
        allowed = DjangoModelAdmin.lookup_allowed(self, lookup, value, request)  # type: ignore[arg-type]
        return allowed and not lookup.startswith("uploaded_by")

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        ours = [
            path("upload/", guard(self.upload_view), name="uploads_picture_upload"),
            path("delete/", guard(self.delete_chosen_view), name="uploads_picture_delete_chosen"),
        ]
        return [*ours, *super().get_urls()]

    def page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        if not may_edit(request):
            raise PermissionDenied
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, f"admin/uploads/picture/{name}.html", shared | context)

    # --- The grid ----------------------------------------------------------------------------------------------
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Grid

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        search = {"q": request.GET["q"]} if request.GET.get("q") else {}
        tabs = [(TABS[name], urlencode({**search, "status": name}), name == tab_of(request)) for name in TABS]
        answer: HttpResponse = super().changelist_view(request, {"title": "Pictures", "tabs": tabs})
        return answer

    # --- One picture -------------------------------------------------------------------------------------------
    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        tile = tiles([kwargs["obj"]])[0]
        context |= {
            "title": tile.name,
            "original": tile,
            "tile": tile,
            "uses": uses_in_words(request, tile),
            "delete_url": delete_url(tile.picture.pk, back="picture"),
        }
        answer: HttpResponse = super().render_change_form(request, context, **kwargs)
        return answer

    # --- In and out --------------------------------------------------------------------------------------------
    def upload_view(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and may_edit(request):
            stored = take_each(request, staff_of(request))
            return redirect("admin:uploads_picture_changelist" if stored else "admin:uploads_picture_upload")
        return self.page(request, "upload", {"title": "Upload pictures", **facts()})

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return redirect(f"{reverse('admin:uploads_picture_delete_chosen')}?{urlencode({'picture': object_id})}")

    def delete_chosen_view(self, request: HttpRequest) -> HttpResponse:
        """Asks first; only the answer, by POST, deletes."""
        chosen = self.chosen(request)
        if request.method == "POST":
            delete_each(request, [tile.picture for tile in chosen])
            return redirect(self.way_back(request))
        free = sum(not tile.uses for tile in chosen)
        title = f"Delete {chosen[0].name if len(chosen) == 1 else counted(len(chosen))}?"
        context = {"title": title, "chosen": chosen, "free": free, "words": counted(free)}
        return self.page(request, "delete", context | {"back": self.way_back(request, chosen[0])})

    def chosen(self, request: HttpRequest) -> list[Tile]:
        if not may_edit(request):
            raise PermissionDenied
        numbers = [int(pk) for pk in request.GET.getlist("picture") if pk.isdecimal() and len(pk) < 19]  # noqa: PLR2004
        found = tiles(Picture.objects.filter(pk__in=numbers[:PER_PAGE]).order_by("-pk"))
        if not found:
            raise Http404
        return found

    def way_back(self, request: HttpRequest, still_there: Tile | None = None) -> str:
        if still_there and request.GET.get("back") == "picture":
            return reverse("admin:uploads_picture_change", args=[still_there.picture.pk])
        as_it_was = request.GET.get(KEPT)
        return reverse("admin:uploads_picture_changelist") + (f"?{as_it_was}" if as_it_was else "")
