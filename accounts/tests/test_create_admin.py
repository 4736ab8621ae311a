"""`manage.py create_admin` and `prepare`: safe on every start, silent about a password they were given."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def run(command: str = "create_admin", **options: Any) -> str:
    out = io.StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_a_random_password_is_shown_once_and_kept_for_its_owner_only(tmp_path: Path) -> None:
    said = run()
    password = (tmp_path / "admin-password").read_text()
    assert f"password {password} (kept in" in said
    assert (tmp_path / "admin-password").stat().st_mode & 0o777 == 0o600
    assert User.objects.get(username="admin").check_password(password)


def test_a_given_password_is_used_and_never_printed(settings: Any, tmp_path: Path) -> None:
    settings.ADMIN_USERNAME, settings.ADMIN_PASSWORD = "meera", "kanjeevaram-42"
    assert "kanjeevaram-42" not in run()
    assert User.objects.get(username="meera").check_password("kanjeevaram-42")
    assert not (tmp_path / "admin-password").exists()


def test_the_second_run_changes_nothing(settings: Any) -> None:
    run()
    before = User.objects.get().password
    settings.ADMIN_PASSWORD = "another-password"
    assert run() == "admin is here already; nothing to do.\n"
    assert User.objects.get().password == before


def test_a_name_in_another_case_is_the_same_person(settings: Any) -> None:
    run()
    settings.ADMIN_USERNAME = "ADMIN"
    run()
    assert User.objects.count() == 1


def test_a_dry_run_changes_nothing() -> None:
    assert run(dry_run=True) == "Would create the administrator admin.\n"
    assert not User.objects.exists()


def test_prepare_does_it_all() -> None:
    assert "Created the administrator admin" in run("prepare")
    assert User.objects.get(username="admin").is_superuser
