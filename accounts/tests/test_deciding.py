"""Staff decide: the verbs, their history, and the doors to them."""

import pytest
from django.contrib.auth.models import Group

from accounts import services
from accounts.models import Decision, ForbiddenMoveError, Session, User
from config.api.errors import Refusal
from config.testing.cast import Phone, decided, person

pytestmark = [pytest.mark.django_db, pytest.mark.once]
VERBS = {"approve": "approved", "reject": "rejected", "block": "blocked", "reopen": "pending"}
FORBIDDEN = {("blocked", "approve"), ("blocked", "reject")}


def standing(status: str) -> User:
    return person(status, **({} if status == "pending" else decided(User.Status(status))))


@pytest.mark.parametrize("status", VERBS.values())
@pytest.mark.parametrize("verb", VERBS)
def test_every_move_of_the_table(meera: User, status: str, verb: str) -> None:
    someone = standing(status)
    if (status, verb) in FORBIDDEN:
        with pytest.raises(ForbiddenMoveError, match="blocked cannot become"):
            getattr(someone, verb)(by=meera)
    else:
        assert getattr(someone, verb)(by=meera, reason="Because.") is (status != VERBS[verb])
    moved = (status, verb) not in FORBIDDEN and status != VERBS[verb]
    someone.refresh_from_db()
    assert someone.status == (VERBS[verb] if moved else status)
    assert Decision.objects.filter(person=someone).count() == int(moved)


def test_who_when_and_why_are_kept(meera: User, pooja: User) -> None:
    pooja.reject(by=meera, reason="No shop of that name.")
    pooja.approve(by=meera)
    pooja.refresh_from_db()
    assert (pooja.decided_by, pooja.reason) == (meera, "")
    assert pooja.decided_at
    history = [(d.was, d.became, d.by_id, d.reason) for d in pooja.decisions.all()]
    assert history == [
        ("pending", "rejected", meera.pk, "No shop of that name."),
        ("rejected", "approved", meera.pk, ""),
    ]


class TestTheDoors:
    @pytest.mark.parametrize(("verb", "past"), [("approve", "approved"), ("reject", "rejected"), ("block", "blocked")])
    def test_a_decision_answers_with_the_name_and_is_idempotent(
        self, phone: Phone, meera: User, pooja: User, verb: str, past: str
    ) -> None:
        phone.holding(meera)
        for _ in range(2):
            answer = phone.post(f"/api/admin/users/{pooja.pk}/{verb}", {"reason": "Seen the shop."})
            assert answer.json() == {"message": f"User pooja {past} successfully", "success": True}
        assert Decision.objects.get().reason == "Seen the shop."

    def test_a_forbidden_move_is_a_conflict(self, phone: Phone, meera: User, pooja: User) -> None:
        pooja.block(by=meera)
        answer = phone.holding(meera).post(f"/api/admin/users/{pooja.pk}/approve", {})
        assert (answer.status_code, answer.json()["message"]) == (
            409,
            "Somebody who is blocked cannot become approved.",
        )

    def test_nobody_decides_on_themselves(self, phone: Phone, meera: User) -> None:
        answer = phone.holding(meera).post(f"/api/admin/users/{meera.pk}/block", {})
        assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
        assert Session.objects.get().revoked_at is None

    def test_only_superusers_touch_superusers(self, phone: Phone, meera: User) -> None:
        root = User.objects.create_superuser("root")
        assert phone.holding(meera).post(f"/api/admin/users/{root.pk}/block", {}).status_code == 403
        root.refresh_from_db()
        assert root.is_approved

    @pytest.mark.parametrize("pk", ["0", "-1", "abc", "9" * 30, "1e3", "999999"])
    def test_a_strange_id_is_404(self, phone: Phone, meera: User, pk: str) -> None:
        assert phone.holding(meera).post(f"/api/admin/users/{pk}/approve", {}).status_code == 404

    def test_an_approver_may_decide_and_change_nothing_else(self, phone: Phone, asha: User, pooja: User) -> None:
        asha.groups.add(Group.objects.get(name="Approvers"))
        assert phone.holding(asha).post(f"/api/admin/users/{pooja.pk}/approve", {}).status_code == 200
        assert phone.put("/api/admin/settings", {"maintenance_mode": True}).status_code == 403


class TestTheLists:
    def test_the_queue_is_oldest_first(self, phone: Phone, meera: User) -> None:
        waiting = [person(f"waiting{n}").pk for n in range(3)]
        assert [row["id"] for row in phone.holding(meera).get("/api/admin/users/pending").json()] == waiting

    def test_staff_see_who_decided_and_why(self, phone: Phone, meera: User, pooja: User) -> None:
        pooja.reject(by=meera, reason="No shop.")
        [row] = phone.holding(meera).get("/api/admin/users?status=rejected").json()
        assert (row["username"], row["decided_by"], row["reason"]) == ("pooja", "meera", "No shop.")
        assert row["decided_at"].endswith("Z")

    def test_search_and_filters(self, phone: Phone, meera: User, asha: User, pooja: User) -> None:
        phone.holding(meera)

        def names(query: str) -> list[str]:
            return [row["username"] for row in phone.get(f"/api/admin/users?{query}").json()]

        assert names("search=ASH") == ["asha"]
        assert names("is_admin=true") == ["meera"]
        assert set(names("is_admin=false")) == {"asha", "pooja"}
        assert names("status=pending") == ["pooja"]
        assert phone.get("/api/admin/users?status=famous").json()["error"] == "validation_error"
        assert phone.get("/api/admin/users?stauts=pending").json()["error"] == "unknown_parameter"


@pytest.mark.parametrize("verb", ["approve", "reject", "block"])
def test_who_was_deleted_meanwhile_is_not_found(meera: User, pooja: User, verb: str) -> None:
    User.objects.filter(pk=pooja.pk).delete()
    with pytest.raises(Refusal) as refused:
        services.decide(pooja, verb, by=meera)
    assert (refused.value.status_code, refused.value.message) == (404, "This person was deleted just now.")


def test_who_was_deleted_meanwhile_gets_no_role(meera: User, asha: User) -> None:
    User.objects.filter(pk=asha.pk).delete()
    with pytest.raises(Refusal) as refused:
        services.change_roles(asha, give={"Curators"}, by=meera)
    assert refused.value.code == "not_found"
