"""Django's own, one at a time: hosts that start together wait for one another."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from config.management.alone import alone


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with alone():
            super().handle(*args, **options)
