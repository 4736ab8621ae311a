"""A new design from a phone: a photo, three fields, one button. Without a script, too."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.deciding import staff_of
from config.api.errors import Refusal
from designs import services, vocabulary
from designs.admin.catalogue import duplicates
from designs.admin.catalogue.arranging import take, whole
from designs.admin.catalogue.forms import QuickForm
from designs.models import Design, Status
from uploads import keys
from uploads.models import Picture

LAST_CATEGORY = "quick_category"  # in the session: who photographs sarees photographs another saree


class QuickAdd:
    """One request of the page: what was sent, what became of it, what it shows."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.twins: list[duplicates.Twin] = []
        sent = request.POST if request.method == "POST" else None
        self.form = QuickForm(sent, initial={"category": request.session.get(LAST_CATEGORY, "")})
        self.picture = self.kept_picture()

    def kept_picture(self) -> Picture | None:
        """Sent with an earlier try: nobody takes a photo twice."""
        numbers = whole([self.request.POST.get("picture", "")])
        return Picture.objects.shown().exclude(category=keys.AVATARS).filter(pk__in=numbers).first()

    def go(self) -> Design | None:
        """The new design, or None: then the page says what is missing."""
        self.picture = self.sent_picture() or self.picture
        is_draft = "draft" in self.request.POST
        if not self.form.is_valid():
            return None
        if self.picture is None and not is_draft:
            self.form.add_error(None, "Take a photo first. Without one it can only be kept as a draft.")
            return None
        self.twins = self.looked_for_twins()
        known = whole(self.request.POST.getlist("known"))  # whoever was shown them publishes all the same
        if any(twin.design.pk not in known for twin in self.twins):
            return None
        return self.create(Status.DRAFT if is_draft else Status.ACTIVE)

    def sent_picture(self) -> Picture | None:
        file = self.request.FILES.get("camera") or self.request.FILES.get("photo")
        if file is None:
            return None
        try:
            return take(file, staff_of(self.request))
        except Refusal as error:
            self.form.add_error(None, f"{file.name}: {error.message}")
            return None

    def looked_for_twins(self) -> list[duplicates.Twin]:
        """By a title somebody wrote; ours are new each time."""
        pictures = [self.picture.pk] if self.picture else []
        return duplicates.found(pictures, self.form.cleaned_data["title"], "")

    def create(self, status: str) -> Design | None:
        facts: dict[str, Any] = {**self.form.facts, "title": self.title(), "status": status}
        facts["pictures"] = [self.picture] if self.picture else []
        try:
            design = services.create(facts, by=staff_of(self.request))
        except Refusal as error:
            messages.error(self.request, error.message)
            return None
        self.request.session[LAST_CATEGORY] = self.form.cleaned_data["category"]
        return design

    def title(self) -> str:
        """Nobody has to think of one: `Saree of 21 November, 14:05`."""
        entry = vocabulary.current().find("category", self.form.cleaned_data["category"])
        default = f"{entry.name if entry else 'Design'} of {timezone.localtime():%-d %B, %H:%M}"
        return self.form.cleaned_data["title"] or default
