from typing import Any

from django.db import migrations


def without_log(apps: Any, editor: Any) -> None:
    """Counters live for minutes. After a crash of PostgreSQL they begin anew, as they do in Redis; and no sign-in waits
    for a disk three times before its session is written."""
    alter(editor, "UNLOGGED")


def with_log(apps: Any, editor: Any) -> None:
    alter(editor, "LOGGED")


def alter(editor: Any, how: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"ALTER TABLE limits_counter SET {how}")


class Migration(migrations.Migration):
    dependencies = [("limits", "0001_counter")]
    operations = [migrations.RunPython(without_log, with_log)]
