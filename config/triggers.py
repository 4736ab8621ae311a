"""Triggers that an app needs: a migration puts them, and SQLite's way of migrating does not lose them.

SQLite remakes a table to change it: that loses its triggers, and fails while those of others name it. So they step
aside while anything migrates.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_migrate, pre_migrate


@dataclass(frozen=True)
class Triggers:
    """Of one app, for both databases."""

    migration: tuple[str, str]  # the one that puts them
    postgresql: list[str]
    functions: list[str]  # of PostgreSQL; their triggers go with them
    sqlite: dict[str, str]  # by name
    made_up_for: str  # what makes up for all that happened without them, on SQLite

    def put(self, connection: BaseDatabaseWrapper) -> None:
        if connection.vendor == "postgresql":
            run(connection, self.postgresql)
        else:
            run(connection, [f"CREATE TRIGGER IF NOT EXISTS {name} {what}" for name, what in self.sqlite.items()])

    def take_away(self, connection: BaseDatabaseWrapper) -> None:
        if connection.vendor == "postgresql":
            run(connection, [f"DROP FUNCTION IF EXISTS {name}() CASCADE" for name in self.functions])
        else:
            run(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in self.sqlite])

    # --- Around migrations -------------------------------------------------------------------------------------
    def survive_migrations(self, app: AppConfig) -> None:
        pre_migrate.connect(self.before_migrating, sender=app, dispatch_uid=f"triggers_before_{app.label}")
        post_migrate.connect(self.after_migrating, sender=app, dispatch_uid=f"triggers_after_{app.label}")

    def before_migrating(self, using: str, plan: Any = (), **_: Any) -> None:
        if plan and connections[using].vendor == "sqlite":
            self.take_away(connections[using])

    def after_migrating(self, using: str, **_: Any) -> None:
        connection = connections[using]
        if connection.vendor == "sqlite" and not self.stand(connection) and self.belong(connection):
            self.put(connection)
            run(connection, [self.made_up_for])

    def stand(self, connection: BaseDatabaseWrapper) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            return set(self.sqlite) <= {name for (name,) in cursor.fetchall()}

    def belong(self, connection: BaseDatabaseWrapper) -> bool:
        return self.migration in MigrationRecorder(connection).applied_migrations()


def run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
