"""The OpenAPI document is what the client is generated from: a change must be wanted."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from config.testing.cast import Phone

SNAPSHOT = Path(__file__).resolve().parent.parent.parent / "docs" / "openapi.json"

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def document(phone: Phone) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(phone.get("/openapi.json").content)
    return found


def test_it_is_the_one_in_docs(document: dict[str, Any]) -> None:
    """`make openapi` writes it anew."""
    assert document == json.loads(SNAPSHOT.read_text())


def test_it_is_valid_without_a_warning(tmp_path: Path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "openapi.yaml"))


def test_every_door_names_the_one_error_shape(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for operation in path.values():
            schema = operation["responses"]["default"]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Error"}


def test_a_real_refusal_fits_the_described_shape(document: dict[str, Any], phone: Phone) -> None:
    described = document["components"]["schemas"]["Error"]
    assert set(phone.get("/api/nope").json()) == set(described["properties"]) == set(described["required"])


def test_paths_are_clean(document: dict[str, Any]) -> None:
    assert not [path for path in document["paths"] if path != "/" and path.endswith("/")]
