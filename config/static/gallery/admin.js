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
    }

    document.addEventListener("alpine:initialized", tidy);
    document.addEventListener("htmx:afterSettle", tidy);
    document.addEventListener("keydown", press);
})();
