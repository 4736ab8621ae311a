"""What is held about a person is handed out whole, and erased whole. `config/tests` knows every app."""

import html
import io
import json
import re
import tracemalloc
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import erasure, services
from accounts.handing_out import file_name, pieces
from accounts.models import User
from config.audit.models import Entry
from config.repeats.models import FirstAnswer
from config.testing.cast import PASSWORD, Phone, decided, person
from config.testing.gallery import a_design
from config.testing.pictures import photo
from designs import views_counter
from designs.models import Design, Import, Maker
from favorites.models import Favorite
from uploads import keys
from uploads.models import Picture
from uploads.services import set_avatar, store
from uploads.storage import LocalPictures

pytestmark = [pytest.mark.django_db, pytest.mark.drill]

AXES = ("AccessAttempt", "AccessFailureLog", "AccessLog")
# Where people stand without a relation, and columns that look like it and name nobody.
NUMBERS_AND_NAMES = {
    *(f"axes.{model}.{column}" for model in AXES for column in ("username", "ip_address")),
    "limits.Counter.key",
    "sessions.Session.session_data",
    "repeats.FirstAnswer.owner",
    "admin.LogEntry.object_repr",
    "audit.Entry.by",
    "audit.Entry.key",
    "django_tasks_database.DBTaskResult.args_kwargs",
    "django_tasks_database.DBTaskResult.traceback",
}
OF_THE_PERSON_ITSELF = {"accounts.User", "accounts.Session"}  # go with `account`
SUSPICIOUS = ("user", "username", "owner", "by", "person", "email", "ip", "ip_address", "full_name", "author")
TOKENS = {
    "username": "zqxname.rao",
    "email": "zqxmail@weaver.example",
    "full_name": "Zqxfull Deshpande",
    "note": "Zqxnote: I weave paithani",
    "device": "Zqxdevice phone",
    "address": "203.0.113.77",
}
serial = count()


def columns_that_name_people() -> Iterator[str]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if field.concrete and field.is_relation and field.related_model is User:
                yield f"{model._meta.label}.{field.name}"


class TestNothingIsMissing:
    """Something new that names people? Register a holder for it in its app's AppConfig.ready (accounts/erasure.py)."""

    def test_every_relation_to_a_person_has_a_holder(self) -> None:
        held = [column for holder in erasure.holders for column in holder.columns]
        assert len(held) == len(set(held)), "two holders for one column"
        assert set(held) - NUMBERS_AND_NAMES == set(columns_that_name_people())

    def test_so_does_every_column_that_keeps_a_number_or_a_name(self) -> None:
        held = {column for holder in erasure.holders for column in holder.columns}
        assert held >= NUMBERS_AND_NAMES
        looks_like = {
            f"{model._meta.label}.{field.name}"
            for model in apps.get_models(include_auto_created=True)
            for field in model._meta.concrete_fields
            if not field.is_relation and field.name in SUSPICIOUS and model._meta.label not in OF_THE_PERSON_ITSELF
        }
        assert looks_like - held == set()

    def test_every_holder_says_what_it_is_and_what_becomes_of_it(self) -> None:
        assert all(holder.about for holder in erasure.holders)
        silent = [holder.name for holder in erasure.holders if not (holder.goes or holder.stays)]
        assert silent == ["limits", "answers", "mails"]  # gone within minutes or a day anyhow


# --- Somebody who left a trace everywhere -------------------------------------------------------------------------
@pytest.fixture
def folder(shelf: LocalPictures) -> Path:
    return Path(shelf.location)


@pytest.fixture
def busy(folder: Path, meera: User, client: Client, settings: Any) -> User:
    """A curator and approver with a row in every table that can hold one."""
    settings.TASKS = {"default": {"BACKEND": "config.testing.errands.AtOnce"}}
    someone = registered()
    someone.approve(by=meera, reason="Known to us.")
    services.change_roles(someone, give=["Approvers", "Curators"], by=meera)
    someone.refresh_from_db()
    at_the_doors(someone, client)
    at_work(someone)
    return someone


def registered() -> User:
    facts = {name: TOKENS[name] for name in ("email", "full_name", "note")}
    return person(TOKENS["username"], email_verified_at=timezone.now(), **facts)


