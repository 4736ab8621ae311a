"""The desks of makers and collections: what they are called, and which two are one."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminTextInputWidget

from designs.admin.desks import WordDesk, counted, designs
from designs.folding import folded
from designs.models import Collection, Design, Maker
from designs.models.makers import LONGEST, Named, NameTakenError


class NameForm(forms.ModelForm[Any]):
    name = forms.CharField(
        max_length=LONGEST, widget=UnfoldAdminTextInputWidget, help_text="Its designs follow when it changes."
    )

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if taken := self.instance.namesakes(facts["name"]).first() if facts.get("name") else None:
            self.taken_by = taken
            self.add_error("name", ValidationError(f"There is another one called {taken.name}.", code="name_taken"))
        return facts

    def _post_clean(self) -> None:
        """The verb sets the name, not the form."""


class NamedDesk(WordDesk):
    form = NameForm
    search_fields = ["name"]
    search_help_text = "Part of the name"
    ordering = ["key", "pk"]
    fields = ["name", "slug"]
    readonly_fields = ["slug"]
    change_form_template = "admin/designs/named.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(key__contains=folded(search_term)[:LONGEST]), False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(carried=counted(Design.objects.all(), self.model.column))

    @admin.display(description="Name", ordering="key")
    def called_so(self, row: Named) -> str:
        link = '<a class="desk-name" href="{}">{}</a><span class="desk-line">{}</span>'
        return format_html(link, self.address("change", row.pk), row.name, row.slug)

    @admin.display(description="Designs", ordering="carried")
    def how_many(self, row: Any) -> str:
        return str(row.carried)

    def save_model(self, request: HttpRequest, obj: Named, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        try:
            obj.rename(form.cleaned_data["name"])
        except NameTakenError as error:  # taken since the form was checked
            self.message_user(request, " ".join(error.messages), "error")

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        form = context["adminform"].form
        taken = getattr(form, "taken_by", None)
        row = kwargs["obj"]
        context |= {
            "title": self.opts.verbose_name.capitalize(),
            "carried": designs(self.carried_by(row)),
            "taken": taken,
            "merge_url": self.address("merge", row.pk, **({"into": taken.name} if taken else {})),
            "more": self.more_about(row),
        }
        answer: HttpResponse = super().render_change_form(request, context, **kwargs)
        return answer

    def carried_by(self, row: Named) -> int:
        return Design.objects.filter(**{row.column: row}).count()

    def more_about(self, row: Any) -> list[tuple[str, str]]:
        return []

    def called(self, one: Any, text: str) -> Any:
        return one.namesakes(text).first()

    def offered(self, one: Any) -> QuerySet[Any]:
        return self.model.objects.exclude(pk=one.pk).order_by("key")

    def consequences(self, one: Any, into: Any) -> list[str]:
        return [f"{designs(self.carried_by(one))} will be of {into}.", f"{one} will be gone."]


@admin.register(Maker)
class MakerDesk(NamedDesk):
    list_display = ["called_so", "lines", "how_many"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(owned=counted(Collection.objects.all(), "maker"))

    @admin.display(description="Collections", ordering="owned")
    def lines(self, row: Any) -> str:
        return str(row.owned)

    def more_about(self, row: Maker) -> list[tuple[str, str]]:
        """Its collections and where each is looked at."""
        desk: Any = admin.site.get_model_admin(Collection)
        return [(line.name, desk.address("change", line.pk)) for line in row.collections.order_by("key")]

    def consequences(self, one: Maker, into: Maker) -> list[str]:
        lines = one.collections.count()
        more = [f"{lines} of its collections will be of {into}."] if lines else []
        return [*more, *super().consequences(one, into)]


@admin.register(Collection)
class CollectionDesk(NamedDesk):
    list_display = ["called_so", "of", "how_many"]
    list_select_related = ["maker"]

    @admin.display(description="Maker", ordering="maker__key")
    def of(self, row: Collection) -> str:
        return row.maker.name if row.maker else "-"

    def offered(self, one: Collection) -> QuerySet[Any]:
        return super().offered(one).filter(maker=one.maker_id)
