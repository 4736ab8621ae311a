"""Who gets a role, who loses it, and that whoever has one may enter the admin."""

import contextlib
import io
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.permissions import GROUPS
from accounts.services import PAST, change_roles, decide
from accounts.tests.test_roles import MANAGE, ROLES, entered, somebody
from config.api.errors import Refusal
from config.audit.models import Entry
from config.testing.cast import PASSWORD, Phone, decided, person
from config.testing.crowd import at_once
from config.testing.trail import told

LIST = "/admin/accounts/user/"
LAST = "This is the last manager. Name another one first."
UNFIT = "Only people who are approved can have roles."
SELF = "Nobody decides on themselves."
ROOT = "Only a superuser may decide on a superuser."


def staff(username: str, *roles: str) -> User:
    """As the desk would have made them."""
    someone = person(username, is_staff=True, **decided(User.Status.APPROVED))
    someone.groups.add(*Group.objects.filter(name__in=roles))
    return someone


def standing(someone: User) -> tuple[bool, list[str]]:
    fresh = User.objects.get(pk=someone.pk)
    return fresh.is_staff, fresh.roles


def press(client: Client, someone: User, *roles: str, shown: tuple[str, ...] = ()) -> Any:
    """Save, on that person's page, with these boxes ticked; `shown` were ticked when the page was opened."""
    return client.post(f"{LIST}{someone.pk}/roles/", {"roles": roles, "shown": shown}, follow=True)


