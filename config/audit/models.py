from django.db import models
from django.utils import timezone


class Entry(models.Model):
    """Who did what to which object. People are numbers here, so that an entry outlives them and names nobody."""

    at = models.DateTimeField(default=timezone.now)
    by = models.BigIntegerField(null=True)  # nobody: somebody with a shell on the server, or the gallery itself
    what = models.CharField(max_length=40)  # design.published
    kind = models.CharField(max_length=60)  # of the object: designs.design
    key = models.CharField(max_length=100)  # the object's number; a switch's name
    name = models.CharField(max_length=200, blank=True)  # what it was called then; empty for people
    changes = models.JSONField(default=dict)  # field -> [old, new]

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            # The list, newest first, of everything and of each filter.
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["by", "-id"], name="audit_of_person"),
            models.Index(fields=["what", "-id"], name="audit_of_verb"),
            # What happened to one object.
            models.Index(fields=["kind", "key", "-id"], name="audit_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.key}"
