from django.db import models
from django.utils import timezone


class Day(models.Model):
    """What happened on a day that is over. Written once by rollups.py, with what stood then: who takes a heart back or
    leaves later changes nothing here.
    """

    day = models.DateField(primary_key=True)
    views = models.PositiveBigIntegerField()
    hearts = models.PositiveBigIntegerField()
    registrations = models.PositiveBigIntegerField()
    tops = models.JSONField(default=list)  # [design, views] of the most viewed
    closed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.views} views"


class Snapshot(models.Model):
    """What takes long to count, as it stood at a moment; the last one of each day is kept."""

    day = models.DateField(primary_key=True)
    at = models.DateTimeField()
    facts = models.JSONField()

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"as of {self.at:%Y-%m-%d %H:%M}"
