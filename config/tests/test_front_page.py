"""The front page of the admin: what waits for this colleague, the figures they may read, nothing else."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.waiting import piles
from config.analytics import rollups
from config.analytics.charts import Chart
from config.analytics.days import ONE, today
from config.analytics.desk import Tile
from config.analytics.figures import percent
from config.testing.cast import decided, person
from config.testing.gallery import a_design, a_picture, people
from designs import cards
from designs.models import DailyStat, DesignTerm, Import, Search, Term
from favorites.models import Favorite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facets_at_once"), pytest.mark.once]
MOST_QUERIES = 10
FIGURES, WAITS = b'id="figures"', b"fig-wait"
TABLES = ["days", "top_designs", "categories", "colours", "makers", "top_searches", "searches_without_results"]


def staff(name: str, *groups: str, rights: tuple[str, ...] = ()) -> Client:
    user = person(name, is_staff=True, **decided(User.Status.APPROVED))
    user.groups.add(*Group.objects.filter(name__in=groups))
    user.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def manager() -> Client:
    return staff("manager", "Managers")


@pytest.fixture
def everything_waits() -> None:
    person("pooja")
    User.objects.filter(username="pooja").update(date_joined=timezone.now() - timedelta(days=3))
    a_design(status="pending", updated_at=timezone.now() - timedelta(days=2))
    Search.objects.create(text="iphone", found=0, count=4)
    Term.objects.create(kind="colour", slug="petrol", name="Petrol", is_active=False, asked_at=timezone.now())
    Import.objects.create(name="list.csv", state="failed", finished_at=timezone.now())
    a_picture(status="broken")


def page(client: Client, **query: Any) -> Any:
    answer = client.get("/admin/", query)
    assert answer.status_code == 200
    return answer


def waiting(client: Client) -> dict[str, int]:
    return {card.waiting.name: card.waiting.count for card in page(client).context["waiting"]}


# --- Roles --------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("everything_waits")
@pytest.mark.parametrize(
    ("groups", "rights", "waits", "reads"),
    [
        (["Managers"], (), {"people", "designs", "searches", "terms", "imports", "pictures"}, True),
        (["Approvers"], (), {"people"}, False),
        (["Curators"], (), {"designs", "searches", "terms", "imports", "pictures"}, False),
        ([], ("edit_designs",), {"designs", "searches", "terms"}, False),
        ([], ("edit_pictures",), {"pictures"}, False),
        ([], ("read_stats",), set(), True),
        ([], (), set(), False),
    ],
)
def test_each_sees_what_their_rights_open(
    groups: list[str], rights: tuple[str, ...], waits: set[str], *, reads: bool
) -> None:
    client = staff("colleague", *groups, rights=rights)
    assert set(waiting(client)) == waits
    assert (FIGURES in page(client).content) is reads
    assert client.get("/admin/figures/days.csv").status_code == (200 if reads else 403)


@pytest.mark.usefixtures("everything_waits")
def test_who_only_reads_figures_is_led_nowhere_else() -> None:
    body = page(staff("reader", rights=("read_stats",))).content
    for desk in (b"/admin/accounts/user/", b"/admin/designs/", b"/admin/uploads/"):
        assert desk not in body


@pytest.mark.usefixtures("everything_waits")
def test_no_person_is_named(manager: Client) -> None:
    assert b"pooja" not in page(manager).content


@pytest.mark.usefixtures("everything_waits")
def test_each_pile_says_how_many_and_since_when_and_leads_to_its_desk(manager: Client) -> None:
    answer = page(manager)
    found = {card.waiting.name: (card.waiting.count, card.since) for card in answer.context["waiting"]}
    assert found == {
        "people": (1, "for 3 days"),
        "designs": (1, "for 2 days"),
        "searches": (1, ""),
        "terms": (1, "just now"),
        "imports": (1, "just now"),
        "pictures": (1, ""),
    }
    for name, pile in piles.items():
        assert manager.get(pile.link).status_code == 200, name


@pytest.mark.usefixtures("everything_waits")
def test_the_sidebar_says_the_same(manager: Client) -> None:
    a_design(status="pending")
    groups = page(manager).context["sidebar_navigation"]
    badges = {str(item["title"]): str(item["badge"]) for group in groups for item in group["items"] if item["badge"]}
    assert badges == {"People": "1", "Designs": "2", "Searches without results": "1"}


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ("Approvers", "Nobody waits to be let in."),
        ("Curators", "Nothing waits for you."),
        ("Managers", "Nobody waits, and nothing is left to look at."),
    ],
)
def test_when_nothing_waits_it_says_so(group: str, said: str) -> None:
    answer = page(staff("colleague", group))
    assert said in answer.content.decode()
    assert WAITS + b'"' not in answer.content


def test_an_empty_gallery_is_told_what_to_do_next(manager: Client) -> None:
    body = page(manager).content.decode()
    assert "No design is shown yet." in body
    assert 'href="/admin/uploads/picture/upload/"' in body
    a_design()
    assert "No design is shown yet." not in page(manager).content.decode()


# --- Figures ------------------------------------------------------------------------------------------------------
def fill() -> None:
    design = a_design(title="Red Banarasi", designer_name="Ritu Kumar")
    for kind, slug in (("category", "saree"), ("colour", "red")):
        DesignTerm.objects.create(design=design, term=Term.objects.get(kind=kind, slug=slug))
    cards.write([design.pk])
    Search.objects.create(text="saree", found=1)
    Search.objects.create(text="iphone", found=0)
    DailyStat.objects.create(design=design, day=today() - ONE, views=12)
    DailyStat.objects.create(design=design, day=today() - 31 * ONE, views=10)
    Favorite.objects.create(user=people(1)[0], design=design)
    User.objects.filter(username="manager").update(date_joined=timezone.now() - timedelta(days=300))


def test_figures_with_their_change(manager: Client) -> None:
    fill()
    tiles = {tile.label: (tile.shown, tile.change_in_words) for tile in page(manager).context["figures"].lately}
    assert tiles == {
        "Views": ("12", "+20 %"),
        "Hearts": ("1", ""),
        "New people": ("1", ""),
        "Active people": ("2", ""),
    }


@pytest.mark.parametrize(
    ("now", "before", "said", "way"),
    [
        (12, 10, "+20 %", "up"),
        (5, 10, "\N{MINUS SIGN}50 %", "down"),
        (10, 10, "as before", "same"),
        (900, 1, "+89,900 %", "up"),
    ],
)
def test_a_change_in_words(now: int, before: int, said: str, way: str) -> None:
    tile = Tile("Views", now, "", change=percent(now, before))
    assert (tile.change_in_words, tile.way) == (said, way)


@pytest.mark.parametrize(("asked", "shown"), [("7", 7), ("90", 90), ("", 30), ("8", 30), ("x", 30), ("-7", 30)])
def test_the_period_is_one_of_three(manager: Client, asked: str, shown: int) -> None:
    fill()
    answer = page(manager, days=asked)
    assert {len(chart.points) for chart in answer.context["figures"].charts} == {shown}
    assert f'href="?days={shown}" aria-current="page"' in answer.content.decode()


def test_every_link_of_the_page_leads_somewhere(manager: Client) -> None:
    fill()
    body = page(manager).content.decode().split("<main", 1)[1]
    links = set(re.findall(r'href="(/[^"]*)"', body)) - set(re.findall(r'href="(/static/[^"]*)"', body))
    assert len(links) > 15
    for link in links:
        assert manager.get(link.replace("&amp;", "&")).status_code == 200, link
    for anchor in re.findall(r'href="#([^"]*)"', body):
        assert f'id="{anchor}"' in body


def test_ten_queries_at_most_with_1_design_and_with_20(manager: Client, steady: None) -> None:
    for more in (1, 19):
        for _ in range(more):
            DailyStat.objects.create(design=a_design(status="pending"), day=today() - ONE, views=1)
        rollups.forget()
        page(manager)
        with CaptureQueriesContext(connection) as queries:
            page(manager)
        assert len(queries) <= MOST_QUERIES, [query["sql"] for query in queries]


# --- Charts -------------------------------------------------------------------------------------------------------
def chart(*numbers: int) -> Chart:
    return Chart("views", "Views", "view", "views", [(today() + n * ONE, number) for n, number in enumerate(numbers)])


def test_bars_are_as_high_as_their_days_and_empty_days_have_none() -> None:
    assert [(bar.x, bar.y, bar.height) for bar in chart(5, 0, 10).bars] == [(1, 50.0, 50.0), (21, 0.0, 100.0)]


def test_a_single_view_among_thousands_is_seen() -> None:
    assert chart(1, 100_000).bars[0].height > 1


def test_a_chart_says_in_words_what_it_shows() -> None:
    first, last = chart(1, 3).first, chart(1, 3).last
    assert chart(1, 3).words == f"From {first} to {last}: 4 views, most of them on {last}, 3."
    assert chart(0, 0).words == f"From {first} to {last}: none."


# --- CSV ----------------------------------------------------------------------------------------------------------
def table(client: Client, name: str, **query: Any) -> list[list[str]]:
    answer = client.get(f"/admin/figures/{name}.csv", query)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{name}-')
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_days_as_a_table(manager: Client) -> None:
    fill()
    rows = table(manager, "days", days=7)
    assert rows[0] == ["date", "views", "hearts", "registrations"]
    assert rows[-2:] == [[str(today() - ONE), "12", "0", "0"], [str(today()), "0", "1", "1"]]
    assert len(rows) == 8


def test_where_designs_lack_words_it_leads_to_those_that_do(manager: Client) -> None:
    cards.write([a_design().pk])
    shown = page(manager).content.decode()
    for missing in ("category", "maker", "colour"):
        assert f'href="/admin/designs/design/?status=active&amp;missing={missing}">Give them one</a>' in shown


@pytest.mark.parametrize("name", TABLES)
def test_every_table_of_an_empty_gallery_has_a_header(manager: Client, name: str) -> None:
    assert len(table(manager, name)[0]) > 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1+1"])
def test_no_cell_is_a_formula(manager: Client, text: str) -> None:
    design = a_design(title=text, designer_name=text)
    DailyStat.objects.create(design=design, day=today(), views=1)
    Search.objects.create(text=text, found=0)
    Search.objects.create(text=f"{text} found", found=1)
    for name in ("top_designs", "makers", "top_searches", "searches_without_results"):
        cells = [cell for row in table(manager, name)[1:] for cell in row]
        assert any(cell.startswith(f"'{text}") for cell in cells), name
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))], name


@pytest.mark.parametrize("path", ["nothing", "users", "days.csv"])
def test_a_table_that_nobody_offers_is_not_found(manager: Client, path: str) -> None:
    assert manager.get(f"/admin/figures/{path}.csv").status_code == 404


def test_strangers_are_sent_to_the_door(client: Client, asha: User) -> None:
    assert client.get("/admin/figures/days.csv").status_code == 302
    client.force_login(asha)
    assert client.get("/admin/figures/days.csv").status_code == 302
