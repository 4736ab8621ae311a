"""What is done every minute and every day, and that what hosts are told to do is the same everywhere."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.core.management import CommandError, call_command, get_commands
from structlog.testing import capture_logs

from config import chores
from config.analytics.days import OPEN_AFTER_MIDNIGHT
from config.management.commands import chores as command
from config.testing.gallery import a_design, hearts_uncounted
from designs.models import Design

SUNDAY = datetime(2026, 11, 29, tzinfo=UTC)
DAY = timedelta(days=1)


class Stopped(BaseException):
    """The end of a process that would stay for ever."""


@pytest.fixture
def did() -> Iterator[list[str]]:
    """What was called, in order; what is named in `broken` fails."""
    called: list[str] = []

    def remember(*words: str, **_: Any) -> None:
        called.append(" ".join(words))
        if words[0] == "roll_up":
            raise CommandError("the figures are away")

    with mock.patch.object(command, "call_command", remember), mock.patch.object(command, "close_old_connections"):
        yield called


def names(rounds: list[chores.Round]) -> list[str]:
    return [one.name for one in rounds]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (SUNDAY.replace(hour=12, minute=34), ["minute"]),
        (SUNDAY.replace(hour=2, minute=10), ["minute", "night"]),
        (SUNDAY.replace(hour=3, minute=30), ["minute", "morning"]),
        (SUNDAY.replace(hour=3, minute=40), ["minute", "week"]),
        (SUNDAY.replace(hour=3, minute=40) + DAY, ["minute"]),
    ],
)
def test_a_round_is_due_in_its_minute(at: datetime, expected: list[str]) -> None:
    assert names(chores.due(at - chores.MINUTE, at)) == expected


def test_what_became_due_while_a_long_chore_ran_is_done_after_it_and_once() -> None:
    assert names(chores.due(SUNDAY, SUNDAY)) == []
    assert names(chores.due(SUNDAY, SUNDAY + 3 * DAY)) == ["minute", "night", "morning", "week"]


def test_every_day_is_closed_before_it_is_backed_up_and_after_its_last_views_came() -> None:
    night = chores.called("night")
    minute, hour = (int(word) for word in night.cron.split()[:2])
    assert timedelta(hours=hour, minutes=minute) > OPEN_AFTER_MIDNIGHT
    assert night.commands[0] == "roll_up"
    assert night.commands[-1] == "backup"


def test_every_chore_is_a_command_of_ours_and_every_pattern_has_numbers_and_stars_only() -> None:
    for one in chores.ROUNDS:
        assert all(word == "*" or word.isdecimal() for word in one.cron.split())
        for words in one.commands:
            assert get_commands()[words.split()[0]].startswith(
                ("accounts", "config", "designs", "favorites", "uploads")
            )


def test_a_round_goes_on_after_a_chore_that_failed_and_says_so(did: list[str]) -> None:
    with capture_logs() as lines, pytest.raises(CommandError, match=r"^Failed: roll_up\.$") as caught:
        call_command("chores", "night")
    assert did == list(chores.called("night").commands)
    assert caught.value.returncode == 1
    assert [line["event"] for line in lines] == ["chore_failed", "chore_done", "chore_done", "chore_done"]
    assert lines[0]["reason"] == "the figures are away"


def test_a_round_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(CommandError, match=r"minute.*night.*morning.*week"):
        call_command("chores", "yearly")


def test_who_stays_does_each_round_when_it_is_due(did: list[str]) -> None:
    with time_machine.travel(SUNDAY.replace(hour=3, minute=28, second=59), tick=False) as clock:

        def sleep(seconds: float) -> None:
            assert 0 < seconds <= 5
            clock.shift(seconds)
            if len(did) >= 3:
                raise Stopped

        with (
            mock.patch("time.sleep", sleep),
            mock.patch("signal.signal"),
            pytest.raises(Stopped),
        ):
            call_command("chores")
    assert did == ["fold_views", "fold_views", "send_digest"]


def test_who_stays_goes_at_once_when_told_to_and_no_chore_takes_that_for_a_mishap(
    did: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def told(*words: str, **_: Any) -> None:
        did.append(words[0])
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(command, "call_command", told)
    monkeypatch.setattr(command, "wait_for", lambda _: None)
    monkeypatch.setattr(chores, "due", lambda *_: [chores.called("night")])
    try:
        call_command("chores")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert did == ["roll_up"]


@pytest.mark.django_db
def test_the_smallest_round_is_really_done() -> None:
    with capture_logs() as lines:
        call_command("chores", "minute")
    assert [(line["event"], line["command"], line["said"]) for line in lines] == [
        ("chore_done", "fold_views", "0 views counted.")
    ]


@pytest.mark.django_db
def test_a_report_that_something_differs_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    with hearts_uncounted():
        Design.objects.filter(pk=a_design().pk).update(like_count=7)
    monkeypatch.setattr(chores, "called", lambda name: chores.Round(name, "", ("reconcile_counts",)))
    with capture_logs() as lines, pytest.raises(CommandError, match="reconcile_counts"):
        call_command("chores", "week")
    assert lines[0]["event"] == "chore_failed"
    assert "like_count is 7, counted 0" in lines[0]["said"]
