"""The older gallery moves in: each account, design and heart, with their ids; what is odd about them is told."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import bcrypt
import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from config import switches
from config.audit.models import Entry
from config.legacy import options, reading
from config.legacy.designs import Designs, Fitted
from config.legacy.reporting import Report
from config.legacy.schema import TABLES as THEIRS
from config.testing.cast import Phone
from config.testing.gallery import a_design
from config.testing.legacy import HASH, Old
from config.testing.pictures import in_bucket, names_on, photo
from config.testing.s3 import Bucket
from designs.importing.reading import Row
from designs.importing.understanding import Reader
from designs.models import Change, Collection, Design, Maker, Moderation, Term
from favorites.models import Favorite
from uploads.models import Picture
from uploads.storage import LocalPictures

pytestmark = [pytest.mark.django_db, pytest.mark.drill]
KEY = "designs/2024/a.jpg"
CREATED, UPDATED = datetime(2024, 3, 1, 8, tzinfo=UTC), datetime(2024, 4, 2, 9, 30, tzinfo=UTC)
TABLES = [User, Design, Favorite, Picture, Maker, Collection, Term, Entry, Change, Moderation]


@pytest.fixture
def old(tmp_path: Path, shelf: LocalPictures) -> Old:
    """Its bucket holds one picture."""
    shelf.put(KEY, photo(), "image/jpeg")
    return Old(tmp_path)


def bring(path: Path, *words: str) -> str:
    out = io.StringIO()
    call_command("import_legacy", str(path), "--report", f"{path.parent}/report.csv", *words, stdout=out, no_color=True)
    return out.getvalue()


def refusal(path: Path, *words: str) -> str:
    with pytest.raises(CommandError) as caught:
        bring(path, *words)
    assert caught.value.returncode == 2
    assert str(caught.value).endswith("Nothing was imported.")
    return str(caught.value)


def told(old: Old) -> list[tuple[str, str, str, str]]:
    with (old.folder / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(row[0], row[1], row[2], row[3]) for row in csv.reader(file)][1:]


def whats(old: Old, table: str) -> dict[str, str]:
    return {number: what for kind, number, what, _ in told(old) if kind == table}


def state() -> dict[str, list[dict[str, Any]]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}  # type: ignore[attr-defined]


def shown(phone: Phone, url: str) -> bytes:
    answer: Any = phone.get(url)
    return b"".join(answer.streaming_content)


class TestPeople:
    def test_ids_dates_and_standing_are_kept(self, old: Old) -> None:
        old.person("Asha", id=7).person("Pooja", id=8, is_approved=0).person("Meera", id=9, is_admin=1)
        bring(old.sql())
        asha, pooja, meera = User.objects.order_by("pk")
        assert (asha.pk, asha.date_joined, asha.updated_at, asha.decided_at) == (7, CREATED, UPDATED, UPDATED)
        assert [asha.status, pooja.status, meera.status] == ["approved", "pending", "approved"]
        assert pooja.decided_at is None
        assert [(one.is_admin, one.is_staff, one.is_superuser) for one in (asha, pooja, meera)] == [
            (False, False, False),
            (False, False, False),
            (True, True, False),
        ]
        assert meera.has_perm("accounts.decide_people")

    @pytest.mark.parametrize("password", ["kanjeevaram-42", "x" * 100, "साड़ी " * 20], ids=["usual", "long", "letters"])
    def test_people_sign_in_with_the_old_password_and_are_upgraded(
        self, old: Old, phone: Phone, settings: Any, password: str
    ) -> None:
        settings.PASSWORD_HASHERS = ["accounts.hashers.ModestArgon2", "accounts.hashers.OlderBcrypt"]
        hashed = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
        bring(old.person("आशा Rao", password_hash=hashed).sql())
        for kind in ("bcrypt", "argon2"):
            assert User.objects.get().password.split("$")[0] == kind
            answer = phone.post("/api/auth/login", {"username": "आशा rao", "password": password}, format="json")
            assert (answer.status_code, answer.json()["user"]["username"]) == (200, "आशा Rao")
        wrong = phone.post("/api/auth/login", {"username": "आशा Rao", "password": "guess"}, format="json")
        assert wrong.status_code == 401

    @pytest.mark.parametrize("said", ["", "secret", None, "pbkdf2$1$x", "$2b$31$" + "a" * 53, HASH + "x"])
    def test_a_password_that_is_no_hash_opens_nothing_and_is_told(self, old: Old, phone: Phone, said: Any) -> None:
        old.run("DROP TABLE users").run(
            "CREATE TABLE users (id, username, password_hash, is_admin, is_approved, created_at, updated_at)"
        )
        bring(old.person("Asha", id=1, password_hash=said).sql())
        assert not User.objects.get().has_usable_password()
        assert whats(old, "users") == {"1": "password unreadable: has to get a new one"}
        assert not said or str(said) not in (old.folder / "report.csv").read_text()
        answer = phone.post("/api/auth/login", {"username": "Asha", "password": "secret"}, format="json")
        assert answer.status_code == 401

    @pytest.mark.parametrize(
        "name",
        ["Asha Rao", "आशा", "a@b", 'O\'Brien "x"; --', "a/b?c", "ÀÉ", "x" * 255, "-", "=1+1", "line\nbreak", "🌸"],
    )
    def test_any_name_is_let_in_as_it_is(self, old: Old, name: str) -> None:
        bring(old.person(name).sql())
        assert User.objects.get().username == name
        assert told(old) == []

    @pytest.mark.parametrize(
        ("name", "becomes"),
        [
            ("", "person-1"),
            ("  \t", "person-1"),
            (" Asha ", "Asha"),
            ("As\0ha", "Asha"),
            ("x" * 300, "x" * 255),
            (7, "7"),
        ],
        ids=["empty", "blank", "spaces", "nul", "long", "number"],
    )
    def test_a_name_that_nobody_could_type_is_changed_and_told(self, old: Old, name: Any, becomes: str) -> None:
        old.run("DROP TABLE users").run(
            "CREATE TABLE users (id, username, password_hash, is_admin, is_approved, created_at, updated_at)"
        )
        bring(old.person(name, id=1).sqlite())
        assert User.objects.get().username == becomes
        assert whats(old, "users") == ({} if name == 7 else {"1": "name that nobody could type: changed"})

    def test_of_twins_without_case_the_later_gets_a_number(self, old: Old) -> None:
        old.person("Asha").person("ASHA").person("asha").person("asha-2").person("ÉVA").person("éva")
        bring(old.sql())
        assert list(User.objects.order_by("pk").values_list("username", flat=True)) == [
            *("Asha", "ASHA-3", "asha-4", "asha-2", "ÉVA", "éva-2"),
        ]
        assert whats(old, "users") == dict.fromkeys(("2", "3", "6"), "name taken: got a number")

    def test_long_twins_keep_within_what_a_name_may_have(self, old: Old) -> None:
        bring(old.person("x" * 255).person("X" * 255).person("x" * 260).sql())
        assert [one.username for one in User.objects.order_by("pk")] == ["x" * 255, "X" * 253 + "-2", "x" * 253 + "-3"]

    def test_names_that_look_alike_come_in_both_and_nobody_new_may_look_like_them(self, old: Old, phone: Phone) -> None:
        bring(old.person("asha_rao").person("Asha.Ra0").sql())
        assert list(User.objects.order_by("pk").values_list("looks_like", flat=True)) == ["asha.rao", None]
        body = {"username": "asha-rao", "password": "kanjeevaram-42"}
        assert phone.post("/api/auth/register", body, format="json").status_code != 200

    def test_ids_that_are_none_and_dates_that_cannot_be_read(self, old: Old) -> None:
        old.run("DROP TABLE users").run(
            "CREATE TABLE users (id, username, password_hash, is_admin, is_approved, created_at, updated_at)"
        )
        old.person("none", id=None).person("text", id="x").person("huge", id=2**60).person("zero", id=0)
        old.person("fine", id=5, created_at="soon", updated_at=None).person("twice", id="5")
        bring(old.sqlite())
        assert list(User.objects.values_list("pk", "username", "date_joined")) == [
            (5, "fine", datetime(1970, 1, 1, tzinfo=UTC)),
        ]
        said = [(number, what) for _, number, what, _ in told(old)]
        assert sorted(said) == [
            ("", "left out: its id is no whole number"),
            ("0", "left out: its id is no whole number"),
            (str(2**60), "left out: its id is no whole number"),
            ("5", "date unreadable"),
            ("5", "left out: its id came before"),
            ("x", "left out: its id is no whole number"),
        ]

    def test_who_registers_next_gets_an_id_above_theirs(self, old: Old) -> None:
        bring(old.person("Asha", id=5_000).design(id=7_000).sql())
        assert User.objects.create_user("ravi").pk > 5_000
        assert a_design().pk > 7_000


class TestWhoWasHereBefore:
    def test_the_admin_of_a_new_gallery_steps_aside_with_all_that_is_theirs(self, old: Old, settings: Any) -> None:
        admin = User.objects.create_superuser("admin", password="kanjeevaram-42")
        number = admin.pk
        design = a_design(created_by=admin)
        Favorite.objects.create(user=admin, design=design)
        admin.groups.add(Group.objects.get(name="Curators"))
        Phone().holding(admin)
        Entry.objects.create(by=number, what="x", kind="accounts.user", key=str(number))
        old.person("Admin", id=number, is_admin=1).person("Asha", id=number + 5).design(id=design.pk + 100)
        said = bring(old.sql())
        moved = User.objects.get(is_superuser=True)
        assert (moved.pk, moved.username) == (number + 6, "admin-2")
        assert moved.check_password("kanjeevaram-42")
        assert User.objects.get(pk=number).username == "Admin"
        assert moved.roles == ["Curators"]
        assert Design.objects.get(pk=design.pk).created_by == moved
        assert Favorite.objects.get(design=design).user == moved
        assert not moved.sessions.filter(revoked_at=None).exists()
        entry = Entry.objects.get(what="x")
        assert (entry.by, entry.key) == (moved.pk, str(moved.pk))
        assert "1 superuser made here moved to another id" in said
        assert bring(old.sql()).endswith("Everything was here already: nothing changed.\n")
        connection.check_constraints()

    def test_an_admin_who_is_in_nobodys_way_stays(self, old: Old) -> None:
        admin = User.objects.create_superuser("root", password="kanjeevaram-42")
        bring(old.person("Asha", id=admin.pk + 1).sql())
        admin.refresh_from_db()
        assert admin.username == "root"
        assert told(old) == []

    def test_anybody_else_with_an_old_id_is_in_the_way(self, old: Old, asha: User) -> None:
        before = state()
        assert refusal(old.person("Ravi", id=asha.pk).sql()) == (
            f"A person that was made here is in the way: 'asha' has id {asha.pk}, which the older gallery has, too. "
            "Import into a new gallery, or take away what was made here (manage.py clear_demo removes a demo). "
            "Nothing was imported."
        )
        assert state() == before

    def test_so_is_a_design(self, old: Old) -> None:
        design = a_design(title="New")
        before = state()
        assert f"A design that was made here is in the way: 'New' has id {design.pk}" in refusal(
            old.person("Asha", id=900).design(id=design.pk).sql()
        )
        assert state() == before

    def test_who_registered_here_under_an_old_name_keeps_it(self, old: Old, asha: User) -> None:
        bring(old.person("Asha", id=asha.pk + 10).sql())
        assert User.objects.get(pk=asha.pk + 10).username == "Asha-2"


class TestDesigns:
    def test_everything_a_design_says_is_kept(self, old: Old) -> None:
        facts = {
            "description": "Soft; 'so' soft",
            "short_description": "S",
            "long_description": "L\nL",
            "category": "saari",
            "style": "Traditional",
            "colour": "laal, gold",
            "fabric": "Silk",
            "occasion": "wedding",
            "season": "winter",
            "size_available": "S-XL",
            "price_range": "₹5,000 - 10k",
            "tags": "silk, handmade",
            "featured": 1,
            "view_count": 41,
            "like_count": 9,
            "designer_name": "Ritu Kumar",
            "collection_name": "Bridal",
        }
        bring(old.design("Red Banarasi", id=77, **facts).sql())
        design = Design.objects.get()
        assert (design.pk, design.external_id, design.title) == (77, None, "Red Banarasi")
        assert (design.description, design.short_description) == ("Soft; 'so' soft", "S")
        assert design.long_description == "L\nL"
        assert design.card["terms"]["category"] == ["saree"]
        assert design.card["terms"]["colour"] == ["red", "gold"]
        assert (design.category, design.fabric, design.occasion) == ("saree", "silk", "wedding")
        assert (design.price_min, design.price_max, design.price_range) == (500_000, 1_000_000, "₹5,000 - 10k")
        assert (design.sizes, design.size_available) == (["S", "M", "L", "XL"], "S-XL")
        assert sorted(design.tag_rows.values_list("key", flat=True)) == ["handmade", "silk"]
        assert (design.designer.name, design.collection.name) == ("Ritu Kumar", "Bridal")  # type: ignore[union-attr]
        assert (design.view_count, design.like_count) == (41, 0)
        assert (design.status, design.published_at, design.moderated_at) == ("active", CREATED, None)
        assert (design.created_at, design.updated_at) == (CREATED, UPDATED)
        assert (design.featured, design.featured_at) == (True, UPDATED)
        assert not design.moderations.exists()
        assert whats(old, "designs") == {"77": "likes differ from the hearts: the hearts count"}

    def test_a_word_that_no_term_knows_becomes_an_inactive_term(self, old: Old) -> None:
        said = bring(old.design(colour="Blurplish, red").design(colour="blurplish").sql())
        term = Term.objects.get(name="Blurplish")
        assert (term.kind, term.is_active) == ("colour", False)
        first, second = Design.objects.order_by("pk")
        assert first.card["terms"]["colour"] == ["red", term.slug]
        assert (second.card["terms"]["colour"], second.colour) == ([term.slug], term.slug)
        assert Design.objects.filter(terms=term).count() == 2
        assert "word that no term knows: waits for review" in said

    def test_two_spellings_of_an_unknown_word_are_one_term(self, old: Old) -> None:
        bring(old.design(colour="Blurp lish | blurp-lish").sql())
        assert len(Design.objects.get().card["term_ids"]) == 1
        assert Design.objects.get().terms.count() == 1

    def test_a_new_term_is_no_reason_to_read_the_vocabulary_again(self, old: Old) -> None:
        for number in range(60):
            old.design(colour=f"Blurp{'abcdefghij'[number % 10] * 3}{'klmnop'[number // 10] * 4}")
        with CaptureQueriesContext(connection) as asked:
            bring(old.sql())
        new = Term.objects.filter(is_active=False, name__startswith="Blurp").count()
        reads = [one for one in asked if one["sql"].startswith('SELECT "designs_term"."id", "designs_term"."kind"')]
        assert new > 20
        assert len(reads) < 10

    @pytest.mark.parametrize(
        ("status", "is_now", "published"),
        [("active", "active", CREATED), ("inactive", "inactive", CREATED), ("draft", "draft", None)],
    )
    def test_its_status(self, old: Old, status: str, is_now: str, published: Any) -> None:
        bring(old.design(status=status).sql())
        design = Design.objects.get()
        assert (design.status, design.published_at) == (is_now, published)

    def test_lists_that_were_kept_as_json(self, old: Old) -> None:
        bring(old.design(tags='["silk", "hand made"]', colour='["red", "gold"]', size_available='["S", "M"]').sql())
        design = Design.objects.get()
        assert (design.tags, design.colour, design.sizes) == ("silk,hand made", "red", ["S", "M"])
        assert told(old) == []

    def test_nothing_is_lost_for_a_text_that_does_not_fit(self, old: Old) -> None:
        bad = {
            "description": "x" * 30_000,
            "short_description": "y" * 600,
            "price_range": "-5",
            "colour": "#!? | red",
            "tags": "t" * 70 + ",silk",
            "designer_name": "\u200b",
            "collection_name": "c" * 150,
            "style": "s" * 90,
        }
        old.design("t" * 300, id=1, **bad).design("", id=2).design("\x07 \x00", id=3, view_count=-4)
        old.design("fine", id=4, view_count=2**40, featured="no", created_at="long ago", updated_at="")
        bring(old.sql())
        first, second, third, fourth = Design.objects.order_by("pk")
        assert (first.title, len(first.description), len(first.short_description)) == ("t" * 200, 20_000, 500)
        assert (first.price_range, first.colour, first.tags, first.style) == ("", "red", "silk", "")
        assert (first.designer_name, len(first.collection_name)) == ("", 120)
        assert (second.title, third.title, third.view_count) == ("Design 2", "Design 3", 0)
        assert (fourth.view_count, fourth.featured) == (2**31 - 1, False)
        assert len([row for row in told(old) if row[1] == "1"]) >= 7

    def test_what_was_made_to_fit_is_fit_for_the_api(self, old: Old, tmp_path: Path) -> None:
        """So that its fields need not look at it again."""
        chance, report = Random(1), Report(tmp_path / "odd.csv")  # noqa: S311 - to be repeated
        ugly: list[Any] = [
            "",
            " ",
            "x",
            "x" * 70_000,
            " red , laal ",
            "a|b" * 40,
            '[1, "silk", null]',
            "\u200b",
            "\ud800é\0",
            "7.5",
            "<b>",
        ]
        ugly += [
            "t, " * 90,
            "\x07 x\n",
            "₹5,000 - 1 lakh",
            "-5",
            "1e9",
            "#REF!",
            ",;|/",
            "\ttab",
            None,
            7,
            -1.5,
            b"\xff",
        ]
        with report.opened(tmp_path / "dump.sql"):
            designs = Designs(report)
            for number in range(1, 80):
                row = {name: chance.choice(ugly) for name in THEIRS["designs"]}
                asked = Row(number, dict(designs.cells(row, number)))
                assert Fitted().understand(asked) == Reader().understand(asked)

    def test_a_status_of_its_own_is_hidden(self, old: Old) -> None:
        old.without_rules("designs")
        bring(old.design(id=1, status="archived").sqlite())
        assert Design.objects.get().status == "inactive"
        assert whats(old, "designs") == {"1": "status unknown: hidden"}

    def test_other_processes_are_told(self, old: Old) -> None:
        bring(old.design().sql())
        assert Change.objects.filter(design_id=0).count() == 1

    def test_the_app_finds_it(self, old: Old, asha: User, phone: Phone) -> None:
        bring(old.design("Red Banarasi", id=900, category="saree").sql())
        found = phone.holding(asha).get("/api/designs/900").json()
        assert (found["id"], found["category"], found["created_at"]) == (900, "saree", "2024-03-01T08:00:00Z")


class TestPictures:
    def test_it_is_adopted_where_it_lies_and_cards_show_it_as_it_is(
        self, old: Old, shelf: LocalPictures, asha: User, phone: Phone
    ) -> None:
        bring(old.design(id=900).sql())
        picture = Picture.objects.get()
        assert (picture.status, picture.object_key, picture.size) == ("adopted", KEY, len(photo()))
        assert names_on(shelf) == [KEY]
        found = phone.holding(asha).get("/api/designs/900").json()
        url = f"http://testserver/pictures/{KEY}"
        assert (found["image_url"], found["thumbnail_url"], found["r2_object_key"]) == (url, url, KEY)
        assert (found["images"][0]["variants"], found["images"][0]["width"]) == ([], 0)
        assert shown(phone, f"/pictures/{KEY}") == photo()

    def test_regenerate_variants_takes_it_in_while_the_old_link_works(
        self, old: Old, shelf: LocalPictures, asha: User, phone: Phone
    ) -> None:
        bring(old.design(id=900).sql())
        call_command("regenerate_variants", verbosity=0)
        found = phone.holding(asha).get("/api/designs/900").json()
        assert found["r2_object_key"] != KEY
        assert [one["width"] for one in found["images"][0]["variants"]] == [320, 640]
        assert shown(phone, f"/pictures/{KEY}") == photo()
        assert bring(old.sql()).endswith("Everything was here already: nothing changed.\n")

    def test_one_that_is_missing_is_told_and_its_design_hidden_until_it_is_there(
        self, old: Old, shelf: LocalPictures
    ) -> None:
        old.design(id=1).design(id=2, r2_object_key="lost.jpg").design(
            id=3, r2_object_key="lost.jpg", status="inactive"
        )
        said = bring(old.sql())
        lost = Picture.objects.get(object_key="lost.jpg")
        assert lost.status == "broken"
        assert [one.status for one in Design.objects.order_by("pk")] == ["active", "inactive", "inactive"]
        assert set(Design.objects.filter(cover=lost).values_list("pk", flat=True)) == {2, 3}
        assert "pictures: 1 not in the storage" in said
        assert ("pictures", "", "not in the storage", "lost.jpg") in told(old)
        before = state()
        bring(old.sql())
        assert state() == before
        shelf.put("lost.jpg", photo("navy"), "image/jpeg")
        bring(old.sql())
        lost.refresh_from_db()
        assert (lost.status, lost.size) == ("adopted", len(photo("navy")))
        assert [one.status for one in Design.objects.order_by("pk")] == ["active", "active", "inactive"]

    def test_two_designs_may_share_one(self, old: Old) -> None:
        bring(old.design().design().sql())
        assert Picture.objects.count() == 1

    @pytest.mark.parametrize(
        "key", [None, "", "../etc/passwd", "/designs/a.jpg", "a\\b.jpg", "x" * 600, "incoming/a", "d/" + "x" * 300]
    )
    def test_a_key_that_names_no_picture_makes_a_draft(self, old: Old, key: Any) -> None:
        bring(old.design(id=1).design(id=2, r2_object_key=key).design(id=3, r2_object_key=key, status="draft").sql())
        assert [(one.status, one.cover_id is None) for one in Design.objects.order_by("pk")] == [
            ("active", False),
            ("draft", True),
            ("draft", True),
        ]
        assert whats(old, "designs") == {"2": "no picture that can be named: became a draft"}

    @pytest.mark.parametrize(
        "key", ["designs/old/साड़ी (1) & more+.JPG", "general/no end", "a#b?c=d%20.png", "avatars/1.gif"]
    )
    def test_keys_of_any_shape_resolve(
        self, old: Old, shelf: LocalPictures, key: str, phone: Phone, asha: User
    ) -> None:
        shelf.put(key, photo(), "image/jpeg")
        bring(old.design(id=900, r2_object_key=key).sql())
        url = phone.holding(asha).get("/api/designs/900").json()["image_url"]
        assert shown(phone, url.removeprefix("http://testserver")) == photo()

    def test_when_none_is_there_it_is_another_bucket(self, old: Old, shelf: LocalPictures) -> None:
        shelf.remove(KEY)
        before = state()
        assert refusal(old.design().sql()).startswith("None of the 1 pictures is in the folder ")
        assert state() == before
        bring(old.sql(), "--skip-bucket")
        assert Picture.objects.get().status == "adopted"

    @pytest.mark.once
    def test_in_a_bucket(self, old: Old, settings: Any, strict_bucket: Bucket, asha: User, phone: Phone) -> None:
        settings.PICTURES_PRIVATE = False
        shelf = in_bucket(settings, strict_bucket)
        keys = [f"designs/2024/{number} é.jpg" for number in range(40)]
        for number, key in enumerate(keys):
            if number % 10:
                shelf.put(key, photo(), "image/jpeg")
            old.design(id=900 + number, r2_object_key=key if number % 2 else f"{settings.R2['public_url']}/{key}")
        there = names_on(shelf)
        said = bring(old.sql())
        assert "pictures: 4 not in the storage" in said
        assert (Picture.objects.shown().count(), names_on(shelf)) == (36, there)
        found = phone.holding(asha).get("/api/designs/902").json()
        assert found["image_url"] == f"{settings.R2['public_url']}/designs/2024/2%20%C3%A9.jpg"

    @pytest.mark.once
    def test_a_bucket_that_does_not_answer(self, old: Old, settings: Any) -> None:
        in_bucket(settings, Bucket("http://127.0.0.1:9"))
        assert refusal(old.design().sql()).startswith(
            "The storage of the pictures does not answer: manage.py storage_check"
        )
        bring(old.sql(), "--skip-bucket")
        assert Design.objects.count() == 1


class TestHearts:
    def test_they_come_with_their_moments_and_are_counted(self, old: Old) -> None:
        old.person("Asha").person("Ravi").design(like_count=99).design(like_count=1)
        bring(old.heart(1, 1, "2024-05-01 10:00:00").heart(2, 1).heart(2, 2).sql())
        assert [(one.pk, one.like_count) for one in Design.objects.order_by("pk")] == [(1, 2), (2, 1)]
        assert Favorite.objects.get(user=1).created_at == datetime(2024, 5, 1, 10, tzinfo=UTC)
        assert ("designs", "1", "likes differ from the hearts: the hearts count", "99 written down, 2 hearts") in told(
            old
        )

    def test_the_app_shows_them(self, old: Old, phone: Phone) -> None:
        bring(old.person("Asha", id=500).design(id=900).heart(500, 900).sql())
        found = phone.holding(User.objects.get(pk=500)).get("/api/designs/user/favorites").json()
        assert [(one["id"], one["is_favorited"], one["like_count"]) for one in found] == [(900, True, 1)]

    def test_those_of_nobody_or_nothing_are_told_and_left_out(self, old: Old) -> None:
        old.person("Asha").design().heart(1, 1).heart(1, 9).heart(9, 1).heart("x", 1).heart(1, "y")
        said = bring(old.sql())
        assert Favorite.objects.count() == 1
        assert "user_favorites: 2 left out: its design is not here" in said
        assert "user_favorites: 2 left out: its person is not here" in said

    def test_the_same_heart_twice(self, old: Old) -> None:
        old.without_rules("user_favorites")
        old.person("Asha").design().heart(1, 1).heart(1, 1, None).heart("1", 1)
        bring(old.sql())
        assert (Favorite.objects.count(), Design.objects.get().like_count) == (1, 1)


class TestSettings:
    def test_switches_of_that_name_are_switched_within_their_bounds(self, old: Old, settings: Any) -> None:
        old.person("Asha").setting("app_name", "Old Gallery").setting("maintenance_mode", "false").setting(
            "allow_downloads", "0"
        )
        old.setting("max_upload_size", "99999999999").setting("pagination_default_size", "many")
        old.setting("allowed_file_types", '["image/jpeg", "image/png"]').setting("theme", "dark")
        said = bring(old.sql())
        now = switches.current()
        assert (now.app_name, now.maintenance_mode, now.allow_downloads) == ("Old Gallery", False, False)
        assert now.max_upload_size == settings.MAX_FILE_SIZE
        assert now.allowed_file_types == ["image/jpeg", "image/png"]
        assert "app_settings: 2 left out: this switch cannot have this value" in said
        assert "app_settings: 1 left out: no switch has this name, or it is empty" in said

    def test_what_staff_switched_since_stays(self, old: Old) -> None:
        bring(old.person("Asha").setting("app_name", "Old").sql())
        switches.change({"app_name": "New"}, by=None)
        bring(old.sql())
        assert switches.current().app_name == "New"
        bring(old.run("UPDATE app_settings SET value = 'Newest'").sql())
        assert switches.current().app_name == "Newest"


class TestAgain:
    @pytest.fixture
    def moved(self, old: Old) -> Old:
        old.person("Asha").person("ASHA").design(colour="blurplish").design(r2_object_key=None)
        old.heart(1, 1, "2024-05-01 10:00:00").heart(2, 1, "2024-05-02 10:00:00").setting("app_name", "Old")
        bring(old.sql())
        return old

    @pytest.mark.parametrize("form", ["sql", "sqlite", "json", "d1"])
    def test_twice_is_no_change(self, moved: Old, form: str) -> None:
        before = state()
        assert bring(getattr(moved, form)()).endswith("Everything was here already: nothing changed.\n")
        assert state() == before

    def test_after_another_day_what_is_new_comes_and_the_rest_is_left_alone(self, moved: Old) -> None:
        User.objects.filter(pk=1).update(status=User.Status.PENDING, decided_at=None)
        Design.objects.filter(pk=1).update(title="Mended here")
        moved.run("UPDATE users SET username = 'Other' WHERE id = 1").run("UPDATE designs SET title = 'Other'")
        moved.person("asha").design("New").heart(3, 1, "2024-06-01").heart(3, 3, "2024-06-01")
        said = bring(moved.sql())
        assert [one.username for one in User.objects.order_by("pk")] == ["Asha", "ASHA-2", "asha-3"]
        assert User.objects.get(pk=1).status == "pending"
        assert [one.title for one in Design.objects.order_by("pk")] == ["Mended here", "Red saree", "New"]
        assert [one.like_count for one in Design.objects.order_by("pk")] == [3, 0, 1]
        assert "users                   3         1         2         0" in said

    def test_what_was_deleted_here_since_does_not_come_back(self, moved: Old, phone: Phone) -> None:
        User.objects.get(pk=2).delete()
        Favorite.objects.filter(user=1).delete()
        Design.objects.get(pk=2).delete()
        said = bring(moved.person("New").sql())
        assert (User.objects.count(), Design.objects.count(), Favorite.objects.count()) == (2, 1, 0)
        assert "users: 1 left out: deleted here since the last import" in said
        assert "designs: 1 left out: deleted here since the last import" in said
        assert "user_favorites: 1 left out: taken back here since the last import" in said
        bring(moved.sql(), "--again")
        assert (User.objects.count(), Design.objects.count(), Favorite.objects.count()) == (3, 2, 2)

    def test_the_trail_says_who_came_when(self, moved: Old) -> None:
        entry = Entry.objects.get(what="legacy.imported")
        assert entry.changes == {
            "users": [0, 2],
            "designs": [0, 2],
            "hearts": [None, "2024-05-02T10:00:00+00:00"],
            "settings": [{}, {"app_name": "Old"}],
        }


class TestAllOrNothing:
    @pytest.fixture
    def full(self, old: Old) -> Old:
        User.objects.create_superuser("admin", password="kanjeevaram-42")
        old.person("Admin", id=User.objects.get().pk).person("Asha", id=900).design(colour="blurplish")
        return old.heart(900, 1).setting("app_name", "Old")

    def test_a_dry_run_tells_the_same_and_stores_nothing(self, full: Old) -> None:
        before = state()
        dry = bring(full.sql(), "--dry-run")
        assert state() == before
        assert switches.current().app_name != "Old"
        real = bring(full.sql())
        assert dry.splitlines()[:6] == real.splitlines()[:6]
        assert dry.endswith("Nothing was stored (--dry-run).\n")

    def test_when_the_last_table_fails_nothing_is_left(self, full: Old, monkeypatch: pytest.MonkeyPatch) -> None:
        before = state()

        def fail(*_: Any) -> None:
            raise IntegrityError("the disk is full\nand more")

        monkeypatch.setattr(options, "bring", fail)
        assert refusal(full.sql()) == "The database refuses: the disk is full Nothing was imported."
        assert state() == before
        assert not Term.objects.filter(name="blurplish").exists()

    def test_a_dump_that_is_cut_off_changes_nothing(self, full: Old) -> None:
        before = state()
        whole = full.sql().read_text()
        assert refusal(full.written("cut.sql", whole[: len(whole) // 2]))
        assert state() == before

    @pytest.mark.parametrize("form", ["sql", "json"])
    def test_a_full_disk_is_no_damage(self, full: Old, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
        before = state()
        monkeypatch.setattr(reading, "SETTINGS", (*reading.SETTINGS, "max_page_count = 8"))
        for number in range(200):
            full.person(f"p{number}")
        said = refusal(getattr(full, form)())
        assert said.startswith(f"There is no room to unfold gallery.{form}: database or disk is full. SQLITE_TMPDIR")
        assert state() == before

    def test_a_report_that_cannot_be_written_stops_it_before(self, full: Old) -> None:
        before = state()
        assert "cannot be written" in refusal(full.sql(), "--report", "/proc/nowhere/report.csv")
        assert state() == before

    def test_a_report_never_goes_over_the_dump(self, full: Old) -> None:
        path, before = full.sql(), full.sql().read_bytes()
        assert "would be written over gallery.sql" in refusal(path, "--report", str(path))
        assert path.read_bytes() == before

    def test_an_export_without_rows_is_none(self, old: Old) -> None:
        assert refusal(old.sql()).startswith("There is nobody and nothing in it: was it exported without its rows?")

    def test_a_report_runs_in_no_spreadsheet(self, old: Old) -> None:
        bring(old.person("=1+1").person("=1+1 ").sql())
        assert all(not cell.startswith("=") for row in told(old) for cell in row)


def test_more_than_is_read_at_once(old: Old) -> None:
    for number in range(1, 1_202):
        old.person(f"p{number}", is_admin=number % 2).design(f"Saree {number}", category="saree", tags="silk")
    for number in range(4_500):
        old.heart(number % 1_201 + 1, number % 7 + 1 if number < 4_000 else number % 1_201 + 1)
    expected = old.run("DELETE FROM user_favorites WHERE id % 9 = 0").database.execute(
        "SELECT design_id, count(*) FROM user_favorites GROUP BY 1"
    )
    counts = dict(expected.fetchall())
    bring(old.sql())
    found = Design.objects.filter(like_count__gt=0).values_list("pk", "like_count")
    assert dict(found) == counts
    assert User.objects.admins(yes=True).count() == 601
    before = state()
    bring(old.json())
    assert state() == before


def test_statements_do_not_grow_with_the_hearts_of_a_chunk(old: Old) -> None:
    for number in range(1, 40):
        old.person(f"p{number}").design()
    for user in range(1, 40):
        old.heart(user, 1)
    with CaptureQueriesContext(
        connection,
    ) as few:
        bring(old.sql())
    assert len(few) < 120


def test_help_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("import_legacy", "--help")
    assert "wrangler d1 export" in capsys.readouterr().out
