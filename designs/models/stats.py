from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from designs.models.designs import Design


class View(models.Model):
    """Somebody looked at a design. Appended, never updated in place; folded into the counts and forgotten."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="views", db_constraint=False)
    # Nobody's once the person is gone: what was seen stays counted.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    hour = models.PositiveIntegerField()  # since 1970
    folded = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "design", "hour"], name="view_once_an_hour")]
        indexes = [
            # fold_views, and what a detail adds to its stored count.
            models.Index(fields=["design", "at"], condition=Q(folded=False), name="view_unfolded"),
            # Forgetting what the rolling hour needs no longer.
            models.Index(fields=["at"], condition=Q(folded=True), name="view_folded"),
        ]

    def __str__(self) -> str:
        return f"{self.design_id} by {self.user_id}"


class DailyStat(models.Model):
    """Views of a design, day by day."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["design", "day"], name="daily_stat_once_a_day")]
        indexes = [
            # Charts of all designs by day.
            models.Index(fields=["day"], name="daily_stat_day"),
        ]

    def __str__(self) -> str:
        return f"{self.design_id} on {self.day}"


class Change(models.Model):
    """That something changed which the index keeps of a design; written by triggers, read by every process, kept for an
    hour.
    """

    design_id = models.BigIntegerField()  # also of designs that are gone
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["at"], name="design_change_at")]

    def __str__(self) -> str:
        return f"{self.design_id} at {self.at}"
