"""The doors of pictures: in at once, in by a ticket, out, and the list of what is there."""

from typing import Any

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Requires
from accounts.serializers import Account
from accounts.views import checked, done, me
from config.api.errors import Refusal
from config.api.pagination import BARE_DEFAULT, BARE_MOST, Keyset, Sort, filters_of, page_size
from config.api.repeats import repeatable
from config.api.serializers import Message
from config.api.views import Door
from uploads import keys, serializers, services, stamps, uses, validators
from uploads.models import Picture
from uploads.storage import LocalPictures, pictures


class CuratorDoor(Door):
    permission_classes = [Requires("pictures.edit")]
    lane = "curating"
    shows_pictures = True


def bytes_of(form: dict[str, Any]) -> bytes:
    """Read only when the size is right."""
    validators.check_size(form["file"].size or 0)
    data: bytes = form["file"].read()
    return data


def parts_of(request: Request) -> dict[str, Any]:
    return request.data.dict() if isinstance(request.data, QueryDict) else {}  # without a body it is an empty dict


CATEGORY = OpenApiParameter("category", str, description="designs, avatars or temp", default=keys.DESIGNS)


class UploadImage(CuratorDoor):
    parser_classes = [MultiPartParser]
    query = {"category"}

    @extend_schema(
        request={"multipart/form-data": serializers.UploadForm},
        responses={200: serializers.UploadedPicture},
        parameters=[CATEGORY],
        summary="Upload a picture",
    )
    @repeatable
    def post(self, request: Request) -> Response:
        form = serializers.UploadForm(data={**request.query_params.dict(), **parts_of(request)})
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        picture, same = services.store(bytes_of(asked), category=asked["category"], by=me(request))
        return Response(serializers.UploadedPicture(picture, context={"duplicate_of": same}).data)


class PresignedUrl(CuratorDoor):
    query = {"filename", "category", "content_type", "size"}

    @extend_schema(
        parameters=[serializers.PresignRequest], responses=serializers.Presigned, summary="Leave to put a picture"
    )
    def get(self, request: Request) -> Response:
        return self.ticket(request, request.query_params.dict())

    @extend_schema(
        request=serializers.PresignRequest, responses=serializers.Presigned, summary="Leave to put a picture"
    )
    def post(self, request: Request) -> Response:
        return self.ticket(request, request.data)

    def ticket(self, request: Request, facts: Any) -> Response:
        asked = serializers.PresignRequest(data=facts)
        asked.is_valid(raise_exception=True)
        wanted = {name: asked.validated_data.get(name) for name in ("category", "content_type", "size")}
        picture, ticket = services.ticket(**wanted, by=me(request))
        answer = {
            "object_key": picture.object_key,
            "upload_url": ticket.url,
            "method": "PUT",
            "headers": ticket.headers,
            "public_url": picture.url,
            "expires_in": ticket.expires_in,
        }
        return Response(answer, headers={"Cache-Control": "no-store"})


class RawBytes(BaseParser):
    """Leaves the body alone: the door reads it."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream


class PutIncoming(Door):
    """What a bucket does for a presigned URL, on the local disk: one key, one type, one length, for a while."""

    permission_classes = [AllowAny]
    authentication_classes = []
    throttle_classes = []  # whoever holds the signature was counted when it was made
    parser_classes = [RawBytes]

    @extend_schema(exclude=True)
    def put(self, request: Request, name: str) -> Response:
        asked, key, shelf = request.query_params.dict(), keys.INCOMING + name, pictures()
        if not isinstance(shelf, LocalPictures) or not keys.is_sane(key) or not stamps.holds(asked, key=key):
            raise Refusal("admin_required", "This link is not valid, or too old. Ask for a new one.")
        refuse_other(request, asked)
        with shelf.replacing(key) as file:
            for chunk in iter(lambda: request.stream.read(64 * 1024), b""):
                file.write(chunk)
        return Response(status=200)


def refuse_other(request: Request, asked: dict[str, str]) -> None:
    """The type and the length that were signed, and no others."""
    if request.content_type != asked["type"]:
        raise validators.refusal("unsupported_format", "content_type", f"This link takes {asked['type']}.")
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if asked["size"] and length != int(asked["size"]):
        raise validators.refusal("validation_error", "size", f"This link takes {asked['size']} bytes.")
    validators.check_size(length, "size")


class Complete(CuratorDoor):
    @extend_schema(
        request=serializers.ObjectKey, responses=serializers.UploadedPicture, summary="A picture was put: look at it"
    )
    def post(self, request: Request) -> Response:
        picture = services.complete(checked(serializers.ObjectKey, request)["object_key"])
        same = None if picture.is_first else Picture.objects.first_of(picture.category, picture.sha256)
        return Response(serializers.UploadedPicture(picture, context={"duplicate_of": same}).data)


class OneImage(CuratorDoor):
    @extend_schema(
        parameters=[OpenApiParameter("object_key", OpenApiTypes.STR, OpenApiParameter.PATH)],
        responses=Message,
        summary="Delete a picture that nothing uses",
    )
    def delete(self, request: Request, object_key: str) -> Response:
        services.delete(get_object_or_404(Picture.objects.called([keys.checked(object_key)])))
        return done("Image deleted successfully")


class Images(CuratorDoor):
    query = {"prefix", "limit", "per_page", "cursor"}

    @extend_schema(
        parameters=[
            OpenApiParameter("prefix", str),
            OpenApiParameter("limit", int, default=100),
            OpenApiParameter("cursor", str),
        ],
        responses=serializers.StoredPictures,
        summary="The pictures there are, newest first",
    )
    def get(self, request: Request) -> Response:
        limit = page_size(request, BARE_DEFAULT, BARE_MOST)
        found = Picture.objects.shown().below(request.query_params.get("prefix", "")[: keys.LONGEST])
        keyset = Keyset(Sort("newest", "created_at"), filters_of(request))
        rows, cursor = keyset.cut(found, limit, cursor=request.query_params.get("cursor", ""))
        shown = serializers.StoredPicture(rows, many=True, context={"used_by": uses.of(rows)}).data
        return Response({"images": shown, "count": len(rows), "next_cursor": cursor})


class MyAvatar(Door):
    lane = "upload"
    parser_classes = [MultiPartParser]
    shows_pictures = True

    @extend_schema(
        request={"multipart/form-data": serializers.FileForm}, responses=Account, summary="Show this face of mine"
    )
    def put(self, request: Request) -> Response:
        services.set_avatar(me(request), bytes_of(checked(serializers.FileForm, request)))
        return Response(Account(me(request)).data)

    @extend_schema(responses=Message, summary="Show no face of mine")
    def delete(self, request: Request) -> Response:
        services.remove_avatar(me(request))
        return done("Avatar removed.")
