"""Every role at every door of accounts, cell by cell."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.groups import ensure_groups
from accounts.models import User
from config.testing.cast import Phone, person

pytestmark = pytest.mark.django_db

EVERYBODY = {"user", "approver", "curator", "manager", "superuser"}
DECIDE, MANAGE = {"approver", "manager", "superuser"}, {"manager", "superuser"}
GUARDED = {
    ("post", "/api/auth/logout"): EVERYBODY,
    ("get", "/api/auth/sessions"): EVERYBODY,
    ("delete", "/api/auth/sessions/{other}"): EVERYBODY,
    ("get", "/api/auth/me"): EVERYBODY,
    ("patch", "/api/auth/me"): EVERYBODY,
    ("delete", "/api/auth/me"): EVERYBODY,
    ("post", "/api/auth/me/delete"): EVERYBODY,
    ("put", "/api/auth/change-password"): EVERYBODY,
    ("post", "/api/auth/verify-email/resend"): EVERYBODY,
    ("get", "/api/admin/users"): DECIDE,
    ("get", "/api/admin/users/pending"): DECIDE,
    ("post", "/api/admin/users/{other}/approve"): DECIDE,
    ("post", "/api/admin/users/{other}/reject"): DECIDE,
    ("post", "/api/admin/users/{other}/block"): DECIDE,
    ("post", "/api/admin/users/{other}/reopen"): DECIDE,
    ("put", "/api/admin/users/{other}"): MANAGE,
    ("delete", "/api/admin/users/{other}"): MANAGE,
    ("put", "/api/admin/settings"): MANAGE,
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
        ensure_groups()
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
    phone = somebody(role)
    answer = getattr(phone, method)(path.format(other=other.pk), {})
    code = answer.json()["error"] if answer.status_code in {401, 403} else ""
    if role == "anonymous":
        assert (answer.status_code, code) == (401, "token_missing")
    elif role in OUTSIDE:
        assert (answer.status_code, code) == (403, f"account_{role}")
    elif role in GUARDED[method, path]:
        assert code == ""
    else:
        assert (answer.status_code, code) == (403, "admin_required")
    if code:
        other.refresh_from_db()
        assert other.status == "pending"


PEOPLE_DESK, GROUP_DESK = DECIDE, {"superuser"}
PAGES = {
    "/admin/": EVERYBODY - {"user"},
    "/admin/accounts/user/": PEOPLE_DESK,
    "/admin/accounts/user/{other}/change/": PEOPLE_DESK,
    "/admin/accounts/user/decide/approve/?person={other}": PEOPLE_DESK,
    "/admin/accounts/user/decide/block/?person={other}": PEOPLE_DESK,
    "/admin/auth/group/": GROUP_DESK,
    "/admin/django_tasks_database/dbtaskresult/": GROUP_DESK,
}


@pytest.mark.parametrize("role", [*OUTSIDE, *sorted(EVERYBODY)])
@pytest.mark.parametrize("path", PAGES)
def test_each_page_of_the_admin(client: Client, role: str, path: str) -> None:
    other = person("other")
    somebody(role)
    if role != "anonymous":
        User.objects.filter(username=role).update(is_staff=role != "user")
        client.force_login(User.objects.get(username=role))
    status = client.get(path.format(other=other.pk)).status_code
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
