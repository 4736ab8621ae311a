"""What every desk has: the trail, which it shows and leaves to the verbs to write, and rows that are called by name."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin, checkbox

from config.audit.models import Entry
from config.audit.reading import lines

SHOWN = 100  # of one object, the newest


class StaffDesk(ModelAdmin):
    """Django's own log keeps people's names and is gone with whoever wrote it: nothing is written there."""

    @admin.display(description=ModelAdmin.action_checkbox.short_description)
    def action_checkbox(self, obj: Any) -> str:
        """Fifty boxes that are all called "Select record" are no help to who does not see them."""
        return checkbox.render(ACTION_CHECKBOX_NAME, str(obj.pk), {"aria-label": f"Select {obj}"})

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None: ...

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None: ...

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None: ...

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"History of {row}",
            "original": row,
            "lines": lines(Entry.objects.of(row).newest()[:SHOWN], request),
        }
        return TemplateResponse(request, "admin/trail/history.html", context)
