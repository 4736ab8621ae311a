"""What the desks of words and searches share: who may, how many designs, and merging one word into another."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, IntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from config.audit.desks import StaffDesk

PER_PAGE = 50
OFFERED = 300  # names to choose from while typing; any other can be typed


def may_edit(request: HttpRequest) -> bool:
    return request.user.has_perm("designs.edit_designs")


def designs(number: int) -> str:
    return "1 design" if number == 1 else f"{number:,} designs"


def counted(rows: QuerySet[Any], column: str) -> Any:
    """How many of these rows point at each, as a column of the list's own query."""
    found = rows.filter(**{column: OuterRef("pk")}).order_by().values(column).annotate(number=Count("pk"))
    return Coalesce(Subquery(found.values("number"), output_field=IntegerField()), 0)


class EditorsDesk(StaffDesk):
    """For whoever may edit designs. Nothing is deleted."""

    list_display_links = None
    list_per_page = PER_PAGE
    list_max_show_all = PER_PAGE
    list_disable_select_all = True
    show_full_result_count = False
    actions = None

    class Media:
        css = {"all": ["gallery/words.css"]}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_edit(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_edit(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def address(self, page: str, *args: Any, **query: Any) -> str:
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)
        return f"{url}?{urlencode(query)}" if query else url

    def one(self, request: HttpRequest, pk: int) -> Any:
        if not may_edit(request):
            raise PermissionDenied
        return get_object_or_404(self.model, pk=pk)


class WordDesk(EditorsDesk):
    """What is not wanted is merged, and a term may be retired."""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        guarded = self.admin_site.admin_view(self.merge_view)
        return [path("<int:pk>/merge/", guarded, name=name), *super().get_urls()]

    # --- Merging -----------------------------------------------------------------------------------------------
    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Which one is asked by GET, and shown with what would happen; only the answer, by POST, merges."""
        one = self.one(request, pk)
        asked = (request.POST if request.method == "POST" else request.GET).get("into", "")
        asked = asked.replace("\x00", "").strip()
        into = self.called(one, asked) if asked else None
        into = None if into == one else into
        if request.method == "POST" and into is not None:
            return self.merge(request, one, into)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": f"Merge {one}",
            "original": one,
            "into": into,
            "asked": asked,
            "problem": self.unknown(one, asked) if asked and into is None else "",
            "offered": self.offered(one)[:OFFERED],
            "facts": self.consequences(one, into) if into else [],
            "back": self.address("change", pk),
        }
        return TemplateResponse(request, "admin/designs/merge.html", context)

    def merge(self, request: HttpRequest, one: Any, into: Any) -> HttpResponse:
        name = str(one)
        try:
            moved = self.merged(one, into)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(self.address("merge", one.pk))
        messages.success(request, f"{name} was merged into {into}, with {designs(moved)}.")
        return redirect(self.address("change", into.pk))

    def merged(self, one: Any, into: Any) -> int:
        """Done; answers how many designs moved."""
        return int(one.merge(into))

    def called(self, one: Any, text: str) -> Any:
        raise NotImplementedError

    def unknown(self, one: Any, text: str) -> str:
        return f"No other one is called “{text[:80]}”."

    def offered(self, one: Any) -> QuerySet[Any]:
        raise NotImplementedError

    def consequences(self, one: Any, into: Any) -> Iterable[str]:
        raise NotImplementedError


def is_saved(row: Model | None) -> bool:
    return row is not None and row.pk is not None
