"""The test lanes themselves: a PostgreSQL out of nothing, and no lane that goes missing in silence."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from config.testing import postgres, run, s3

needs_programs = pytest.mark.skipif(
    postgres.programs() is None and not run.IN_CI, reason="no PostgreSQL programs installed: apt install postgresql"
)


@needs_programs
def test_a_temporary_cluster_serves_and_vanishes() -> None:
    with postgres.Cluster() as cluster:
        url = cluster.url
        assert postgres.usable(url)
        with psycopg.connect(url) as connection:
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
            assert connection.execute("SELECT datcollate FROM pg_database").fetchone() == ("C.UTF-8",)
    assert not postgres.usable(url)


def test_a_given_url_that_does_not_answer_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_POSTGRES_URL", "postgresql://nobody@127.0.0.1:1/postgres")
    assert [url for url in postgres.candidates() if postgres.usable(url)] == []


def without_programs(tmp_path: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """The browser lane on a machine that has no Chromium."""
    env = {**os.environ, "PATH": str(tmp_path), "CHROMIUM": "", **more}
    command = [sys.executable, "-m", "config.testing.run", "browser"]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_a_missing_lane_is_skipped_with_a_loud_line(tmp_path: Path) -> None:
    done = without_programs(tmp_path, CI="")
    assert done.returncode == 0
    assert "browser   missing  NOT RUN: no Chromium found: apt install chromium" in done.stdout


def test_a_missing_lane_fails_in_ci(tmp_path: Path) -> None:
    assert without_programs(tmp_path, CI="true").returncode == 1


def test_an_unknown_lane_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "config.testing.run", "oracle"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (
        done.stderr
        == "There is no lane oracle; there are plain, sqlite, postgres, once, drills, drills-pg, fleet, browser.\n"
    )


@pytest.fixture
def without_rclone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain lane that passes at once, on a machine that could not install rclone."""
    monkeypatch.setattr(s3, "TOOLS", tmp_path)
    monkeypatch.delenv("RCLONE", raising=False)
    monkeypatch.setattr(run, "run", lambda lane, _: run.Outcome(lane, "passed"))
    monkeypatch.setattr(sys, "argv", ["run", "plain"])


@pytest.mark.usefixtures("without_rclone")
@pytest.mark.parametrize(("in_ci", "code"), [(False, 0), (True, 1)], ids=["at home", "in CI"])
def test_a_missing_strict_server_is_told_and_fails_in_ci(
    in_ci: bool, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "IN_CI", in_ci)
    assert run.main() == code
    assert "s3        missing  NOT RUN: no rclone in .venv/tools" in capsys.readouterr().out


@pytest.mark.usefixtures("without_rclone")
def test_the_browser_lane_does_not_miss_the_strict_server() -> None:
    assert run.missing_servers(["browser"]) == []
