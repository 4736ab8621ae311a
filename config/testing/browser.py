"""The browser lane: the system's Chromium through playwright, axe-core, and a guard against outside requests.

Nothing here or in the tests looks at a page once: after an action a check waits (`expect`, `until`) for what it wants
to see, and "it is not there" comes after a check that the page it is about has arrived.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

import pytest

from config.testing.aside import aside as aside  # noqa: PLC0414 - a fixture
from config.testing.servers import Server

if TYPE_CHECKING:  # playwright is slow to import and only this lane needs it
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Locator,
        Page,
        Request,
    )
    from playwright.sync_api._generated import LocatorAssertions, PageAssertions

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desktop": (1440, 900), "phone": (375, 812)}
SCREENS = Path(__file__).resolve().parent.parent.parent / "docs" / "screens"
PATIENCE = 30.0  # seconds that any action and any check may take on a machine that is busy with other things
LATE = 5.0  # seconds that a page waits for what its scripts ask for; an answer that nobody reads never ends
THUMB = 44

# Fonts are here, what moves has arrived, and two frames were painted: a page that can be measured.
SETTLED = """
async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const ends = (one) => Number.isFinite(one.effect?.getComputedTiming().endTime) && one.playState === "running";
    await document.fonts.ready;
    await frame();
    await frame();
    for (let moving; (moving = document.getAnimations().filter(ends)).length; await frame()) {
        moving.forEach((one) => one.finish());
    }
}
"""
# As if the page had been opened in these colours: Unfold asks for them once, when it starts.
RECOLOURED = """
async () => {
    const theme = window.Alpine?.$data(document.documentElement);
    if (theme?.adminTheme !== "auto") return;
    theme.adminTheme = "light";
    await Alpine.nextTick();
    theme.adminTheme = "auto";
    await Alpine.nextTick();
}
"""
# Without the rule that takes long and is only moderate, and without selectors, which nobody reads.
VIOLATIONS = """
() => axe.run({ resultTypes: ["violations"], rules: { region: { enabled: false } }, selectors: false }).then((found) =>
    found.violations
        .filter((rule) => ["serious", "critical"].includes(rule.impact))
        .flatMap((rule) => rule.nodes.map((node) => [rule.id, `${rule.impact} ${rule.id}: ${node.html.slice(0, 200)}`]))
)
"""
SMALL = """
(all, thumb) => all
    .filter((one) => !one.checkVisibility({ visibilityProperty: true }) ||
        one.getBoundingClientRect().width < thumb || one.getBoundingClientRect().height < thumb)
    .map((one) => one.outerHTML.slice(0, 200))
"""
LOADED = """
name => {
    const images = [...document.querySelectorAll(name)];
    return images.length && images.every((image) => image.complete && image.naturalWidth > 0);
}
"""


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)


@overload
def expect(target: "Locator") -> "LocatorAssertions": ...
@overload
def expect(target: "Page") -> "PageAssertions": ...
def expect(target: Any) -> Any:
    """Playwright's checks that wait."""
    from playwright.sync_api import expect

    return expect(target)


@cache
def axe() -> str:
    from axe_playwright_python.sync_playwright import Axe

    return str(Axe().axe_script)


