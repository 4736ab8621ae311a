"""Imports point down, and every room is under the contract."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ["accounts", "config", "designs", "favorites", "uploads"]
# Rooms of config that are neither roof nor floor: what starts the house, and what proves it.
APART = {"__init__", "apps", "gunicorn.conf", "management", "settings", "testing", "tests", "wsgi", "static"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in APPS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(where: Path) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run([program, "--no-cache"], cwd=where, capture_output=True, text=True, check=False)


def test_the_house_keeps_its_contracts(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("room", "imports"),
    [
        ("accounts/models.py", "from designs import apps"),
        ("uploads/apps.py", "import favorites"),
        ("config/api/views.py", "from accounts.models import User"),
        ("config/switches.py", "from config.api import errors"),
        ("config/limits/stores.py", "import config.site"),
        ("designs/apps.py", "import config.urls"),
    ],
)
def test_a_planted_upward_import_is_caught(copy: Path, room: str, imports: str) -> None:
    path = copy / room
    path.write_text(f"{path.read_text()}\n{imports}\n")
    done = lint(copy)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout


def test_every_room_is_listed_in_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    listed = {room.strip() for layer in contracts[0]["layers"] for room in layer.split(":")}
    rooms = {path.stem for path in (ROOT / "config").iterdir() if not path.name.startswith((".", "__pycache__"))}
    assert {f"config.{room}" for room in rooms - APART} | set(APPS) - {"config"} == listed
