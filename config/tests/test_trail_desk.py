"""The desk of what was done: who may read it, what it finds, and that nobody writes there."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import erasure
from accounts.models import User
from config.admin import trail as desk_of_trail
from config.admin.asking import WHATS
from config.audit import trail
from config.audit.desks import StaffDesk
from config.audit.models import Entry
from config.testing.cast import decided, person
from config.testing.gallery import a_design
from designs.models import Term

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIST = "/admin/audit/entry/"
DOWNLOAD = f"{LIST}download/"
MAY = {"superuser", "Managers"}
WHO = ["superuser", "Managers", "Approvers", "Curators"]


def staff(role: str) -> User:
    if role == "superuser":
        return User.objects.create_superuser("root")
    someone = person(role.lower(), is_staff=True, **decided(User.Status.APPROVED))
    someone.groups.add(Group.objects.get(name=role))
    return someone


@pytest.fixture
def desk(client: Client, meera: User) -> Client:
    client.force_login(meera)
    return client


def shown(desk: Client, **query: Any) -> list[tuple[str, str]]:
    return [(line.what, line.name) for line in desk.get(LIST, query).context["lines"]]


def page(desk: Client, **query: Any) -> str:
    return " ".join(desk.get(LIST, query).content.decode().split())


def rows(desk: Client, **query: Any) -> list[list[str]]:
    body = b"".join(desk.get(DOWNLOAD, query).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(body, newline="")))


class TestWhatItShows:
    def test_the_newest_first_with_who_what_which_and_old_and_new(self, desk: Client, meera: User, pooja: User) -> None:
        pooja.approve(by=meera)
        a_design(title="Red <saree>").hide(by=meera)
        assert shown(desk) == [("hidden", "Red <saree>"), ("approved", "pooja")]
        said = page(desk)
        assert "Red &lt;saree&gt;" in said
        assert f'<a href="/admin/accounts/user/{pooja.pk}/change/">pooja</a>' in said
        assert "<del>active</del>" in said
        assert "<ins>inactive</ins>" in said

    def test_who_is_gone_is_a_number_and_nobody_is_the_server(self, desk: Client, meera: User, asha: User) -> None:
        number = asha.pk
        a_design(title="Hers").hide(by=asha)
        with trail.acting(meera):
            erasure.erase(asha)
        a_design(title="Its").hide()
        said = page(desk)
        assert f"person {number} (erased)" in said
        assert "the server" in said
        assert f"/admin/accounts/user/{number}/" not in said

    def test_what_is_gone_has_its_name_and_no_link(self, desk: Client) -> None:
        design = a_design(title="Gone")
        design.hide()
        address = f"/admin/designs/design/{design.pk}/change/"
        assert address in page(desk)
        design.delete()
        assert address not in page(desk)
        assert shown(desk) == [("hidden", "Gone")]

    def test_rows_of_an_import_are_shown_when_asked_for(self, desk: Client) -> None:
        design = a_design(title="One")
        with trail.together():
            design.hide()
        assert shown(desk) == []
        assert shown(desk, each="1") == shown(desk, kind="designs.design", key=str(design.pk)) == [("hidden", "One")]

    def test_pages_go_on_where_the_last_one_ended(self, desk: Client) -> None:
        at = datetime(2026, 11, 1, tzinfo=UTC)
        Entry.objects.bulk_create(
            Entry(at=at, what="design.hidden", kind="designs.design", key=str(n), name=f"{n}") for n in range(120)
        )
        first = desk.get(LIST).context
        Entry(what="design.hidden", kind="designs.design", key="999", name="new").save()
        second = desk.get(LIST, {"before": first["older"]}).context
        third = desk.get(LIST, {"before": second["older"]}).context
        names = [line.name for context in (first, second, third) for line in context["lines"]]
        assert names == [f"{n}" for n in reversed(range(120))]
        assert third["older"] is None

    @pytest.mark.parametrize("before", ["x", "0", "9" * 30, ""])
    def test_a_place_that_is_none_is_the_beginning(self, desk: Client, before: str) -> None:
        a_design().hide()
        assert len(shown(desk, before=before)) == 1

    def test_a_page_costs_the_same_however_much_was_done(self, desk: Client, meera: User, steady: None) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as found:
                desk.get(LIST, {"each": "1"})
            assert not any("COUNT(*) FROM audit" in one["sql"].replace('"', "") for one in found)
            return len(found)

        a_design().hide(by=meera)
        person("lila").approve(by=meera)
        Term.objects.first().retire()  # type: ignore[union-attr] # there are words
        few = queries()
        for number in range(20):
            a_design(title=f"{number}").hide(by=meera)
        assert queries() == few
        assert few <= 10  # identity 3, what waits beside the desks 4, the page itself 3


class TestFilters:
    @pytest.fixture(autouse=True)
    def _done(self, meera: User, pooja: User, asha: User) -> None:
        pooja.approve(by=meera)
        a_design(title="Red").hide(by=asha)
        a_design(title="Gold").hide()
        long_ago = datetime(2020, 2, 3, 12, tzinfo=UTC)
        Entry(at=long_ago, what="term.retired", kind="designs.term", key="7", name="Old").save()

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({}, ["Gold", "Red", "pooja", "Old"]),
            ({"who": "asha"}, ["Red"]),
            ({"who": "ASHA"}, ["Red"]),
            ({"who": "the server"}, ["Gold", "Old"]),
            ({"who": "server"}, ["Gold", "Old"]),
            ({"what": "person.approved"}, ["pooja"]),
            ({"kind": "designs.design"}, ["Gold", "Red"]),
            ({"until": "2020-02-03"}, ["Old"]),
            ({"since": "2020-02-04"}, ["Gold", "Red", "pooja"]),
            ({"since": "2020-02-03", "until": "2020-02-03"}, ["Old"]),
            ({"kind": "designs.design", "who": "asha"}, ["Red"]),
            ({"who": "999999"}, []),
        ],
    )
    def test_each_narrows(self, desk: Client, query: dict[str, str], names: list[str]) -> None:
        assert [name for _, name in shown(desk, **query)] == names
        assert [row[5] for row in rows(desk, **query)[1:]] == names

    @pytest.mark.parametrize(
        "query", [{"who": "nobody at all"}, {"since": "yesterday"}, {"what": "x"}, {"kind": "x"}, {"key": "x" * 200}]
    )
    def test_what_makes_no_sense_finds_nothing(self, desk: Client, query: dict[str, str]) -> None:
        assert shown(desk, **query) == []
        assert len(rows(desk, **query)) == 1

    def test_somebody_erased_is_found_by_number(self, desk: Client, asha: User) -> None:
        number = asha.pk
        erasure.erase(asha)
        assert [name for _, name in shown(desk, who=str(number))] == ["Red"]


class TestDownload:
    def test_the_table_and_no_formula(self, desk: Client, meera: User) -> None:
        a_design(title="=HYPERLINK(1)").hide(by=meera)
        header, line = rows(desk)
        assert header == desk_of_trail.HEADER
        assert line[1:4] == ["meera", "hidden", "design"]
        assert line[5:] == ["'=HYPERLINK(1)", "status: active -> inactive"]

    def test_not_more_than_the_most(self, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(desk_of_trail, "MOST_DOWNLOADED", 5)
        monkeypatch.setattr(desk_of_trail, "CHUNK", 2)
        for number in range(7):
            a_design(title=f"{number}").hide()
        assert [row[5] for row in rows(desk)[1:]] == ["6", "5", "4", "3", "2"]


class TestWhoMay:
    @pytest.mark.parametrize("role", WHO)
    def test_managers_read(self, client: Client, role: str) -> None:
        client.force_login(staff(role))
        assert {client.get(door).status_code for door in (LIST, DOWNLOAD)} == {200 if role in MAY else 403}
        index = client.get("/admin/").content.decode()
        assert (LIST in index) is (role in MAY)

    @pytest.mark.parametrize("role", WHO)
    def test_nobody_writes(self, client: Client, role: str, pooja: User) -> None:
        pooja.approve()
        before, number = list(Entry.objects.values()), Entry.objects.get().pk
        client.force_login(staff(role))
        for door in ("add/", f"{number}/change/", f"{number}/delete/", f"{number}/history/"):
            assert client.post(LIST + door, {"post": "yes"}).status_code in {403, 404}
        client.post(LIST, {"action": "delete_selected", "_selected_action": [number], "post": "yes"})
        assert list(Entry.objects.values()) == before

    def test_a_stranger_signs_in_first(self, client: Client, asha: User) -> None:
        client.force_login(asha)
        assert [client.get(door).status_code for door in (LIST, DOWNLOAD)] == [302, 302]


class TestHistory:
    def test_the_page_of_an_object_shows_our_trail(self, desk: Client, meera: User) -> None:
        design = a_design(title="Red")
        design.hide(by=meera)
        a_design(title="Another").hide(by=meera)
        found = desk.get(f"/admin/designs/design/{design.pk}/history/")
        assert [(line.who, line.what) for line in found.context["lines"]] == [("meera", "hidden")]

    def test_whoever_may_not_see_the_object_sees_no_history(self, client: Client, asha: User) -> None:
        client.force_login(staff("Curators"))
        assert client.get(f"/admin/accounts/user/{asha.pk}/history/").status_code == 403

    def test_of_what_is_not_there(self, desk: Client) -> None:
        assert desk.get("/admin/designs/design/999999/history/").status_code == 404


def test_no_desk_writes_django_s_own_log(desk: Client, meera: User) -> None:
    """It keeps names of people, and goes with whoever wrote it."""
    writing = [
        type(one).__name__
        for one in admin.site._registry.values()
        if not isinstance(one, StaffDesk) and type(one).__name__ not in {"TrailDesk", "DBTaskResultAdmin"}
    ]
    assert writing == []
    desk.post("/admin/designs/term/add/", {"kind": "colour", "name": "Peacock tail"})
    assert Entry.objects.get().what == "term.added"
    assert not LogEntry.objects.exists()


def test_the_old_log_moves_into_the_trail(meera: User, asha: User) -> None:
    design, moment = a_design(title="Red"), datetime(2025, 1, 2, tzinfo=UTC)
    for row, words in ((asha, "Approved."), (design, "Published."), (design, '[{"changed": {"fields": ["Title"]}}]')):
        kind = ContentType.objects.get_for_model(row)
        LogEntry.objects.create(
            user=meera,
            content_type=kind,
            object_id=str(row.pk),
            object_repr=str(row),
            action_flag=2,
            change_message=words,
            action_time=moment + timedelta(days=row.pk),
        )
    import_module("config.audit.migrations.0002_old_log").move(apps, None)
    assert not LogEntry.objects.exists()
    assert list(Entry.objects.order_by("pk").values_list("by", "what", "key", "name", "changes")) == [
        (meera.pk, "person.changed", str(asha.pk), "", {}),
        (meera.pk, "design.changed", str(design.pk), "Red", {"note": [None, "Published."]}),
        (meera.pk, "design.changed", str(design.pk), "Red", {}),
    ]


def test_every_word_of_the_code_is_offered_by_the_filter() -> None:
    root = Path(desk_of_trail.__file__).parent.parent.parent
    files = [one for app in ("accounts", "config", "designs", "uploads") for one in (root / app).rglob("*.py")]
    called = (
        r"trail\.(?:record|record_gone|record_each|note|changing)\(\s*(?:self,\s*|design,\s*|obj,\s*)?\"([a-z_.]+)\""
    )
    code = [one.read_text("utf-8") for one in files if "tests" not in one.parts and "testing" not in one.parts]
    found = {what for text in code for what in re.findall(called, text)}
    offered = {what for whats in WHATS.values() for what in whats}
    assert found
    assert found - offered == set()
