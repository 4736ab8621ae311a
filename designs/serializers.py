"""Bodies of the design doors, named as the generated client shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from config.api.errors import Refusal, detail
from config.api.serializers import StrictSerializer
from designs import vocabulary
from designs.models import PLURALS, SCALARS, Audience, Design, Kind, Status
from uploads import keys
from uploads import services as uploads
from uploads.models import Picture
from uploads.serializers import Variant

MOST_PICTURES, MOST_TERMS, MOST_TAGS, MOST_SIZES = 30, 30, 50, 30
HIGHEST_PRICE = 10**15
LONGEST_TAG = 60


class NamedRow(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()


class DesignImage(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    url = serializers.CharField()
    thumbnail_url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    thumbhash = serializers.CharField(allow_null=True)
    dominant_colour = serializers.CharField(allow_null=True)
    alt = serializers.CharField()
    variants = Variant(many=True)


def text(**how: Any) -> serializers.CharField:
    return serializers.CharField(allow_null=True, **how)


def slugs() -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField())


class DesignObject(serializers.Serializer[Any]):
    """A design as the contract shows it; `designs.cards.shown` makes it, and a test holds the two together."""

    id = serializers.IntegerField()
    external_id = text()
    title = serializers.CharField()
    description = text()
    short_description = text()
    long_description = text()
    image_url = text(help_text="The cover at full size; null only for drafts.")
    r2_object_key = text()
    thumbnail_url = text()
    images = DesignImage(many=True)
    category = text(help_text="The first of `categories`; so for the other five.")
    style = text()  # type: ignore[assignment] # the contract's word; a Field's own `style` is not used here
    colour = text()
    fabric = text()
    occasion = text()
    season = text()
    categories = slugs()
    styles = slugs()
    colours = slugs()
    fabrics = slugs()
    occasions = slugs()
    seasons = slugs()
    weaves = slugs()
    crafts = slugs()
    motifs = slugs()
    audience = serializers.ChoiceField(Audience.choices, allow_null=True)
    tags = text(help_text="`tag_list`, with commas.")
    tag_list = slugs()
    size_available = text()
    sizes = slugs()
    price_range = text()
    price_min = serializers.IntegerField(allow_null=True, help_text="Minor units: paise.")
    price_max = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    designer_name = text()
    designer = NamedRow(allow_null=True)
    collection_name = text()
    collection = NamedRow(allow_null=True)
    featured = serializers.BooleanField()
    status = serializers.ChoiceField(Status.choices)
    view_count = serializers.IntegerField()
    like_count = serializers.IntegerField()
    is_favorited = serializers.BooleanField()
    published_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


HOW = ["name", "synonym", "spelling", "typo", "beginning", "text", "unknown"]
FIELDS = list(DesignObject().fields)


class SearchWord(serializers.Serializer[Any]):
    word = serializers.CharField(help_text="As it was typed.")
    how = serializers.ChoiceField(HOW, help_text="What made it understood; `text` is looked for as it stands.")

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "as": serializers.CharField(help_text="What it was taken for.")}


class Search(serializers.Serializer[Any]):
    """How `q` was understood. Where half of the words or more are unknown, nothing is found."""

    text = serializers.CharField()
    words = SearchWord(many=True)
    not_understood = serializers.ListField(child=serializers.CharField())
    did_you_mean = serializers.CharField(allow_null=True, help_text="The text without its slips, when it has any.")
    with_every_word = serializers.IntegerField(help_text="Designs with all of the words; those that lack one follow.")


class DesignPage(serializers.Serializer[Any]):
    designs = DesignObject(many=True)
    total = serializers.IntegerField(allow_null=True)
    total_is_capped = serializers.BooleanField()
    page = serializers.IntegerField(allow_null=True)
    per_page = serializers.IntegerField()
    total_pages = serializers.IntegerField(allow_null=True)
    next_cursor = serializers.CharField(allow_null=True)
    search = Search(allow_null=True)


def optional(longest: int) -> serializers.CharField:
    return serializers.CharField(max_length=longest, required=False, allow_null=True, allow_blank=True)


def some(longest: int, most: int) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=longest), max_length=most, required=False, allow_null=True
    )


def amount() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=HIGHEST_PRICE, required=False, allow_null=True)


WRITABLE = [
    "external_id",
    "title",
    "description",
    "short_description",
    "long_description",
    "r2_object_key",
    "image_ids",
    *SCALARS,
    *PLURALS.values(),
    "audience",
    "tags",
    "tag_list",
    "size_available",
    "sizes",
    "price_range",
    "price_min",
    "price_max",
    "currency",
    "designer_name",
    "collection_name",
    "featured",
    "status",
]


@extend_schema_serializer(component_name="DesignChange")
class DesignBody(StrictSerializer):
    """What may be written of a design. The rest of the object is read-only and ignored."""

    external_id = optional(100)
    title = serializers.CharField(max_length=200)
    description = optional(20_000)
    short_description = optional(500)
    long_description = optional(60_000)
    r2_object_key = serializers.CharField(
        max_length=2_000, required=False, allow_null=True, help_text="Of an uploaded picture: it becomes the cover."
    )
    image_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**53),
        max_length=MOST_PICTURES,
        required=False,
        help_text="All pictures in their order.",
    )
    category = optional(80)
    style = optional(80)  # type: ignore[assignment] # see above
    colour = optional(80)
    fabric = optional(80)
    occasion = optional(80)
    season = optional(80)
    categories = some(80, MOST_TERMS)
    styles = some(80, MOST_TERMS)
    colours = some(80, MOST_TERMS)
    fabrics = some(80, MOST_TERMS)
    occasions = some(80, MOST_TERMS)
    seasons = some(80, MOST_TERMS)
    weaves = some(80, MOST_TERMS)
    crafts = some(80, MOST_TERMS)
    motifs = some(80, MOST_TERMS)
    audience = serializers.ChoiceField(Audience.choices, required=False, allow_null=True)
    tags = optional(1_000)
    tag_list = some(LONGEST_TAG, MOST_TAGS)
    size_available = optional(200)
    sizes = some(30, MOST_SIZES)
    price_range = optional(100)
    price_min = amount()
    price_max = amount()
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)
    designer_name = optional(120)
    collection_name = optional(120)
    featured = serializers.BooleanField(required=False)
    status = serializers.ChoiceField(Status.choices, required=False)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            read_only = set(FIELDS) - set(WRITABLE)
            data = {name: value for name, value in data.items() if name not in read_only}
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """As `designs.services` takes it: terms resolved, pictures found, null as empty."""
        if not attrs:
            raise Refusal("validation_error", "Name at least one field to change.")
        facts = {name: empty(name, value) for name, value in attrs.items()}
        design: Design | None = self.instance
        facts |= resolved_terms(facts, design)
        facts |= resolved_tags(facts, design)
        if pictures := resolved_pictures(facts, design):
            facts["pictures"] = pictures
        return facts


NUMBERS = {"price_min", "price_max", "external_id"}


def empty(name: str, value: Any) -> Any:
    if name == "external_id":
        return value or None
    if value is not None or name in NUMBERS:
        return value
    return [] if name in {*PLURALS.values(), "tag_list", "sizes"} else ""


# --- Terms: six old scalars and nine arrays, both writable ------------------------------------------------------
def resolved_terms(facts: dict[str, Any], design: Design | None) -> dict[str, Any]:
    before = design.card.get("terms", {}) if design else {}
    kinds = {}
    for kind in Kind:
        now = before.get(kind.value, [])
        wanted = wanted_slugs(kind, facts, now)
        if wanted is not None:
            kinds[kind.value] = wanted
    return {"terms": kinds} if kinds else {}


def wanted_slugs(kind: Kind, facts: dict[str, Any], now: list[str]) -> list[vocabulary.Entry] | None:
    """Read, modify, write: of the scalar and the array, the one that differs from what is stored was meant."""
    array = entries(kind, PLURALS[kind], facts[PLURALS[kind]]) if PLURALS[kind] in facts else None
    first = entries(kind, kind.value, [facts[kind.value]] if facts[kind.value] else []) if kind.value in facts else None
    if first is None or (array is not None and [entry.slug for entry in array] != now):
        contradicts = first and array is not None and first[0].slug not in {entry.slug for entry in array}
        if contradicts and [entry.slug for entry in first or []] != now[:1]:
            message = f"{kind.value} is not among {PLURALS[kind]}."
            raise Refusal("validation_error", message, details=[detail(kind.value, "contradiction", message)])
        return array
    if [entry.slug for entry in first] == now[:1]:
        return array
    rest = entries(kind, kind.value, now[1:])
    return unique([*first, *rest])


def entries(kind: Kind, field: str, values: list[str]) -> list[vocabulary.Entry]:
    words, found = vocabulary.current(), []
    for value in values:
        entry = words.find(kind.value, value)
        if entry is None:
            near = words.nearest(kind.value, value)
            hint = f" Did you mean {near}?" if near else ""
            message = f"There is no {kind.value} {value[:60]!r}.{hint}"
            raise Refusal("validation_error", message, details=[detail(field, "unknown_value", message)])
        found.append(entry)
    return unique(found)


def unique(found: list[vocabulary.Entry]) -> list[vocabulary.Entry]:
    return list({entry.id: entry for entry in found}.values())


# --- Tags and pictures ------------------------------------------------------------------------------------------
def resolved_tags(facts: dict[str, Any], design: Design | None) -> dict[str, Any]:
    given = [facts.pop(name) for name in ("tag_list", "tags") if name in facts]
    if not given:
        return {}
    lists = [split(tags) for tags in given]
    before = split(design.tags) if design else []
    meant = next((tags for tags in lists if tags != before), lists[0])
    return {"tags": meant}


def split(tags: str | list[str]) -> list[str]:
    parts = tags.split(",") if isinstance(tags, str) else [part for tag in tags for part in tag.split(",")]
    found = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if any(len(tag) > LONGEST_TAG for tag in found) or len(found) > MOST_TAGS:
        message = f"At most {MOST_TAGS} tags of {LONGEST_TAG} characters."
        raise Refusal("validation_error", message, details=[detail("tags", "max_length", message)])
    return found


def resolved_pictures(facts: dict[str, Any], design: Design | None) -> list[Picture] | None:
    numbers, key = facts.pop("image_ids", None), facts.pop("r2_object_key", "")
    now = [place["id"] for place in design.card.get("pictures", [])] if design else []
    if numbers is None and not key:
        return None
    found = by_numbers(numbers if numbers is not None else now)
    if key and (design is None or not now or key != design.card["pictures"][0]["object_key"]):
        cover = uploads.complete(keys.checked(key, "r2_object_key"), field="r2_object_key")
        found = [cover, *(picture for picture in found if picture != cover)]
    return found


def by_numbers(numbers: list[int]) -> list[Picture]:
    rows = Picture.objects.shown().exclude(category=keys.AVATARS).in_bulk(numbers)
    missing = next((number for number in numbers if number not in rows), None)
    if missing is not None:
        message = f"There is no picture {missing}."
        raise Refusal("picture_not_found", message, details=[detail("image_ids", "picture_not_found", message)])
    return [rows[number] for number in dict.fromkeys(numbers)]
