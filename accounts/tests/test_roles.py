"""Every role at every door of accounts, cell by cell."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import User
from config.testing.cast import Phone, person
from config.testing.ground import rows_for_many

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EVERYBODY = {"user", "approver", "curator", "manager", "superuser"}
DECIDE, MANAGE = {"approver", "manager", "superuser"}, {"manager", "superuser"}
# Who may, and what an empty body is answered with.
GUARDED = {
    ("post", "/api/auth/logout"): (EVERYBODY, 200),
    ("get", "/api/auth/sessions"): (EVERYBODY, 200),
    ("delete", "/api/auth/sessions/{session}"): (EVERYBODY, 404),  # somebody else's
    ("get", "/api/auth/me"): (EVERYBODY, 200),
    ("patch", "/api/auth/me"): (EVERYBODY, 200),
    ("delete", "/api/auth/me"): (EVERYBODY, 400),
    ("post", "/api/auth/me/delete"): (EVERYBODY, 400),
    ("put", "/api/auth/change-password"): (EVERYBODY, 400),
    ("post", "/api/auth/verify-email/resend"): (EVERYBODY, 200),
    ("get", "/api/admin/users"): (DECIDE, 200),
    ("get", "/api/admin/users/pending"): (DECIDE, 200),
    ("post", "/api/admin/users/{other}/approve"): (DECIDE, 200),
    ("post", "/api/admin/users/{other}/reject"): (DECIDE, 200),
    ("post", "/api/admin/users/{other}/block"): (DECIDE, 200),
    ("post", "/api/admin/users/{other}/reopen"): (DECIDE, 200),
    ("put", "/api/admin/users/{other}"): (MANAGE, 200),
    ("delete", "/api/admin/users/{other}"): (MANAGE, 200),
    ("put", "/api/admin/settings"): (MANAGE, 400),
}
PUBLIC = ["register", "login", "refresh", "forgot-password", "reset-password", "verify-email"]
OUTSIDE = ["anonymous", "pending", "rejected", "blocked"]
ROLES = [*OUTSIDE, *sorted(EVERYBODY)]
GROUPS = {"approver": "Approvers", "curator": "Curators", "manager": "Managers"}


def somebody(role: str) -> Phone:
    """A phone in the hands of this role; who lost the approval still holds the tokens of before."""
    phone = Phone()
    if role == "anonymous":
        return phone
    user = person(role, status="approved", decided_at=timezone.now(), is_superuser=role == "superuser")
    if role in GROUPS:
        user.groups.add(Group.objects.get(name=GROUPS[role]))
    phone.holding(user)
    if role in OUTSIDE:
        decided_at = None if role == "pending" else timezone.now()
        User.objects.filter(pk=user.pk).update(status=role, decided_at=decided_at)
    return phone


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Phone]]:
    with rows_for_many(django_db_blocker):
        yield {role: somebody(role) for role in ROLES}


@contextmanager
def alone(role: str, subtests: pytest.Subtests) -> Iterator[None]:
    """What this role does is undone before the next one comes."""
    with subtests.test(role), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_each_cell(method: str, path: str, everybody: dict[str, Phone], subtests: pytest.Subtests) -> None:
    other = person("other")
    session = Phone().holding(other).session_row
    for role, phone in everybody.items():
        with alone(role, subtests):
            answer = getattr(phone, method)(path.format(other=other.pk, session=session.pk), {})
            who, status = GUARDED[method, path]
            code = answer.json()["error"] if answer.status_code in {401, 403} else ""
            if role == "anonymous":
                assert (answer.status_code, code) == (401, "token_missing")
            elif role in OUTSIDE:
                assert (answer.status_code, code) == (403, f"account_{role}")
            elif role in who:
                assert answer.status_code == status
            else:
                assert (answer.status_code, code) == (403, "admin_required")
            if code:
                other.refresh_from_db()
                session.refresh_from_db()
                assert (other.status, session.revoked_at) == ("pending", None)


PEOPLE_DESK, GROUP_DESK = DECIDE, {"superuser"}
PAGES = {
    "/admin/": EVERYBODY - {"user"},
    "/admin/accounts/user/": PEOPLE_DESK,
    "/admin/accounts/user/{other}/change/": PEOPLE_DESK,
    "/admin/accounts/user/decide/approve/?person={other}": PEOPLE_DESK,
    "/admin/accounts/user/decide/block/?person={other}": PEOPLE_DESK,
    "/admin/accounts/user/{other}/history/": PEOPLE_DESK,
    "/admin/auth/group/": GROUP_DESK,
    "/admin/auth/group/add/": GROUP_DESK,
    "/admin/auth/group/{group}/change/": GROUP_DESK,
    "/admin/django_tasks_database/dbtaskresult/": GROUP_DESK,
}


def entered(role: str) -> Client:
    """By the admin's cookie; everybody but a plain user is staff."""
    client = Client()
    if role != "anonymous":
        User.objects.filter(username=role).update(is_staff=role != "user")
        client.force_login(User.objects.get(username=role))
    return client


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize("path", PAGES)
def test_each_page_of_the_admin(path: str, subtests: pytest.Subtests) -> None:
    other, group = person("other"), Group.objects.create(name="Helpers")
    for role in ROLES:
        with alone(role, subtests):
            status = entered(role).get(path.format(other=other.pk, group=group.pk)).status_code
            if role in OUTSIDE or role == "user":
                assert status == 302, "to the sign-in page"
            else:
                assert status == (200 if role in PAGES[path] else 403)
            other.refresh_from_db()
            assert other.status == "pending"


@pytest.mark.parametrize("door", PUBLIC)
def test_public_doors_judge_the_body_not_the_caller(
    door: str, everybody: dict[str, Phone], subtests: pytest.Subtests
) -> None:
    for role, phone in everybody.items():
        with alone(role, subtests):
            assert phone.post(f"/api/auth/{door}", {}).status_code == 400


BECOMES = {"approve": "approved", "reject": "rejected", "block": "blocked"}


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize("verb", BECOMES)
def test_each_decision_at_the_desk(verb: str, subtests: pytest.Subtests) -> None:
    other = person("other")
    for role in ROLES:
        with alone(role, subtests):
            door = f"/admin/accounts/user/decide/{verb}/?person={other.pk}"
            answer = entered(role).post(door, {"reason": "Seen the shop."})
            other.refresh_from_db()
            assert other.status == (BECOMES[verb] if role in PEOPLE_DESK else "pending")
            assert answer.status_code == (403 if role == "curator" else 302)


@pytest.mark.usefixtures("everybody")
def test_signing_somebody_out_at_the_desk(subtests: pytest.Subtests) -> None:
    session = Phone().holding(person("other")).session_row
    for role in ROLES:
        with alone(role, subtests):
            answer = entered(role).post(f"/admin/accounts/user/{session.user_id}/sign-out/")
            session.refresh_from_db()
            assert bool(session.revoked_at) is (role in PEOPLE_DESK)
            assert answer.status_code == (403 if role == "curator" else 302)


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize("page", ["reset-password", "verify-email"])
def test_the_pages_behind_links_are_for_everybody(page: str, subtests: pytest.Subtests) -> None:
    for role in ROLES:
        with alone(role, subtests):
            assert entered(role).get(f"/account/{page}?token=x").status_code == 200
