"""A backup into an empty gallery."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup import restoring, terminal
from config.backup.manifest import Manifest
from config.backup.pictures import PutBack
from config.backup.restoring import Wish

NEXT = """Next: start the server and the worker, look at /health, sign in. Sign-ins go on where SECRET_KEY and
JWT_SECRET are those of then; they are in no backup. manage.py reconcile_pictures and reconcile_counts prove it."""


class Command(BaseCommand):
    help = (
        "Reads a whole backup, and when nothing in it is damaged brings its rows into an empty database (it makes the "
        "tables) and its pictures into the storage. Nothing that is there is overwritten. A backup of SQLite goes into "
        "PostgreSQL, and the other way round."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        terminal.add_place(parser, "FROM")
        add = parser.add_argument
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--no-pictures", action="store_true", help="only the database")
        which.add_argument(
            "--only-pictures", action="store_true", help="go on with the pictures of a restored database"
        )
        add("--dry-run", action="store_true", help="read and check everything, change nothing")
        terminal.add_key(parser)

    def handle(self, *, where: str, latest: bool, verbosity: int, **asked: Any) -> None:
        wish = Wish(not asked["only_pictures"], not asked["no_pictures"], asked["dry_run"])
        started = time.monotonic()
        with terminal.in_sentences("Rows come all together or not at all: run it again."):
            shelf, manifest = terminal.the_one(where, terminal.key_from(asked["key_file"]), latest=latest)
            with terminal.bar(verbosity) as progress:
                done = restoring.restore(shelf, manifest, wish, progress)
        self.tell(manifest, wish, done, time.monotonic() - started)

    def tell(self, manifest: Manifest, wish: Wish, done: PutBack | None, seconds: float) -> None:
        what = " and ".join([*self.rows(manifest, wish), *self.pictures(done)]) or "nothing"
        if wish.dry_run:
            self.stdout.write(f"{manifest.name} is whole and would be restored. Nothing was changed.")
            return
        self.stdout.write(self.style.SUCCESS(f"Restored {what} from {manifest.name} in {seconds:.1f} s."))
        self.stdout.write(NEXT)
        if done and done.other:
            raise CommandError(
                f"{len(done.other):,} objects in the storage have another size than in the backup, and were left as "
                f"they are: {done.other[0]} is the first."
            )

    def rows(self, manifest: Manifest, wish: Wish) -> list[str]:
        return [f"{manifest.rows:,} rows"] if wish.database else []

    def pictures(self, done: PutBack | None) -> list[str]:
        return [f"{done.new:,} objects of pictures ({done.there:,} were there)"] if done else []
