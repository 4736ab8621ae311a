"""Ten fingers and no mouse: what is pressed here is pressed as a person presses it, and each stop is looked at."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.testing.browser import Tab, expect

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator, Page

MOST = 150  # stops until a page is given up
# Whether what has the focus is the wanted one, and what is wrong with it: it shows no ring (its own, or that of the
# box or label around it), or something lies over its middle.
STOP = """
wanted => {
    const at = document.activeElement;
    if (at === document.body) return { there: false, faults: [] };
    const ringed = (one) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
    };
    const around = [at, at.parentElement, at.closest("label"), ...(at.labels ?? [])].filter(Boolean);
    const box = at.getBoundingClientRect();
    const within = (value, most) => Math.min(Math.max(value, 0), most - 1);
    const top = document.elementFromPoint(
        within(box.x + box.width / 2, innerWidth), within(box.y + box.height / 2, innerHeight));
    const name = `${at.tagName.toLowerCase()} ${at.ariaLabel || at.textContent.trim() || at.name}`.slice(0, 80);
    const faults = [];
    if (!around.some(ringed)) faults.push(`no ring: ${name}`);
    if (!top || !around.some((one) => one.contains(top) || top.contains(one))) faults.push(`covered: ${name}`);
    return { there: at === wanted, faults };
}
"""


@dataclass
class Keyboard:
    tab: Tab
    faults: list[str] = field(default_factory=list)

    @property
    def page(self) -> "Page":
        return self.tab.page

    def key(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def into_main(self) -> None:
        """From the top of a page past the menu, as the skip link offers."""
        self.to(self.page.locator(".skip-link"))
        self.key("Enter")
        self.tab.wait_for_focus("main")

    def to(self, target: "Locator", step: str = "Tab") -> None:
        expect(target).to_have_count(1)
        wanted, passed = target.element_handle(), list[str]()
        for _ in range(MOST):
            self.key(step)
            stop: dict[str, Any] = self.page.evaluate(STOP, wanted)
            passed += stop["faults"]
            if stop["there"]:
                self.faults += passed
                return
        raise AssertionError(f"{step} never comes to {target}")

    def press(self, target: "Locator", key: str = "Enter", step: str = "Tab") -> None:
        self.to(target, step)
        self.key(key)

    def write(self, target: "Locator", text: str) -> None:
        self.to(target)
        self.key("Control+A")
        self.page.keyboard.type(text)

    def choose_files(self, target: "Locator", files: "list[FilePayload] | list[Path]") -> None:
        """The dialog that opens is the machine's own; what it answers is given here."""
        with self.page.expect_file_chooser() as chooser:  # begun early: it takes hold while we are on the way
            self.to(target)
            self.key("Space")
        chooser.value.set_files(files)
