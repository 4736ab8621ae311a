"""What waits for a colleague, by their rights, and the one mail a day that says so."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from accounts import emails, waiting
from accounts.models import User
from accounts.services import change_roles
from config.testing.cast import decided, person
from config.testing.gallery import a_design, a_picture
from designs.models import Import, Search, Status, Term
from uploads.models import Picture

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EVERYTHING = {
    "people": "1 person waits to be let in",
    "pictures": "1 picture is missing in the storage",
    "designs": "1 design waits for review",
    "searches": "1 search found nothing",
    "terms": "1 new word of an import waits for a yes or no",
    "imports": "1 import broke off",
}


def colleague(username: str, *roles: str, email: str = "") -> User:
    someone = person(username, email=email, **decided(User.Status.APPROVED))
    if email:
        User.objects.filter(pk=someone.pk).update(email_verified_at=timezone.now())
    change_roles(someone, give=roles)
    return User.objects.get(pk=someone.pk)


@pytest.fixture
def anil() -> User:
    return colleague("anil", "Approvers", email="anil@example.com")


@pytest.fixture
def kala() -> User:
    return colleague("kala", "Curators", email="kala@example.com")


@pytest.fixture
def one_of_each() -> None:
    """Of all that can wait, four days old; and beside it what looks like it and does not wait."""
    before = timezone.now() - timedelta(days=4, hours=3)
    person("waits", date_joined=before)
    a_design(status=Status.PENDING, updated_at=before)
    a_design()
    Search.objects.create(text="iphone", found=0)
    Search.objects.create(text="saree", found=7)
    Search.objects.create(text="charger", found=0, settled_at=before)
    Term.objects.create(kind="style", slug="flying", name="Flying", is_active=False, asked_at=before)
    Term.objects.create(kind="style", slug="gone", name="Gone", is_active=False)
    a_picture(status=Picture.Status.BROKEN)
    Import.objects.create(name="a.csv", state=Import.State.FAILED, finished_at=before)
    Import.objects.create(name="b.csv", state=Import.State.DONE, finished_at=before)
    Import.objects.create(name="old.csv", state=Import.State.FAILED, finished_at=before - timedelta(days=14))


@pytest.fixture(autouse=True)
def _settings(settings: Any) -> None:
    settings.PUBLIC_URL = "https://gallery.example"


def names(user: User) -> set[str]:
    return {one.name for one in waiting.for_person(user)}


@pytest.mark.usefixtures("one_of_each")
class TestWhatWaits:
    def test_a_manager_sees_all_of_it_in_words(self, meera: User) -> None:
        assert {one.name: one.words for one in waiting.for_person(meera)} == EVERYTHING

    def test_others_see_what_their_rights_let_them_do(self, anil: User, kala: User, asha: User, pooja: User) -> None:
        assert names(anil) == {"people"}
        assert names(kala) == set(EVERYTHING) - {"people"}
        assert names(asha) == names(pooja) == set()

    def test_an_import_takes_both_rights(self, db: None) -> None:
        editor = person("editor", is_staff=True, **decided(User.Status.APPROVED))
        editor.user_permissions.add(Permission.objects.get(codename="edit_designs"))
        assert names(editor) == {"designs", "searches", "terms"}

    def test_the_oldest_is_told_where_something_says_since_when(self, meera: User) -> None:
        ages = {one.name: one.oldest and (timezone.now() - one.oldest).days for one in waiting.for_person(meera)}
        assert ages == {"people": 4, "designs": 4, "terms": 4, "imports": 4, "searches": None, "pictures": None}

    def test_each_link_leads_to_the_desk_where_it_waits(self, client: Client, meera: User) -> None:
        client.force_login(meera)
        for one in waiting.for_person(meera):
            assert resolve(one.link.split("?")[0])
            answer = client.get(one.link)
            assert answer.status_code == 200, one.link
            assert len(answer.context["cl"].result_list) >= one.count, one.link

    def test_it_is_one_query_for_each(self, meera: User) -> None:
        meera.has_perm("accounts.decide_people")  # who may what is asked once for a request anyhow
        with CaptureQueriesContext(connection) as queries:
            waiting.for_person(meera)
        assert len(queries) == len(waiting.piles)

    def test_more_than_is_counted_is_said_so(self, meera: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(waiting, "MOST", 2)
        for number in range(5):
            person(f"more{number}")
        [people] = [one for one in waiting.for_person(meera) if one.name == "people"]
        assert (people.count, people.words) == (3, "2+ people wait to be let in")

    def test_two_apps_cannot_take_one_name(self) -> None:
        with pytest.raises(ValueError, match="Two apps let people wait"):
            waiting.people_wait()


# What each pile is counted by, at a million rows: never a walk through the table.
INDEXES = {
    "people": {"user_pending_queue", "user_decided_last"},  # SQLite may take the other, and sort those who wait
    "pictures": {"picture_broken"},
    "designs": {"design_desk"},
    "searches": {"search_without_results"},
    "terms": {"term_to_judge"},
    "imports": {"import_to_mend"},
}


@pytest.mark.parametrize("name", INDEXES)
def test_each_is_counted_by_its_index(name: str) -> None:
    assert set(waiting.piles) == set(INDEXES), "a new pile: name its index here"
    with CaptureQueriesContext(connection) as queries:
        waiting.piles[name].look()
    [asked] = queries.captured_queries
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # the tables are empty here
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {asked['sql']}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert any(index in plan for index in INDEXES[name]), plan


class TestAWordOfAnImport:
    @pytest.fixture
    def word(self) -> Term:
        now = timezone.now()
        return Term.objects.create(kind="style", slug="flying", name="Flying", is_active=False, asked_at=now)

    @pytest.mark.parametrize("verb", ["retire", "restore"])
    def test_staff_say_no_or_yes_and_it_waits_no_longer(self, word: Term, verb: str) -> None:
        assert getattr(word, verb)() is True
        word.refresh_from_db()
        assert (word.asked_at, word.is_active) == (None, verb == "restore")
        assert getattr(word, verb)() is False

    def test_so_does_a_merger(self, word: Term) -> None:
        word.merge(Term.objects.create(kind="style", slug="soaring", name="Soaring"))
        assert not Term.objects.to_judge().exists()

    def test_its_page_offers_all_three(self, client: Client, kala: User, word: Term) -> None:
        client.force_login(kala)
        page = client.get(f"/admin/designs/term/{word.pk}/change/").content.decode()
        assert "New, from an import" in page
        assert all(words in page for words in ("Merge into ...", ">Retire<", ">Take it up<"))


# --- The mail -----------------------------------------------------------------------------------------------------
def run(*options: str) -> str:
    out = StringIO()
    call_command("send_digest", *options, stdout=out)
    return out.getvalue()


def told() -> dict[str, str]:
    return {message.to[0]: str(message.body) for message in mail.outbox}


class TestTheMail:
    @pytest.fixture(autouse=True)
    def _clock(self) -> Iterator[None]:
        with time_machine.travel("2026-11-22T08:00:00Z", tick=False) as self.clock:
            yield

    def test_each_colleague_is_told_what_is_theirs(self, anil: User, kala: User, one_of_each: None) -> None:
        assert run() == "mailed: 2; told today already: 0; nothing waits for 0.\n"
        assert set(told()) == {"anil@example.com", "kala@example.com"}
        text = told()["anil@example.com"]
        assert (
            "- 1 person waits to be let in, the oldest for 4 days\n  https://gallery.example/admin/accounts/user/\n"
            in text
        )
        assert "review" not in text
        assert "1 design waits for review, the oldest for 4 days" in told()["kala@example.com"]
        assert [str(message.subject) for message in mail.outbox] == ["What waits for you in Design Gallery"] * 2

    def test_the_html_says_the_same(self, kala: User, one_of_each: None) -> None:
        run()
        message: Any = mail.outbox[0]
        [[page, _]] = message.alternatives
        assert "1 design waits for review, the oldest for 4 days" in str(page)
        assert "https://gallery.example/admin/designs/term/?kind=all&amp;is_active__exact=0" in str(page)

    def test_nothing_waiting_is_no_mail(self, anil: User, kala: User) -> None:
        person("waits").approve(by=anil)
        assert run() == "mailed: 0; told today already: 0; nothing waits for 2.\n"
        assert mail.outbox == []

    def test_twice_in_a_day_is_one_mail_unless_it_is_wanted(self, anil: User, one_of_each: None) -> None:
        run()
        self.clock.shift(timedelta(hours=15))
        assert run() == "mailed: 0; told today already: 1; nothing waits for 0.\n"
        assert len(mail.outbox) == 1
        assert run("--again") == "mailed: 1; told today already: 0; nothing waits for 0.\n"
        self.clock.shift(timedelta(hours=2))
        run()
        assert len(mail.outbox) == 3

    def test_who_had_nothing_in_the_morning_hears_of_the_afternoon(self, anil: User) -> None:
        run()
        person("waits")
        run()
        assert len(mail.outbox) == 1

    def test_only_staff_with_a_proved_address_are_written_to(self, meera: User, asha: User, one_of_each: None) -> None:
        User.objects.filter(pk=meera.pk).update(email="meera@example.com")
        User.objects.filter(pk=asha.pk).update(email="asha@example.com", email_verified_at=timezone.now())
        colleague("blocked", "Approvers", email="blocked@example.com").block(by=meera)
        run()
        assert told() == {}

    def test_a_dry_run_prints_who_would_get_what(self, anil: User, kala: User) -> None:
        person("waits")
        assert run("--dry-run") == (
            "anil <anil@example.com>: 1 person waits to be let in, the oldest for 0 minutes.\n"
            "kala <kala@example.com>: nothing waits.\n"
        )
        assert mail.outbox == []
        run()
        assert len(mail.outbox) == 1

    def test_each_pile_is_counted_once_for_all_of_them(self, one_of_each: None) -> None:
        for number in range(5):
            colleague(f"kala{number}", "Curators", email=f"kala{number}@example.com")
        with CaptureQueriesContext(connection) as queries:
            run("--dry-run")
        assert len([query for query in queries if "designs_design" in query["sql"]]) == 1

    def test_a_mail_that_fails_stops_nobody_elses_and_is_tried_again(
        self, anil: User, kala: User, one_of_each: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send = emails.send

        def fail(name: str, to: str, **context: Any) -> None:
            if to == "anil@example.com":
                raise ConnectionRefusedError
            send(name, to, **context)

        with monkeypatch.context() as patch:
            patch.setattr(emails, "send", fail)
            with pytest.raises(CommandError, match="could not be mailed: 1"):
                run()
        assert set(told()) == {"kala@example.com"}
        assert run() == "mailed: 1; told today already: 1; nothing waits for 0.\n"
        assert set(told()) == {"kala@example.com", "anil@example.com"}


@pytest.mark.django_db
@pytest.mark.parametrize("options", [{}, {"dry_run": True}])
def test_where_nobody_can_be_written_to_it_says_so(options: dict[str, bool]) -> None:
    out = StringIO()
    call_command("send_digest", stdout=out, **options)
    assert out.getvalue() == "No colleague has a verified address: nobody can be told.\n"
