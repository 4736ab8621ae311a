"""What was done: by whom, to what, when, and what it was before. For Managers; nobody writes here."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.permissions import BEHIND
from config.admin.asking import Asked, older
from config.audit.models import Entry, Trail
from config.audit.reading import Line, lines
from designs.importing.exporting import csv_lines, protected

PER_PAGE = 50
MOST_DOWNLOADED = 10_000
CHUNK = 500
HEADER = ["when", "who", "what", "kind", "number", "name", "changes"]


def may_see(request: HttpRequest) -> bool:
    return request.user.has_perm(BEHIND["people.manage"])


@admin.register(Entry)
class TrailDesk(ModelAdmin):
    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_see(request)

    def has_view_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return may_see(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        """The list and the download: an entry has no page of its own."""
        guard = self.admin_site.admin_view
        return [
            path("", guard(self.changelist_view), name="audit_entry_changelist"),
            path("download/", guard(self.download_view), name="audit_entry_download"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not may_see(request):
            raise PermissionDenied
        asked, before = Asked(request.GET), request.GET.get("before", "")
        found = list(older(asked.entries(), before)[: PER_PAGE + 1])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "What was done",
            "form": asked,
            "lines": lines(found[:PER_PAGE], request),
            "kept": kept(request),
            "older": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
            "is_first": not before,
            "download": f"{reverse('admin:audit_entry_download')}?{kept(request)}",
            "most": f"{MOST_DOWNLOADED:,}",
        }
        return TemplateResponse(request, "admin/trail/list.html", context)

    def download_view(self, request: HttpRequest) -> HttpResponseBase:
        if not may_see(request):
            raise PermissionDenied
        headers = {"Content-Disposition": f'attachment; filename="what-was-done-{timezone.localdate()}.csv"'}
        rows = table(Asked(request.GET).entries()[:MOST_DOWNLOADED], request)
        return StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8", headers=headers)


def kept(request: HttpRequest) -> str:
    """The question without the place in its answer."""
    query = request.GET.copy()
    query.pop("before", None)
    return query.urlencode()


def table(entries: Trail, request: HttpRequest) -> Iterator[list[str]]:
    yield HEADER
    chunk: list[Entry] = []
    for entry in entries.iterator(CHUNK):
        chunk.append(entry)
        if len(chunk) == CHUNK:
            yield from (cells(line) for line in lines(chunk, request))
            chunk = []
    yield from (cells(line) for line in lines(chunk, request))


def cells(line: Line) -> list[str]:
    changes = "; ".join(f"{change.field}: {change.old or '-'} -> {change.new or '-'}" for change in line.changes)
    entry = line.entry
    found = [
        timezone.localtime(entry.at).isoformat(timespec="seconds"),
        line.who,
        line.what,
        line.kind,
        entry.key,
        line.name,
        changes,
    ]
    return [protected(cell) for cell in found]
