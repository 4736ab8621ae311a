from django.db import models


class Counter(models.Model):
    """How often a key was hit since its period began. Written by one statement in stores.py, never by the ORM."""

    key = models.CharField(max_length=200, primary_key=True)
    hits = models.PositiveIntegerField()
    ends_at = models.FloatField(db_index=True)  # seconds since 1970; read by the pruning of ended periods

    def __str__(self) -> str:
        return f"{self.key}: {self.hits}"
