from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from bench.rivals.plain_drf.filters import DesignFilter
from bench.rivals.plain_drf.models import Design, DesignPicture, DesignTerm, Favorite
from bench.rivals.plain_drf.serializers import DesignSerializer

UNREAD = ("title_key", "price_from", "price_to", "designer_key")


class DesignViewSet(ModelViewSet[Design]):
    serializer_class = DesignSerializer
    filterset_class = DesignFilter

    def get_queryset(self) -> QuerySet[Design]:
        kept = Favorite.objects.filter(user=self.request.user.pk, design=OuterRef("pk"))
        uses = DesignTerm.objects.select_related("term").order_by("position", "pk")
        places = DesignPicture.objects.select_related("picture").order_by("position", "pk")
        return (
            Design.objects.filter(status="active")
            .defer(*UNREAD)
            .annotate(is_favorited=Exists(kept))
            .select_related("designer", "collection")
            .prefetch_related(Prefetch("uses", uses), Prefetch("places", places))
        )

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        design = self.get_object()
        Design.objects.filter(pk=design.pk).update(view_count=F("view_count") + 1)
        design.view_count += 1
        return Response(self.get_serializer(design).data)

    @action(detail=True, methods=["post"], url_path="favorite")
    def favorite(self, request: Request, pk: int) -> Response:
        get_object_or_404(Design.objects.only("pk"), pk=pk, status="active")
        with transaction.atomic():
            facts = {"created_at": timezone.now()}
            _, new = Favorite.objects.get_or_create(user_id=request.user.pk, design_id=pk, defaults=facts)
            if new:
                Design.objects.filter(pk=pk).update(like_count=F("like_count") + 1)
        return self.told(pk, "added to", kept=True)

    @favorite.mapping.delete
    def unfavorite(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            gone, _ = Favorite.objects.filter(user=request.user.pk, design=pk).delete()
            if gone:
                Design.objects.filter(pk=pk).update(like_count=F("like_count") - 1)
        return self.told(pk, "removed from", kept=False)

    @staticmethod
    def told(pk: int, what: str, *, kept: bool) -> Response:
        design = get_object_or_404(Design.objects.only("like_count"), pk=pk)
        facts = {"is_favorited": kept, "like_count": design.like_count}
        return Response({"message": f"Design {what} favorites", "success": True, **facts})
