"""What each door asks of the database, query by query: as many with one row as with twenty."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts import links
from accounts.models import Session, User
from accounts.urls import urlpatterns
from config import switches
from config.limits import stores
from config.testing.cast import (
    PASSWORD,
    Phone,
    decided,
    make_asha,
    make_meera,
    make_pooja,
    make_ravi,
    person,
)
from config.testing.ground import rows_for_many

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NEW = "banarasi-silk-77"
ROWS = [1, 20]

Knock = Callable[[], Any]
Ready = Callable[["Scene"], Knock]


class Scene:
    """Asha looks after herself, Meera decides, Pooja waits, Ravi was decided upon; all of it `rows` times."""

    def __init__(self, rows: int) -> None:
        self.asha, self.meera, self.pooja, self.ravi = make_asha(), make_meera(), make_pooja(), make_ravi()
        self.groups = [self.group(number) for number in range(rows)]
        for someone in (self.asha, self.meera, self.pooja, self.ravi):
            self.grow(someone, rows)
        for number in range(rows):
            self.grow(person(f"waits{number}", email="many@example.com"), 1)
            self.grow(person(f"rejected{number}", **decided(User.Status.REJECTED), decided_by=self.meera), 1)
        self.asha.email, self.asha.email_verified_at = "asha@example.com", timezone.now()
        self.asha.save()
        self.other = Session.objects.filter(user=self.asha).latest("pk")

    def group(self, number: int) -> Group:
        group = Group.objects.create(name=f"group{number}")
        group.permissions.set(Permission.objects.filter(codename="read_stats"))
        return group

    def grow(self, someone: User, rows: int) -> None:
        someone.groups.add(*self.groups)
        someone.user_permissions.add(Permission.objects.get(codename="read_stats"))
        for _ in range(rows):
            Phone().holding(someone)
            someone.decisions.create(was="pending", became="approved", by=self.meera, at=timezone.now())
            someone.decisions.create(was="approved", became="pending", by=self.meera, at=timezone.now())

    def phone(self, someone: User) -> Phone:
        """Whose newest generation was seen before: that costs one statement, once an hour."""
        phone = Phone().holding(someone)
        Session.objects.filter(pk=phone.session_row.pk).update(confirmed_at=timezone.now())
        return phone

    def desk(self) -> Client:
        client = Client()
        client.force_login(self.meera)
        return client


@pytest.fixture(scope="module", params=ROWS)
def everybody(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Scene]:
    with rows_for_many(django_db_blocker):
        yield Scene(request.param)


@pytest.fixture
def scene(everybody: Scene, db: None) -> Scene:
    ContentType.objects.get_for_model(User)  # remembered by the process from then on
    return deepcopy(everybody)


@pytest.fixture(autouse=True)
def _only_the_doors_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The switches are read once a second, the table of limits is swept by chance: neither belongs to a door."""
    monkeypatch.setattr(switches, "CACHED_SECONDS", 3600)
    monkeypatch.setattr(stores, "PRUNE_ONE_IN", 10**9)
    switches.current()


class Door(NamedTuple):
    queries: int
    words: str  # one for each query
    ready: Ready


def asha(method: str, path: str, body: Any = None) -> Ready:
    return lambda scene: by_phone(scene, scene.asha, method, path, body)


def meera(method: str, path: str, body: Any = None) -> Ready:
    return lambda scene: by_phone(scene, scene.meera, method, path, body)


def by_phone(scene: Scene, someone: User, method: str, path: str, body: Any) -> Knock:
    phone = scene.phone(someone)
    return lambda: getattr(phone, method)(path.format(s=scene), body)


def stranger(path: str, body: Callable[[Scene], Any]) -> Ready:
    def ready(scene: Scene) -> Knock:
        filled = body(scene)
        return lambda: Phone().post(f"/api/auth/{path}", filled)

    return ready


def login(username: str, password: str = PASSWORD) -> Ready:
    return stranger("login", lambda _: {"username": username, "password": password})


def desk(path: str, form: dict[str, Any] | None = None) -> Ready:
    def ready(scene: Scene) -> Knock:
        client, url = scene.desk(), f"/admin/{path.format(s=scene)}"
        if not path:
            client.get(url)  # whoever looks first has the days counted
        return lambda: client.post(url, form) if form else client.get(url)

    return ready


