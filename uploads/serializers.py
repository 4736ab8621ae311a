"""Bodies of the picture doors, named as the generated client shows them."""

import mimetypes
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api.serializers import StrictSerializer
from uploads import keys, validators
from uploads.models import Picture


class Category(serializers.ChoiceField):
    """`designs`, `avatars` or `temp`; `general` is the older backend's word for designs."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[*keys.CATEGORIES, "general"], **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return keys.OTHER_NAMES.get(data) or str(super().to_internal_value(data))


class FileForm(StrictSerializer):
    file = serializers.FileField(
        allow_empty_file=True,  # refused further in, with a code of its own
        error_messages={"required": "Send the picture as the form field `file`."},
    )


class UploadForm(FileForm):
    category = Category(required=False, default=keys.DESIGNS)


class PresignRequest(StrictSerializer):
    filename = serializers.CharField(max_length=255)
    category = Category(required=False, default=keys.DESIGNS)
    content_type = serializers.CharField(max_length=100, required=False, allow_blank=True, allow_null=True)
    size = serializers.IntegerField(min_value=1, max_value=2**31, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = (attrs.get("content_type") or guessed(attrs["filename"])).partition(";")[0].strip().lower()
        attrs["content_type"] = {"image/jpg": "image/jpeg", "image/heif": "image/heic"}.get(kind, kind)
        validators.check_type(attrs["content_type"], "content_type")
        return attrs


def guessed(filename: str) -> str:
    _, dot, ending = filename.rpartition(".")  # a whole hostile name could be taken for a URL
    return mimetypes.guess_type(f"x{dot}{ending}")[0] or ""


class ObjectKey(StrictSerializer):
    object_key = serializers.CharField(max_length=2_000, trim_whitespace=False)


class Presigned(serializers.Serializer[Any]):
    object_key = serializers.CharField()
    upload_url = serializers.CharField()
    method = serializers.CharField()
    headers = serializers.DictField(child=serializers.CharField(), help_text="Send exactly these along.")
    public_url = serializers.CharField(help_text="Where the picture can be seen once it is completed.")
    expires_in = serializers.IntegerField(help_text="Seconds.")


class Variant(serializers.Serializer[Any]):
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.CharField()
    format = serializers.CharField()


class UploadedPicture(serializers.ModelSerializer[Picture]):
    public_url = serializers.CharField(source="url")
    variants = Variant(many=True, source="urls")
    duplicate_of = serializers.SerializerMethodField(help_text="The id of the picture with the same bytes.")

    class Meta:
        model = Picture
        fields = [
            "id",
            "object_key",
            "public_url",
            "width",
            "height",
            "thumbhash",
            "dominant_colour",
            "variants",
            "duplicate_of",
        ]
        read_only_fields = fields

    def get_duplicate_of(self, picture: Picture) -> int | None:
        same: Picture | None = self.context.get("duplicate_of")
        return same.pk if same else None


class Use(serializers.Serializer[Any]):
    kind = serializers.CharField()
    id = serializers.IntegerField()


class StoredPicture(serializers.ModelSerializer[Picture]):
    key = serializers.CharField(source="object_key")
    last_modified = serializers.DateTimeField(source="updated_at")
    public_url = serializers.CharField(source="url")
    used_by = serializers.SerializerMethodField()

    class Meta:
        model = Picture
        fields = ["key", "size", "last_modified", "public_url", "id", "width", "height", "used_by"]
        read_only_fields = fields

    @extend_schema_field(Use(many=True))
    def get_used_by(self, picture: Picture) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.context["used_by"].get(picture.pk, [])
        return found


class StoredPictures(serializers.Serializer[Any]):
    images = StoredPicture(many=True)
    count = serializers.IntegerField()
    next_cursor = serializers.CharField(allow_null=True)
