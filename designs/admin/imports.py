"""The import desk: a catalogue file, its pictures, a look at what would happen, and how it went."""

import csv
import io
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from accounts.admin.cells import moment_with_age
from accounts.admin.deciding import staff_of
from accounts.models import User
from config.api.errors import Refusal
from config.api.throttles import knock
from config.audit.desks import StaffDesk
from config.tasks import after_commit
from designs import tasks
from designs.importing import exporting, jobs, running
from designs.importing.records import UnreadableError
from designs.importing.writing import Outcome
from designs.models import Design, Import
from uploads import keys, services, validators
from uploads.admin.uploading import LANE, facts
from uploads.models import Picture
from uploads.serializers import UploadedPicture

SAMPLE = Path(running.__file__).with_name("sample.csv")


class CatalogueForm(forms.Form):
    file = forms.FileField(label="Catalogue", help_text="CSV (UTF-8) or XLSX, at most 10 MB and 50,000 rows.")
    update = forms.BooleanField(label="Change designs that are there already", required=False)
    strict = forms.BooleanField(label="Refuse rows with words that no term knows", required=False)

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > jobs.LARGEST:
            raise forms.ValidationError(f"The file is larger than {jobs.LARGEST >> 20} MB.")
        self.data_read = file.read()
        try:
            self.total = jobs.counted(self.data_read)
        except UnreadableError as error:
            raise forms.ValidationError(str(error)) from None
        return file


@admin.register(Import)
class ImportDesk(StaffDesk):
    list_display = ["file", "progress", "who", "age"]
    list_display_links = None
    list_per_page = 50
    list_disable_select_all = True
    show_full_result_count = False
    ordering = ["-pk"]
    actions = None

    class Media:
        css = {"all": ["gallery/pictures.css", "gallery/designs.css"]}

    # --- Who may -----------------------------------------------------------------------------------------------
    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(["designs.edit_designs", "uploads.edit_pictures"])

    def has_view_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        ours = [
            path("sample/", guard(self.sample_view), name="designs_import_sample"),
            path("<int:pk>/", guard(self.job_view), name="designs_import_job"),
            path("<int:pk>/photo/", guard(require_POST(self.photo_view)), name="designs_import_photo"),
            path("<int:pk>/start/", guard(require_POST(self.start_view)), name="designs_import_start"),
            path("<int:pk>/state/", guard(self.state_view), name="designs_import_state"),
            path("<int:pk>/remarks/", guard(self.remarks_view), name="designs_import_remarks"),
        ]
        return [*ours, *super().get_urls()]

    def page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, f"admin/designs/import/{name}.html", shared | context)

    def job(self, request: HttpRequest, pk: int) -> Import:
        if not self.has_module_permission(request):
            raise PermissionDenied
        return get_object_or_404(Import.objects.select_related("by"), pk=pk)

    # --- The list ----------------------------------------------------------------------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        return super().get_queryset(request).select_related("by").defer("data", "photos")

    @admin.display(description="Catalogue")
    def file(self, job: Import) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("admin:designs_import_job", args=[job.pk]), job.name)

    @admin.display(description="Result")
    def progress(self, job: Import) -> str:
        return str(job.result.get("summary") or job.get_state_display())

    @admin.display(description="By")
    def who(self, job: Import) -> str:
        return str(job.by or "somebody who left")

    @admin.display(description="When")
    def age(self, job: Import) -> SafeString:
        return moment_with_age(job.created_at, "{} ago")

    def change_view(self, request: HttpRequest, object_id: str, *_: Any, **__: Any) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        return redirect("admin:designs_import_job", object_id)

    # --- Bringing one ------------------------------------------------------------------------------------------
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_module_permission(request):
            raise PermissionDenied
        form = CatalogueForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            asked = form.cleaned_data
            job = Import.objects.create(
                name=str(asked["file"].name)[:200],
                data=form.data_read,
                total=form.total,
                update=asked["update"],
                strict=asked["strict"],
                by=staff_of(request),
            )
            return redirect("admin:designs_import_job", job.pk)
        return self.page(request, "add", {"title": "Import a catalogue", "form": form})

    def sample_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_module_permission(request):
            raise PermissionDenied
        return download("catalogue-sample.csv", list(csv.reader(SAMPLE.read_text("utf-8").splitlines())))

    def photo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """As POST /api/upload/image answers, so that the pictures' script serves here, too."""
        job, staff, file = self.job(request, pk), staff_of(request), request.FILES.get("file")
        try:
            if file is None:
                raise validators.refusal("validation_error", "file", "Send a picture.")
            picture, same = taken(job, file, staff)
        except Refusal as error:
            headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
            return JsonResponse({"message": error.message}, status=error.status_code, headers=headers)
        return JsonResponse(UploadedPicture(picture, context={"duplicate_of": same}).data)

    def photos_at_once(self, request: HttpRequest, job: Import) -> HttpResponse:
        """Without a script the browser sends all files with the form."""
        for file in request.FILES.getlist("files"):
            try:
                taken(job, file, staff_of(request))
            except Refusal as error:
                messages.error(request, f"{file.name}: {error.message}")
        return redirect("admin:designs_import_job", job.pk)

    def start_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self.job(request, pk)
        if job.start():
            after_commit(tasks.run_import, number=job.pk)
        else:
            messages.info(request, "It is running already, or done.")
        return redirect("admin:designs_import_job", job.pk)

    # --- How it looks, and how it goes -------------------------------------------------------------------------
    def job_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self.job(request, pk)
        if request.method == "POST":
            return self.photos_at_once(request, job)
        context: dict[str, Any] = {"title": job.name, "original": job, "job": job}
        if job.state == Import.State.WAITING:
            context |= looked_at(job) | facts()
            context["door"] = reverse("admin:designs_import_photo", args=[job.pk])
        else:
            context["made"] = Design.objects.filter(pk__in=job.result.get("designs", [])).order_by("pk")
        return self.page(request, "job", context)

    def state_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self.job(request, pk)
        summary = job.result.get("summary", "")
        return JsonResponse({"state": job.state, "done": job.done, "total": job.total, "summary": summary})

    def remarks_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self.job(request, pk)
        return download(
            f"{job.name.rpartition('.')[0] or job.name}.report.csv", [running.HEADER, *job.result.get("remarks", [])]
        )


