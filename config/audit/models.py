from typing import Any, NoReturn, Self

from django.db import models
from django.utils import timezone


class WrittenOnceError(Exception):
    """What was done stays done: no entry is changed, none is taken away."""


class Trail(models.QuerySet["Entry"]):
    def newest(self) -> Self:
        return self.order_by("-at", "-pk")

    def of(self, row: models.Model) -> Self:
        return self.filter(kind=row._meta.label_lower, key=str(row.pk))

    def told(self) -> Self:
        """Without those of which another entry tells together, like the designs of an import."""
        return self.filter(is_one_of_many=False)

    def update(self, **_: Any) -> NoReturn:
        raise WrittenOnceError

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        raise WrittenOnceError

    def delete(self) -> NoReturn:
        raise WrittenOnceError


class Entry(models.Model):
    """Who did what to which object. People are numbers here, so that an entry outlives them and names nobody."""

    at = models.DateTimeField(default=timezone.now)
    by = models.BigIntegerField(null=True)  # nobody: somebody with a shell on the server, or the gallery itself
    what = models.CharField(max_length=40)  # design.published
    kind = models.CharField(max_length=60)  # of the object: designs.design
    key = models.CharField(max_length=100, blank=True)  # its number; the name of a switch; empty when it is about many
    name = models.CharField(max_length=200, blank=True)  # what it was called then; empty for people
    changes = models.JSONField(default=dict)  # field -> [old, new]
    is_one_of_many = models.BooleanField(default=False)

    objects = Trail.as_manager()

    class Meta:
        default_permissions = ()  # nobody can be given the right to write here
        verbose_name_plural = "what was done"
        indexes = [
            # The list, newest first, of everything and of each filter.
            models.Index(fields=["is_one_of_many", "-at", "-id"], name="audit_newest"),
            models.Index(fields=["by", "is_one_of_many", "-at", "-id"], name="audit_of_person"),
            models.Index(fields=["what", "is_one_of_many", "-at", "-id"], name="audit_of_verb"),
            models.Index(fields=["kind", "is_one_of_many", "-at", "-id"], name="audit_of_kind"),
            # What happened to one object.
            models.Index(fields=["kind", "key", "-at", "-id"], name="audit_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.key}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise WrittenOnceError
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise WrittenOnceError
