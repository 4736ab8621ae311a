"""What people with a browser meet: the manual of the API, the staff's door and desk, and the error pages."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.views.defaults import server_error

from config.testing.browser import THUMB, Tab, expect
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


def go_to_desk(tab: Tab, *, anew: bool = False) -> None:
    tab.sign_in(ADMIN, ADMIN_PASSWORD, anew=anew)
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
    expect(tab.page.get_by_text("/health", exact=True)).to_be_visible()
    expect(tab.page.locator("main")).to_have_count(1)
    assert tab.faults(SWAGGER_UI) == []
    tab.picture("docs")


def test_a_door_can_be_tried_in_the_manual_under_the_strict_policy(tab: Tab) -> None:
    open_manual(tab)
    tab.page.get_by_role("button", name="/health").first.click()
    tab.page.get_by_role("button", name="Try it out").click()
    tab.page.get_by_role("button", name="Execute").click()
    answer = tab.page.locator(".live-responses-table .response")
    expect(answer.locator(".response-col_status")).to_have_text(re.compile(r"^\s*200"))
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
    expect(tab.open("/admin/login/").get_by_label("Password")).to_be_visible()
    assert tab.faults_in_light_and_dark() == []
    tab.picture("login")


def test_password_managers_know_which_field_is_which(tab: Tab) -> None:
    tab.open("/admin/login/")
    expect(tab.page.get_by_label("Username")).to_have_attribute("autocomplete", "username")
    expect(tab.page.get_by_label("Password")).to_have_attribute("autocomplete", "current-password")


def test_the_fields_and_the_button_of_the_door_suit_a_thumb(tab: Tab) -> None:
    form = tab.open("/admin/login/").locator("#login-form")
    assert tab.small(*map(form.locator, ("[name=username]", "[name=password]", "button"))) == []


def test_a_wrong_password_is_answered_with_one_sentence(tab: Tab) -> None:
    tab.open("/admin/login/")
    sign_in(tab, "not-the-password")
    expect(tab.page).to_have_title(re.compile("^Error:"))
    expect(tab.page.get_by_text("Please enter the correct username and password")).to_be_visible()
    expect(tab.page.get_by_text("Please correct the error below")).not_to_be_visible()
    assert tab.faults() == []


def test_the_right_password_leads_to_the_desk(tab: Tab) -> None:
    tab.open("/admin/login/")
    sign_in(tab)
    tab.wait_for_path("/admin/")
    expect(tab.page.get_by_role("heading", name=DESK)).to_be_visible()


def test_the_desk_is_sound_in_light_and_dark(tab: Tab) -> None:
    go_to_desk(tab)
    links = tab.page.locator("#nav-sidebar-apps a, nav a").filter(
        has_text=re.compile(r"^\s*(People|Groups|Task Results)")
    )
    expect(links).to_have_count(3)
    assert tab.faults_in_light_and_dark() == []


def test_a_desk_that_is_opened_at_night_is_dark_at_once(tab: Tab) -> None:
    tab.page.emulate_media(color_scheme="dark")
    go_to_desk(tab)
    expect(tab.page.locator("html.dark")).to_have_count(1)
    assert tab.faults() == []


def test_after_signing_in_staff_land_where_they_wanted_to_go(tab: Tab) -> None:
    tab.open("/admin/accounts/user/")
    sign_in(tab)
    tab.wait_for_path("/admin/accounts/user/")
    assert tab.faults() == []


@pytest.mark.parametrize("press", [by_hand, by_keyboard])
def test_staff_can_sign_out_by_hand_and_by_keyboard_alone(tab: Tab, press: "Callable[[Locator], None]") -> None:
    go_to_desk(tab, anew=True)
    sign_out(tab, press)
    expect(tab.page.locator("main")).to_have_count(1)
    assert tab.faults() == []
    expect(tab.open("/admin/").get_by_label("Password")).to_be_visible()


@pytest.mark.parametrize("enter", [lambda tab: tab.open("/admin/login/"), go_to_desk], ids=["door", "desk"])
def test_the_first_tab_stop_skips_to_the_content(tab: Tab, enter: Callable[[Tab], None]) -> None:
    enter(tab)
    tab.settle()
    tab.wait_for_focus("body")
    tab.page.keyboard.press("Tab")
    tab.wait_for_focus(".skip-link")
    assert tab.violations() == []
    assert box(tab.page.locator(".skip-link"))[1] >= THUMB
    tab.page.keyboard.press("Enter")
    tab.wait_for_focus("main")


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
    tab.forgive("status of 404")
    expect(tab.page.get_by_role("heading", name="We could not find that page")).to_be_visible()
    tab.page.get_by_role("link", name="Back to the start").click()
    tab.page.get_by_role("heading", name=DESK).wait_for()
    assert tab.faults() == []


def test_a_form_that_lay_open_too_long_is_refused_kindly(tab: Tab) -> None:
    tab.open("/admin/login/")
    tab.page.context.clear_cookies()
    sign_in(tab)
    tab.forgive("status of 403")
    expect(tab.page.get_by_role("heading", name="Please try that once more")).to_be_visible()
    assert tab.faults() == []


@pytest.mark.parametrize("template", ERROR_PAGES)
def test_error_pages_are_readable_in_light_and_dark(tab: Tab, template: str) -> None:
    show(tab, template)
    expect(tab.page.locator("main")).to_have_count(1)
    expect(tab.page.locator("h1")).to_have_count(1)
    tab.wait_until_loaded("img")
    tab.settle()
    assert box(tab.page.locator("main a"))[1] >= THUMB
    assert tab.faults_in_light_and_dark() == []


def test_the_page_for_a_broken_server_needs_neither_database_nor_context() -> None:
    answer = server_error(RequestFactory().get("/admin/"))
    assert (answer.status_code, b"Something broke on our side" in answer.content) == (500, True)
