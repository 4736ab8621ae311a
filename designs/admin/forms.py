"""Words as staff write them: one on each line, and a line for each language."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from designs.models import Audience, Kind, Term
from designs.models.terms import new_slug

LONGEST_WORD, MOST_WORDS = 80, 200
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
HEX = r"^#[0-9A-Fa-f]{6}$"
BREAKS = re.compile(r"[\n,]")  # a comma in a filter means another value, so no word holds one


class WordsField(forms.CharField):
    """A list of words, one on each line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 6})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else self.written(value)

    def to_python(self, value: Any) -> Any:
        return self.read(value) if isinstance(value, str) else value or self.read("")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True

    def validate(self, value: Any) -> None:
        """Read is checked."""

    def run_validators(self, value: Any) -> None:
        """They are for texts."""

    def written(self, value: Any) -> str:
        return "\n".join(value)

    def read(self, text: str) -> Any:
        return words_of(text)


class NativeField(WordsField):
    """`hi: साड़ी, सारी`, a line for each language."""

    def written(self, value: Any) -> str:
        return "\n".join(f"{language}: {', '.join(words)}" for language, words in value.items())

    def read(self, text: str) -> Any:
        found: dict[str, list[str]] = {}
        for line in filter(None, map(str.strip, text.splitlines())):
            language, colon, words = line.partition(":")
            if not colon or not LANGUAGE.fullmatch(language.strip()):
                raise ValidationError(f"“{line[:40]}” does not begin with a language, like hi: or ta:")
            found[language.strip()] = [*found.get(language.strip(), []), *words_of(words)]
        return {language: words for language, words in found.items() if words}


def words_of(text: str) -> list[str]:
    words = [" ".join(part.split()) for part in BREAKS.split(text.replace("\r", "\n"))]
    found = list(dict.fromkeys(filter(None, words)))
    if too_long := next((word for word in found if len(word) > LONGEST_WORD), None):
        raise ValidationError(f"“{too_long[:40]}...” is longer than {LONGEST_WORD} characters.")
    if len(found) > MOST_WORDS:
        raise ValidationError(f"At most {MOST_WORDS} words.")
    return found


class TermForm(forms.ModelForm[Term]):
    slug = forms.SlugField(
        required=False,
        max_length=60,
        widget=UnfoldAdminTextInputWidget,
        help_text="The app keeps it, so it never changes. Leave it empty and it follows the name.",
    )
    synonyms = WordsField(required=False, help_text="Other spellings and names, one on each line.")
    native = NativeField(
        required=False, label="Native forms", help_text="A line for each language, like hi: साड़ी, सारी"
    )
    hex = forms.RegexField(
        HEX,
        required=False,
        label="Colour value",
        widget=UnfoldAdminTextInputWidget,
        help_text="Like #C8102E.",
        error_messages={"invalid": "A colour value looks like #C8102E."},
    )
    audience = forms.ChoiceField(
        required=False, choices=[("", "Anybody"), *Audience.choices], widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Term
        fields = ["kind", "slug", "name", "synonyms", "native", "hex", "family", "parent", "audience", "region"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "parent" in self.fields:
            parents: Any = self.fields["parent"]
            offered = Q(kind=self.instance.kind, is_active=True) | Q(pk=self.instance.parent_id or 0)
            parents.queryset = Term.objects.filter(offered).exclude(pk=self.instance.pk).order_by("name")
            parents.label, parents.empty_label = "Belongs below", "Nothing"

    def clean_hex(self) -> str:
        return str(self.cleaned_data["hex"]).upper()

    def clean_family(self) -> str:
        return str(self.cleaned_data["family"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if "slug" in self.fields and not facts.get("slug") and "slug" not in self.errors:
            facts["slug"] = new_slug(facts.get("kind", Kind.CATEGORY), facts.get("name", ""))
        return facts
