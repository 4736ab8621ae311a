"""What a backup holds, and what it leaves out and why. A model that stands on neither list fails a test."""

from django.apps import apps
from django.db.models import AutoField, Model

KEPT = (
    "auth.Group",
    "auth.Group_permissions",
    "constance.Constance",
    "accounts.User",
    "accounts.User_groups",
    "accounts.User_user_permissions",
    "accounts.Decision",
    "accounts.Session",
    "uploads.Picture",
    "uploads.Avatar",
    "designs.Maker",
    "designs.Collection",
    "designs.Term",
    "designs.Design",
    "designs.DesignTerm",
    "designs.DesignTag",
    "designs.DesignPicture",
    "designs.Moderation",
    "designs.Import",
    "designs.Search",
    "designs.View",
    "designs.DailyStat",
    "favorites.Favorite",
    "audit.Entry",
    "admin.LogEntry",
    "analytics.Day",
    "analytics.Snapshot",
)
LEFT_OUT = {
    "contenttypes.ContentType": "made by migrations; rows point at them by name, their numbers differ",
    "auth.Permission": "made by migrations; rows point at them by name, their numbers differ",
    "sessions.Session": "cookies of the admin: a working day, and they would be keys in a file",
    "axes.AccessAttempt": "failed sign-ins of the last quarter of an hour",
    "axes.AccessAttemptExpiration": "failed sign-ins of the last quarter of an hour",
    "axes.AccessFailureLog": "a log, with addresses of strangers",
    "axes.AccessLog": "a log, with addresses of strangers",
    "limits.Counter": "requests of this minute",
    "repeats.FirstAnswer": "answers that are repeated for a day",
    "django_tasks_database.DBTaskResult": "work of that moment: a mail sent twice is worse than one asked for again",
    "designs.Change": "word to running processes; a restore tells them to read everything anew",
}
# A migrated database that nobody has used yet has rows here. A restore replaces them.
SEEDED = {"auth.Group", "auth.Group_permissions", "constance.Constance", "designs.Term"}
PICTURES = "originals and variants of all that is shown; nothing that nobody has looked at yet"


def kept_models() -> list[type[Model]]:
    return [model_of(label) for label in KEPT]


def is_numbered(label: str) -> bool:
    """By the database itself; a day is its own key."""
    return isinstance(known()[label]._meta.pk, AutoField)


def model_of(label: str) -> type[Model]:
    return known()[label]


def known() -> dict[str, type[Model]]:
    """With those between models, which Django finds by no name."""
    found = apps.get_models(include_auto_created=True)
    return {model._meta.label: model for model in found if model._meta.managed and not model._meta.proxy}
