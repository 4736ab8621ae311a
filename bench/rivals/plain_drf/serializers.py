from typing import Any

from rest_framework import serializers

from bench.rivals import pictures
from bench.rivals.plain_drf.models import Collection, Design, DesignPicture, Maker

PLURALS = {
    "category": "categories",
    "style": "styles",
    "colour": "colours",
    "fabric": "fabrics",
    "occasion": "occasions",
    "season": "seasons",
    "weave": "weaves",
    "craft": "crafts",
    "motif": "motifs",
}
NULL_WHEN_EMPTY = [
    "description",
    "short_description",
    "long_description",
    "category",
    "style",
    "colour",
    "fabric",
    "occasion",
    "season",
    "audience",
    "tags",
    "size_available",
    "price_range",
    "designer_name",
    "collection_name",
]


class MakerSerializer(serializers.ModelSerializer[Maker]):
    class Meta:
        model = Maker
        fields = ["id", "slug", "name"]


class CollectionSerializer(serializers.ModelSerializer[Collection]):
    class Meta:
        model = Collection
        fields = ["id", "slug", "name"]


class ImageSerializer(serializers.ModelSerializer[DesignPicture]):
    id = serializers.IntegerField(source="picture.id")
    width = serializers.IntegerField(source="picture.width")
    height = serializers.IntegerField(source="picture.height")
    url = serializers.SerializerMethodField()

    class Meta:
        model = DesignPicture
        fields = ["id", "url", "width", "height", "alt"]

    def get_url(self, place: DesignPicture) -> str:
        return pictures.link(place.picture.object_key)

    def to_representation(self, instance: DesignPicture) -> dict[str, Any]:
        shown, picture = super().to_representation(instance), instance.picture
        made = pictures.variants(picture.object_key, picture.width, picture.height, picture.edition)
        shown["thumbnail_url"] = pictures.thumbnail(picture.object_key, made)
        shown["thumbhash"] = picture.thumbhash or None
        shown["dominant_colour"] = picture.dominant_colour or None
        shown["alt"] = instance.alt or instance.design.title
        shown["variants"] = made
        return shown


class DesignSerializer(serializers.ModelSerializer[Design]):
    images = ImageSerializer(source="places", many=True)
    designer = MakerSerializer()
    collection = CollectionSerializer()
    is_favorited = serializers.BooleanField()

    class Meta:
        model = Design
        fields = [
            "id",
            "external_id",
            "title",
            "description",
            "short_description",
            "long_description",
            "images",
            "category",
            "style",
            "colour",
            "fabric",
            "occasion",
            "season",
            "audience",
            "tags",
            "size_available",
            "sizes",
            "price_range",
            "price_min",
            "price_max",
            "currency",
            "designer_name",
            "designer",
            "collection_name",
            "collection",
            "featured",
            "status",
            "view_count",
            "like_count",
            "is_favorited",
            "published_at",
            "created_at",
            "updated_at",
        ]

    def to_representation(self, instance: Design) -> dict[str, Any]:
        shown = super().to_representation(instance)
        for name in NULL_WHEN_EMPTY:
            shown[name] = shown[name] or None
        shown["tag_list"] = [tag.strip() for tag in instance.tags.split(",") if tag.strip()]
        shown.update(self.slugs(instance))
        shown.update(self.cover(instance, shown["images"]))
        return shown

    @staticmethod
    def slugs(design: Design) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {plural: [] for plural in PLURALS.values()}
        for use in design.uses.all():
            found[PLURALS[use.term.kind]].append(use.term.slug)
        return found

    @staticmethod
    def cover(design: Design, images: list[dict[str, Any]]) -> dict[str, Any]:
        first = images[0] if images else {}
        key = design.places.all()[0].picture.object_key if images else None
        return {"image_url": first.get("url"), "thumbnail_url": first.get("thumbnail_url"), "r2_object_key": key}
