// Unfold's menus open by the mouse only and its icons are words to a screen reader: press by keyboard, call by name.
"use strict";

(() => {
    const ICON = ".material-symbols-outlined";
    const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";
    const CLICKABLE = ":is(a:not([href]), span, div, h2, h3)[x-on\\:click]";
    const NAMES = {
        arrow_back: "Back",
        close: "Close the menu",
        computer: "Colours: as the device",
        dark_mode: "Colours: dark",
        dock_to_right: "Menu",
        light_mode: "Colours: light",
    };

    function words(element) {
        const copy = element.cloneNode(true);
        copy.querySelectorAll(ICON).forEach((icon) => icon.remove());
        return copy.matches(ICON) ? "" : copy.textContent.trim();
    }

    function name(element) {
        if (words(element) || element.ariaLabel) return;
        const icon = element.matches(ICON) ? element : element.querySelector(ICON);
        if (!icon) return;
        const symbol = icon.textContent.trim();
        element.ariaLabel = element.title.trim() || NAMES[symbol] || symbol.replaceAll("_", " ");
        element.classList.add("thumb");
    }

    function makePressable(element) {
        if (element.querySelector(FOCUSABLE) || !element.textContent.trim()) return;
        element.role = "button";
        element.tabIndex = 0;
    }

    function tidy() {
        document.querySelectorAll(CLICKABLE).forEach(makePressable);
        document.querySelectorAll("a[href], button, [role=button]").forEach(name);
        document.querySelectorAll(`${ICON}:not([role])`).forEach((icon) => (icon.ariaHidden = "true"));
        document.querySelectorAll("input[placeholder]:not([aria-label])").forEach((input) => {
            if (!input.labels.length) input.ariaLabel = input.placeholder;
        });
    }

    function press(event) {
        const isOurs = event.target.matches?.("[role=button][tabindex]");
        if (!isOurs || !["Enter", " "].includes(event.key)) return;
        event.preventDefault();
        event.target.click();
        follow(event.target);
    }

    // What opens lies before its button, or over half the page: whoever has no mouse is led into it, by Escape back to
    // the button, and whoever leaves it closes it.
    const open = []; // the innermost last

    function panelOf(button) {
        const opens = button.getAttribute("x-on:click") ?? "";
        if (opens.startsWith("sidebarMobileOpen")) return document.getElementById("nav-sidebar");
        if (opens.includes("filterOpen")) return document.getElementById("changelist-filter");
        return button.parentElement.querySelector(":scope > nav[x-show]");
    }

    const isShown = (element) => element.getClientRects().length > 0;

    async function shown(panel) {
        for (let frames = 0; frames < 10 && !isShown(panel); frames++) {
            await new Promise(requestAnimationFrame);
        }
        return isShown(panel);
    }

    async function follow(button) {
        await new Promise(requestAnimationFrame);
        const panel = panelOf(button);
        if (!open.some((one) => one.panel === panel) && panel && (await shown(panel))) {
            open.push({ button, panel });
            [...panel.querySelectorAll(FOCUSABLE)].find((one) => one.tabIndex >= 0 && isShown(one))?.focus();
        }
        if (open.length && !isShown(open.at(-1).panel)) open.pop().button.focus();
    }

    function close({ button, panel }) {
        if (isShown(panel)) (panel.querySelector("#changelist-filter-close") ?? button).click();
    }

    function escape(event) {
        if (event.key !== "Escape" || !open.length) return;
        const last = open.pop();
        close(last);
        last.button.focus();
    }

    function leave(event) {
        while (open.length && !open.at(-1).panel.contains(event.target)) close(open.pop());
    }

    document.addEventListener("alpine:initialized", tidy);
    document.addEventListener("htmx:afterSettle", tidy);
    document.addEventListener("keydown", press);
    document.addEventListener("keydown", escape);
    document.addEventListener("focusin", leave);
})();