def taken(job: Import, file: UploadedFile[bytes], by: User) -> tuple[Picture, Picture | None]:
    knock(LANE, f"user:{by.pk}")
    validators.check_size(file.size or 0)
    picture, same = services.store(file.read(), category=keys.DESIGNS, by=by)
    with transaction.atomic():  # several come at once: each adds its own to what is stored by now
        stored = Import.objects.select_for_update().only("photos").get(pk=job.pk)
        Import.objects.filter(pk=job.pk).update(photos={**stored.photos, str(file.name): picture.pk})
    return picture, same


def looked_at(job: Import) -> dict[str, Any]:
    found = jobs.preview(job)
    columns = [(name, column) for name, column in zip(found.header.given, found.header.columns, strict=True) if column]
    return {
        "columns": columns,
        "ignored": found.header.ignored,
        "rows": [previewed(outcome) for outcome in found.rows],
        "named": found.named,
        "here": found.named - len(found.missing),
        "missing": found.missing[: jobs.LISTED],
        "more_missing": max(0, len(found.missing) - jobs.LISTED),
        "rest": found.total - len(found.rows),
    }


def previewed(outcome: Outcome) -> dict[str, Any]:
    one = outcome.understood
    terms = [entry.name for entries in one.facts.get("terms", {}).values() for entry in entries]
    new = [word for words_of_kind in one.unknown.values() for word in words_of_kind]
    return {
        "number": one.row.number,
        "title": one.title or "No title",
        "what": outcome.what,
        "terms": terms,
        "new": new,
        "cells": [(name, text) for name, text in one.row.cells.items() if name in SHOWN_CELLS],
        "pictures": one.pictures,
        "problems": outcome.problems,
        "notes": one.notes,
    }


SHOWN_CELLS = ("external_id", "price_range", "price_min", "price_max", "designer_name", "collection_name", "status")


def download(name: str, lines: list[list[str]]) -> HttpResponse:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([exporting.protected(cell) for cell in cells] for cells in lines)
    answer = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    safe = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in name)
    answer["Content-Disposition"] = (
        f'attachment; filename="{safe.encode("ascii", "replace").decode().replace("?", "_")}"'
    )
    return answer
