"""Everything a server needs before its first request, in one process."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = "Migrates the database when needed and makes sure there is an administrator. `make run` calls it."

    def handle(self, **_: Any) -> None:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            self.stdout.write(f"Applying {len(waiting)} migrations ...")
            call_command("migrate", verbosity=0, interactive=False)
        call_command("create_admin", stdout=self.stdout)
