"""create_demo, clear_demo and fill: a believable gallery comes, and exactly that goes again."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from accounts.models import Decision, User
from config.analytics import days, rollups
from config.analytics.models import Day
from config.demo import allowed, catalogue, clearing, filling, making, marks, names, people, recipes, seasons, words
from config.demo.chance import stream
from config.testing.cast import make_asha, make_meera, person
from config.testing.gallery import a_design, a_picture
from config.testing.ground import rows_for_many, tables
from designs import cards, parsing, services, vocabulary
from designs.management.commands import reconcile_counts
from designs.models import Collection, DailyStat, Design, DesignPicture, DesignTerm, Kind, Maker, Moderation
from favorites.models import Favorite
from uploads.models import Picture

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SMALL = making.Wanted(designs=40, users=30, seed=5, pictures=3, width=90)
# Word to other processes, kept for an hour; and the trail of what was done, which nothing takes back.
NOT_ASKED = {'"designs_change"', '"audit_entry"'}

Rows = dict[str, Counter[Any]]


def everything() -> Rows:
    with connection.cursor() as cursor:
        return {table.name: Counter(table.read(cursor)) for table in tables() if table.name not in NOT_ASKED}


def run(command: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


@pytest.fixture(scope="class")
def before(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rows]:
    """What stood when the demo came: people, a design with a picture and a maker, a heart. Then the demo."""
    with rows_for_many(django_db_blocker), override_settings(DATA_DIR=tmp_path_factory.mktemp("demo")):
        asha, _ = make_asha(), make_meera()
        person("demo-fan", email="fan@demo.invalid")
        design = a_design(title="Asha's own", external_id="demo-1")
        services.change(design, {"designer_name": "Demo Looms", "collection_name": "Padwa"}, by=asha)
        Favorite.objects.create(user=asha, design=design)
        stood = everything()
        making.create(SMALL, NOW)
        yield stood


@pytest.fixture
def demo(before: Rows, db: None) -> Rows:
    return before


def facts() -> list[Any]:
    """All that a seed decides."""
    columns = ("external_id", "title", "description", "price_range", "price_min", "status", "designer_name", "tags")
    counts = ("view_count", "like_count", "created_at", "published_at", "featured_at")
    designs = list(marks.designs().order_by("external_id").values_list(*columns, *counts))
    terms = DesignTerm.objects.filter(design__in=marks.designs()).order_by("design__external_id", "pk")
    registered = marks.people().order_by("looks_like").values_list("username", "status", "date_joined", "decided_at")
    return [designs, list(terms.values_list("term__slug", "position")), list(registered)]


# --- What shops write -------------------------------------------------------------------------------------------
class TestTheCatalogue:
    def test_one_seed_is_one_catalogue_however_long(self) -> None:
        pieces = catalogue.pieces(7, 60, 24)
        assert pieces == catalogue.pieces(7, 60, 24)
        assert pieces[:30] == catalogue.pieces(7, 30, 24)
        assert [piece.title for piece in pieces] != [piece.title for piece in catalogue.pieces(8, 60, 24)]

    def test_sixty_designs_are_sixty_titles_of_many_kinds(self) -> None:
        pieces = catalogue.pieces(1, 60, 24)
        assert len({piece.title for piece in pieces}) == 60
        assert len({piece.look for piece in pieces}) == 24
        assert len({piece.house for piece in pieces}) >= 10
        assert len({piece.terms["colour"][0] for piece in pieces}) >= 15
        assert {piece.status for piece in catalogue.pieces(1, 400, 24)} == set(catalogue.STATUSES)

    def test_a_bridal_lehenga_is_dear_and_a_cotton_kurta_is_cheap(self) -> None:
        bridal, kurtas = [], []
        for piece in catalogue.pieces(2, 600, 60):
            lowest = parsing.prices(piece.price)[0]
            recipe = piece.look.recipe
            if lowest is None:
                assert piece.price in words.REQUESTED
                continue
            assert recipe.price[0] * 85 <= lowest <= recipe.price[1] * 110, piece
            bridal += [lowest] if (recipe.category, recipe.weave) == ("lehenga", "banarasi") else []
            kurtas += [lowest] if recipe.category == "kurta" else []
        assert min(bridal) > 20 * max(kurtas)

    @pytest.mark.parametrize(
        ("amount", "text"), [(799, "799"), (12_499, "12,499"), (100_000, "1,00,000"), (285_000, "2,85,000")]
    )
    def test_prices_are_grouped_as_in_india(self, amount: int, text: str) -> None:
        assert catalogue.grouped(amount) == text

    def test_descriptions_are_one_to_three_sentences_without_a_gap(self) -> None:
        for piece in catalogue.pieces(3, 200, 60):
            assert 1 <= piece.description.count(". ") + 1 <= 3
            assert not set("{}") & set(piece.title + piece.description)

    def test_fabric_and_work_in_a_title_are_the_designs_own(self) -> None:
        for piece in catalogue.pieces(4, 200, 60):
            recipe = piece.look.recipe
            assert piece.terms["fabric"][0] in recipe.fabrics.split()
            assert piece.terms["colour"][0] in recipe.colours.split()
            assert set(piece.terms["occasion"]) <= set(recipe.occasions.split())
            assert ("Velvet" in piece.title) <= (piece.terms["fabric"] == ["velvet"])
            assert ("Kanj" in piece.title) <= (piece.terms.get("weave") == ["kanjivaram"])


@pytest.mark.django_db
class TestItsWords:
    def test_every_word_of_a_recipe_is_in_the_vocabulary(self) -> None:
        known = vocabulary.current()
        kinds = {"fabric": "fabrics", "colour": "colours", "occasion": "occasions", "season": "seasons"}
        kinds |= {"craft": "crafts", "motif": "motifs", "style": "styles", "category": "category", "weave": "weave"}
        for recipe in recipes.RECIPES:
            for kind, column in kinds.items():
                for slug in getattr(recipe, column).split():
                    entry = known.find(kind, slug)
                    assert entry, (kind, slug)
                    assert entry.slug == slug

    def test_every_spelling_is_understood_as_what_it_spells(self) -> None:
        known = vocabulary.current()
        for slug, spellings in words.SPELLINGS.items():
            kind = next(kind for kind in Kind.values if (found := known.find(kind, slug)) and found.slug == slug)
            for spelling in spellings:
                entry = known.find(kind, spelling)
                assert entry, spelling
                assert entry.slug == slug, spelling

    def test_every_title_names_its_category(self) -> None:
        known = vocabulary.current()
        for piece in catalogue.pieces(6, 200, 60):
            entry = known.find("category", piece.terms["category"][0])
            assert entry
            said = {entry.name, entry.slug, *entry.synonyms, *words.SPELLINGS.get(entry.slug, ())}
            assert any(word.lower() in piece.title.lower() for word in said), piece.title


# --- A busy day -------------------------------------------------------------------------------------------------
class TestSeasons:
    def test_saturdays_and_sundays_are_busier(self) -> None:
        friday, sunday = date(2026, 9, 25), date(2026, 9, 27)
        assert seasons.weight(sunday) > 1.3 * seasons.weight(friday)

    def test_interest_grows_towards_diwali_and_is_over_after_it(self) -> None:
        diwali = date(2026, 11, 8)
        sundays = [seasons.weight(diwali + timedelta(days=step)) for step in (-7, 0, 7)]
        assert 1.5 * sundays[0] < sundays[1]
        assert sundays[2] < sundays[1] / 2

    def test_what_is_worn_at_karva_chauth_is_looked_at_before_it(self) -> None:
        day = date(2026, 10, 28)
        assert seasons.interest(["karva-chauth"], day) > 2 * seasons.interest(["office"], day)

    def test_nothing_happens_in_the_future(self) -> None:
        calendar = seasons.Calendar(NOW)
        moments = stream("moments")
        assert max(calendar.moment(moments, NOW.date()) for _ in range(100)) <= NOW


# --- In the database --------------------------------------------------------------------------------------------
@pytest.mark.drill
class TestADemo:
    def test_it_has_what_was_asked_for(self, demo: Rows) -> None:
        assert marks.designs().count() == 40
        assert marks.people().count() == 30 + 4
        assert marks.pictures().count() == 3
        assert Favorite.objects.filter(design__in=marks.designs()).count() > 50
        assert not mail.outbox

    def test_the_same_seed_makes_the_same_again(self, demo: Rows) -> None:
        first = facts()
        clearing.clear()
        assert facts() == [[], [], []]
        making.create(SMALL, NOW)
        assert facts() == first

    def test_a_second_run_adds_nothing_and_says_so(self, demo: Rows) -> None:
        stood = everything()
        said = run("create_demo", designs=40, users=30, seed=5, pictures=3, picture_width=90, verbosity=0)
        assert said == "The demo with seed 5 is here already; nothing to do.\n"
        assert everything() == stood

    def test_a_larger_one_adds_what_is_missing(self, demo: Rows) -> None:
        done = making.create(SMALL._replace(designs=42, users=31), NOW)
        assert (done.designs, done.people, done.told) == (2, 1, [])
        assert list(reconcile_counts.compare(list(Design.objects.values_list("pk", flat=True)))) == []

    def test_counts_agree_with_their_rows(self, demo: Rows) -> None:
        numbers = list(Design.objects.values_list("pk", flat=True))
        assert list(reconcile_counts.compare(numbers)) == []
        for design in marks.designs().annotate(seen=Sum("days__views", default=0)):
            assert design.view_count == design.seen
            assert design.like_count <= design.view_count

    def test_cards_are_what_cards_would_write(self, demo: Rows) -> None:
        stood = {design.pk: design.card for design in marks.designs()}
        cards.write(stood)
        assert {design.pk: design.card for design in marks.designs()} == stood

    def test_every_moment_has_its_order(self, demo: Rows) -> None:
        for design in marks.designs():
            assert NOW - timedelta(days=91) < design.created_at <= (design.moderated_at or NOW) <= NOW
            assert (design.published_at is None) <= (design.status != "active")
        for heart in Favorite.objects.filter(design__in=marks.designs()).select_related("user", "design"):
            assert heart.user.decided_at
            assert heart.design.published_at
            assert max(heart.user.decided_at, heart.design.published_at) <= heart.created_at <= NOW
        assert not Moderation.objects.filter(design__in=marks.designs(), at__gt=NOW).exists()

    def test_weekends_and_the_days_before_diwali_are_busy(self, demo: Rows) -> None:
        views = dict(DailyStat.objects.values_list("day").annotate(sum=Sum("views")))

        def mean(days: list[date]) -> float:
            return sum(views.get(day, 0) for day in days) / len(days)

        autumn = [day for day in seasons.Calendar(NOW).days if day < date(2026, 10, 5)]
        assert mean([d for d in autumn if d.weekday() >= 5]) > 1.2 * mean([d for d in autumn if d.weekday() < 5])
        before, after = date(2026, 11, 4), date(2026, 11, 10)
        week = timedelta(days=1)
        assert mean([before + week * n for n in range(5)]) > 1.5 * mean([after + week * n for n in range(5)])

    def test_people_wait_and_decisions_say_who_decided(self, demo: Rows) -> None:
        statuses = Counter(marks.people().values_list("status", flat=True))
        assert statuses["pending"] >= 4
        assert statuses["rejected"] >= 1
        decided = marks.people().filter(looks_like__startswith="demo:5:").exclude(status="pending")
        assert Decision.objects.filter(person__in=decided, by__username="demo-approver").count() == decided.count()

    def test_one_of_each_role_can_sign_in_and_nobody_else(self, demo: Rows, settings: Any) -> None:
        able = {one.username: one for one in marks.people() if one.has_usable_password()}
        assert {name: one.roles for name, one in able.items()} == {
            "demo-approver": ["Approvers"],
            "demo-curator": ["Curators"],
            "demo-manager": ["Managers"],
        }
        for name, one in able.items():
            assert one.is_staff
            assert one.check_password(people.password_file(name).read_text())
            assert people.password_file(name).stat().st_mode & 0o777 == 0o600

    def test_people_have_names_that_a_phone_could_have_registered(self, demo: Rows) -> None:
        from accounts.serializers import Registration

        field = Registration().fields["username"]
        for name in marks.people().values_list("username", flat=True):
            field.run_validation(name)
        assert {name.split()[0] for name in marks.people().values_list("full_name", flat=True)} <= {
            "Demo",
            *(given for firsts, _ in names.NAMES for given in firsts),
        }


# --- It goes ----------------------------------------------------------------------------------------------------
@pytest.mark.drill
class TestClearing:
    def test_everything_is_as_before(self, demo: Rows) -> None:
        clearing.clear()
        now = everything()
        assert {name: now[name] - demo[name] for name in demo} == {name: Counter() for name in demo}
        assert now == demo

    def test_hearts_of_real_people_go_with_the_designs(self, demo: Rows) -> None:
        asha = User.objects.get(username="asha")
        Favorite.objects.create(user=asha, design=marks.designs()[0])
        clearing.clear()
        assert everything() == demo

    def test_days_are_counted_anew_without_it(self, demo: Rows) -> None:
        first = days.today() - timedelta(days=100)
        assert sum(day.views for day in rollups.since(first)) > 0
        clearing.clear(dry_run=True)
        assert Day.objects.exists()
        clearing.clear()
        assert sum(day.views for day in rollups.since(first)) == 0

    def test_designs_that_staff_edited_go_too(self, demo: Rows) -> None:
        design = marks.designs().filter(status="active")[0]
        services.change(design, {"title": "Edited", "external_id": "ours-1"}, by=User.objects.get(username="meera"))
        clearing.clear()
        assert everything()['"designs_design"'] == demo['"designs_design"']

    def test_what_others_made_with_it_stays(self, demo: Rows) -> None:
        """A design that shows a demo picture, by a demo maker; and a photo that staff put on a demo design."""
        meera = User.objects.get(username="meera")
        theirs = marks.designs().filter(status="active", collection__isnull=False)[0]
        assert theirs.cover
        mine = a_design(title="Meera's", cover=theirs.cover)
        services.change(
            mine, {"designer_name": theirs.designer_name, "collection_name": theirs.collection_name}, by=meera
        )
        photo = a_picture()
        DesignPicture.objects.create(design=theirs, picture=photo, position=1)
        clearing.clear()
        mine.refresh_from_db()
        assert mine.designer
        assert mine.collection
        assert Picture.objects.filter(pk__in=[photo.pk, mine.cover_id]).count() == 2
        assert set(Design.objects.values_list("title", flat=True)) == {"Asha's own", "Meera's"}
        assert (Maker.objects.count(), Collection.objects.count()) == (2, 2)

    def test_the_last_manager_stays(self, demo: Rows) -> None:
        User.objects.filter(username="meera").delete()
        said = run("clear_demo", yes=True, verbosity=0)
        assert "demo-manager stays: This is the last manager." in said
        assert list(marks.people().values_list("username", flat=True)) == ["demo-manager"]

    def test_a_dry_run_tells_and_changes_nothing(self, demo: Rows, django_capture_on_commit_callbacks: Any) -> None:
        stood = everything()
        with django_capture_on_commit_callbacks(execute=True):
            said = run("clear_demo", dry_run=True)
        assert said.startswith("Would remove 40 designs, ")
        assert "3 pictures, 34 people" in said
        assert everything() == stood
        assert people.password_file("demo-manager").exists()

    def test_it_asks_and_without_a_terminal_refuses(self, demo: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
        stood = everything()
        with pytest.raises(CommandError, match="--yes"):
            run("clear_demo")
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", lambda _: "n")
        with pytest.raises(CommandError, match="Nothing was removed"):
            run("clear_demo")
        assert everything() == stood


# --- Where, and when --------------------------------------------------------------------------------------------
@pytest.mark.drill
@pytest.mark.django_db
class TestWhere:
    @pytest.mark.parametrize(("command", "options"), [("create_demo", {}), ("fill", {"designs": 10})])
    @pytest.mark.parametrize("environment", ["production", "staging"])
    def test_production_is_refused(self, command: str, options: Any, environment: str, settings: Any) -> None:
        settings.ENVIRONMENT, settings.HARDENED = environment, True
        with pytest.raises(CommandError, match="--really"):
            run(command, **options)
        assert not Design.objects.exists()

    def test_without_a_demo_there_is_nothing_to_clear(self) -> None:
        assert run("clear_demo") == "There is no demo; nothing to do.\n"

    def test_really_means_really(self, settings: Any) -> None:
        settings.ENVIRONMENT, settings.HARDENED = "production", True
        run("fill", designs=1, really=True, users=0, verbosity=0)
        assert Design.objects.count() == 1

    @pytest.fixture
    def fresh(self, settings: Any) -> None:
        settings.ENVIRONMENT = "development"
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("ALTER SEQUENCE designs_design_id_seq RESTART")
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'designs_design'")

    @pytest.fixture
    def prepared(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Any) -> Any:
        """What `prepare` does, and whether it would make a demo."""
        settings.DATA_DIR = tmp_path
        asked: list[str] = []
        real = call_command

        def note(name: str, **options: Any) -> None:
            asked.append(name) if name == "create_demo" else real(name, **options)

        monkeypatch.setattr("config.management.commands.prepare.call_command", note)
        return lambda: [run("prepare"), asked][1]

    @pytest.mark.usefixtures("fresh")
    def test_a_new_gallery_gets_a_demo(self, prepared: Any) -> None:
        assert prepared() == ["create_demo"]

    @pytest.mark.usefixtures("fresh")
    def test_demo_0_leaves_it_out(self, prepared: Any, settings: Any) -> None:
        settings.DEMO = False
        assert prepared() == []

    @pytest.mark.usefixtures("fresh")
    @pytest.mark.parametrize("environment", ["production", "staging", "test"])
    def test_only_on_a_developers_machine(self, environment: str, prepared: Any, settings: Any) -> None:
        settings.ENVIRONMENT = environment
        assert prepared() == []

    @pytest.mark.usefixtures("fresh")
    def test_only_once_also_when_it_was_cleared(self, prepared: Any) -> None:
        design = a_design()
        assert prepared() == []
        design.delete()
        assert prepared() == []

    def test_a_count_is_a_count(self) -> None:
        assert allowed.number("60") == 60
        for wrong in ("-1", "many", "1e6"):
            with pytest.raises(Exception, match="whole number"):
                allowed.number(wrong)


# --- Very many --------------------------------------------------------------------------------------------------
@pytest.mark.drill
@pytest.mark.django_db
class TestFilling:
    @pytest.fixture(autouse=True)
    def _few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, number in {"MAKERS": 20, "LINES": 30, "CHUNK": 60, "COMBINATIONS": 50}.items():
            monkeypatch.setattr(filling, name, number)

    def rows(self, last: int) -> list[Any]:
        columns = ("title", "category", "price_min", "designer_name", "status", "view_count", "like_count", "audience")
        designs = Design.objects.filter(pk__gt=last).order_by("pk")
        terms = DesignTerm.objects.filter(design__pk__gt=last).order_by("pk")
        return [list(designs.values_list(*columns)), list(terms.values_list("term__slug", "position"))]

    def test_rows_are_as_the_models_would_have_written_them(self) -> None:
        run("fill", designs=150, users=9, hearts=70, verbosity=0)
        assert Design.objects.count() == 150
        assert Favorite.objects.count() == Design.objects.aggregate(sum=Sum("like_count"))["sum"] == 70
        numbers = list(Design.objects.values_list("pk", flat=True))
        assert list(reconcile_counts.compare(numbers)) == []
        stood = list(Design.objects.order_by("pk").values())
        for design in Design.objects.all():
            design.save()  # folds its names
        cards.write(numbers)
        assert list(Design.objects.order_by("pk").values()) == stood

    def test_each_carries_about_nine_terms(self) -> None:
        filling.fill(300)
        assert 8 < DesignTerm.objects.count() / 300 < 11

    def test_the_same_seed_gives_the_same_rows(self) -> None:
        filling.fill(130, users=5, hearts=30)
        last = Design.objects.latest("pk").pk
        first = self.rows(0)
        filling.fill(130, users=5, hearts=30)
        assert self.rows(last) == first
        filling.fill(130, users=5, hearts=30, seed=2)
        assert self.rows(Design.objects.order_by("-pk")[129].pk - 1) != first

    def test_designs_that_come_later_find_free_numbers(self) -> None:
        filling.fill(10)
        last = Design.objects.latest("pk").pk
        assert a_design().pk > last
        filling.fill(10)
        assert Design.objects.count() == 21

    def test_a_card_is_json_that_the_app_can_read(self) -> None:
        filling.fill(5)
        shown = [cards.shown(design) for design in Design.objects.all()]
        assert json.dumps(shown, default=str)
        assert all(one["image_url"] for one in shown)
