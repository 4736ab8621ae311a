"""Beside the desk's name in the sidebar: how many designs wait for a review."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from config.testing.gallery import a_design
from designs.admin.catalogue import listing

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def desk(client: Client, meera: User) -> Client:
    client.force_login(meera)
    return client


def badge(client: Client, path: str = "/admin/") -> Any:
    groups = client.get(path).context["sidebar_navigation"]
    (found,) = [item["badge"] for group in groups for item in group["items"] if "design/" in item["link"]]
    return found


@pytest.mark.parametrize("path", ["/admin/", "/admin/designs/design/"])
def test_it_counts_what_waits_and_nothing_else(desk: Client, path: str) -> None:
    a_design()
    assert badge(desk, path) == ""
    for status in ("pending", "pending", "draft", "rejected"):
        a_design(status=status)
    assert badge(desk, path) == "2"


def test_it_stops_counting(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_COUNTED", 2)
    for _ in range(3):
        a_design(status="pending")
    assert badge(desk) == "2+"
