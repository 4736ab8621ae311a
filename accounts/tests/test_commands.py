"""What ops type: re-runnable, plain words, an exit code that tells."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Session, User
from config.testing.cast import Phone, person

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


class TestApproveUsers:
    def test_by_name_in_any_case_and_again(self, pooja: User, asha: User) -> None:
        assert run("approve_users", "POOJA", "asha") == "pooja: approved\n1 approved, 1 left as they were.\n"
        assert run("approve_users", "pooja") == "0 approved, 1 left as they were.\n"
        assert User.objects.get(username="pooja").is_approved

    def test_everybody_who_waits(self, pooja: User, ravi: User) -> None:
        person("lakshmi")
        assert "2 approved" in run("approve_users", "--all-pending")
        assert User.objects.get(username="ravi").status == "rejected"

    def test_a_dry_run_changes_nothing(self, pooja: User) -> None:
        assert run("approve_users", "--all-pending", "--dry-run") == (
            "pooja: pending\n1 would be approved, 0 left as they were.\n"
        )
        assert not User.objects.get(username="pooja").is_approved

    def test_who_is_missing_or_blocked_is_named_and_the_rest_goes_on(self, pooja: User, asha: User) -> None:
        asha.block()
        with pytest.raises(CommandError, match="Not everybody"):
            run("approve_users", "nobody", "asha", "pooja")
        assert User.objects.get(username="pooja").is_approved

    @pytest.mark.parametrize("words", [[], ["pooja", "--all-pending"]])
    def test_it_wants_names_or_everybody(self, words: list[str]) -> None:
        with pytest.raises(CommandError):
            run("approve_users", *words)


def test_the_queue_is_listed_oldest_first(pooja: User) -> None:
    User.objects.update(date_joined=timezone.now() - timedelta(days=3), note="From Surat")
    person("lakshmi")
    lines = run("list_pending").splitlines()
    assert [line.split()[0] for line in lines] == ["pooja", "lakshmi", "2"]
    assert "3\xa0days" in lines[0]
    assert "From Surat" in lines[0]


def test_an_empty_queue_says_so() -> None:
    assert run("list_pending") == "Nobody waits.\n"


def test_somebody_is_signed_out_everywhere(phone: Phone, asha: User) -> None:
    phone.holding(asha)
    Phone().holding(asha)
    assert run("sign_out", "ASHA") == "asha: 2 sessions ended.\n"
    assert phone.get("/api/auth/me").json()["error"] == "session_revoked"
    with pytest.raises(CommandError, match="nobody named ravi"):
        run("sign_out", "ravi")


def test_only_sessions_that_ended_long_ago_are_pruned(asha: User) -> None:
    def session(**fields: Any) -> int:
        row = Phone().holding(asha).session_row
        Session.objects.filter(pk=row.pk).update(**fields)
        return row.pk

    long_ago = timezone.now() - timedelta(days=31)
    kept = {session(), session(revoked_at=timezone.now())}
    session(revoked_at=long_ago)
    session(expires_at=long_ago)
    assert run("prune_sessions", "--dry-run") == "2 sessions would be deleted.\n"
    assert run("prune_sessions") == "2 sessions deleted.\n"
    assert set(Session.objects.values_list("pk", flat=True)) == kept