@dataclass
class Tab:
    """A page with its complaints collected."""

    page: "Page"
    base: str
    size: str
    signed_in: "dict[str, list[Any]]" = field(default_factory=dict)  # cookies by name, for all tabs of a server
    complaints: list[str] = field(default_factory=list)
    on_the_way: "set[Request]" = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self.watch)
        self.page.on("requestfinished", self.forget)
        self.page.on("requestfailed", self.forget)

    def hear(self, line: "ConsoleMessage") -> None:
        if line.type == "error":
            self.complaints.append(f"{line.text} ({line.location['url']})")

    def watch(self, request: "Request") -> None:
        if not request.url.startswith((f"{self.base}/", "data:", "blob:")):
            self.complaints.append(f"outside: {request.url}")
        if request.is_navigation_request():
            self.on_the_way.clear()  # the page before is gone, and what it asked for may end without a word
        if request.url.startswith("http"):
            self.on_the_way.add(request)

    def forget(self, request: "Request") -> None:
        self.on_the_way.discard(request)

    def open(self, path: str) -> "Page":
        self.page.goto(self.base + path)
        return self.page

    def sign_in(self, username: str, password: str, *, anew: bool = False) -> None:
        """The admin's cookie without the admin's page, which has tests of its own; who signs out takes one `anew`."""
        if not anew and username in self.signed_in:
            return self.page.context.add_cookies(self.signed_in[username])
        url = f"{self.base}/admin/login/"
        self.page.request.get(url)
        token = next(cookie["value"] for cookie in self.page.context.cookies() if cookie["name"] == "csrftoken")
        form: dict[str, str | float | bool] = {
            "username": username,
            "password": password,
            "next": "/livez",
            "csrfmiddlewaretoken": token,
        }
        assert self.page.request.post(url, form=form).url == f"{self.base}/livez"
        if not anew:
            self.signed_in[username] = self.page.context.cookies()
        return None

    @contextmanager
    def without_script(self) -> "Iterator[Page]":
        """The same visitor in a browser that runs no scripts."""
        browser = self.page.context.browser
        assert browser
        state, size = self.page.context.storage_state(), self.page.viewport_size
        context = patient(browser.new_context(java_script_enabled=False, storage_state=state, viewport=size))
        yield context.new_page()
        context.close()

    # --- Waiting ---
    def until(self, holds: Callable[[], object], what: str) -> None:
        """For what only this process knows; a page's own state is for `expect`."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, what
            self.page.wait_for_timeout(20)  # playwright delivers what it heard meanwhile

    def settle(self) -> None:
        self.page.wait_for_load_state("load")
        deadline = time.monotonic() + LATE
        while self.on_the_way and time.monotonic() < deadline:
            self.page.wait_for_timeout(20)
        self.page.evaluate(SETTLED)

    def wait_for_focus(self, selector: str) -> None:
        self.page.wait_for_function("selector => document.activeElement.matches(selector)", arg=selector)

    def wait_until_loaded(self, selector: str) -> None:
        """At least one picture, and all of them shown."""
        self.page.wait_for_function(LOADED, arg=selector)

    def wait_for_path(self, pattern: str) -> None:
        """`pattern`: a regular expression from the first slash to the end."""
        expect(self.page).to_have_url(re.compile(f"^{re.escape(self.base)}{pattern}$"))

    def forgive(self, told: str, times: int = 1) -> None:
        """The console repeats each refused request; so many such lines are as it should be, and nothing else."""
        self.until(lambda: len(self.complaints) >= times, f"the console says less than {times} times: {told}")
        assert [told in line for line in self.complaints] == [True] * times, self.complaints
        self.complaints.clear()

    # --- Judging ---
    def faults(self, excepted: Collection[str] = ()) -> list[str]:
        """Everything a visitor could hold against this page as it stands, one readable line each."""
        violations = self.violations(excepted)
        sideways = ["it scrolls sideways"] if self.wider_than_screen() else []
        return [*self.complaints, *sideways, *violations]

    def faults_in_light_and_dark(self) -> list[str]:
        """The page as it stands, with what was typed and chosen; it is light again afterwards."""
        found = []
        for colours in ("dark", "light"):
            self.recolour(colours)
            found += [f"{colours}: {fault}" for fault in self.faults()]
        return found

    def recolour(self, colours: str) -> None:
        self.page.wait_for_load_state("load")
        self.page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        self.page.evaluate(RECOLOURED)
        assert self.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (colours == "dark")
        if self.page.evaluate("'Alpine' in window"):
            assert self.page.evaluate("document.documentElement.matches('.dark')") == (colours == "dark")

    def violations(self, excepted: Collection[str] = ()) -> list[str]:
        """Serious and critical findings of axe, but for the excepted rules."""
        self.settle()
        return self.violations_as_it_stands(excepted)

    def violations_as_it_stands(self, excepted: Collection[str] = ()) -> list[str]:
        """The same for a page with requests that are held back."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(axe())
        return [line for rule, line in self.page.evaluate(VIOLATIONS) if rule not in excepted]

    def small(self, *targets: "Locator") -> list[str]:
        """Those that are hidden or too small for a thumb."""
        for target in targets:
            expect(target.first).to_be_visible()
        self.settle()
        return [line for target in targets for line in target.evaluate_all(SMALL, THUMB)]

    def picture(self, name: str) -> None:
        """Kept in docs/screens when SCREENS=1, else only taken: a screenshot that fails is a finding too."""
        path = SCREENS / f"{name}-{self.size}.png" if os.environ.get("SCREENS") else None
        self.page.screenshot(path=path, animations="disabled")

    def wider_than_screen(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def patient(context: "BrowserContext") -> "BrowserContext":
    context.set_default_timeout(PATIENCE * 1000)
    return context


def scope_of_browser(fixture_name: str, config: pytest.Config) -> Literal["session", "module"]:
    """While playwright runs, Django takes the thread for async and refuses the database to whoever comes next."""
    return "session" if config.getoption("markexpr") == "browser" else "module"


@pytest.fixture(scope=scope_of_browser)
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import expect, sync_playwright

    path = chromium()
    if not path:
        pytest.fail("no Chromium: `apt install chromium`, or set CHROMIUM=/path")
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(server: Server) -> dict[str, list[Any]]:
    return {}


@pytest.fixture(params=SIZES)
def tab(
    request: pytest.FixtureRequest, server: Server, browser: "Browser", signed_in: dict[str, list[Any]]
) -> Iterator[Tab]:
    width, height = SIZES[request.param]
    context = patient(
        browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=request.param == "phone",
            reduced_motion="reduce",
        )
    )
    yield Tab(context.new_page(), server.url, request.param, signed_in)
    context.close()
