from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import User
from designs.models import Design


class FavoriteQuerySet(models.QuerySet["Favorite"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def keep(self, user: User, design_id: int) -> None:
        """Under the constraint: nobody asks first."""
        self.bulk_create([Favorite(user=user, design_id=design_id)], ignore_conflicts=True)

    def drop(self, user: User, design_id: int) -> None:
        self.of(user).filter(design_id=design_id).delete()


class Favorite(models.Model):
    """A heart. The design's `like_count` follows the rows by triggers (favorites/triggers.py), whatever code runs."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favorites", db_index=False
    )
    # Its index: counting, and going when the design goes.
    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="favorites")
    created_at = models.DateTimeField(default=timezone.now)

    objects = FavoriteQuerySet.as_manager()

    class Meta:
        constraints = [
            # Also the index that cards ask: did this person keep this design?
            models.UniqueConstraint(fields=["user", "design"], name="favorite_once"),
        ]
        indexes = [
            # A person's hearts, newest first.
            models.Index(fields=["user", "created_at", "design"], name="favorite_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} keeps {self.design_id}"


def kept_by(user: User) -> list[dict[str, Any]]:
    hearts = Favorite.objects.of(user).order_by("created_at", "pk")
    return [*map(dict, hearts.values("design_id", "created_at", title=models.F("design__title")))]


def forget(user: User) -> None:
    Favorite.objects.of(user).delete()
