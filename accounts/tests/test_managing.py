"""Managers change standings and delete; people delete themselves; nobody locks the gallery."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission

from accounts import erasure
from accounts.erasure import Holder
from accounts.models import Decision, Session, User
from config.testing.cast import PASSWORD, Phone

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize(
    ("status", "body", "becomes"),
    [
        ("pending", {"is_approved": True}, "approved"),
        ("pending", {"is_approved": False}, "rejected"),
        ("approved", {"is_approved": False}, "rejected"),
        ("approved", {"is_active": False}, "blocked"),
        ("approved", {"is_active": True}, "approved"),
        ("rejected", {"is_approved": False}, "rejected"),
        ("rejected", {"is_approved": True}, "approved"),
        ("blocked", {"is_active": True}, "pending"),
        ("blocked", {"is_active": True, "is_approved": True}, "approved"),
        ("pending", {"is_active": False, "is_approved": False}, "blocked"),
    ],
)
def test_the_older_backends_switches_are_our_verbs(
    phone: Phone, meera: User, pooja: User, status: str, body: dict[str, bool], becomes: str
) -> None:
    if status != "pending":
        {"approved": pooja.approve, "rejected": pooja.reject, "blocked": pooja.block}[status](by=meera)
    answer = phone.holding(meera).put(f"/api/admin/users/{pooja.pk}", body)
    assert (answer.status_code, answer.json()["status"]) == (200, becomes)


def test_contradictions_are_refused_and_change_nothing(phone: Phone, meera: User, pooja: User) -> None:
    body = {"is_approved": True, "is_active": False}
    assert phone.holding(meera).put(f"/api/admin/users/{pooja.pk}", body).status_code == 400
    assert not Decision.objects.exists()


def test_managers_are_made_and_unmade(phone: Phone, meera: User, asha: User) -> None:
    phone.holding(meera)
    assert phone.put(f"/api/admin/users/{asha.pk}", {"is_admin": True}).json()["is_admin"] is True
    assert phone.put(f"/api/admin/users/{asha.pk}", {"is_admin": False}).json()["is_admin"] is False


def test_read_modify_write_ignores_what_is_read_only(phone: Phone, meera: User, asha: User) -> None:
    seen = phone.holding(meera).get("/api/admin/users?search=asha").json()[0]
    answer = phone.put(f"/api/admin/users/{asha.pk}", {**seen, "username": "root", "is_admin": True})
    assert (answer.status_code, answer.json()["username"]) == (200, "asha")


@pytest.mark.parametrize("body", [{"is_staff": True}, {"is_superuser": True}, {"password": "x"}])
def test_other_names_are_refused(phone: Phone, meera: User, asha: User, body: dict[str, Any]) -> None:
    assert phone.holding(meera).put(f"/api/admin/users/{asha.pk}", body).json()["error"] == "unknown_field"


def test_an_approver_does_not_manage(phone: Phone, asha: User, pooja: User, meera: User) -> None:
    asha.groups.add(Group.objects.get(name="Approvers"))
    assert phone.holding(asha).put(f"/api/admin/users/{pooja.pk}", {"is_admin": True}).status_code == 403
    assert phone.delete(f"/api/admin/users/{pooja.pk}").status_code == 403


def test_a_change_refused_in_part_is_refused_as_a_whole(phone: Phone, asha: User, meera: User) -> None:
    asha.user_permissions.add(Permission.objects.get(codename="manage_people"))
    body = {"is_approved": False, "is_admin": False}
    answer = phone.holding(asha).put(f"/api/admin/users/{meera.pk}", body)
    assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
    meera.refresh_from_db()
    assert (meera.status, meera.is_admin, Decision.objects.count()) == ("approved", True, 0)


class TestTheLastManager:
    def test_cannot_be_unmade_by_a_superuser_that_is_blocked_himself(self, phone: Phone, meera: User) -> None:
        root = User.objects.create_superuser("root", status="blocked")
        assert meera.is_last_manager()
        assert not root.may_enter()

    def test_cannot_leave(self, phone: Phone, meera: User) -> None:
        answer = phone.holding(meera).post("/api/auth/me/delete", {"password": PASSWORD})
        assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
        assert User.objects.filter(pk=meera.pk).exists()

    def test_may_leave_when_there_is_another(self, phone: Phone, meera: User) -> None:
        User.objects.create_superuser("root")
        assert phone.holding(meera).post("/api/auth/me/delete", {"password": PASSWORD}).status_code == 200

    def test_nobody_changes_or_deletes_himself_at_the_desk(self, phone: Phone, meera: User) -> None:
        phone.holding(meera)
        assert phone.put(f"/api/admin/users/{meera.pk}", {"is_admin": False}).status_code == 409
        assert phone.delete(f"/api/admin/users/{meera.pk}").status_code == 409


class TestErasure:
    @pytest.mark.parametrize(("method", "path"), [("post", "/api/auth/me/delete"), ("delete", "/api/auth/me")])
    def test_people_delete_themselves_with_their_password(
        self, phone: Phone, asha: User, meera: User, method: str, path: str
    ) -> None:
        asha.block(by=meera)
        asha.reopen(by=meera)
        asha.approve(by=meera)
        phone.holding(asha)
        wrong = getattr(phone, method)(path, {"password": "guess"})
        assert (wrong.status_code, wrong.json()["details"][0]["code"]) == (400, "password_incorrect")
        assert getattr(phone, method)(path, {"password": PASSWORD}).status_code == 200
        assert not User.objects.filter(pk=asha.pk).exists()
        assert not Session.objects.exists()
        assert not Decision.objects.exists()

    def test_guessing_the_password_ends_after_ten_tries(self, phone: Phone, asha: User) -> None:
        phone.holding(asha)
        statuses = [phone.post("/api/auth/me/delete", {"password": "guess"}).status_code for _ in range(11)]
        assert statuses == [400] * 10 + [429]
        assert phone.post("/api/auth/me/delete", {"password": PASSWORD}).status_code == 429

    def test_managers_delete_others(self, phone: Phone, meera: User, pooja: User) -> None:
        answer = phone.holding(meera).delete(f"/api/admin/users/{pooja.pk}")
        assert answer.json() == {"message": "User pooja deleted successfully", "success": True}
        assert not User.objects.filter(username="pooja").exists()

    def test_a_decision_outlives_who_made_it(self, meera: User, pooja: User) -> None:
        pooja.approve(by=meera)
        erasure.erase(meera)
        pooja.refresh_from_db()
        assert pooja.is_approved
        assert pooja.decided_by is None
        assert Decision.objects.get().by is None

    def test_an_app_above_that_fails_to_forget_keeps_the_person(
        self, asha: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(user: User) -> None:
            raise RuntimeError

        monkeypatch.setattr(erasure, "holders", [Holder("hearts", lambda _: 0, fail)])
        with pytest.raises(RuntimeError):
            erasure.erase(asha)
        assert User.objects.filter(username="asha").exists()

    def test_the_export_holds_all_of_it_and_no_password(self, asha: User, monkeypatch: pytest.MonkeyPatch) -> None:
        Phone().holding(asha)
        hearts = Holder("hearts", lambda _: iter(["saree"]), lambda _: None)
        monkeypatch.setattr(erasure, "holders", [*erasure.holders, hearts])
        everything = erasure.export(asha)
        assert everything["hearts"] == ["saree"]
        assert everything["account"]["devices"][0]["device_name"] == "test phone"
        assert asha.password not in str(everything)
