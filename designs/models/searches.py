"""What people searched for, as counts: nobody can tell who."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone


class SearchQuerySet(models.QuerySet["Search"]):
    """Each search is in one of these three."""

    def without_results(self) -> Self:
        return self.filter(found=0, settled_at__isnull=True)

    def settled(self) -> Self:
        return self.filter(found=0, settled_at__isnull=False)

    def successful(self) -> Self:
        return self.filter(found__gt=0)


class Search(models.Model):
    """Written by `designs.searches`. Settled it stays settled, until it finds something and then nothing again."""

    text = models.CharField(max_length=100, unique=True)  # folded
    found = models.PositiveIntegerField()  # designs, the last time
    count = models.PositiveIntegerField(default=1)  # how often it was asked
    last_seen = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)  # staff said that it needs nothing

    objects = SearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "searches without results"
        indexes = [
            # The staff's work list, and how many wait there.
            models.Index(
                fields=["-count", "id"], condition=Q(found=0, settled_at__isnull=True), name="search_without_results"
            ),
            # What is offered to whoever begins to type.
            models.Index(fields=["-count", "text"], condition=Q(found__gt=0), name="search_popular"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_settled(self) -> bool:
        return self.found == 0 and self.settled_at is not None

    # --- Verbs -------------------------------------------------------------------------------------------------
    def settle(self) -> bool:
        """It needs nothing. Answers whether that is new."""
        self.settled_at = timezone.now()
        return bool(Search.objects.filter(pk=self.pk, settled_at=None).update(settled_at=self.settled_at))

    def reopen(self) -> bool:
        self.settled_at = None
        return bool(Search.objects.filter(pk=self.pk).exclude(settled_at=None).update(settled_at=None))
