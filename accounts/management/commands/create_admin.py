"""Make sure there is an administrator. Safe to run on every start."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.models import User
from config.audit import trail
from config.env import keep

PASSWORD_FILE = "admin-password"  # noqa: S105 - a file's name


class Command(BaseCommand):
    help = (
        "Creates the administrator named by ADMIN_USERNAME with ADMIN_PASSWORD, or with a random password that is "
        "shown once and kept in DATA_DIR. Does nothing when that person exists."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")

    def handle(self, *, dry_run: bool, **_: Any) -> None:
        name = settings.ADMIN_USERNAME
        if User.objects.called(name).exists():
            self.stdout.write(f"{name} is here already; nothing to do.")
            return
        if dry_run:
            self.stdout.write(f"Would create the administrator {name}.")
            return
        given = settings.ADMIN_PASSWORD
        path = settings.DATA_DIR / PASSWORD_FILE
        password = given or keep(path, secrets.token_urlsafe(12))
        with transaction.atomic():
            trail.record("person.created", on=User.objects.create_superuser(name, password=password))
        # A password that was given is never printed: it may end in a log of the deployment.
        shown = "with the password from ADMIN_PASSWORD" if given else f"with the password {password} (kept in {path})"
        self.stdout.write(self.style.SUCCESS(f"Created the administrator {name} {shown}."))
