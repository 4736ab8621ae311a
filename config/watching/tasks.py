"""How the queue of background work stands."""

from collections.abc import Mapping

from django.db.models import Count
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.watching.figures import tells


def told() -> None:
    tells("gallery_tasks", "Background tasks, by status.", by_status, "status")
    tells("gallery_oldest_task_seconds", "How long the oldest task that is due has waited.", oldest)


def by_status() -> Mapping[str, float]:
    found = DBTaskResult.objects.order_by().values_list("status").annotate(number=Count("pk"))
    return {"READY": 0.0, "RUNNING": 0.0, "FAILED": 0.0} | {str(status): float(number) for status, number in found}


def oldest() -> float:
    due = DBTaskResult.objects.ready().order_by("enqueued_at").first()
    return (timezone.now() - due.enqueued_at).total_seconds() if due else 0.0