def at_the_doors(someone: User, client: Client) -> None:
    """The phone's door and the admin's, with the right password and wrong ones."""
    phone = Phone(REMOTE_ADDR=TOKENS["address"])
    signing = {"username": TOKENS["email"], "password": PASSWORD, "device_name": TOKENS["device"]}
    answer = phone.post("/api/auth/login", signing)
    assert answer.status_code == 200, answer.json()
    phone.carrying(answer.json())
    for name in (TOKENS["username"].upper(), TOKENS["email"]):
        assert phone.post("/api/auth/login", {"username": name, "password": "guess"}).status_code == 401
    design = a_design(title="Kanjeevaram")
    assert phone.post(f"/api/designs/{design.pk}/favorite").status_code == 200
    assert phone.get(f"/api/designs/{design.pk}").status_code == 200
    made = phone.post("/api/designs", {"title": "Paithani", "status": "draft"}, HTTP_IDEMPOTENCY_KEY="zqx-1")
    assert made.status_code == 201, made.json()
    phone.post("/api/auth/change-password", {"current_password": "guess", "new_password": "another-42"})
    for password in ("guess", PASSWORD):
        form = {"username": TOKENS["username"], "password": password}
        client.post("/admin/login/", form, REMOTE_ADDR=TOKENS["address"])
    client.post("/admin/login/", {"username": TOKENS["email"], "password": "guess"}, REMOTE_ADDR=TOKENS["address"])


def at_work(someone: User) -> None:
    person("waits").approve(by=someone)
    design = Design.objects.get(title="Kanjeevaram")
    design.hide(by=someone, reason="Not ours.")
    set_avatar(someone, photo())
    store(photo("red"), category=keys.DESIGNS, by=someone)
    store(photo("blue"), category=keys.AVATARS, by=someone)
    Maker.objects.create(name="Weavers of Yeola", user=someone)
    Import.objects.create(name="catalogue.csv", by=someone)
    LogEntry.objects.log_actions(someone.pk, [design], CHANGE, "Hidden.", single_object=True)
    LogEntry.objects.log_actions(someone.pk, [someone], CHANGE, "Looked at.", single_object=True)
    queued(someone)


def queued(someone: User) -> None:
    from django_tasks_db.models import DBTaskResult

    shared = {"task_path": "accounts.emails.offer_reset", "backend_name": "default", "run_after": timezone.now()}
    DBTaskResult.objects.create(args_kwargs={"args": [], "kwargs": {"address": TOKENS["email"]}}, **shared)
    DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {"user_id": someone.pk}},
        status="FAILED",
        traceback=f"SMTPRecipientsRefused: {{'{TOKENS['email']}': (550, b'no such mailbox')}}",
        **shared,
    )