LANE, WHO, TRIES, RIGHT = "the lane", "session and person", "tries", "tries forgotten"
RIGHTS = "groups; rights of groups; own rights"
MINE = "avatar; rights"
SIGNED_IN = f"{LANE}; who; {TRIES}; {RIGHT}; last sign-in; session; rights"
SIGNED_IN_AT_ONCE = f"{LANE}; who; {TRIES}; what the three before would write; rights"
MAY = "may I, by name; may I, by group"
PEOPLE = f"{WHO}; {MAY}; people; {RIGHTS}; how many"
TRACES = (
    "trail; tries at the desk; refused there; signed in there; devices; counters; cookies; first answers; log of them"
)
ERASED = "admin log; groups; own rights; decisions; sessions; decided by; decisions by; the person"
DECIDED = "the person; as it is now; decided; history; trail"
HELD = "managers held"
ROLES = f"{HELD}; as it is now; groups; the new one; given; staff; rights, for the log; trail"
DECIDED_AND_OUT = f"the person; {HELD}; is it a manager; as it is now; decided; history; trail; phones signed out"
COOKIE = "cookie; me"
DESK = f"{COOKIE}; {MAY}; how many wait: people; designs and searches; how many here; people; their groups"
CHANGE = {"current_password": PASSWORD, "new_password": NEW, "confirm_password": NEW}
SOMEBODY = {"username": "lakshmi", "password": PASSWORD, "email": "lakshmi@example.com"}
# What apps above hold of a person is theirs to budget.
ABOVE = re.compile(r'^(SELECT .*?FROM|DELETE FROM|UPDATE) "(uploads|designs|favorites)_')
USERS, POOJA, ASHA = "/api/admin/users", "/api/admin/users/{s.pooja.pk}", "/api/admin/users/{s.asha.pk}"

