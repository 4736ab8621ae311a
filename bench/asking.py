"""What is asked: seeded paths, people with tokens, and the same sequence for every server. Django is set up."""

import json
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bench.driving import Ask, Plan

LISTS, UNITS, PEOPLE = 50, 30_000, 200
TERMS = ("category", "colour", "fabric", "occasion")
OTHERS = ("designer_name", "price_min", "price_max", "featured")
SORTS = ("popular", "price", "-price", "most_viewed", "title", "oldest")
DEAREST = 100_000_000  # above every price, in paise
SORTED, DEEPER = 0.4, 0.25
SCENARIOS = {
    "list": "Lists with filters: 50 paths x 200 people",
    "unlike": "The same, each with a price limit nobody asked for before",
    "first": "The first page, no filter",
    "detail": "One design, counting a view",
    "hot": "The same design for everybody, counting 30,000 people's views",
    "hearts": "Hearts: POST, then DELETE",
}


@dataclass
class Asking:
    tokens: list[str]
    refused: list[str]  # of a session that was revoked, and of somebody blocked
    plan: Plan

    def write(self, folder: str) -> Path:
        path = Path(folder, "plan.json")
        path.write_text(json.dumps({"tokens": self.tokens, "units": self.plan}), encoding="utf-8")
        return path


def everything(seed: int, *, hot: bool = False) -> Asking:
    people, viewers = signed_in(PEOPLE), viewing(UNITS) if hot else []
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    paths, of_one = lists(chance), f"/api/designs/{shown()[0]}"
    plan: Plan = {
        "list": [[("GET", chance.choice(paths), someone(chance))] for _ in range(UNITS)],
        "unlike": [[("GET", unlike(chance.choice(paths), n), someone(chance))] for n in range(UNITS)],
        "first": [[("GET", "/api/designs", someone(chance))] for _ in range(UNITS)],
        "detail": details(chance),
        "hearts": hearts(chance, [number for number, _ in people]),
        "hot": [[("GET", of_one, PEOPLE + number)] for number in range(len(viewers))],
    }
    return Asking([token for _, token in people] + viewers, turned_away(), plan)


def someone(chance: random.Random) -> int:
    return chance.randrange(PEOPLE)


# --- Paths ------------------------------------------------------------------------------------------------------------
def lists(chance: random.Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < LISTS:
        found["/api/designs?" + urlencode(a_query(chance))] = None
    return list(found)


def a_query(chance: random.Random) -> dict[str, Any]:
    named = chance.sample([*TERMS * 2, *OTHERS], chance.choice((1, 1, 2, 2, 3)))
    query = {name: a_value(chance, name) for name in named}
    if chance.random() < SORTED:
        query["sort"] = chance.choice(SORTS)
    if chance.random() < DEEPER:
        query["page"] = chance.randint(2, 5)
    return query


def a_value(chance: random.Random, name: str) -> Any:
    from config.demo.chance import skewed
    from config.demo.filling import MAKERS, maker_name
    from designs import vocabulary

    if name in TERMS:
        known = vocabulary.current().by_kind[name]
        return ",".join(dict.fromkeys(known[skewed(chance, len(known))].slug for _ in range(chance.choice((1, 1, 2)))))
    prices = {"price_min": chance.randrange(0, 5_000_000), "price_max": chance.randrange(500_000, 10_000_000)}
    return {**prices, "designer_name": maker_name(skewed(chance, MAKERS)), "featured": "true"}[name]


def unlike(path: str, number: int) -> str:
    """Nobody can have kept the answer, or its count."""
    query = dict(parse_qsl(path.partition("?")[2]))
    query["price_max"] = str(int(query.get("price_max", DEAREST)) + number)
    return "/api/designs?" + urlencode(query)


def details(chance: random.Random) -> list[list[Ask]]:
    numbers = shown()
    return [[("GET", f"/api/designs/{chance.choice(numbers)}", someone(chance))] for _ in range(UNITS)]


def hearts(chance: random.Random, people: list[int]) -> list[list[Ask]]:
    """Of designs they have not kept, so that the gallery is the same afterwards."""
    from favorites.models import Favorite

    numbers = shown()
    known = Favorite.objects.filter(user__in=people).values_list("user_id", "design_id")
    there = {(people.index(user), design) for user, design in known}
    found: set[tuple[int, int]] = set()
    while len(found) < min(UNITS, len(numbers)):
        found |= {(someone(chance), chance.choice(numbers))} - there
    pairs = sorted(found)
    chance.shuffle(pairs)
    return [[(way, f"/api/designs/{design}/favorite", token) for way in ("POST", "DELETE")] for token, design in pairs]


def shown() -> list[int]:
    from designs.models import Design

    return list(Design.objects.filter(status="active").order_by("pk").values_list("pk", flat=True))


# --- People -----------------------------------------------------------------------------------------------------------
def signed_in(how_many: int) -> list[tuple[int, str]]:
    from accounts.models import User

    people = User.objects.filter(username__startswith="fill-", status="approved").order_by("pk")[:how_many]
    return [(user.pk, token_of(user)) for user in people]


def viewing(how_many: int) -> list[str]:
    """Tokens of so many people: a view of the same person within the hour would not count."""
    from django.utils import timezone

    from accounts import sessions
    from accounts.models import Session, User

    now, later = timezone.now(), timezone.now() + timedelta(days=1)
    facts = {"status": "approved", "decided_at": now, "password": "!"}
    User.objects.bulk_create(
        [User(username=f"viewer-{n}", **facts) for n in range(how_many)], 5_000, ignore_conflicts=True
    )
    people = User.objects.filter(username__startswith="viewer-")[:how_many]
    moments = {"created_at": now, "rotated_at": now, "confirmed_at": now, "expires_at": later, "ends_at": later}
    opened = Session.objects.bulk_create([Session(user=user, **moments) for user in people], 5_000)
    return [str(sessions.pair(session)["access_token"]) for session in opened]


def turned_away() -> list[str]:
    from django.utils import timezone

    from accounts.models import Session, User

    now = timezone.now()
    user = User.objects.filter(username__startswith="fill-", status="approved").latest("pk")
    revoked = token_of(user)
    Session.objects.filter(user=user).order_by("-pk")[:1].get().end(now)
    facts = {"status": "blocked", "decided_at": now}
    blocked = User.objects.update_or_create(username="blocked-in-bench", defaults=facts)[0]
    return [revoked, token_of(blocked)]


def token_of(user: Any) -> str:
    from accounts import sessions

    return str(sessions.pair(sessions.open_session(user, "127.0.0.1", "bench"))["access_token"])