def dump(folder: Path) -> str:
    """Every row of every table, also those no model knows, and every file with its name."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - its own names
            told += [f"{table}: {plain(row)}" for row in cursor.fetchall()]
    told += [f"{path}: {path.read_bytes().decode('latin-1')}" for path in folder.rglob("*") if path.is_file()]
    return "\n".join(told)


def without_strangers(text: str) -> str:
    """An address is counted for a minute whoever knocks: erasing oneself must not begin the count anew."""
    return re.sub(rf"^limits_counter: \w+:address:{re.escape(TOKENS['address'])} .*$", "", text, flags=re.MULTILINE)


def plain(row: Any) -> str:
    return " | ".join(bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else str(v) for v in row)


def found_in(text: str) -> set[str]:
    return {name for name, token in TOKENS.items() if token.casefold() in text.casefold()}


class TestErasing:
    def test_before_it_everything_is_there(self, busy: User, folder: Path) -> None:
        """Or the next test would prove nothing."""
        assert found_in(dump(folder)) == set(TOKENS)
        assert {holder.name for holder, found in erasure.parts(busy) if not empty(found)} == {
            holder.name for holder in erasure.holders
        }

    @pytest.mark.django_db(transaction=True)
    def test_after_it_no_table_and_no_file_tells_who_it_was(self, busy: User, folder: Path) -> None:
        face = Picture.objects.get(avatar__user=busy).object_key
        services.erase(busy)
        assert found_in(without_strangers(dump(folder))) == set()
        assert not (folder / face).exists()
        assert not [path for path in (folder / "avatars").rglob("*") if path.is_file()]

    def test_no_number_of_theirs_is_left_but_in_the_trail(self, busy: User) -> None:
        number = busy.pk
        services.erase(busy)
        rows = {f"{e.what} by {e.by}" for e in Entry.objects.all() if str(number) in (e.key, str(e.by))}
        assert rows  # a number that nobody can look up any more
        assert not FirstAnswer.objects.filter(owner=number).exists()
        assert not LogEntry.objects.filter(object_id=str(number), content_type__model="user").exists()

    @pytest.mark.django_db(transaction=True)
    def test_counts_stay_right_and_the_gallery_keeps_what_is_its(self, busy: User, folder: Path) -> None:
        views_counter.fold()
        design = Design.objects.get(title="Kanjeevaram")
        assert (design.like_count, design.view_count) == (1, 1)
        services.erase(busy)
        design.refresh_from_db()
        assert (design.like_count, design.view_count, design.moderated_by) == (0, 1, None)
        assert Design.objects.filter(title="Paithani", created_by=None).exists()
        kept = Picture.objects.get(category=keys.DESIGNS, status="ready", edition__gt=0)
        assert (kept.uploaded_by, (folder / kept.object_key).exists()) == (None, True)
        assert Maker.objects.get().user is None
        assert User.objects.get(username="waits").is_approved

    def test_views_that_were_not_folded_yet_stay_counted(self, busy: User) -> None:
        services.erase(busy)
        views_counter.fold()
        assert Design.objects.get(title="Kanjeevaram").view_count == 1

    def test_it_is_written_down_once_by_number(self, busy: User) -> None:
        number = busy.pk
        services.erase(busy)
        entry = Entry.objects.get(what="person.erased")
        assert (entry.key, entry.name, entry.kind) == (str(number), "", "accounts.user")

    def test_others_keep_what_is_theirs(self, busy: User, asha: User, client: Client) -> None:
        other = Phone(REMOTE_ADDR=TOKENS["address"])
        other.post("/api/auth/login", {"username": "asha", "password": "guess"})
        desk = Client()
        desk.force_login(User.objects.get(username="meera"))
        services.erase(busy)
        assert desk.get("/admin/").status_code == 200
        assert erasure.export(asha)["limits"] != []


def empty(found: Any) -> bool:
    return not (list(found) if isinstance(found, Iterator) else found)


# --- Handing out --------------------------------------------------------------------------------------------------
def opened(data: bytes) -> ZipFile:
    archive = ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


class TestHandingOut:
    def test_the_zip_holds_all_of_it_as_json_with_iso_dates_and_the_pictures(self, busy: User) -> None:
        archive = opened(b"".join(pieces(busy)))
        told = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
        assert set(told) == {f"{holder.name}.json" for holder in erasure.holders}
        assert told["account.json"]["email"] == TOKENS["email"]
        assert told["account.json"]["registered_at"] == busy.date_joined.isoformat()
        assert [heart["title"] for heart in told["favorites.json"]] == ["Kanjeevaram"]
        assert [view["design_id"] for view in told["views.json"]] == [Design.objects.get(title="Kanjeevaram").pk]
        assert {row["by_you"] for row in told["trail.json"]} == {True, False}
        assert found_in(archive.read("account.json").decode()) == set(TOKENS)
        shown = [name for name in archive.namelist() if name.endswith(".webp")]
        assert [name.split("/")[0] for name in shown] == ["avatar", "uploads", "uploads"]
        assert all(archive.read(name)[8:12] == b"WEBP" for name in shown)

    def test_it_says_in_words_what_each_file_is(self, busy: User) -> None:
        text = opened(b"".join(pieces(busy))).read("README.txt").decode()
        assert f"What {settings.APP_NAME} holds about {TOKENS['username']}, on " in text
        assert "favorites.json: designs you keep, and since when." in text
        assert "the folder uploads/" in text
        assert "could not be found" not in text

    def test_a_picture_that_is_lost_is_named_and_stops_nothing(self, busy: User, folder: Path) -> None:
        lost = Picture.objects.get(avatar__user=busy).object_key
        (folder / lost).unlink()
        archive = opened(b"".join(pieces(busy)))
        name = f"avatar/{lost.rsplit('/', 1)[-1]}"
        assert name not in archive.namelist()
        assert name in archive.read("README.txt").decode()

    def test_no_password_and_nobody_elses_name_is_in_it(self, busy: User, meera: User) -> None:
        archive = opened(b"".join(pieces(busy)))
        everything = b"".join(archive.read(name) for name in archive.namelist() if not name.endswith(".webp"))
        assert busy.password.encode() not in everything
        assert b"meera" not in everything
        assert b"waits" not in everything

    def test_somebody_who_only_registered(self, pooja: User) -> None:
        archive = opened(b"".join(pieces(pooja)))
        assert json.loads(archive.read("favorites.json")) == []
        assert json.loads(archive.read("avatar.json")) is None
        assert json.loads(archive.read("account.json"))["status"] == "pending"

    @pytest.mark.parametrize("hearts", [0, 1, 499, 500, 501, 1_000])
    def test_rows_are_a_valid_list_however_many(self, asha: User, hearts: int) -> None:
        keep(asha, hearts)
        kept = json.loads(opened(b"".join(pieces(asha))).read("favorites.json"))
        assert len({row["design_id"] for row in kept}) == len(kept) == hearts

    @pytest.mark.drill
    def test_memory_stays_flat_with_many_hearts(self, asha: User) -> None:
        """Ten times the hearts, not ten times the memory."""
        keep(asha, 1_000)
        few = peak(asha)
        keep(asha, 9_000)
        assert peak(asha) < few * 2

    @pytest.mark.parametrize(
        ("username", "name"),
        [
            ("asha", "person-asha.zip"),
            ("../../etc/passwd", "person-.._.._etc_passwd.zip"),
            ("साड़ी वाला", "person-स_ड_व_ल_.zip"),
            ('a"b\r\nc', "person-a_b_c.zip"),
            ("x" * 255, f"person-{'x' * 60}.zip"),
        ],
    )
    def test_the_file_has_a_safe_name(self, username: str, name: str) -> None:
        found = file_name(User(username=username))
        assert "/" not in found
        assert "\n" not in found
        assert found == name or not found.isascii()


def keep(user: User, hearts: int) -> None:
    designs = Design.objects.bulk_create(
        Design(title=f"Saree {next(serial)} of the long list", status="draft") for _ in range(hearts)
    )
    Favorite.objects.bulk_create(Favorite(user=user, design=design) for design in designs)


def peak(user: User) -> int:
    for _ in pieces(user):
        pass  # warm
    tracemalloc.start()
    for _ in pieces(user):
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


class TestExportCommand:
    def test_it_writes_the_zip_for_its_owners_eyes_only(self, asha: User, tmp_path: Path, capsys: Any) -> None:
        path = tmp_path / "asha.zip"
        call_command("export_person", "ASHA", "--output", str(path))
        assert "account.json" in opened(path.read_bytes()).namelist()
        assert path.stat().st_mode & 0o777 == 0o600
        assert capsys.readouterr().out == f"Wrote {path}, {path.stat().st_size:,} bytes.\n"
        assert Entry.objects.get(what="person.exported").key == str(asha.pk)

    def test_by_itself_it_is_named_after_the_person(self, asha: User, tmp_path: Path, monkeypatch: Any) -> None:
        monkeypatch.chdir(tmp_path)
        call_command("export_person", "asha", verbosity=0)
        assert [path.name for path in tmp_path.iterdir()] == ["person-asha.zip"]

    def test_a_file_that_is_there_stays_unless_forced(self, asha: User, tmp_path: Path) -> None:
        path = tmp_path / "asha.zip"
        path.write_text("mine")
        with pytest.raises(CommandError, match="is there already; --force replaces it"):
            call_command("export_person", "asha", "--output", str(path))
        assert path.read_text() == "mine"
        call_command("export_person", "asha", "--output", str(path), "--force")
        assert "README.txt" in opened(path.read_bytes()).namelist()

    def test_an_unknown_name_and_a_folder_that_is_not_there_are_one_sentence(self, asha: User, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"^There is nobody named nobody\.$"):
            call_command("export_person", "nobody")
        with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
            call_command("export_person", "asha", "--output", str(tmp_path / "not" / "here.zip"))

    def test_one_that_breaks_off_leaves_no_file(self, asha: User, tmp_path: Path, monkeypatch: Any) -> None:
        def fail(_: User) -> None:
            raise RuntimeError

        monkeypatch.setattr(erasure, "holders", [*erasure.holders, erasure.Holder("broken", fail, fail)])
        with pytest.raises(RuntimeError):
            call_command("export_person", "asha", "--output", str(tmp_path / "asha.zip"))
        assert list(tmp_path.iterdir()) == []


class TestEraseCommand:
    def test_it_says_what_goes_and_stays_and_asks_for_the_name(self, asha: User, capsys: Any, monkeypatch: Any) -> None:
        asked: list[str] = []

        def answer(words: str) -> str:
            asked.append(words)
            return "asha"

        monkeypatch.setattr("builtins.input", answer)
        call_command("erase_person", "Asha")
        assert asked == ["Type asha to erase them: "]
        told = capsys.readouterr().out
        assert "Their hearts; the counts of the designs follow." in told
        assert told.index("What goes:") < told.index("What stays:")
        assert told.endswith("asha is erased.\n")
        assert not User.objects.filter(pk=asha.pk).exists()

    def test_another_answer_erases_nobody(self, asha: User, monkeypatch: Any) -> None:
        monkeypatch.setattr("builtins.input", lambda _: "yes")
        with pytest.raises(CommandError, match="Nothing was erased"):
            call_command("erase_person", "asha")
        assert User.objects.filter(pk=asha.pk).exists()

    def test_with_yes_it_asks_nothing(self, asha: User) -> None:
        call_command("erase_person", "asha", "--yes")
        assert not User.objects.filter(pk=asha.pk).exists()

    def test_the_last_manager_stays(self, meera: User) -> None:
        with pytest.raises(CommandError, match="last manager"):
            call_command("erase_person", "meera", "--yes")
        assert User.objects.filter(pk=meera.pk).exists()

    def test_an_unknown_name_is_one_sentence(self, db: None) -> None:
        with pytest.raises(CommandError, match=r"^There is nobody named nobody\.$"):
            call_command("erase_person", "nobody", "--yes")


# --- On the person's page -----------------------------------------------------------------------------------------
@pytest.fixture
def desk(client: Client, meera: User) -> Client:
    client.force_login(meera)
    return client


def page(someone: User, what: str) -> str:
    return f"/admin/accounts/user/{someone.pk}/{what}/"


class TestThePersonsPage:
    def test_the_export_is_downloaded_and_written_down(self, desk: Client, meera: User, pooja: User) -> None:
        answer = desk.post(page(pooja, "export"))
        assert answer["Content-Disposition"] == 'attachment; filename="person-pooja.zip"'
        assert answer["Content-Type"] == "application/zip"
        assert "no-store" in answer["Cache-Control"]
        assert "account.json" in opened(b"".join(answer.streaming_content)).namelist()  # type: ignore[attr-defined]
        entry = Entry.objects.get(what="person.exported")
        assert (entry.key, entry.by) == (str(pooja.pk), meera.pk)

    def test_a_look_hands_out_nothing(self, desk: Client, pooja: User) -> None:
        assert desk.get(page(pooja, "export")).status_code == 405

    def test_ones_own_data_may_be_had_but_not_erased(self, desk: Client, meera: User) -> None:
        assert desk.post(page(meera, "export")).status_code == 200
        assert desk.get(page(meera, "erase")).status_code == 403

    def test_the_page_says_what_goes_and_stays_and_asks_for_the_name(self, desk: Client, pooja: User) -> None:
        told = html.unescape(desk.get(page(pooja, "erase")).content.decode())
        for holder in erasure.holders:
            assert holder.goes in told
            assert holder.stays in told
        assert "Type pooja to erase them" in told
        assert User.objects.filter(pk=pooja.pk).exists()

    @pytest.mark.parametrize("name", ["", "Pooja", "asha"])
    def test_another_name_erases_nobody(self, desk: Client, pooja: User, name: str) -> None:
        assert desk.post(page(pooja, "erase"), {"name": name}).status_code == 200
        assert User.objects.filter(pk=pooja.pk).exists()
        assert not Entry.objects.filter(what="person.erased").exists()

    def test_the_right_name_erases(self, desk: Client, meera: User, pooja: User) -> None:
        answer = desk.post(page(pooja, "erase"), {"name": "pooja"}, follow=True)
        assert "The person and their personal data are gone." in answer.content.decode()
        assert not User.objects.filter(pk=pooja.pk).exists()
        assert Entry.objects.get(what="person.erased").by == meera.pk
        assert not LogEntry.objects.exists()

    def test_the_last_manager_stays(self, client: Client, meera: User) -> None:
        helper = person("helper", is_staff=True, **decided(User.Status.APPROVED))
        for right in ("decide_people", "manage_people"):
            from django.contrib.auth.models import Permission

            helper.user_permissions.add(Permission.objects.get(codename=right))
        client.force_login(helper)
        answer = client.post(page(meera, "erase"), {"name": "meera"}, follow=True)
        assert "This is the last manager. Name another one first." in answer.content.decode()
        assert User.objects.filter(pk=meera.pk).exists()

    @pytest.mark.parametrize("what", ["export", "erase"])
    def test_superusers_are_for_superusers(self, desk: Client, what: str) -> None:
        root = User.objects.create_superuser("root")
        assert desk.post(page(root, what), {"name": "root"}).status_code == 403
        assert User.objects.filter(pk=root.pk).exists()

    @pytest.mark.parametrize("what", ["export", "erase"])
    def test_an_approver_may_neither(self, client: Client, pooja: User, what: str) -> None:
        anil = person("anil", is_staff=True, **decided(User.Status.APPROVED))
        services.change_roles(anil, give=["Approvers"])
        client.force_login(anil)
        assert client.post(page(pooja, what), {"name": "pooja"}).status_code == 403
        assert "Personal data" not in client.get(page(pooja, "change")).content.decode()
        assert User.objects.filter(pk=pooja.pk).exists()
