"""What a decision needs: a right, a reason, and a person one may decide on. One row at a time, by the model's verbs."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts import services
from accounts.models import MOVES, User
from accounts.services import PAST
from config.api.errors import Refusal

VERBS = {
    "approve": User.Status.APPROVED,
    "reject": User.Status.REJECTED,
    "block": User.Status.BLOCKED,
    "reopen": User.Status.PENDING,
}
LONGEST_REASON = User._meta.get_field("reason").max_length


class DecisionForm(forms.Form):
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        error_messages={"required": "Please say why, for the person and for your colleagues."},
    )

    def __init__(self, *args: Any, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        reason.required = verb != "approve"
        reason.label = "Reason" if reason.required else "Reason (may stay empty)"


def fits(staff: User, person: User) -> bool:
    try:
        services.refuse_unfitting(staff, person)
    except Refusal:
        return False
    return True


def open_verbs(staff: User, person: User) -> list[str]:
    """The buttons beside a person."""
    if not fits(staff, person):
        return []
    moves = MOVES[User.Status(person.status)]
    return [verb for verb, to in VERBS.items() if to in moves]


def decide_each(request: HttpRequest, people: list[User], verb: str, reason: str) -> None:
    """One sentence for those it worked for, one for each it did not."""
    decided = sum(decide_one(request, person, verb, reason) for person in people)
    if decided:
        counted = "1 person" if decided == 1 else f"{decided} people"
        messages.success(request, f"{counted} {PAST[verb]}.")


def decide_one(request: HttpRequest, person: User, verb: str, reason: str) -> bool:
    past = PAST[verb]
    try:
        changed = services.decide(person, verb, by=staff_of(request), reason=reason)
    except Refusal as error:
        messages.error(request, f"{person.username} was not {past}: {error.message}")
        return False
    if not changed:
        messages.info(request, f"{person.username} is {person.status} already.")
    return changed


def staff_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the admin lets nobody else in
    return request.user
