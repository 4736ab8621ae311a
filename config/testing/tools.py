"""Programs that requirements-tools.txt brings: a test that needs one is skipped without it, and fails in CI."""

import sys
from pathlib import Path

import pytest

TOOLS = Path(sys.prefix) / "tools" / "bin"


def tool(name: str) -> str:
    from config.testing import run

    program = TOOLS / name
    if program.is_file():
        return str(program)
    missing = f"no {name} in .venv/tools: `make test` installs it when online"
    if run.IN_CI:
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)
