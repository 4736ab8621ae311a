from collections.abc import Iterator
from typing import Any, Self

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from accounts.holdings import many
from accounts.models import User
from config import statements
from designs.models import Design, Status

# One statement where the ORM would take three, or ask before it writes.
KEEP = """
    INSERT INTO favorites_favorite (user_id, design_id, created_at)
    SELECT %(user)s, id, %(now)s FROM designs_design WHERE id = %(design)s AND (status = %(shown)s OR %(hidden)s)
    ON CONFLICT (user_id, design_id) DO NOTHING
"""
DROP = "DELETE FROM favorites_favorite WHERE user_id = %s AND design_id = %s"


class FavoriteQuerySet(models.QuerySet["Favorite"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def keep(self, user: User, design_id: int, *, hidden: bool = False) -> None:
        """If the design is shown, or `hidden` may be kept, too. Under the constraint: nobody asks first."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        facts = {"user": user.pk, "design": design_id, "now": now, "shown": Status.ACTIVE.value, "hidden": hidden}
        with statements.kept_plan() as cursor:
            cursor.execute(KEEP, facts)

    def drop(self, user: User, design_id: int) -> None:
        with statements.kept_plan() as cursor:
            cursor.execute(DROP, [user.pk, design_id])


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
            # Hearts of a day: the figures of staff (config/analytics), today's and those of a day that is closed.
            models.Index(fields=["created_at"], name="favorite_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} keeps {self.design_id}"


def kept_by(user: User) -> Iterator[dict[str, Any]]:
    hearts = Favorite.objects.of(user).order_by("created_at", "design")
    return many(hearts.values("design_id", "created_at", title=models.F("design__title")))


def forget(user: User) -> None:
    Favorite.objects.of(user).delete()
