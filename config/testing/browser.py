"""The browser lane: the system's Chromium through playwright, axe-core, and a guard against outside requests."""

import os
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.testing.servers import Server

if TYPE_CHECKING:  # playwright is slow to import and only this lane needs it
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

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


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)


@dataclass
class Tab:
    """A page with its complaints collected."""

    page: "Page"
    base: str
    size: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self.watch)

    def hear(self, line: "ConsoleMessage") -> None:
        if line.type == "error":
            self.complaints.append(f"{line.text} ({line.location['url']})")

    def watch(self, request: "Request") -> None:
        if not request.url.startswith((f"{self.base}/", "data:", "blob:")):
            self.complaints.append(f"outside: {request.url}")

    def open(self, path: str) -> "Page":
        self.page.goto(self.base + path)
        return self.page

    def sign_in(self, username: str, password: str) -> None:
        """The admin's cookie without the admin's page, which has tests of its own."""
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

    def faults(self, excepted: Collection[str] = ()) -> list[str]:
        """Everything a visitor could hold against this page as it stands, one readable line each."""
        self.page.wait_for_load_state("networkidle")
        sideways = ["it scrolls sideways"] if self.wider_than_screen() else []
        return [*self.complaints, *sideways, *self.violations(excepted)]

    def faults_in_light_and_dark(self) -> list[str]:
        found = []
        for colours in ("dark", "light"):
            self.page.emulate_media(color_scheme=colours)
            self.page.reload()
            found += [f"{colours}: {fault}" for fault in self.faults()]
        return found

    def violations(self, excepted: Collection[str] = ()) -> list[str]:
        """Serious and critical findings of axe, but for the excepted rules."""
        from axe_playwright_python.sync_playwright import Axe

        return [
            f"{rule['impact']} {rule['id']}: {node['html'][:200]}"
            for rule in Axe().run(self.page).response["violations"]
            if rule["impact"] in {"serious", "critical"} and rule["id"] not in excepted
            for node in rule["nodes"]
        ]

    def picture(self, name: str) -> None:
        """Kept in docs/screens when SCREENS=1, else only taken: a screenshot that fails is a finding too."""
        path = SCREENS / f"{name}-{self.size}.png" if os.environ.get("SCREENS") else None
        self.page.screenshot(path=path, animations="disabled")

    def wider_than_screen(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    def focus_is_on(self, selector: str) -> bool:
        return bool(self.page.evaluate("selector => document.activeElement.matches(selector)", selector))


# For a module, not the session: while playwright runs, Django takes the thread for async and refuses the database.
@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    path = chromium()
    if not path:
        pytest.fail("no Chromium: `apt install chromium`, or set CHROMIUM=/path")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=SIZES)
def tab(request: pytest.FixtureRequest, browser: "Browser", server: Server) -> Iterator[Tab]:
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=request.param == "phone",
        reduced_motion="reduce",
    )
    yield Tab(context.new_page(), server.url, request.param)
    context.close()
