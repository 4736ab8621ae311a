"""What staff switch holds everywhere within a second, is bounded, and is written down."""

import contextlib
import http.client
import json
import time
from typing import Any

import pytest
from constance.models import Constance
from django.db import DatabaseError
from structlog.testing import capture_logs

from accounts.models import User
from config import switches
from config.testing.cast import Phone
from config.testing.servers import ADMIN, ADMIN_PASSWORD, Server

pytestmark = pytest.mark.django_db
DOOR = "/api/admin/settings"
DEFAULTS: dict[str, Any] = {
    "app_name": "Design Gallery",
    "app_version": "0.1.0",
    "min_app_version": "1.0.0",
    "maintenance_mode": False,
    "registration_open": True,
    "allow_screenshots": True,
    "allow_downloads": True,
    "watermark_enabled": False,
    "max_upload_size": 10 * 1024 * 1024,
    "allowed_file_types": ["image/jpeg", "image/png", "image/webp"],
    "featured_designs_limit": 10,
    "pagination_default_size": 20,
    "pagination_max_size": 100,
}


def test_a_new_gallery_answers_the_defaults(phone: Phone) -> None:
    assert phone.get("/api/settings").json() == DEFAULTS


def test_a_change_answers_the_whole_and_lasts(phone: Phone, meera: User) -> None:
    answer = phone.of(meera).put(DOOR, {"app_name": "Rang Mahal", "registration_open": False})
    assert answer.status_code == 200
    assert answer.json() == {**DEFAULTS, "app_name": "Rang Mahal", "registration_open": False}
    switches.forget()
    assert phone.get("/api/settings").json() == answer.json()


def test_read_modify_write_works_with_the_whole_object(phone: Phone, meera: User) -> None:
    body = phone.get("/api/settings").json() | {"featured_designs_limit": 12}
    assert phone.of(meera).put(DOOR, body).json()["featured_designs_limit"] == 12


def test_each_real_change_is_logged_with_old_new_and_who(phone: Phone, meera: User) -> None:
    with capture_logs() as lines:
        phone.of(meera).put(DOOR, {"app_name": "Rang Mahal", "registration_open": True})
    changes = [line for line in lines if line["event"] == "switch_changed"]
    assert [(c["switch"], c["old"], c["new"], c["by"]) for c in changes] == [
        ("app_name", "Design Gallery", "Rang Mahal", meera.pk)
    ]


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({"max_upload_size": 11 * 1024 * 1024}, "max_upload_size", "MAX_FILE_SIZE"),
        ({"max_upload_size": 0}, "max_upload_size", "between 1024"),
        ({"pagination_max_size": 101}, "pagination_max_size", "MAX_PAGE_SIZE"),
        ({"pagination_default_size": 0}, "pagination_default_size", "between 1"),
        ({"pagination_max_size": 10}, "pagination_default_size", "cannot be above the largest page (10)"),
        ({"featured_designs_limit": 51}, "featured_designs_limit", "between 1 and 50"),
        ({"allowed_file_types": ["image/svg+xml"]}, "allowed_file_types", "ALLOWED_FILE_TYPES"),
        ({"allowed_file_types": []}, "allowed_file_types", "at least 1"),
        ({"min_app_version": "new"}, "min_app_version", "pattern"),
        ({"maintenance_mode": "perhaps"}, "maintenance_mode", "boolean"),
        ({"app_name": ""}, "app_name", "blank"),
        ({"app_name": None}, "app_name", "null"),
    ],
)
def test_a_value_above_the_ceiling_is_refused_and_nothing_changes(
    phone: Phone, meera: User, body: dict[str, Any], field: str, says: str
) -> None:
    answer = phone.of(meera).put(DOOR, {"app_name": "Half written", **body} if "app_name" not in body else body)
    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")
    assert answer.json()["details"][0]["field"] == field
    assert says in answer.json()["details"][0]["message"]
    assert not Constance.objects.filter(key__in=switches.NAMES).exists()


def test_an_unknown_switch_is_refused(phone: Phone, meera: User) -> None:
    assert phone.of(meera).put(DOOR, {"maintenence_mode": True}).json()["error"] == "unknown_field"


@pytest.mark.parametrize("body", [{}, {"app_version": "9.9.9"}])
def test_a_body_that_changes_nothing_says_so(phone: Phone, meera: User, body: dict[str, Any]) -> None:
    answer = phone.of(meera).put(DOOR, body)
    assert (answer.status_code, answer.json()["message"]) == (400, "Name at least one setting to change.")