def sentences(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def refused(work: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value.message


@pytest.fixture
def desk(client: Client, meera: User) -> Client:
    client.force_login(meera)
    return client


@pytest.mark.django_db
class TestTheRule:
    @pytest.mark.parametrize("role", GROUPS)
    def test_who_has_a_role_is_staff_and_who_loses_the_last_is_not(self, meera: User, asha: User, role: str) -> None:
        assert change_roles(asha, give={role}, by=meera)
        assert standing(asha) == (True, [role])
        assert change_roles(asha, take={role}, by=meera)
        assert standing(asha) == (False, [])

    def test_who_keeps_another_role_stays_staff(self, meera: User, asha: User) -> None:
        change_roles(asha, give={"Approvers", "Curators"}, by=meera)
        change_roles(asha, take={"Approvers"}, by=meera)
        assert standing(asha) == (True, ["Curators"])

    def test_one_change_gives_and_takes(self, meera: User) -> None:
        someone = staff("someone", "Approvers")
        change_roles(someone, give={"Curators"}, take={"Approvers"}, by=meera)
        assert standing(someone) == (True, ["Curators"])

    def test_a_superuser_stays_staff(self) -> None:
        root = User.objects.create_superuser("root")
        change_roles(root, give={"Curators"})
        change_roles(root, take={"Curators"})
        assert standing(root) == (True, [])

    def test_groups_of_their_own_make_are_left_alone(self, meera: User, asha: User) -> None:
        asha.groups.add(Group.objects.create(name="Helpers"))
        change_roles(asha, give={"Curators"}, by=meera)
        change_roles(asha, take={"Curators"}, by=meera)
        assert list(asha.groups.values_list("name", flat=True)) == ["Helpers"]

    def test_who_was_left_outside_with_a_role_comes_in(self, meera: User) -> None:
        """As the door made Managers before the rule."""
        someone = staff("someone", "Managers")
        User.objects.filter(pk=someone.pk).update(is_staff=False)
        assert change_roles(someone, give={"Managers"}, by=meera)
        assert standing(someone) == (True, ["Managers"])

    def test_what_is_so_already_changes_nothing_and_leaves_no_line(self, meera: User) -> None:
        someone = staff("someone", "Curators")
        assert not change_roles(someone, give={"Curators"}, take={"Approvers"}, by=meera)
        assert told() == []

    def test_an_older_look_at_the_person_does_no_harm(self, meera: User) -> None:
        """It was read before a colleague took the one role away."""
        someone = staff("someone", "Curators")
        before = User.objects.get(pk=someone.pk)
        assert before.roles == ["Curators"]
        change_roles(someone, take={"Curators"}, by=meera)
        change_roles(before, give={"Approvers"}, by=meera)
        assert standing(someone) == (True, ["Approvers"])

    def test_it_is_logged_in_the_admin_and_for_ops(self, meera: User, asha: User, production_log: io.StringIO) -> None:
        change_roles(asha, give={"Curators", "Approvers"}, by=meera)
        change_roles(asha, take={"Curators", "Approvers"}, by=meera)
        assert told() == [(meera.pk, "person.roles_changed", str(asha.pk))] * 2
        both = ["Approvers", "Curators"]
        assert [entry.changes["roles"] for entry in Entry.objects.order_by("pk")] == [[[], both], [both, []]]
        lines = [line for line in production_log.getvalue().splitlines() if "roles_changed" in line]
        assert len(lines) == 2
        assert f'"person":{asha.pk}' in lines[0].replace(": ", ":")
        assert '"Curators"' in lines[0]

    def test_phones_stay_signed_in(self, phone: Phone, meera: User) -> None:
        someone = staff("someone", "Curators")
        phone.holding(someone)
        change_roles(someone, take={"Curators"}, by=meera)
        assert phone.get("/api/auth/me").json()["permissions"] == []

    def test_the_admin_is_closed_to_who_lost_the_last_role(self, client: Client, meera: User) -> None:
        someone = staff("someone", "Approvers")
        client.force_login(someone)
        assert client.get("/admin/").status_code == 200
        change_roles(someone, take={"Approvers"}, by=meera)
        assert client.get("/admin/").status_code == 302


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize("status", ["pending", "rejected", "blocked"])
    def test_only_approved_people_get_roles(self, meera: User, status: str) -> None:
        someone = person("someone", **({} if status == "pending" else decided(User.Status(status))))
        assert refused(lambda: change_roles(someone, give={"Curators"}, by=meera)) == UNFIT
        assert standing(someone) == (False, [])
        assert told() == []

    def test_a_role_is_taken_from_who_is_blocked(self, meera: User) -> None:
        someone = staff("someone", "Curators")
        someone.block(by=meera)
        change_roles(someone, take={"Curators"}, by=meera)
        assert standing(someone) == (False, [])

    def test_nobody_changes_his_own(self, meera: User) -> None:
        staff("other", "Managers")
        assert refused(lambda: change_roles(meera, take={"Managers"}, by=meera)) == SELF
        assert refused(lambda: change_roles(meera, give={"Curators"}, by=meera)) == SELF
        assert standing(meera) == (True, ["Managers"])

    def test_only_superusers_touch_superusers(self, meera: User) -> None:
        root, other = User.objects.create_superuser("root"), User.objects.create_superuser("other")
        assert refused(lambda: change_roles(root, give={"Curators"}, by=meera)) == ROOT
        assert standing(root) == (True, [])
        assert change_roles(root, give={"Curators"}, by=other)

    def test_the_last_manager_is_kept(self, meera: User) -> None:
        assert refused(lambda: change_roles(meera, give={"Curators"}, take={"Managers"})) == LAST
        assert standing(meera) == (True, ["Managers"])

    @pytest.mark.parametrize("status", ["pending", "rejected", "blocked"])
    def test_a_manager_who_may_not_enter_does_not_count(self, meera: User, status: str) -> None:
        someone = staff("someone", "Managers")
        {"pending": someone.reopen, "rejected": someone.reject, "blocked": someone.block}[status]()
        assert refused(lambda: change_roles(meera, take={"Managers"})) == LAST
        assert change_roles(someone, take={"Managers"}, by=meera)


@pytest.mark.django_db
class TestTheDoor:
    def test_a_manager_made_here_enters_the_admin_and_back(self, phone: Phone, meera: User, asha: User) -> None:
        phone.holding(meera)
        browser = Client()
        browser.force_login(asha)
        assert phone.put(f"/api/admin/users/{asha.pk}", {"is_admin": True}).json()["is_admin"] is True
        assert (standing(asha), browser.get("/admin/").status_code) == ((True, ["Managers"]), 200)
        assert phone.put(f"/api/admin/users/{asha.pk}", {"is_admin": False}).json()["is_admin"] is False
        assert (standing(asha), browser.get("/admin/").status_code) == ((False, []), 302)

    def test_another_role_outlives_the_managers(self, phone: Phone, meera: User) -> None:
        someone = staff("someone", "Curators", "Managers")
        assert phone.holding(meera).put(f"/api/admin/users/{someone.pk}", {"is_admin": False}).status_code == 200
        assert standing(someone) == (True, ["Curators"])

    def test_who_waits_is_not_made_a_manager(self, phone: Phone, meera: User, pooja: User) -> None:
        answer = phone.holding(meera).put(f"/api/admin/users/{pooja.pk}", {"is_admin": True})
        assert (answer.status_code, answer.json()["error"], answer.json()["message"]) == (409, "conflict", UNFIT)
        assert standing(pooja) == (False, [])

    def test_unless_approved_by_the_same_request(self, phone: Phone, meera: User, pooja: User) -> None:
        answer = phone.holding(meera).put(f"/api/admin/users/{pooja.pk}", {"is_approved": True, "is_admin": True})
        assert (answer.status_code, answer.json()["is_admin"]) == (200, True)
        assert standing(pooja) == (True, ["Managers"])


@pytest.mark.django_db
class TestTheDesk:
    def test_roles_are_given_and_taken(self, desk: Client, asha: User) -> None:
        answer = press(desk, asha, "Approvers", "Curators")
        assert sentences(answer) == ["asha: Approvers, Curators."]
        assert standing(asha) == (True, ["Approvers", "Curators"])
        answer = press(desk, asha, shown=("Approvers", "Curators"))
        assert sentences(answer) == ["asha has no role now."]
        assert standing(asha) == (False, [])

    def test_afterwards_one_is_back_on_the_page(self, desk: Client, asha: User) -> None:
        assert press(desk, asha, "Curators").redirect_chain == [(f"{LIST}{asha.pk}/change/", 302)]

    def test_nothing_changed_is_told(self, desk: Client, asha: User) -> None:
        assert sentences(press(desk, asha)) == ["Nothing changed: asha has no role."]
        assert told() == []

    def test_what_a_colleague_changed_meanwhile_stays(self, desk: Client, asha: User) -> None:
        """This page was opened before asha became a Curator."""
        change_roles(asha, give={"Curators"})
        press(desk, asha, "Approvers")
        assert standing(asha) == (True, ["Approvers", "Curators"])

    @pytest.mark.parametrize("who", ["pooja", "meera", "root"])
    def test_a_refusal_is_a_sentence(self, desk: Client, request: pytest.FixtureRequest, who: str) -> None:
        User.objects.create_superuser("root")
        someone = User.objects.get(username="root") if who == "root" else request.getfixturevalue(who)
        before = standing(someone)
        words = {"pooja": UNFIT, "meera": SELF, "root": ROOT}[who]
        assert sentences(press(desk, someone, "Curators")) == [f"The roles of {who} were not changed: {words}"]
        assert standing(someone) == before

    def test_a_role_nobody_knows_changes_nothing(self, desk: Client, asha: User) -> None:
        Group.objects.create(name="Helpers")
        assert press(desk, asha, "Curators", "Helpers").status_code == 400
        assert standing(asha) == (False, [])

    def test_a_forged_form_changes_nothing(self, meera: User, asha: User) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(meera)
        assert press(strict, asha, "Managers").status_code == 403
        assert standing(asha) == (False, [])

    def test_looking_at_that_address_changes_nothing(self, desk: Client, meera: User) -> None:
        someone = staff("someone", "Curators")
        assert desk.get(f"{LIST}{someone.pk}/roles/").status_code == 405
        assert standing(someone) == (True, ["Curators"])

    def test_nobody_of_that_number_is_not_found(self, desk: Client) -> None:
        assert desk.post(f"{LIST}999999/roles/").status_code == 404

    @pytest.mark.parametrize("role", ROLES)
    def test_each_cell(self, role: str) -> None:
        other = person("other", **decided(User.Status.APPROVED))
        somebody(role)
        answer = entered(role).post(f"{LIST}{other.pk}/roles/", {"roles": ["Curators"]})
        assert standing(other) == ((True, ["Curators"]) if role in MANAGE else (False, []))
        assert answer.status_code == (403 if role in {"approver", "curator"} else 302)
        assert bool(told()) is (role in MANAGE)

    def boxes(self, client: Client, someone: User) -> dict[str, bool]:
        context = client.get(f"{LIST}{someone.pk}/change/").context
        return {name: held for name, _, held in context["roles"]} if context["may_change_roles"] else {}

    def test_the_boxes_tell_what_somebody_has(self, desk: Client) -> None:
        someone = staff("someone", "Curators")
        assert self.boxes(desk, someone) == {"Approvers": False, "Curators": True, "Managers": False}

    def test_others_read_the_roles(self, client: Client, meera: User) -> None:
        client.force_login(staff("anil", "Approvers"))
        someone = staff("someone", "Curators")
        page = client.get(f"{LIST}{someone.pk}/change/").content.decode()
        assert self.boxes(client, someone) == {}
        assert "uploads pictures and publishes designs" in page
        assert "decides who comes in" not in page
        assert f"{someone.pk}/roles/" not in page

    def test_nobody_is_offered_what_would_be_refused(self, desk: Client, meera: User, pooja: User) -> None:
        root = User.objects.create_superuser("root")
        assert [self.boxes(desk, someone) for someone in (meera, root, pooja)] == [{}, {}, {}]
        assert UNFIT in desk.get(f"{LIST}{pooja.pk}/change/").content.decode()

    def test_who_lost_the_approval_can_still_lose_a_role(self, desk: Client, meera: User) -> None:
        someone = staff("someone", "Curators")
        someone.block(by=meera)
        assert self.boxes(desk, someone)["Curators"] is True

    def test_the_list_marks_roles_and_nobody_else(self, desk: Client, asha: User) -> None:
        staff("someone", "Approvers", "Curators")
        User.objects.create_superuser("root")
        page = desk.get(LIST, {"status": "approved"}).content.decode()
        marks = Counter(page.split('class="desk-role">')[n].split("<")[0] for n in range(1, 5))
        assert marks == {"Approvers": 1, "Curators": 1, "Managers": 1, "Superuser": 1}
        assert page.count('class="desk-role"') == 4


@pytest.mark.django_db
class TestTheCommand:
    def run(self, *words: str) -> str:
        out = io.StringIO()
        call_command("give_role", *words, stdout=out)
        return out.getvalue()

    @pytest.mark.parametrize("role", ["curator", "CURATOR", "Curators"])
    def test_it_gives_and_takes_and_can_be_run_again(self, asha: User, role: str) -> None:
        assert self.run("ASHA", role) == "asha is one of the Curators now.\n"
        assert self.run("asha", role) == "asha is one of the Curators already; nothing to do.\n"
        assert standing(asha) == (True, ["Curators"])
        assert self.run("asha", role, "--take") == "asha is none of the Curators any more.\n"
        assert self.run("asha", role, "--take") == "asha is none of the Curators; nothing to do.\n"
        assert standing(asha) == (False, [])

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (("pooja", "curator"), UNFIT),
            (("meera", "manager", "--take"), LAST),
            (("nobody", "curator"), "There is nobody named nobody."),
            (("meera", "king"), "invalid choice: 'king'"),
        ],
    )
    def test_a_refusal_is_a_sentence(self, meera: User, pooja: User, words: tuple[str, ...], sentence: str) -> None:
        with pytest.raises(CommandError, match=sentence):
            self.run(*words)
        assert (standing(meera), standing(pooja)) == ((True, ["Managers"]), (False, []))

    def test_help_names_the_roles(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            self.run("--help")
        said = capsys.readouterr().out
        assert all(word in said for word in ("approver", "curator", "manager", "--take"))


Ending = Callable[[], Any]


def unmake(person: User, by: User) -> Ending:
    return lambda: change_roles(person, take={"Managers"}, by=by)


def block(person: User, by: User) -> Ending:
    return lambda: decide(person, "block", by=by)


def by_door(method: str, path: str, body: Any) -> Callable[[User, User], Ending]:
    def ready(person: User, by: User) -> Ending:
        phone = Phone().holding(by)
        return lambda: getattr(phone, method)(path.format(pk=person.pk), body)

    return ready


def at_desk(person: User, by: User) -> Ending:
    client = Client()
    client.force_login(by)
    return lambda: client.post(f"{LIST}{person.pk}/roles/", {"shown": ["Managers"]})


ENDINGS = {
    "roles": unmake,
    "roles: door": by_door("put", "/api/admin/users/{pk}", {"is_admin": False}),
    "roles: desk": at_desk,
    "decision": block,
    "decision: door": by_door("post", "/api/admin/users/{pk}/reject", {}),
    "standing: door": by_door("put", "/api/admin/users/{pk}", {"is_active": False, "is_admin": False}),
    "delete: door": by_door("delete", "/api/admin/users/{pk}", None),
    "leaving": by_door("post", "/api/auth/me/delete", {"password": PASSWORD}),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ENDINGS)
def test_two_managers_who_end_each_other_at_once_leave_one(
    ending: str, meera: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    nila, ask = staff("nila", "Managers"), User.is_last_manager
    endings = [ENDINGS[ending](meera, nila), ENDINGS[ending](nila, meera)]

    def ask_and_dawdle(person: User) -> bool:
        found = ask(person)
        time.sleep(0.1)
        return found

    def end(number: int) -> None:
        with contextlib.suppress(Refusal):
            endings[number]()

    monkeypatch.setattr(User, "is_last_manager", ask_and_dawdle)
    at_once(end, 2)
    assert User.objects.managing().count() == 1


@pytest.mark.django_db
def test_every_verb_that_ends_a_manager_asks_first(meera: User) -> None:
    """`approve` is the one that does not."""
    root = User.objects.create_superuser("root", status="blocked", decided_at=timezone.now())
    for verb in set(PAST) - {"approve"}:
        assert refused(lambda verb=verb: decide(meera, verb, by=root)) == LAST  # type: ignore[misc]
