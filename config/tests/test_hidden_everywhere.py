"""What is not shown is nowhere: every door that approved people may open, those of later parts included."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from config.testing.cast import Phone
from config.testing.gallery import a_picture
from config.tests.test_doors import APPROVED, DOORS
from designs import services, vocabulary
from designs.models import Design, Maker, Status
from favorites.models import Favorite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facets_at_once"), pytest.mark.once]
TO_READ = sorted(path for (method, path), who in DOORS.items() if (method, who) == ("GET", APPROVED))
OF_A_DESIGN = [path for path in TO_READ if "<id:pk>" in path and "designs" in path]
LISTS = [path for path in TO_READ if path not in OF_A_DESIGN]
GONE = "deleted"
HIDDEN = [status.value for status in Status if status != Status.ACTIVE]
MARK = "Zardozi Secret"
KINDS = {"category": "saree", "fabric": "silk", "occasion": "wedding"}


def made(title: str, colour: str, **facts: Any) -> Design:
    known = vocabulary.current()
    slugs = {**KINDS, "colour": colour}
    terms = {kind: [e for e in known.by_kind[kind] if e.slug == slug] for kind, slug in slugs.items()}
    pictures = [a_picture()]
    return services.create({"title": title, "pictures": pictures, "terms": terms, "status": "active", **facts}, by=None)


@pytest.fixture
def hidden(asha: User) -> Design:
    """Shown until now, and everywhere: featured, kept by Asha, like others, of a maker of its own."""
    secret = {"external_id": MARK, "tags": [MARK], "designer": Maker.objects.create(name=MARK), "featured": True}
    design = made(MARK, "maroon", description=MARK, **secret)
    Favorite.objects.create(user=asha, design=design)
    return design


@pytest.fixture
def others(hidden: Design) -> list[Design]:
    return [made(f"Shown {number}", "maroon" if number else "red") for number in range(3)]


def hide(design: Design, how: str) -> None:
    if how == GONE:
        services.remove(design)
    else:
        services.move(design, how, None)


def everything(phone: Phone, shown: Design) -> Iterator[tuple[str, str]]:
    """Each list and each door of a shown design, and of each the pages behind the first."""
    paths = [*LISTS, *(path.replace("<id:pk>", str(shown.pk)) for path in OF_A_DESIGN)]
    paths += [f"/api/designs?q={word}" for word in ("zardozi", "saree")]
    paths += [f"/api/designs?sort={sort}" for sort in ("oldest", "popular", "most_viewed", "price", "-price", "title")]
    paths += ["/api/designs?colour=maroon", "/api/designs?favorited=true", "/api/designs/facets?colour=maroon"]
    for path in paths:
        answer = phone.get(path)
        assert answer.status_code == 200, (path, answer.content)
        yield path, answer.content.decode()


def test_before_it_is_hidden_it_is_nearly_everywhere(
    phone: Phone, asha: User, hidden: Design, others: list[Design]
) -> None:
    showing = [path for path, body in everything(phone.holding(asha), others[1]) if MARK in body]
    assert len(showing) > 10, showing


@pytest.mark.parametrize("how", [*HIDDEN, GONE])
def test_hidden_it_is_nowhere(phone: Phone, asha: User, hidden: Design, others: list[Design], how: str) -> None:
    number, key = hidden.pk, str(hidden.cover and hidden.cover.object_key)[-20:]
    phone.holding(asha)
    started = phone.get("/api/designs?cursor=&per_page=2&sort=oldest&total=false").json()
    cursors = [started["next_cursor"], phone.get("/api/designs?cursor=&per_page=1").json()["next_cursor"]]
    hide(hidden, how)

    bodies = list(everything(phone, others[1]))
    bodies += [
        (c, phone.get("/api/designs", {"cursor": c, "sort": s}).content.decode())
        for c, s in zip(cursors, ("oldest", "newest"), strict=True)
    ]
    assert [path for path, body in bodies if MARK in body or key in body] == []
    for path in OF_A_DESIGN:
        assert phone.get(path.replace("<id:pk>", str(number))).status_code == 404, path
    assert phone.post(f"/api/designs/{number}/favorite").status_code == 404


@pytest.mark.parametrize("how", [*HIDDEN, GONE])
def test_hidden_it_counts_nowhere(phone: Phone, asha: User, hidden: Design, others: list[Design], how: str) -> None:
    hide(hidden, how)
    phone.holding(asha)
    of_term = {(term["kind"], term["slug"]): term["count"] for term in phone.get("/api/terms?per_page=200").json()}
    of_term |= {("category", one["slug"]): one["count"] for one in phone.get("/api/categories").json()}
    facets = phone.get("/api/designs/facets").json()
    assert (facets["total"], phone.get("/api/designs").json()["total"]) == (3, 3)
    assert of_term["category", "saree"] == 3
    maroon = [entry["count"] for entry in facets["facets"]["colour"] if entry["value"] == "maroon"]
    assert maroon == [2]
    assert [entry["value"] for entry in facets["facets"]["designer_name"]] == []