def test_a_stored_value_never_exceeds_a_ceiling_that_came_down(settings: Any, meera: User) -> None:
    switches.change({"pagination_max_size": 90, "allowed_file_types": ["image/png"]}, by=meera)
    bounds = {**switches.BOUNDS, "pagination_max_size": (1, 50, "MAX_PAGE_SIZE")}
    switches.forget()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(switches, "BOUNDS", bounds)
        settings.ALLOWED_FILE_TYPES = ["image/jpeg"]
        assert switches.current().pagination_max_size == 50
        assert switches.current().allowed_file_types == ["image/jpeg"]


def test_no_page_of_the_admin_writes_past_the_checks(phone: Phone) -> None:
    root = User.objects.create_superuser("root")
    assert phone.of(root).get("/admin/constance/config/").status_code == 404


def test_fifty_requests_in_a_row_ask_the_database_once(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        for _ in range(50):
            switches.current()


def test_what_is_read_while_somebody_changes_them_is_not_kept(monkeypatch: pytest.MonkeyPatch, meera: User) -> None:
    read = switches._read

    def slowly() -> switches.Switches:
        found = read()
        monkeypatch.setattr(switches, "_read", read)
        switches.change({"app_name": "Rang Mahal"}, by=meera)
        return found

    monkeypatch.setattr(switches, "_read", slowly)
    assert switches.current().app_name == "Rang Mahal"
    assert switches.current().app_name == "Rang Mahal"


def test_without_the_database_the_last_known_values_hold(monkeypatch: pytest.MonkeyPatch, meera: User) -> None:
    switches.change({"maintenance_mode": True}, by=meera)
    monkeypatch.setattr(switches, "CACHED_SECONDS", 0)

    def away() -> None:
        raise DatabaseError

    monkeypatch.setattr(switches, "_read", away)
    assert switches.current().maintenance_mode is True


class TestMaintenance:
    @pytest.fixture(autouse=True)
    def _closed(self, meera: User) -> None:
        switches.change({"maintenance_mode": True}, by=meera)

    @pytest.mark.parametrize("path", ["/", "/health", "/livez", "/info", "/api/settings", "/docs", "/admin/login/"])
    def test_system_settings_and_admin_stay_open(self, phone: Phone, path: str) -> None:
        assert phone.get(path).status_code == 200

    @pytest.mark.urls("config.testing.probes")
    def test_everybody_else_is_asked_to_come_back(self, phone: Phone, asha: User) -> None:
        answer = phone.of(asha).get("/api/probe/signed-in")
        assert (answer.status_code, answer.json()["error"]) == (503, "maintenance")
        assert answer["Retry-After"] == "300"

    @pytest.mark.urls("config.testing.probes")
    def test_managers_go_on_and_can_end_it(self, phone: Phone, meera: User) -> None:
        assert phone.of(meera).get("/api/probe/signed-in").status_code == 200
        assert phone.put(DOOR, {"maintenance_mode": False}).status_code == 200


class Browser:
    """Signs in to the admin of a running server, as a person with cookies would."""

    def __init__(self, server: Server) -> None:
        self.port, self.cookies = server.port, dict[str, str]()
        token = self.ask("GET", "/admin/login/") and self.cookies["csrftoken"]
        form = f"csrfmiddlewaretoken={token}&username={ADMIN}&password={ADMIN_PASSWORD}&next=/admin/"
        status, _ = self.ask("POST", "/admin/login/", form, "application/x-www-form-urlencoded")
        assert status == 302

    def ask(self, method: str, path: str, body: str = "", kind: str = "application/json") -> tuple[int, bytes]:
        door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": kind, "X-CSRFToken": self.cookies.get("csrftoken", "")}
        door.request(method, path, body, headers)
        with contextlib.closing(door):
            answer = door.getresponse()
            content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, content


@pytest.mark.drill
@pytest.mark.server
@pytest.mark.xdist_group("server")
def test_a_change_holds_in_every_worker_within_a_second(server: Server) -> None:
    browser = Browser(server)
    for _ in range(10):
        browser.ask("GET", "/api/settings")  # each worker has just read them
    status, body = browser.ask("PUT", DOOR, json.dumps({"app_name": "Everywhere"}))
    assert (status, json.loads(body)["app_name"]) == (200, "Everywhere")
    time.sleep(1)
    names = {json.loads(browser.ask("GET", "/api/settings")[1])["app_name"] for _ in range(30)}
    assert names == {"Everywhere"}
    browser.ask("PUT", DOOR, json.dumps({"app_name": "Design Gallery"}))
