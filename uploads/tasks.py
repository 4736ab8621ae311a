from django_tasks import task
from structlog import get_logger

from config.api.errors import Refusal
from uploads.storage import pictures

log = get_logger(__name__)


@task()
def remove_objects(names: list[str]) -> None:
    """Best effort. What cannot be reached now is found by reconcile_pictures."""
    for key in names:
        try:
            pictures().remove(key)
        except Refusal:
            log.warning("object_left_behind", key=key)
