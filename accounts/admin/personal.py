"""Personal data on a person's page: handing all of it out, and erasing it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import services
from accounts.admin.deciding import fits, staff_of
from accounts.admin.roles import manages
from accounts.erasure import holders
from accounts.handing_out import file_name, hand_out
from accounts.models import User
from config.api.errors import Refusal


class EraseForm(forms.Form):
    name = forms.CharField(
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        )
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["name"].label = f"Type {person.username} to erase them"

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name != self.person.username.strip():
            raise forms.ValidationError("This is another name.")
        return name


def may_hand_out(request: HttpRequest, person: User) -> bool:
    """One's own data, too."""
    staff = staff_of(request)
    return manages(request) and (person.pk == staff.pk or fits(staff, person))


def may_erase(request: HttpRequest, person: User) -> bool:
    return manages(request) and fits(staff_of(request), person)


def shown_to(request: HttpRequest, person: User) -> dict[str, Any]:
    return {"may_hand_out": may_hand_out(request, person), "may_erase": may_erase(request, person)}


def urls(desk: ModelAdmin) -> list[URLPattern]:
    def export_view(request: HttpRequest, pk: int) -> HttpResponseBase:
        return export(request, get_object_or_404(User, pk=pk))

    def erase_view(request: HttpRequest, pk: int) -> HttpResponse:
        return erase(desk, request, get_object_or_404(User, pk=pk))

    guard = desk.admin_site.admin_view
    return [
        path("<int:pk>/export/", guard(require_POST(export_view)), name="accounts_user_export"),
        path("<int:pk>/erase/", guard(erase_view), name="accounts_user_erase"),
    ]


def export(request: HttpRequest, person: User) -> StreamingHttpResponse:
    if not may_hand_out(request, person):
        raise PermissionDenied
    answer = StreamingHttpResponse(hand_out(person, by=staff_of(request)), content_type="application/zip")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name(person)) or ""
    answer["Cache-Control"] = "no-store"
    return answer


def erase(desk: ModelAdmin, request: HttpRequest, person: User) -> HttpResponse:
    """Asks first, and for the name; only the answer, by POST, erases."""
    if not may_erase(request, person):
        raise PermissionDenied
    form = EraseForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        return erased(request, person)
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": f"Erase {person.username}?",
        "person": person,
        "form": form,
        "goes": [holder.goes for holder in holders if holder.goes],
        "stays": [holder.stays for holder in holders if holder.stays],
    }
    return TemplateResponse(request, "admin/accounts/user/erase.html", context)


def erased(request: HttpRequest, person: User) -> HttpResponse:
    try:
        services.erase(person)
    except Refusal as error:
        messages.error(request, f"{person.username} was not erased: {error.message}")
        return redirect("admin:accounts_user_change", person.pk)
    messages.success(request, "The person and their personal data are gone.")  # nameless: the sentence may be kept
    return redirect("admin:accounts_user_changelist")
