"""What people searched for, as counts: nobody can tell who."""

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from config.audit import trail


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

    name_in_trail = ""  # somebody may have typed what is nobody's business
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
        return self._tell("search.settled", Search.objects.filter(settled_at=None), self.settled_at)

    def reopen(self) -> bool:
        self.settled_at = None
        return self._tell("search.reopened", Search.objects.exclude(settled_at=None), None)

    def _tell(self, what: str, waiting: SearchQuerySet, settled_at: datetime | None) -> bool:
        with transaction.atomic():
            changed = waiting.filter(pk=self.pk).update(settled_at=settled_at)
            if changed:
                trail.record(what, on=self)
        return bool(changed)
