"""The database that a backup is to go into: empty, and with the tables of then."""

from collections.abc import Sequence

from django.core.management import call_command
from django.core.management.sql import emit_pre_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

from config.backup import scope
from config.backup.faults import BackupError
from config.backup.manifest import Manifest
from config.backup.snapshot import run

Node = tuple[str, str | None]


def refuse_unless_empty() -> None:
    tables = set(connection.introspection.table_names())
    for label in scope.KEPT:
        model = scope.model_of(label)
        name = connection.ops.quote_name(model._meta.db_table)
        if label in scope.SEEDED or model._meta.db_table not in tables:
            continue
        if run(f"SELECT 1 FROM {name} LIMIT 1"):  # noqa: S608 - our own name
            raise BackupError(
                f"This database is not empty: {model._meta.db_table} has rows. Restore into a new one; "
                "nothing was changed."
            )


def refuse_newer(manifest: Manifest) -> None:
    """Before anything is written."""
    known = {".".join(node) for node in MigrationExecutor(connection).loader.disk_migrations}
    if unknown := sorted(set(manifest.migrations) - known):
        raise BackupError(
            f"This backup was made by a newer gallery ({manifest.app}): {unknown[0]} is not known here. "
            "Restore it with that version."
        )
    plan_for(manifest)


def set_up(manifest: Manifest) -> None:
    """The tables as they were when the backup was made."""
    plan = plan_for(manifest)
    if not plan and is_of_today(manifest):
        call_command("migrate", verbosity=0, interactive=False)
        return
    executor = MigrationExecutor(connection)
    emit_pre_migrate_signal(0, False, DEFAULT_DB_ALIAS, plan=plan)
    executor.migrate(targets_of(manifest, executor), plan)


def come_to_today(manifest: Manifest) -> None:
    if not is_of_today(manifest):
        call_command("migrate", verbosity=0, interactive=False)


def is_of_today(manifest: Manifest) -> bool:
    nodes = MigrationExecutor(connection).loader.graph.nodes
    return {".".join(node) for node in nodes} <= set(manifest.migrations)


def plan_for(manifest: Manifest) -> Sequence[tuple[Migration, bool]]:
    """What leads from here to there; nothing for a backup of today, to which `migrate` leads."""
    if is_of_today(manifest):
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(targets_of(manifest, executor))
    if len({backwards for _, backwards in plan}) > 1:
        raise BackupError(
            "The tables here are neither older nor newer than this backup: give it a database of its own."
        )
    return plan


def targets_of(manifest: Manifest, executor: MigrationExecutor) -> list[Node]:
    """The last one of each app that had been applied; None where there was none."""
    graph, then = executor.loader.graph, set(manifest.migrations)
    targets: list[Node] = []
    for app in sorted(executor.loader.migrated_apps):
        applied = [node for node in graph.nodes if node[0] == app and ".".join(node) in then]
        inner = {parent.key for node in applied for parent in graph.node_map[node].parents if parent.key[0] == app}
        targets += [node for node in applied if node not in inner] or [(app, None)]
    return targets
