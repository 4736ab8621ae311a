"""The rounds of config/chores.py: one of them now, or all of them for as long as the process lives."""

import io
import signal
import time
from argparse import ArgumentParser
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone
from structlog import get_logger

from config import chores

log = get_logger(__name__)


class Command(BaseCommand):
    help = (
        f"Does what is to be done regularly. With the name of a round ({', '.join(chores.NAMES)}): now and once, for "
        "cron; exit code 1 when a command failed. Without: stays, and does each round when it is due. Two hosts "
        "that do the same do nothing wrong, but only one should make backups to one bucket."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "name", metavar="round", nargs="?", choices=chores.NAMES, help="without: all, each when it is due"
        )

    def handle(self, *, name: str | None, **_: Any) -> None:
        if not name:
            self.stay()
        elif failed := self.done(chores.called(name)):
            raise CommandError(f"Failed: {', '.join(failed)}.")

    def done(self, one: chores.Round) -> list[str]:
        """The commands that failed; each has its line in the log."""
        return [command for command in one.commands if not self.went_well(command)]

    def went_well(self, command: str) -> bool:
        started, said = time.monotonic(), io.StringIO()
        try:
            call_command(*command.split(), verbosity=0, stdout=said, stderr=said, no_color=True)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the next chore is done all the same
            why = str(error) or repr(error)
            log.error("chore_failed", command=command, reason=why, said=said.getvalue().strip())  # noqa: TRY400 - it says it all
            return False
        log.info(
            "chore_done", command=command, said=said.getvalue().strip(), seconds=round(time.monotonic() - started, 3)
        )
        return True

    def stay(self) -> None:
        # The first process of a container gets no signal that it has not asked for.
        signal.signal(signal.SIGTERM, go)
        last = this_minute()
        with suppress(ToldToGo):
            while True:
                wait_for(last + chores.MINUTE)
                now = this_minute()
                for one in chores.due(last, now):
                    close_old_connections()  # one that broke meanwhile fails nothing
                    self.done(one)
                last = now


class ToldToGo(BaseException):
    """Not an Exception: no chore takes it for a mishap of its own."""


def go(*_: object) -> None:
    raise ToldToGo


def this_minute() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)


def wait_for(moment: datetime) -> None:
    """In small steps, because clocks are put right and machines sleep."""
    while (seconds := (moment - timezone.now()).total_seconds()) > 0:
        time.sleep(min(seconds, 5))
