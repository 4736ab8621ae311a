"""Everything a server needs before its first request, in one process."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from config.demo import allowed
from config.logs import scrub
from config.management.alone import alone


class Command(BaseCommand):
    help = (
        "Migrates the database when needed and makes sure there is an administrator. On a developer's machine a new "
        "gallery gets a demo, unless DEMO=0. `make run` calls it."
    )

    def handle(self, **_: Any) -> None:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(f"The database of DATABASE_URL does not answer: {scrub(str(error))}") from None
        with alone():
            self.prepare()

    def prepare(self) -> None:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            self.stdout.write(f"Applying {len(waiting)} migrations ...")
            call_command("migrate", verbosity=0, interactive=False)
        call_command("create_admin", stdout=self.stdout)
        if allowed.by_itself():
            self.stdout.write("Painting a demo gallery (DEMO=0 leaves it out) ...")
            call_command("create_demo", stdout=self.stdout)
