"""The browser lane: the system's Chromium through playwright, axe-core, and a guard against outside requests."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from config.testing.servers import Server

if TYPE_CHECKING:  # playwright is slow to import and only this lane needs it
    from playwright.sync_api import Browser, Page

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
DESKTOP, PHONE = (1440, 900), (375, 812)
SCREENS = Path(__file__).resolve().parent.parent.parent / "docs" / "screens"


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)


@dataclass
class Tab:
    """A page with its complaints collected."""

    page: "Page"
    base: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> "Page":
        self.page.goto(self.base + path, wait_until="networkidle")
        return self.page

    def violations(self, **context: Any) -> list[str]:
        """Serious and critical findings of axe, one readable line each."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, **context).response["violations"]
        return [
            f"{rule['impact']} {rule['id']}: {node['html'][:200]}"
            for rule in found
            if rule["impact"] in {"serious", "critical"}
            for node in rule["nodes"]
        ]

    def picture(self, name: str) -> None:
        """Kept in docs/screens when SCREENS=1, else only taken: a screenshot that fails is a finding too."""
        path = SCREENS / f"{name}.png" if os.environ.get("SCREENS") else None
        self.page.screenshot(path=path)

    def wider_than_screen(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    path = chromium()
    if not path:
        pytest.fail("no Chromium: `apt install chromium`, or set CHROMIUM=/path")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def tab(request: pytest.FixtureRequest, browser: "Browser", server: Server) -> Iterator[Tab]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=request.param == PHONE)
    tab = Tab(context.new_page(), server.url)
    tab.page.on("console", lambda line: line.type == "error" and tab.complaints.append(line.text))
    tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.page.on(
        "request",
        lambda sent: (
            sent.url.startswith((server.url, "data:", "blob:")) or tab.complaints.append(f"outside: {sent.url}")
        ),
    )
    yield tab
    context.close()
