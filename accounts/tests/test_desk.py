"""The approval desk in the admin: the queue, the decisions with their reasons, and who may not."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts import sessions
from accounts.models import Decision, User
from config.testing.cast import decided, person
from config.testing.trail import told

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIST = "/admin/accounts/user/"
STATUS = {"approve": "approved", "reject": "rejected", "block": "blocked", "reopen": "pending"}


@pytest.fixture
def desk(client: Client, meera: User) -> Client:
    client.force_login(meera)
    return client


@pytest.fixture
def anil(db: None) -> User:
    """Staff, an Approver: may decide and nothing else."""
    anil = person("anil", is_staff=True, **decided(User.Status.APPROVED))
    anil.groups.add(Group.objects.get(name="Approvers"))
    return anil


def waiting(username: str, days: int = 0) -> User:
    return person(username, date_joined=timezone.now() - timedelta(days=days))


def decide(desk: Client, verb: str, *people: User, reason: str = "Seen the shop.", back: str = "") -> Any:
    chosen = "&".join(f"person={someone.pk}" for someone in people)
    return desk.post(f"{LIST}decide/{verb}/?{chosen}&back={back}", {"reason": reason}, follow=True)


def sentences(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def names(answer: Any) -> list[str]:
    return [row.username for row in answer.context["cl"].result_list]


def unchanged(someone: User) -> bool:
    status = someone.status
    someone.refresh_from_db()
    return someone.status == status and not Decision.objects.exists() and told() == []


class TestTheQueue:
    def test_it_opens_on_who_waits_and_who_waited_longest_comes_first(self, desk: Client, asha: User) -> None:
        waiting("new"), waiting("old", 3), waiting("middle", 1)
        assert names(desk.get(LIST)) == ["old", "middle", "new"]

    def test_it_shows_the_name_the_note_and_the_age(self, desk: Client) -> None:
        waiting("lila", 3)
        User.objects.update_or_create(
            username="lila", defaults={"full_name": "Lila Rao", "note": "I weave <b>silk</b>"}
        )
        page = desk.get(LIST).content.decode()
        assert "Lila Rao" in page
        assert "I weave &lt;b&gt;silk&lt;/b&gt;" in page
        assert re.search(r"<time [^>]*>3 days</time>", page)

    def test_a_screen_reader_is_told_whom_a_box_selects(self, desk: Client) -> None:
        waiting("lila<")
        assert 'aria-label="Select lila&lt;"' in desk.get(LIST).content.decode()

    @pytest.mark.parametrize("tab", ["approved", "rejected", "blocked", "all"])
    def test_each_status_has_its_tab(self, desk: Client, asha: User, ravi: User, pooja: User, tab: str) -> None:
        people = {"approved": {"asha", "meera"}, "rejected": {"ravi"}, "blocked": set()}
        everybody = {"asha", "meera", "ravi", "pooja"}
        assert set(names(desk.get(LIST, {"status": tab}))) == people.get(tab, everybody)

    @pytest.mark.parametrize("text", ["lila", "Rao", "shop@weaver"])
    def test_search_finds_by_user_name_full_name_and_e_mail(self, desk: Client, pooja: User, text: str) -> None:
        person("lila", full_name="Mrs Rao", email="shop@weaver.example")
        assert names(desk.get(LIST, {"q": text})) == ["lila"]

    def test_a_filter_narrows_the_queue(self, desk: Client, pooja: User) -> None:
        person("lila", email="l@weaver.example", email_verified_at=timezone.now())
        assert names(desk.get(LIST, {"email_verified_at__isempty": "0"})) == ["lila"]

    @pytest.mark.parametrize(
        ("query", "words"),
        [("", "Nobody is waiting."), ("?status=blocked", "Nobody here."), ("?q=zzz", "Nobody here fits.")],
    )
    def test_an_empty_list_says_so_kindly(self, desk: Client, query: str, words: str) -> None:
        assert words in desk.get(LIST + query).content.decode()

    def test_the_sidebar_and_the_tab_say_how_many_wait(self, desk: Client, pooja: User) -> None:
        waiting("old", 3)
        page = desk.get(LIST)
        badges = [item["badge"] for group in page.context["sidebar_navigation"] for item in group["items"]]
        assert ([badge for badge in badges if badge], page.context["waiting"]) == ([2], 2)

    @pytest.mark.parametrize(
        ("status", "verbs"),
        [
            ("pending", ["approve", "reject", "block"]),
            ("approved", ["reject", "block", "reopen"]),
            ("rejected", ["approve", "block", "reopen"]),
            ("blocked", ["reopen"]),
        ],
    )
    def test_only_open_decisions_have_a_button(self, desk: Client, status: str, verbs: list[str]) -> None:
        someone = person("lila", **({} if status == "pending" else decided(User.Status(status))))
        for path in (f"{LIST}?status={status}", f"{LIST}{someone.pk}/change/"):
            page = desk.get(path).content.decode()
            assert re.findall(rf"decide/(\w+)/\?person={someone.pk}\b", page) == verbs

    @pytest.mark.parametrize("lookup", ["password__startswith", "decided_by__password__startswith"])
    def test_nobody_spells_out_a_password_by_filters(self, desk: Client, pooja: User, lookup: str) -> None:
        assert desk.get(LIST, {lookup: "md5"}).status_code == 400


class TestDeciding:
    @pytest.mark.parametrize(
        ("verb", "start"),
        [
            ("approve", "pending"),
            ("reject", "pending"),
            ("block", "approved"),
            ("reopen", "blocked"),
        ],
    )
    def test_who_and_why_are_kept(self, desk: Client, meera: User, verb: str, start: str) -> None:
        someone = person("lila", **({} if start == "pending" else decided(User.Status(start))))
        answer = decide(desk, verb, someone)
        someone.refresh_from_db()
        kept = Decision.objects.get()
        assert (someone.status, someone.reason) == (STATUS[verb], "Seen the shop.")
        assert (kept.person, kept.became, kept.by, kept.reason) == (someone, STATUS[verb], meera, "Seen the shop.")
        assert sentences(answer) == [f"1 person {verb.rstrip('e')}ed."]

    def test_each_decision_is_in_the_history_of_the_admin(self, desk: Client, meera: User, pooja: User) -> None:
        decide(desk, "reject", pooja)
        assert told() == [(meera.pk, "person.rejected", str(pooja.pk))]
        assert "<strong>rejected</strong>" in desk.get(f"{LIST}{pooja.pk}/history/").content.decode()

    def test_approving_needs_no_reason(self, desk: Client, pooja: User) -> None:
        decide(desk, "approve", pooja, reason="")
        assert Decision.objects.get().became == "approved"

    @pytest.mark.parametrize("verb", ["reject", "block"])
    @pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
    def test_the_others_need_one_that_fits(self, desk: Client, pooja: User, verb: str, reason: str) -> None:
        answer = decide(desk, verb, pooja, reason=reason)
        assert answer.context["form"].errors
        assert unchanged(pooja)

    def test_ten_people_are_decided_at_once_each_by_name(self, desk: Client) -> None:
        ten = [waiting(f"p{number}", number) for number in range(10)]
        chosen = {"action": "approve", "_selected_action": [someone.pk for someone in ten]}
        asked = desk.post(LIST, chosen, follow=True)
        assert asked.context["people"] == ten[::-1]
        answer = desk.post(asked.redirect_chain[0][0], {"reason": "The fair in Surat."}, follow=True)
        assert sentences(answer) == ["10 people approved."]
        assert set(Decision.objects.values_list("person", "reason")) == {(p.pk, "The fair in Surat.") for p in ten}
        assert [what for _, what, _ in told()] == ["person.approved"] * 10

    def test_in_bulk_each_refusal_has_its_sentence(self, desk: Client, meera: User, pooja: User) -> None:
        blocked = person("lila", **decided(User.Status.BLOCKED))
        root = User.objects.create_superuser("root")
        answer = decide(desk, "reject", pooja, blocked, meera, root)
        assert set(sentences(answer)) == {
            "1 person rejected.",
            "lila was not rejected: Somebody who is blocked cannot become rejected.",
            "meera was not rejected: Nobody decides on themselves.",
            "root was not rejected: Only a superuser may decide on a superuser.",
        }
        assert Decision.objects.get().person == pooja

    def test_afterwards_one_is_back_where_one_was(self, desk: Client, asha: User, pooja: User) -> None:
        assert decide(desk, "approve", pooja, back="person").redirect_chain == [(f"{LIST}{pooja.pk}/change/", 302)]
        page = desk.get(LIST, {"status": "approved"}).content.decode()
        found = re.search(rf'href="([^"]*decide/block/\?person={asha.pk}[^"]*)"', page)
        assert found
        answer = desk.post(found[1].replace("&amp;", "&"), {"reason": "Spam."}, follow=True)
        assert answer.redirect_chain == [(f"{LIST}?status=approved", 302)]

    @pytest.mark.parametrize("back", ["//evil.example", "https://evil.example"])
    def test_the_way_back_never_leads_elsewhere(self, desk: Client, pooja: User, back: str) -> None:
        url = f"{LIST}decide/approve/?person={pooja.pk}&back={back}&_changelist_filters={back}"
        assert desk.post(url, {"reason": ""})["Location"].startswith(LIST)

    def test_a_decision_made_meanwhile_is_told(self, desk: Client, asha: User) -> None:
        assert sentences(decide(desk, "approve", asha)) == ["asha is approved already."]
        assert unchanged(asha)


class TestRefusals:
    @pytest.mark.parametrize("verb", STATUS)
    def test_looking_at_the_question_decides_nothing(self, desk: Client, pooja: User, verb: str) -> None:
        assert desk.get(f"{LIST}decide/{verb}/?person={pooja.pk}").status_code == 200
        assert unchanged(pooja)

    def test_a_forged_form_decides_nothing(self, meera: User, pooja: User) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(meera)
        assert decide(strict, "approve", pooja).status_code == 403
        assert unchanged(pooja)

    def test_nobody_decides_on_themselves(self, desk: Client, meera: User) -> None:
        assert sentences(decide(desk, "block", meera)) == ["meera was not blocked: Nobody decides on themselves."]
        assert unchanged(meera)

    def test_only_superusers_touch_superusers(self, desk: Client, client: Client) -> None:
        root, other = User.objects.create_superuser("root"), User.objects.create_superuser("other")
        decide(desk, "block", root)
        assert unchanged(root)
        client.force_login(other)
        decide(client, "block", root)
        root.refresh_from_db()
        assert root.status == "blocked"

    def test_the_last_manager_stays(self, client: Client, anil: User, meera: User) -> None:
        client.force_login(anil)
        answer = decide(client, "block", meera)
        assert sentences(answer) == ["meera was not blocked: This is the last manager. Name another one first."]
        assert unchanged(meera)

    def test_a_move_that_is_not_open_changes_nothing(self, desk: Client) -> None:
        blocked = person("lila", **decided(User.Status.BLOCKED))
        decide(desk, "approve", blocked)
        assert unchanged(blocked)

    @pytest.mark.parametrize("path", ["decide/erase/?person=1", "decide/approve/", "decide/approve/?person=x"])
    def test_an_unknown_verb_or_person_is_not_found(self, desk: Client, path: str) -> None:
        assert desk.get(LIST + path).status_code == 404

    def test_plain_staff_see_no_people_and_decide_nothing(self, client: Client, pooja: User) -> None:
        client.force_login(person("plain", is_staff=True, **decided(User.Status.APPROVED)))
        doors = ["", f"{pooja.pk}/change/", f"{pooja.pk}/history/", f"decide/approve/?person={pooja.pk}"]
        assert [client.get(LIST + door).status_code for door in doors] == [403] * 4
        assert decide(client, "approve", pooja).status_code == 403
        assert client.post(f"{LIST}{pooja.pk}/sign-out/").status_code == 403
        assert unchanged(pooja)
        assert client.get("/admin/").context["sidebar_navigation"] == []

    def test_an_approver_who_is_not_staff_stays_outside(self, client: Client, anil: User, pooja: User) -> None:
        User.objects.filter(pk=anil.pk).update(is_staff=False)
        client.force_login(anil)
        assert "/admin/login/" in decide(client, "approve", pooja).redirect_chain[0][0]
        assert unchanged(pooja)


class TestAnApprover:
    def test_sees_people_and_nothing_else(self, client: Client, anil: User) -> None:
        client.force_login(anil)
        groups = client.get("/admin/").context["sidebar_navigation"]
        assert [item["title"].lower() for group in groups for item in group["items"]] == ["people"]

    def test_decides(self, client: Client, anil: User, pooja: User) -> None:
        client.force_login(anil)
        decide(client, "approve", pooja)
        assert Decision.objects.get().by == anil

    def test_cannot_change_a_field_add_or_delete(self, client: Client, anil: User, pooja: User) -> None:
        client.force_login(anil)
        everything = {"username": "pwned", "status": "approved", "is_superuser": "on", "is_staff": "on"}
        for door in (f"{pooja.pk}/change/", f"{pooja.pk}/delete/", f"{pooja.pk}/password/", "add/"):
            assert client.post(LIST + door, everything).status_code in {302, 403, 404}
        assert client.post(f"{LIST}{pooja.pk}/change/", everything).status_code == 403
        pooja.refresh_from_db()
        assert (pooja.username, pooja.is_superuser, pooja.is_staff) == ("pooja", False, False)
        assert unchanged(pooja)


class TestAPersonsPage:
    def test_it_tells_who_decided_what_and_why(self, desk: Client, meera: User, pooja: User) -> None:
        pooja.reject(by=meera, reason="No shop of that name.")
        page = desk.get(f"{LIST}{pooja.pk}/change/").content.decode()
        assert "by meera" in page
        assert "No shop of that name." in page

    def test_it_never_shows_the_password(self, desk: Client, pooja: User) -> None:
        page = desk.get(f"{LIST}{pooja.pk}/change/").content.decode()
        assert pooja.password not in page
        assert 'name="status"' not in page

    def test_signing_out_everywhere_ends_every_session(self, desk: Client, asha: User) -> None:
        for device in ("Pixel 9", "An old tablet"):
            sessions.open_session(asha, "203.0.113.7", device)
        page = desk.get(f"{LIST}{asha.pk}/change/").content.decode()
        assert all(text in page for text in ("Pixel 9", "An old tablet", "203.0.113.7", "Sign out everywhere"))
        answer = desk.post(f"{LIST}{asha.pk}/sign-out/", follow=True)
        assert sentences(answer) == ["asha is signed out everywhere."]
        assert not asha.sessions.live(timezone.now()).exists()
        assert [what for _, what, _ in told()] == ["person.signed_out"]

    def test_looking_at_that_address_signs_nobody_out(self, desk: Client, asha: User) -> None:
        sessions.open_session(asha, "203.0.113.7")
        assert desk.get(f"{LIST}{asha.pk}/sign-out/").status_code == 405
        assert asha.sessions.live(timezone.now()).exists()

    def test_a_superuser_is_signed_out_only_by_another(self, desk: Client) -> None:
        root = User.objects.create_superuser("root")
        sessions.open_session(root, "203.0.113.7")
        assert desk.post(f"{LIST}{root.pk}/sign-out/").status_code == 403
        assert root.sessions.live(timezone.now()).exists()
