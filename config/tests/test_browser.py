"""What people with a browser meet: the manual of the API, the staff's door and desk, and the error pages."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.views.defaults import server_error

from config.testing.browser import Tab
from config.testing.servers import ADMIN, ADMIN_PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

# What Swagger UI itself does wrong and a stylesheet cannot mend. Any other rule fails the test.
SWAGGER_UI = {
    "nested-interactive": "each door's opener is a button with a link inside",
    "scrollable-region-focusable": "its samples scroll without a tab stop; Chromium and Firefox add one by themselves",
}
SWAGGER_UI_DIALOG = {**SWAGGER_UI, "button-name": "the dialog's cross has no name; the button Close beside it has"}
THUMB = 44
DESK = "What waits for you"
ERROR_PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"]
UNLABELLED = """
    [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
        .filter((input) => !input.labels.length && !input.ariaLabel)
        .map((input) => input.outerHTML)
"""


def open_manual(tab: Tab) -> None:
    tab.open("/docs").get_by_text("/api/settings", exact=True).first.wait_for()


def sign_in(tab: Tab, password: str = ADMIN_PASSWORD) -> None:
    tab.page.get_by_label("Username").fill(ADMIN)
    tab.page.get_by_label("Password").fill(password)
    with tab.page.expect_navigation():
        tab.page.get_by_role("button", name="Log in").click()


def go_to_desk(tab: Tab) -> None:
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    tab.open("/admin/")


def sign_out(tab: Tab, press: "Callable[[Locator], None]") -> None:
    if tab.size == "phone":
        press(tab.page.get_by_role("button", name="Menu", exact=True))
    press(tab.page.get_by_role("button", name=ADMIN))
    press(tab.page.get_by_role("button", name="Log out"))
    tab.page.get_by_text("logged out").wait_for()


def by_keyboard(target: "Locator") -> None:
    target.focus()
    target.press("Enter")


def by_hand(target: "Locator") -> None:
    target.click()


def forgive(tab: Tab, status: int) -> None:
    """The console repeats the status of a refused page; that one line is as it should be."""
    assert [f"status of {status}" in line for line in tab.complaints] == [True]
    tab.complaints.clear()


def show(tab: Tab, template: str) -> None:
    """An error page as the server would send it, without having to break the server."""
    login = tab.page.request.get(f"{tab.base}/admin/login/")
    headers = {name: login.headers[name] for name in ("content-type", "content-security-policy")}
    address = f"{tab.base}/admin/broken/"
    tab.page.route(address, lambda route: route.fulfill(body=render_to_string(template), headers=headers))
    tab.page.goto(address)


def box(target: "Locator") -> tuple[float, float]:
    found = target.bounding_box()
    assert found
    return found["width"], found["height"]


def test_the_manual_lists_the_doors_of_the_api(tab: Tab) -> None:
    open_manual(tab)
    assert tab.page.get_by_text("/health", exact=True).is_visible()
    assert tab.page.locator("main").count() == 1
    assert tab.faults(SWAGGER_UI) == []
    tab.picture("docs")


def test_a_door_can_be_tried_in_the_manual_under_the_strict_policy(tab: Tab) -> None:
    open_manual(tab)
    tab.page.get_by_role("button", name="/health").first.click()
    tab.page.get_by_role("button", name="Try it out").click()
    tab.page.get_by_role("button", name="Execute").click()
    answer = tab.page.locator(".live-responses-table .response")
    answer.wait_for()
    assert answer.locator(".response-col_status").inner_text().startswith("200")
    assert tab.faults(SWAGGER_UI) == []


def test_the_dialog_for_signing_in_to_the_manual_is_sound(tab: Tab) -> None:
    open_manual(tab)
    tab.page.get_by_role("button", name="Authorize", exact=True).click()
    tab.page.get_by_role("heading", name="Available authorizations").wait_for()
    assert tab.faults(SWAGGER_UI_DIALOG) == []


@pytest.mark.parametrize("path", ["/docs", "/admin/login/"])
def test_the_icon_comes_from_this_server(tab: Tab, path: str) -> None:
    href = tab.open(path).locator("link[rel=icon]").evaluate("link => link.href")
    assert href.startswith(f"{tab.base}/static/")
    assert tab.page.request.get(href).status == 200


def test_the_door_of_staff_is_sound_in_light_and_dark(tab: Tab) -> None:
    assert tab.open("/admin/login/").get_by_label("Password").is_visible()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("login")


def test_password_managers_know_which_field_is_which(tab: Tab) -> None:
    tab.open("/admin/login/")
    assert tab.page.get_by_label("Username").get_attribute("autocomplete") == "username"
    assert tab.page.get_by_label("Password").get_attribute("autocomplete") == "current-password"


def test_the_fields_and_the_button_of_the_door_suit_a_thumb(tab: Tab) -> None:
    form = tab.open("/admin/login/").locator("#login-form")
    sizes = [box(form.locator(name)) for name in ("[name=username]", "[name=password]", "button")]
    assert all(width >= THUMB and height >= THUMB for width, height in sizes)


def test_a_wrong_password_is_answered_with_one_sentence(tab: Tab) -> None:
    tab.open("/admin/login/")
    sign_in(tab, "not-the-password")
    assert tab.page.title().startswith("Error:")
    assert tab.page.get_by_text("Please enter the correct username and password").is_visible()
    assert not tab.page.get_by_text("Please correct the error below").is_visible()
    assert tab.faults() == []


def test_the_right_password_leads_to_the_desk(tab: Tab) -> None:
    tab.open("/admin/login/")
    sign_in(tab)
    assert tab.page.url == f"{tab.base}/admin/"
    assert tab.page.get_by_role("heading", name=DESK).is_visible()


def test_the_desk_is_sound_in_light_and_dark(tab: Tab) -> None:
    go_to_desk(tab)
    links = tab.page.get_by_role("main").get_by_role("rowheader").get_by_role("link")
    names = [name.strip() for name in links.all_inner_texts()]
    assert (names[:2], names[-1]) == (["People", "Groups"], "Task Results")
    assert tab.faults_in_light_and_dark() == []
    tab.picture("admin")


def test_after_signing_in_staff_land_where_they_wanted_to_go(tab: Tab) -> None:
    tab.open("/admin/accounts/user/")
    sign_in(tab)
    assert tab.page.url == f"{tab.base}/admin/accounts/user/"
    assert tab.faults() == []


@pytest.mark.parametrize("press", [by_hand, by_keyboard])
def test_staff_can_sign_out_by_hand_and_by_keyboard_alone(tab: Tab, press: "Callable[[Locator], None]") -> None:
    go_to_desk(tab)
    sign_out(tab, press)
    assert tab.page.locator("main").count() == 1
    assert tab.faults() == []
    assert tab.open("/admin/").get_by_label("Password").is_visible()


@pytest.mark.parametrize("enter", [lambda tab: tab.open("/admin/login/"), go_to_desk], ids=["door", "desk"])
def test_the_first_tab_stop_skips_to_the_content(tab: Tab, enter: Callable[[Tab], None]) -> None:
    enter(tab)
    tab.page.wait_for_load_state("networkidle")
    assert tab.focus_is_on("body")
    tab.page.keyboard.press("Tab")
    assert tab.focus_is_on(".skip-link")
    assert box(tab.page.locator(".skip-link"))[1] >= THUMB
    assert tab.violations() == []
    tab.page.keyboard.press("Enter")
    assert tab.focus_is_on("main")


def test_every_page_of_the_desk_has_one_main_landmark_and_labelled_inputs(tab: Tab) -> None:
    go_to_desk(tab)
    person = (
        tab.open("/admin/accounts/user/?status=all").locator("main a[href*='/change/']").first.get_attribute("href")
    )
    for path in ("/admin/", "/admin/accounts/user/", person or "", "/admin/auth/group/", "/admin/auth/group/add/"):
        page = tab.open(path)
        assert (path, page.locator("main").count(), page.evaluate(UNLABELLED)) == (path, 1, [])
        assert tab.faults() == []


def test_the_door_has_one_main_landmark_and_labelled_inputs(tab: Tab) -> None:
    page = tab.open("/admin/login/")
    assert (page.locator("main").count(), page.evaluate(UNLABELLED)) == (1, [])


def test_a_missing_page_leads_back_to_the_desk(tab: Tab) -> None:
    go_to_desk(tab)
    tab.open("/admin/nothing-here/")
    forgive(tab, 404)
    assert tab.page.get_by_role("heading", name="We could not find that page").is_visible()
    tab.page.get_by_role("link", name="Back to the start").click()
    tab.page.get_by_role("heading", name=DESK).wait_for()
    assert tab.faults() == []


def test_a_form_that_lay_open_too_long_is_refused_kindly(tab: Tab) -> None:
    tab.open("/admin/login/")
    tab.page.context.clear_cookies()
    sign_in(tab)
    forgive(tab, 403)
    assert tab.page.get_by_role("heading", name="Please try that once more").is_visible()
    assert tab.faults() == []


@pytest.mark.parametrize("template", ERROR_PAGES)
def test_error_pages_are_readable_in_light_and_dark(tab: Tab, template: str) -> None:
    show(tab, template)
    assert (tab.page.locator("main").count(), tab.page.locator("h1").count()) == (1, 1)
    assert box(tab.page.locator("main a"))[1] >= THUMB
    assert tab.page.locator("img").evaluate("image => image.naturalWidth") > 0
    assert tab.faults_in_light_and_dark() == []


def test_the_page_for_a_broken_server_needs_neither_database_nor_context() -> None:
    answer = server_error(RequestFactory().get("/admin/"))
    assert (answer.status_code, b"Something broke on our side" in answer.content) == (500, True)
