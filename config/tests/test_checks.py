"""What keeps an unsafe production from starting."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.checks import errors_in_production, unsafe_server, unused_variables

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def safe(settings: Any, tmp_path: Path) -> Any:
    """A production nobody can complain about."""
    (tmp_path / "staticfiles.json").write_text("{}")
    settings.HARDENED = True
    settings.DEBUG = False
    settings.SECRET_KEY, settings.JWT_SECRET = "a" * 50, "b" * 50
    settings.ALLOW_SQLITE = True
    settings.TASKS_MODE = "worker"
    settings.ALLOWED_HOSTS = ["gallery.example"]
    settings.STATIC_ROOT = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.PUBLIC_URL = "https://gallery.example"
    settings.R2 = {"bucket_name": "pictures"}
    settings.HTTPS_ONLY, settings.TRUSTED_PROXIES = True, 1
    settings.CORS_ALLOW_ALL_ORIGINS, settings.CORS_ALLOW_CREDENTIALS = True, False
    return settings


def test_a_safe_production_starts(safe: Any) -> None:
    assert errors_in_production() == []


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"DEBUG": True}, ["gallery.E001"]),
        ({"SECRET_KEY": "short"}, ["gallery.E002"]),
        ({"JWT_SECRET": "short"}, ["gallery.E002"]),
        ({"JWT_SECRET": "a" * 50}, ["gallery.E003"]),
        ({"CORS_ALLOW_CREDENTIALS": True}, ["gallery.E005"]),
        ({"TASKS_MODE": "process"}, ["gallery.E006"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["gallery.E007"]),
        ({"ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"]}, ["gallery.E008"]),
        ({"STATIC_ROOT": Path("/nowhere")}, ["gallery.E009"]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_each_danger_has_its_id(safe: Any, changes: dict[str, Any], ids: list[str]) -> None:
    for name, value in changes.items():
        setattr(safe, name, value)
    assert [problem.id for problem in errors_in_production()] == ids


@pytest.mark.parametrize(
    ("name", "value", "warning"),
    [
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "gallery.W002"),
        ("R2", {"bucket_name": ""}, "gallery.W003"),
        ("TRUSTED_PROXIES", 0, "gallery.W004"),
        ("PUBLIC_URL", "http://localhost:8000", "gallery.W005"),
    ],
)
def test_what_is_only_unwise_warns_and_starts(safe: Any, name: str, value: Any, warning: str) -> None:
    assert unsafe_server() == []
    setattr(safe, name, value)
    assert [problem.id for problem in unsafe_server()] == [warning]
    assert errors_in_production() == []


def test_sqlite_needs_an_explicit_yes(safe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(safe.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    assert errors_in_production() == []
    safe.ALLOW_SQLITE = False
    assert [problem.id for problem in errors_in_production()] == ["gallery.E004"]


def test_development_may_do_as_it_likes(settings: Any) -> None:
    settings.HARDENED, settings.DEBUG = False, True
    assert errors_in_production() == []


def test_variables_of_the_old_backend_are_mentioned(settings: Any) -> None:
    settings.UNUSED_VARIABLES = ["CLOUDFLARE_D1_DATABASE_ID"]
    assert [(warning.id, warning.msg) for warning in unused_variables()] == [
        ("gallery.W001", "CLOUDFLARE_D1_DATABASE_ID is set, and nothing reads it.")
    ]


def test_a_server_refuses_to_start_unsafely_and_says_why(tmp_path: Path) -> None:
    env = {
        **os.environ,
        "ENVIRONMENT": "production",
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "a" * 50,
        "JWT_SECRET": "b" * 50,
        "DATABASE_URL": "",
        "WEB_CONCURRENCY": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.conf.py", "-b", "127.0.0.1:0", "config.wsgi"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode != 0
    for problem in ("gallery.E004", "gallery.E006", "gallery.E008"):
        assert f"({problem})" in done.stderr
    assert "Traceback" not in done.stderr