DOORS = {
    "register": Door(2, f"{LANE}; the row", stranger("register", lambda _: SOMEBODY)),
    "register: taken": Door(2, f"{LANE}; refused", stranger("register", lambda _: {**SOMEBODY, "username": "ASHA"})),
    "login": Door(7, SIGNED_IN, login("asha")),
    "login: by address": Door(7, SIGNED_IN, login("asha@example.com")),
    "login: wrong password": Door(3, f"{LANE}; who; {TRIES}", login("asha", "wrong")),
    "login: unknown name": Door(3, f"{LANE}; who; {TRIES}", login("nobody")),
    "login: waiting": Door(4, f"{LANE}; who; {TRIES}; {RIGHT}", login("pooja")),
    "login: rejected": Door(4, f"{LANE}; who; {TRIES}; {RIGHT}", login("ravi")),
    "refresh": Door(
        4,
        f"{WHO}; {LANE}; rotated; is it a manager",
        stranger("refresh", lambda s: {"refresh_token": s.phone(s.asha).pair["refresh_token"]}),
    ),
    "logout": Door(2, f"{WHO}; ended", asha("post", "/api/auth/logout", {})),
    "logout: all": Door(4, f"{WHO}; phones; cookies; trail", asha("post", "/api/auth/logout", {"all": True})),
    "sessions": Door(3, f"{WHO}; sessions; how many", asha("get", "/api/auth/sessions")),
    "sessions: end one": Door(3, f"{WHO}; it; ended", asha("delete", "/api/auth/sessions/{s.other.pk}")),
    "me": Door(3, f"{WHO}; {MINE}", asha("get", "/api/auth/me")),
    "me: rename": Door(4, f"{WHO}; saved; {MINE}", asha("patch", "/api/auth/me", {"full_name": "Asha Rao"})),
    "me: another address": Door(
        6,
        f"{WHO}; {TRIES}; {RIGHT}; saved; {MINE}",
        asha("patch", "/api/auth/me", {"email": "rao@example.com", "password": PASSWORD}),
    ),
    "me: delete": Door(
        23,
        f"{WHO}; {TRIES}; {RIGHT}; {HELD}; am I a manager; {TRACES}; mails that wait; {ERASED}",
        asha("delete", "/api/auth/me", {"password": PASSWORD}),
    ),
    "me/delete": Door(
        23,
        f"{WHO}; {TRIES}; {RIGHT}; {HELD}; am I a manager; {TRACES}; mails that wait; {ERASED}",
        asha("post", "/api/auth/me/delete", {"password": PASSWORD}),
    ),
    "change-password": Door(
        6,
        f"{WHO}; {LANE}; {TRIES}; {RIGHT}; saved; other phones",
        asha("put", "/api/auth/change-password", CHANGE),
    ),
    "forgot-password": Door(1, LANE, stranger("forgot-password", lambda _: {"email": "asha@example.com"})),
    "forgot-password: unknown": Door(1, LANE, stranger("forgot-password", lambda _: {"email": "no@example.com"})),
    "reset-password": Door(
        4,
        f"{LANE}; who; saved; phones",
        stranger("reset-password", lambda s: {"token": links.reset(s.asha), "new_password": NEW}),
    ),
    "verify-email": Door(
        3, f"{LANE}; who; saved", stranger("verify-email", lambda s: {"token": links.verification(s.asha)})
    ),
    "verify-email/resend": Door(2, f"{WHO}; {LANE}", asha("post", "/api/auth/verify-email/resend")),
    "people": Door(8, PEOPLE, meera("get", USERS)),
    "people: search": Door(8, PEOPLE, meera("get", f"{USERS}?search=a")),
    "people: status": Door(8, PEOPLE, meera("get", f"{USERS}?status=rejected")),
    "people: managers": Door(8, PEOPLE, meera("get", f"{USERS}?is_admin=true")),
    "people: others": Door(8, PEOPLE, meera("get", f"{USERS}?is_admin=false")),
    "people: pending": Door(8, PEOPLE, meera("get", f"{USERS}/pending")),
    "person: is_approved": Door(
        13,
        f"{WHO}; {MAY}; {HELD}; {DECIDED}; again, for the answer; {RIGHTS}",
        meera("put", POOJA, {"is_approved": True}),
    ),
    "person: is_admin": Door(
        17,
        f"{WHO}; {MAY}; the person; {HELD}; {ROLES}; again, for the answer; {RIGHTS}",
        meera("put", ASHA, {"is_admin": True}),
    ),
    "person: delete": Door(
        23, f"{WHO}; {MAY}; the person; {HELD}; is it a manager; {TRACES}; {ERASED}", meera("delete", POOJA)
    ),
    "approve": Door(8, f"{WHO}; {MAY}; {DECIDED}", meera("post", f"{POOJA}/approve", {})),
    "reject": Door(11, f"{WHO}; {MAY}; {DECIDED_AND_OUT}", meera("post", f"{POOJA}/reject", {})),
    "block": Door(11, f"{WHO}; {MAY}; {DECIDED_AND_OUT}", meera("post", f"{ASHA}/block", {})),
    "reopen": Door(11, f"{WHO}; {MAY}; {DECIDED_AND_OUT}", meera("post", f"{USERS}/{{s.ravi.pk}}/reopen", {})),
    "desk": Door(7, f"{COOKIE}; {MAY}; what waits and totals; days; changes", desk("")),
    "desk: queue": Door(9, DESK, desk("accounts/user/")),
    "desk: rejected": Door(9, DESK, desk("accounts/user/?status=rejected")),
    "desk: all": Door(9, DESK, desk("accounts/user/?status=all")),
    "desk: person": Door(
        9,
        f"{COOKIE}; the person; groups; {MAY}; how many wait; decisions; sessions",
        desk("accounts/user/{s.asha.pk}/change/"),
    ),
    "desk: roles": Door(
        13,
        f"{COOKIE}; the person; {MAY}; {ROLES}",
        desk("accounts/user/{s.asha.pk}/roles/", {"roles": ["Curators"]}),
    ),
    "desk: decide": Door(
        6,
        f"{COOKIE}; {MAY}; the person; how many wait",
        desk("accounts/user/decide/approve/?person={s.pooja.pk}"),
    ),
}
ON_POSTGRESQL = {
    "login": Door(5, SIGNED_IN_AT_ONCE, login("asha")),
    "login: by address": Door(5, SIGNED_IN_AT_ONCE, login("asha@example.com")),
}
NOT_200 = {
    "desk: roles": 302,
    "register: taken": 409,
    "login: wrong password": 401,
    "login: unknown name": 401,
    "login: waiting": 403,
    "login: rejected": 403,
}


@pytest.mark.parametrize("name", DOORS)
def test_one_row_costs_as_many_queries_as_twenty(scene: Scene, name: str) -> None:
    door = (ON_POSTGRESQL if connection.vendor == "postgresql" else {}).get(name, DOORS[name])
    knock = door.ready(scene)
    with CaptureQueriesContext(connection) as asked:
        answer = knock()
    queries = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    if ERASED in door.words:
        queries = [sql for sql in queries if not ABOVE.search(sql)]
    assert answer.status_code == NOT_200.get(name, 200)
    assert len(queries) == door.queries == len(door.words.split("; ")), "\n".join(queries)
    by_token = [sql for sql in queries if 'FROM "accounts_session" INNER JOIN "accounts_user"' in sql]
    assert len(by_token) == door.words.count(WHO)


def test_no_door_of_accounts_is_without_a_budget() -> None:
    """By name, against the URL map: a new door wants its line above."""
    asked = {"register", "login", "refresh", "logout", "sessions", "session", "me", "delete-me", "change-password"}
    asked |= {"forgot-password", "reset-password", "verify-email", "resend-verification", "people", "people-pending"}
    asked |= {"person", "person-approve", "person-reject", "person-block", "person-reopen"}
    pages = {"page-reset-password", "page-verify-email"}
    assert {pattern.name for pattern in urlpatterns} - pages == asked
