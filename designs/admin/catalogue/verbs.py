"""What can be done to a design: by its model's verbs, one row at a time, a reason where colleagues need one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin.deciding import staff_of
from accounts.models import User
from config.api.errors import Refusal
from designs import services
from designs.models import Design, Status
from designs.models.designs import MOVES

MOVING = {
    "publish": Status.ACTIVE,
    "submit": Status.PENDING,
    "hide": Status.INACTIVE,
    "reject": Status.REJECTED,
    "withdraw": Status.DRAFT,
}
FEATURING = {"feature": True, "unfeature": False}
VERBS = [*MOVING, *FEATURING]
BULK = ["publish", "hide", "reject", "feature", "unfeature"]
LABELS = {
    "publish": "Publish",
    "submit": "Ask for review",
    "hide": "Hide",
    "reject": "Reject",
    "withdraw": "Back to drafts",
    "feature": "Feature",
    "unfeature": "Unfeature",
}
PAST = {
    "publish": "published",
    "submit": "put up for review",
    "hide": "hidden",
    "reject": "rejected",
    "withdraw": "put back to the drafts",
    "feature": "featured",
    "unfeature": "taken out of the featured",
}
ASKS = {"hide": False, "reject": True}  # verb -> whether the reason must be told
LONGEST_REASON = Design._meta.get_field("reason").max_length


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        error_messages={"required": "Please say why, for your colleagues."},
    )

    def __init__(self, *args: Any, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = ASKS[verb]
        self.fields["reason"].label = "Reason" if ASKS[verb] else "Reason (may stay empty)"


def counted(number: int) -> str:
    return "1 design" if number == 1 else f"{number} designs"


def open_verbs(design: Design) -> list[tuple[str, str]]:
    """The buttons of its page."""
    moves = MOVES[design.status]
    found = [verb for verb, to in MOVING.items() if to in moves]
    return [(verb, LABELS[verb]) for verb in [*found, "unfeature" if design.featured else "feature"]]


def act(design: Design, verb: str, by: User, reason: str = "") -> bool:
    if verb in FEATURING:
        return design.feature(by=by, on=FEATURING[verb])
    return services.move(design, MOVING[verb], by, reason)


def act_each(request: HttpRequest, designs: list[Design], verb: str, reason: str = "") -> None:
    """One sentence for those it worked for, one for those that were so already, one for each that was refused."""
    outcomes = [act_one(request, design, verb, reason) for design in designs]
    done, idle = outcomes.count(True), outcomes.count(False)
    if done:
        messages.success(request, f"{counted(done)} {PAST[verb]}.")
    if idle:
        messages.info(request, f"{counted(idle)} {'was' if idle == 1 else 'were'} so already.")


def act_one(request: HttpRequest, design: Design, verb: str, reason: str) -> bool | None:
    """None when it was refused."""
    try:
        return act(design, verb, staff_of(request), reason)
    except Refusal as error:
        messages.error(request, f"{design.title} was not {PAST[verb]}: {error.message}")
        return None
