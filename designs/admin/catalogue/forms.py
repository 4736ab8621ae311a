"""What staff write about a design. It is read by the serializer of the API, so that both doors agree on every rule."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from config.api.errors import Refusal
from designs.admin.catalogue.rows import named, price
from designs.models import PLURALS, Audience, Design, Kind
from designs.serializers import DesignBody

LONGEST_LIST = 1_500  # thirty names and their commas
HINTS = {
    Kind.CATEGORY: "Saree, Lehenga ... The first is the main one.",
    Kind.COLOUR: "The first is what people filter by.",
    Kind.OCCASION: "Wedding, Diwali ...",
}
FIELD_OF = {**{kind.value: plural for kind, plural in PLURALS.items()}, "tag_list": "tags", "sizes": "size_available"}
NAMES = {"tags": "tag_list"}  # one by one, each with its limit
FIELD_OF |= {"price_min": "price_range", "price_max": "price_range"}


class Text(forms.CharField):
    """Browsers send other line ends than they were given."""

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        return found.replace("\r\n", "\n") if isinstance(found, str) else found


def line(label: str, longest: int, hint: str = "", **attrs: Any) -> Text:
    widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", **attrs})
    return Text(label=label, max_length=longest, required=False, help_text=hint, widget=widget)


def paragraph(label: str, longest: int, rows: int) -> Text:
    return Text(label=label, max_length=longest, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": rows}))


def suggested(label: str, kind: str, longest: int = LONGEST_LIST, hint: str = "", *, many: bool = False) -> Text:
    """A field of names with commas; the script makes it a list of chips, and offers names while one types."""
    many_or_one = {"data-many": ""} if many else {}
    return line(label, longest, hint, **{"data-suggest": kind, **many_or_one})


class BodyForm(forms.Form):
    """`facts` is what `designs.services` takes."""

    design: Design | None = None
    facts: dict[str, Any]

    def body(self) -> dict[str, Any]:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.facts = {}
        if not self.errors and (body := self.body()):
            self.check(body)
        return cleaned

    def check(self, body: dict[str, Any]) -> None:
        reader = DesignBody(self.design, data=body, partial=self.design is not None)
        try:
            if reader.is_valid():
                self.facts = reader.validated_data
        except Refusal as error:
            return self.refuse(error)
        for name, sentences in reader.errors.items():
            self.complain(name, first(sentences))
        return None

    def refuse(self, error: Refusal) -> None:
        for detail in error.details or [{"field": "", "message": error.message}]:
            self.complain(detail["field"], detail["message"])

    def complain(self, name: str, sentence: str) -> None:
        field = FIELD_OF.get(name, name)
        self.add_error(field if field in self.fields else None, sentence)


class DesignForm(BodyForm):
    title = line("Title", 200)
    short_description = line("Short description", 500, "One line under the title")
    description = paragraph("Description", 20_000, 5)
    long_description = paragraph("The whole story", 60_000, 5)
    designer_name = suggested("Maker", "maker", 120, "A new name makes a new maker")
    collection_name = suggested("Collection", "collection", 120)
    price_range = line("Price", 100, "₹4,500 - 12,000, under 2000, 1.5 lakh ...", inputmode="text")
    size_available = line("Sizes", 200, "S-XL, Free Size, 38-44 ...")
    audience = forms.ChoiceField(
        label="For", choices=[("", "-"), *Audience.choices], required=False, widget=UnfoldAdminSelectWidget
    )
    tags = line("Tags", 1_000, "With commas")
    external_id = line("External id", 100, "Of your own stock list")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, design: Design) -> None:
        self.design = design
        super().__init__(data, initial=initial(design))
        for kind in Kind:
            label = PLURALS[kind].capitalize()
            self.fields[PLURALS[kind]] = suggested(label, kind.value, hint=HINTS.get(kind, ""), many=True)

    @property
    def terms(self) -> list[Any]:
        return [self[PLURALS[kind]] for kind in Kind]

    def clean(self) -> dict[str, Any]:
        if self.data.get("seen") and self.data["seen"] != self.initial["seen"]:
            raise forms.ValidationError("Somebody else changed this design while you had it open. Look at it again.")
        return super().clean()

    @property
    def changed(self) -> list[str]:
        return [name for name in self.changed_data if name != "seen"]

    def body(self) -> dict[str, Any]:
        return {NAMES.get(name, name): self.written(name) for name in self.changed}

    def written(self, name: str) -> Any:
        value = self.cleaned_data[name]
        if name in PLURALS.values() or name == "tags":
            return names_in(value)
        return value if name == "title" else value or None


class QuickForm(BodyForm):
    title = line("Title", 200)
    category = suggested("Category", "category", 80)
    price_range = line("Price", 100, "₹4,500 or 4500 - 12k", inputmode="text")
    picture = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**53)

    def body(self) -> dict[str, Any]:
        """A title it has in any case: see `quick`."""
        given = {name: self.cleaned_data[name] for name in ("title", "category", "price_range")}
        return {"title": "Design", **{name: value for name, value in given.items() if value}}


def initial(design: Design) -> dict[str, Any]:
    plain = ("title", "short_description", "description", "long_description", "designer_name", "collection_name")
    also = ("size_available", "audience", "tags", "external_id")
    return {
        **{name: getattr(design, name) or "" for name in (*plain, *also)},
        **{PLURALS[kind]: ", ".join(named(design, kind)) for kind in Kind},
        "price_range": price(design),
        "seen": design.updated_at.isoformat(),
    }


def names_in(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip())]


def first(sentences: Any) -> str:
    """Of a list they are numbered."""
    while isinstance(sentences, dict | list) and sentences:
        sentences = next(iter(sentences.values() if isinstance(sentences, dict) else sentences))
    return str(sentences)
