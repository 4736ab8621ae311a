"""A catalogue file that staff brought in the browser, and how far it is."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from config.audit import trail

STALLED_AFTER = timedelta(minutes=2)  # a chunk of pictures takes seconds
GIVEN_UP_AFTER = timedelta(days=14)


class ImportQuerySet(models.QuerySet["Import"]):
    def to_mend(self) -> Self:
        """Broke off lately; an older one nobody will start again."""
        return self.filter(state=Import.State.FAILED, finished_at__gte=timezone.now() - GIVEN_UP_AFTER)


class Import(models.Model):
    """The file lies here until it is done: whoever works on it may be another machine."""

    class State(models.TextChoices):
        WAITING = "waiting", "Not started"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Broken off"

    name = models.CharField(max_length=200)
    data = models.BinaryField(default=b"")
    photos = models.JSONField(default=dict, blank=True)  # name of a file -> number of its picture
    strict = models.BooleanField(default=False)
    update = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True)  # by the worker, with each chunk
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict, blank=True)  # counts, remarks, numbers of designs
    message = models.TextField(blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="import_done_of_total")]
        indexes = [
            # What waits for staff: those that broke off. Without it SQLite would walk through each file.
            models.Index(fields=["finished_at"], condition=Q(state="failed"), name="import_to_mend"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_stalled(self) -> bool:
        """Its worker was killed, or never came."""
        last = self.touched_at or self.started_at
        return self.state == self.State.RUNNING and bool(last and timezone.now() - last > STALLED_AFTER)

    @property
    def may_start(self) -> bool:
        return bool(self.data) and (self.state in {self.State.WAITING, self.State.FAILED} or self.is_stalled)

    # --- Verbs -------------------------------------------------------------------------------------------------
    def start(self) -> bool:
        """Whether it starts by this: of two who press at once, one does."""
        if not self.may_start:
            return False
        same = Import.objects.filter(pk=self.pk, state=self.state, touched_at=self.touched_at)
        now = timezone.now()
        facts = {"state": self.State.RUNNING, "started_at": now, "touched_at": now}
        with transaction.atomic():
            started = same.update(**facts, done=0, result={}, message="")
            if started:
                trail.record("import.started", on=self, changes={"rows": (None, self.total)})
        return bool(started)

    def get_on(self, done: int, result: dict[str, Any]) -> None:
        self.done = min(done, self.total)
        self._note(done=self.done, result=result)

    def finish(self, result: dict[str, Any]) -> None:
        """The file goes: its rows are designs now."""
        with transaction.atomic():
            self._note(state=self.State.DONE, result=result, done=self.total, finished_at=timezone.now(), data=b"")
            self._tell("import.finished")

    def fail(self, message: str, result: dict[str, Any]) -> None:
        with transaction.atomic():
            self._note(state=self.State.FAILED, message=message, result=result, finished_at=timezone.now())
            self._tell("import.broken_off")

    def _tell(self, what: str) -> None:
        counts = self.result.get("counts", {})
        trail.record(what, on=self, by=self.by_id, changes={name: (None, count) for name, count in counts.items()})

    def _note(self, **facts: Any) -> None:
        facts["touched_at"] = timezone.now()
        Import.objects.filter(pk=self.pk).update(**facts)
        for name, value in facts.items():
            setattr(self, name, value)
