from datetime import timedelta
from typing import Any, Self

from django.db import IntegrityError, models, transaction
from django.utils import timezone

KEPT = timedelta(hours=24)
GIVEN_UP = timedelta(seconds=60)  # a first request without an answer after so long has died


class FirstAnswerQuerySet(models.QuerySet["FirstAnswer"]):
    def claim(self, owner: int, key: str, digest: str) -> "tuple[FirstAnswer, bool]":
        """The row of this key, and whether it is ours to answer."""
        self.forget_old(owner)
        try:
            with transaction.atomic():
                return self.create(owner=owner, key=key, digest=digest), True
        except IntegrityError:
            found = self.get(owner=owner, key=key)
        return found, found.digest == digest and found.take_over()

    def forget_old(self, owner: int) -> None:
        self.filter(owner=owner, created_at__lt=timezone.now() - KEPT).delete()

    def unanswered(self) -> Self:
        return self.filter(status=None)


class FirstAnswer(models.Model):
    """What somebody was answered to a request that may come again. `owner` is a number: the floor knows no people."""

    owner = models.BigIntegerField()
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # of the door and the body
    status = models.PositiveSmallIntegerField(null=True)  # null while the first request is worked on
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = FirstAnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="one_answer_of_each_key")]

    def __str__(self) -> str:
        return f"{self.owner}: {self.key}"

    def take_over(self) -> bool:
        """One conditional statement: of two who find a dead request, one continues it."""
        stale = FirstAnswer.objects.unanswered().filter(pk=self.pk, created_at__lt=timezone.now() - GIVEN_UP)
        return bool(stale.update(created_at=timezone.now()))

    def answer(self, status: int, body: Any) -> None:
        self.status, self.body = status, body
        self.save(update_fields=["status", "body"])
