"""What brings the index up to date when no change told it: a command, and a thread of each worker."""

import json
import time
import urllib.request
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from config.testing.gallery import a_design
from config.testing.servers import Server
from designs import changes, index
from designs.models import Change
from designs.models.designs import Design

pytestmark = pytest.mark.django_db


def ran(*options: str) -> str:
    out = StringIO()
    call_command("rebuild_search", *options, stdout=out)
    return out.getvalue()


def test_it_tells_every_process_and_reports_what_there_is_to_find() -> None:
    a_design(title="Zebra stripes")
    a_design(title="Zebra hidden", status="inactive")
    assert "2 designs read" in (said := ran())
    assert "1 are shown, 3 words to find" in said
    assert Change.objects.filter(design_id=changes.EVERYTHING).count() == 1


def test_a_dry_run_tells_nobody() -> None:
    assert "No process was told" in ran("--dry-run")
    assert not Change.objects.filter(design_id=changes.EVERYTHING).exists()


@pytest.mark.usefixtures("facets_at_once")
def test_who_was_told_reads_anew() -> None:
    zebra = a_design(title="Zebra stripes")
    assert index.searchable().all_words.anywhere("zebra")
    Change.objects.all().delete()  # nobody heard of what follows
    Design.objects.filter(pk=zebra.pk).update(title="Tiger stripes")
    Change.objects.all().delete()
    ran()
    words = index.searchable().all_words
    assert words.anywhere("tiger")
    assert not words.anywhere("zebra")


class OverError(Exception):
    """The thread would run for ever."""


def test_a_worker_is_ready_before_anybody_asks_and_lives_through_a_database_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    naps, answers = iter(range(2)), iter([DatabaseError("away"), None])

    def nap(_: float) -> None:
        if next(naps):
            raise OverError

    def look(self: Any) -> Any:
        if fault := next(answers):
            raise fault

    monkeypatch.setattr("designs.index.time.sleep", nap)
    monkeypatch.setattr(index.Index, "searchable", look)
    monkeypatch.setattr("designs.index.connections.close_all", lambda: None)
    told: list[str] = []
    with pytest.raises(OverError):
        index.Index().keep_ready(lambda: told.append("read"))
    assert next(answers, "asked twice") == "asked twice"
    assert told == ["read"]


def test_the_end_of_the_first_reading_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    naps, told = iter(range(3)), list[str]()

    def nap(_: float) -> None:
        if next(naps) > 1:
            raise OverError

    monkeypatch.setattr("designs.index.time.sleep", nap)
    monkeypatch.setattr(index.Index, "searchable", lambda _: None)
    monkeypatch.setattr("designs.index.connections.close_all", lambda: None)
    with pytest.raises(OverError):
        index.Index().keep_ready(lambda: told.append("read"))
    assert told == ["read"]


@pytest.mark.server
@pytest.mark.xdist_group("server")
def test_what_stands_when_a_worker_is_ready_is_searched_for_garbage_no_more(server: Server) -> None:
    frozen, deadline = 0, time.monotonic() + 20
    while frozen < 50_000:
        assert time.monotonic() < deadline, frozen
        with urllib.request.urlopen(f"{server.url}/api/probe/frozen", timeout=5) as answer:
            frozen = json.load(answer)["objects"]
        time.sleep(0.05)
