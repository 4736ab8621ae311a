"""Roles on a person's page: three ticks for who may, words for everybody else."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest

from accounts.admin.deciding import fits, staff_of
from accounts.models import User
from accounts.permissions import BEHIND, GROUPS
from accounts.services import ONLY_APPROVED, change_roles
from config.api.errors import Refusal

WORDS = {
    "Approvers": "decides who comes in",
    "Curators": "uploads pictures and publishes designs",
    "Managers": "all of it, and the settings",
}
CHOICES = [(role, role) for role in GROUPS]


class RolesForm(forms.Form):
    """What is ticked, and what was ticked when the page was opened: only the difference is a wish."""

    roles = forms.MultipleChoiceField(choices=CHOICES, required=False)
    shown = forms.MultipleChoiceField(choices=CHOICES, required=False)

    def given(self) -> set[str]:
        return set(self.cleaned_data["roles"]) - set(self.cleaned_data["shown"])

    def taken(self) -> set[str]:
        return set(self.cleaned_data["shown"]) - set(self.cleaned_data["roles"])


def manages(request: HttpRequest) -> bool:
    return all(request.user.has_perm(BEHIND[right]) for right in ("people.decide", "people.manage"))


def shown_to(request: HttpRequest, person: User) -> dict[str, Any]:
    held, fitting = person.roles, manages(request) and fits(staff_of(request), person)
    may_have = person.is_approved or bool(held)
    return {
        "roles": [(role, words, role in held) for role, words in WORDS.items()],
        "has_roles": bool(held),
        "may_change_roles": fitting and may_have,
        "why_no_roles": "" if may_have else ONLY_APPROVED,
    }


def change(request: HttpRequest, person: User) -> None:
    form = RolesForm(request.POST)
    if not manages(request):
        raise PermissionDenied
    if not form.is_valid():
        raise BadRequest
    try:
        changed = change_roles(person, give=form.given(), take=form.taken(), by=staff_of(request))
    except Refusal as error:
        messages.error(request, f"The roles of {person.username} were not changed: {error.message}")
    else:
        tell(request, person, changed=changed)


def tell(request: HttpRequest, person: User, *, changed: bool) -> None:
    roles = ", ".join(person.roles)
    if changed:
        messages.success(request, f"{person.username}: {roles}." if roles else f"{person.username} has no role now.")
    else:
        messages.info(request, f"Nothing changed: {person.username} has {roles or 'no role'}.")
