"""Every role at every door of accounts, cell by cell."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.models import User
from config.testing.cast import Phone, person

pytestmark = pytest.mark.django_db

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


@pytest.mark.parametrize("role", [*OUTSIDE, *sorted(EVERYBODY)])
@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_each_cell(role: str, method: str, path: str) -> None:
    other = person("other")
    session = Phone().holding(other).session_row
    phone = somebody(role)
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


def enter(client: Client, role: str) -> None:
    """By the admin's cookie; everybody but a plain user is staff."""
    somebody(role)
    if role != "anonymous":
        User.objects.filter(username=role).update(is_staff=role != "user")
        client.force_login(User.objects.get(username=role))


@pytest.mark.parametrize("role", [*OUTSIDE, *sorted(EVERYBODY)])
@pytest.mark.parametrize("path", PAGES)
def test_each_page_of_the_admin(client: Client, role: str, path: str) -> None:
    other, group = person("other"), Group.objects.create(name="Helpers")
    enter(client, role)
    status = client.get(path.format(other=other.pk, group=group.pk)).status_code
    if role in OUTSIDE or role == "user":
        assert status == 302, "to the sign-in page"
    else:
        assert status == (200 if role in PAGES[path] else 403)
    other.refresh_from_db()
    assert other.status == "pending"


@pytest.mark.parametrize("role", [*OUTSIDE, *sorted(EVERYBODY)])
@pytest.mark.parametrize("door", PUBLIC)
def test_public_doors_judge_the_body_not_the_caller(role: str, door: str) -> None:
    assert somebody(role).post(f"/api/auth/{door}", {}).status_code == 400


BECOMES = {"approve": "approved", "reject": "rejected", "block": "blocked"}


@pytest.mark.parametrize("role", [*OUTSIDE, *sorted(EVERYBODY)])
@pytest.mark.parametrize("verb", BECOMES)
def test_each_decision_at_the_desk(client: Client, role: str, verb: str) -> None:
    other = person("other")
    enter(client, role)
    answer = client.post(f"/admin/accounts/user/decide/{verb}/?person={other.pk}", {"reason": "Seen the shop."})
    other.refresh_from_db()
    assert other.status == (BECOMES[verb] if role in PEOPLE_DESK else "pending")
    assert answer.status_code == (403 if role == "curator" else 302)


@pytest.mark.parametrize("role", [*OUTSIDE, *sorted(EVERYBODY)])
def test_signing_somebody_out_at_the_desk(client: Client, role: str) -> None:
    session = Phone().holding(person("other")).session_row
    enter(client, role)
    answer = client.post(f"/admin/accounts/user/{session.user_id}/sign-out/")
    session.refresh_from_db()
    assert bool(session.revoked_at) is (role in PEOPLE_DESK)
    assert answer.status_code == (403 if role == "curator" else 302)


@pytest.mark.parametrize("role", [*OUTSIDE, *sorted(EVERYBODY)])
@pytest.mark.parametrize("page", ["reset-password", "verify-email"])
def test_the_pages_behind_links_are_for_everybody(client: Client, role: str, page: str) -> None:
    enter(client, role)
    assert client.get(f"/account/{page}?token=x").status_code == 200
