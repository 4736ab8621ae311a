"""The pages behind the links in mails, in a real browser."""

import pytest

from config.testing.browser import Tab, expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("page", ["reset-password", "verify-email"])
def test_a_page_is_sound_in_light_and_dark(tab: Tab, page: str) -> None:
    tab.open(f"/account/{page}?token=stale")
    expect(tab.page.locator("main")).to_have_count(1)
    assert tab.faults_in_light_and_dark() == []


def test_a_stale_link_is_answered_with_one_sentence(tab: Tab) -> None:
    tab.open("/account/reset-password?token=stale")
    tab.page.get_by_label("New password").fill("banarasi-silk-77")
    tab.page.get_by_label("The same again").fill("banarasi-silk-77")
    tab.page.get_by_role("button", name="Change the password").click()
    expect(tab.page.get_by_role("alert")).to_have_text("This link is used up or too old. Ask for a new one.")
    expect(tab.page).to_have_title("Error: Choose a new password")
    tab.forgive("status of 400")
    assert tab.faults() == []
    tab.picture("reset-password")
