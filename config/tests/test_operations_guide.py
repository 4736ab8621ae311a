"""docs/operations.md tells of every command of ours, with an example of what it says."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands

DOCS = settings.BASE_DIR / "docs"
TEXT = (DOCS / "operations.md").read_text(encoding="utf-8")
LINKED = set(re.findall(r"\]\((\w+\.md)(?:#[\w-]+)?\)", TEXT))
PAGES = [TEXT, *((DOCS / page).read_text(encoding="utf-8") for page in sorted(LINKED))]
RUN = re.compile(r"^\$ (?:python )?manage\.py (\w+)", re.MULTILINE)


def ours() -> list[str]:
    kept = settings.BASE_DIR / ".venv"
    paths = {app.name: Path(app.path) for app in apps.get_app_configs()}
    here = {name for name, path in paths.items() if path.is_relative_to(settings.BASE_DIR)}
    here -= {name for name, path in paths.items() if path.is_relative_to(kept)}
    return sorted(name for name, app in get_commands().items() if app in here)


@pytest.mark.once
@pytest.mark.parametrize("command", ours())
def test_a_command_stands_there_with_an_example(command: str) -> None:
    assert re.search(rf"\b{command}\b", TEXT)
    assert command in {found for page in PAGES for found in RUN.findall(page)}


@pytest.mark.once
def test_the_commands_are_found() -> None:
    assert {"backup", "doctor", "import_legacy", "roll_up", "approve_users", "storage_check"} <= set(ours())


@pytest.mark.once
@pytest.mark.parametrize("page", sorted(LINKED))
def test_a_link_leads_to_a_page(page: str) -> None:
    assert (DOCS / page).is_file()
