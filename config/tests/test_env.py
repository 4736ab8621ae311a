"""A wrong variable stops the start with one sentence that names it."""

import itertools
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from config.env import Misconfigured, StrictEnv, keep

ROOT = Path(__file__).resolve().parent.parent.parent


def read(**values: str) -> StrictEnv:
    return StrictEnv(values)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"PORT": "abc"}, "PORT must be a whole number from 1 to 65535, not 'abc'."),
        ({"PORT": "70000"}, "PORT must be a whole number from 1 to 65535, not '70000'."),
        ({"PORT": "1e3"}, "PORT must be a whole number"),
        (
            {"TIME_ZONE": "Mars/Olympus"},
            "TIME_ZONE must be the name of a time zone, as Asia/Kolkata, not 'Mars/Olympus'.",
        ),
        ({"TIME_ZONE": "../etc/passwd"}, "TIME_ZONE must be the name of a time zone"),
        ({"DEBUG": "maybe"}, "DEBUG must be 1 or 0, not 'maybe'."),
        ({"ENVIRONMENT": "prod"}, "ENVIRONMENT must be one of development, test, staging, production, not 'prod'."),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, not 'LOUD'."),
        ({"DATABASE_URL": "mysql://me:hunter2@host/db"}, "DATABASE_URL must start with postgres:// or sqlite://."),
        ({"DATABASE_URL": "postgres://me:hunter2@host:port/db"}, "DATABASE_URL is not a URL"),
        ({"CACHE_URL": "memcached://me"}, "CACHE_URL must look like redis://127.0.0.1:6379/0"),
        ({"CORS_ORIGINS": "gallery.example"}, "CORS_ORIGINS holds an entry that is not understood, not 'gallery.ex"),
        ({"CORS_ORIGINS": "[1]"}, "CORS_ORIGINS must be names with commas, or a JSON list of texts"),
        ({"ALLOWED_FILE_TYPES": "image/svg+xml"}, "ALLOWED_FILE_TYPES holds an entry that is not understood"),
        ({"DEFAULT_PAGE_SIZE": "50", "MAX_PAGE_SIZE": "40"}, "DEFAULT_PAGE_SIZE is 50, above MAX_PAGE_SIZE (40)."),
        ({"SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY_FILE points to /nowhere, which cannot be read."),
        ({"CLOUDFLARE_R2_BUCKET_NAME": "pics"}, "CLOUDFLARE_R2_ACCOUNT_ID is missing; R2 needs all of its variables."),
        ({"DATA_DIR": "/proc/gallery"}, "DATA_DIR is /proc/gallery, where nothing can be written"),
        ({"DATA_DIR": "/sys/kernel"}, "DATA_DIR is /sys/kernel, where nothing can be written"),
        ({"BACKUP_S3_ACCESS_KEY": "night"}, "Backups need BACKUP_S3_ACCESS_KEY and BACKUP_S3_SECRET_KEY both, or no"),
        ({"BACKUP_S3_ENDPOINT_URL": "s3.example.com"}, "BACKUP_S3_ENDPOINT_URL must look like https://s3.example.com"),
        ({"BACKUP_S3_ENDPOINT_URL": "https://s3.example.com"}, "Backups need BACKUP_S3_ACCESS_KEY and"),
        ({"BACKUP_KEY": "hunter2"}, "BACKUP_KEY must have 32 or more random characters"),
        ({"ENVIRONMENT": "production"}, "SECRET_KEY must be set: 32 or more random characters"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_value_is_one_sentence_that_names_the_variable(
    values: dict[str, str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"ENVIRONMENT": "development", "DATA_DIR": str(tmp_path), "DATABASE_URL": "", **values}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured) as caught:
        runpy.run_path(str(ROOT / "config" / "settings.py"))
    assert str(caught.value).startswith(sentence)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "program", [["manage.py", "check"], ["-m", "gunicorn", "-c", "config/gunicorn.conf.py", "config.wsgi"]]
)
def test_every_program_stops_at_a_wrong_value_without_a_traceback(program: list[str], tmp_path: Path) -> None:
    done = start(program, tmp_path, PORT="abc")
    assert done.returncode == 1
    assert done.stderr == "The server cannot start: PORT must be a whole number from 1 to 65535, not 'abc'.\n"


def start(program: list[str], data: Path, **values: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env = {**clean, "ENVIRONMENT": "development", "DATA_DIR": str(data), **values}
    return subprocess.run([sys.executable, *program], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_an_unknown_name_in_the_env_file_is_refused_with_the_nearest_known(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("DATABSE_URL=sqlite:///x\n")
    env = StrictEnv({}, dotenv)
    env.text("DATABASE_URL")
    with pytest.raises(Misconfigured, match=r"DATABSE_URL in \.env is not a setting .* Did you mean DATABASE_URL\?"):
        env.finish()


def test_the_older_backends_d1_names_are_reported_not_refused(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("CLOUDFLARE_D1_DATABASE_ID=abc\nCLOUDFLARE_API_TOKEN=secret\n")
    assert StrictEnv({}, dotenv).finish() == ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_D1_DATABASE_ID"]


def test_the_process_wins_over_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("PORT=9000\n")
    assert StrictEnv({}, dotenv).whole("PORT", 1, 1, 9999) == 9000
    assert StrictEnv({"PORT": "9001"}, dotenv).whole("PORT", 1, 1, 9999) == 9001


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the vault\n")
    assert read(JWT_SECRET_FILE=str(tmp_path / "secret")).secret("JWT_SECRET") == "from the vault"


def test_an_empty_value_is_the_default() -> None:
    assert read(PORT="").whole("PORT", 8000, 1, 9999) == 8000


@pytest.mark.parametrize("value", ["a.example, b.example", '["a.example", "b.example"]'])
def test_lists_are_written_with_commas_or_as_json(value: str) -> None:
    assert read(HOSTS=value).names("HOSTS") == ["a.example", "b.example"]


def test_a_kept_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key"
    assert keep(path, "first") == "first"
    assert keep(path, "second") == "first"
    assert path.stat().st_mode & 0o777 == 0o600


def test_env_example_lists_every_variable_with_its_default() -> None:
    """Defaults that depend on another variable stand there as development has them."""
    written = dict(re.findall(r'^([A-Z][A-Z0-9_]*)="?(.*?)"?$', (ROOT / ".env.example").read_text(), re.MULTILINE))
    depends = {"LOG_FORMAT", "HTTPS_ONLY"}
    declared = settings.ENV.declared
    assert set(written) == set(declared)
    assert {n: v for n, v in written.items() if n not in depends} == {
        n: v for n, v in declared.items() if n not in depends
    }


def test_env_example_is_a_file_the_server_starts_with(tmp_path: Path) -> None:
    done = start(["manage.py", "check"], tmp_path, ENV_FILE=str(ROOT / ".env.example"))
    assert done.returncode == 0, done.stderr


def test_every_variable_has_its_line_of_explanation() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    r2 = {"CLOUDFLARE_R2_ACCESS_KEY", "CLOUDFLARE_R2_SECRET_KEY", "CLOUDFLARE_R2_BUCKET_NAME"}  # one line for four
    for before, line in itertools.pairwise(lines):
        if re.match(r"[A-Z]", line) and line.split("=")[0] not in r2:
            assert before.startswith("# "), f"{line} is not explained"
