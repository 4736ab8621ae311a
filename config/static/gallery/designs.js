// The catalogue's desk: what is chosen, names offered while one types, pictures in order, a photo before it is sent.
"use strict";

const find = (selector, inside = document) => inside.querySelector(selector);
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

function element(tag, facts = {}, ...children) {
    const made = Object.assign(document.createElement(tag), facts);
    made.append(...children);
    return made;
}

// --- How many are chosen ------------------------------------------------------------------------------------------
(() => {
    const words = find("[data-chosen]");
    if (!words) return;

    function count() {
        const chosen = all("input.action-select:checked").length;
        words.textContent = chosen === 1 ? "1 design chosen" : `${chosen} designs chosen`;
    }

    document.addEventListener("change", count);
    document.addEventListener("reset", () => setTimeout(count));
    window.addEventListener("pageshow", count);
})();

// --- Names offered while one types --------------------------------------------------------------------------------
(() => {
    const PAUSE = 120;
    const DOOR = "/admin/designs/design/suggest/";
    let serial = 0;

    function enhance(field) {
        const offers = new Offers(field);
        if ("many" in field.dataset) new Chips(field, offers);
        else offers.attach(field, (name) => settle(field, name));
    }

    function settle(field, name) {
        field.value = name;
        field.dispatchEvent(new Event("change", { bubbles: true }));
    }

    class Offers {
        constructor(field) {
            this.kind = field.dataset.suggest;
            this.label = find(`label[for="${field.id}"]`)?.textContent ?? "";
            this.list = element("ul", { className: "offer-list", id: `offers-${(serial += 1)}`, hidden: true });
            this.list.role = "listbox";
            this.list.ariaLabel = "Suggestions";
            this.place = -1;
        }

        attach(input, take) {
            Object.assign(this, { input, take });
            const box = element("div", { className: "offer-box" });
            input.replaceWith(box);
            box.append(input, this.list);
            input.role = "combobox";
            input.ariaExpanded = "false";
            input.ariaAutoComplete = "list";
            input.setAttribute("aria-controls", this.list.id);
            input.autocapitalize = "none";
            input.addEventListener("input", () => this.later());
            input.addEventListener("focus", () => this.later());
            input.addEventListener("blur", () => this.close());
            input.addEventListener("keydown", (event) => this.press(event));
            // Before the field loses its focus to the press.
            this.list.addEventListener("pointerdown", (event) => {
                event.preventDefault();
                this.stay();
            });
            this.list.addEventListener("click", (event) => this.choose(event.target.closest("li")));
        }

        later() {
            clearTimeout(this.timer);
            this.list.ariaBusy = "true";
            this.timer = setTimeout(() => this.ask(), PAUSE);
        }

        async ask() {
            const text = this.input.value.trim();
            this.asked = text;
            try {
                const answer = await fetch(`${DOOR}${this.kind}/?term=${encodeURIComponent(text)}`);
                const body = await answer.json();
                if (this.asked === text && document.activeElement === this.input) this.offer(body.results);
            } catch {
                this.close(); // away, or signed out: the field still takes what is typed
            }
        }

        // Whoever walks through the names, or presses one, chooses among those that are shown.
        stay() {
            clearTimeout(this.timer);
            this.asked = null;
            this.list.ariaBusy = "false";
        }

        offer(results) {
            this.place = -1;
            this.list.ariaBusy = "false";
            this.list.replaceChildren(...results.map((result, number) => this.option(result, number)));
            this.list.hidden = !results.length;
            this.input.ariaExpanded = String(Boolean(results.length));
            this.input.removeAttribute("aria-activedescendant");
        }

        option({ text, hint, hex }, number) {
            const made = element("li", { id: `${this.list.id}-${number}` });
            made.role = "option";
            made.ariaSelected = "false";
            made.dataset.name = text;
            if (hex) {
                const dot = element("span", { className: "offer-dot" });
                dot.style.backgroundColor = hex;
                made.append(dot);
            }
            made.append(element("span", { textContent: text }));
            if (hint && hint !== text) made.append(element("span", { className: "offer-hint", textContent: hint }));
            return made;
        }

        get options() {
            return [...this.list.children];
        }

        press(event) {
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (step && this.options.length) {
                event.preventDefault();
                this.stay();
                this.list.hidden = false;
                this.mark((this.place + step + this.options.length) % this.options.length);
            } else if (event.key === "Enter" && this.place >= 0 && !this.list.hidden) {
                event.preventDefault();
                event.stopImmediatePropagation();
                this.choose(this.options[this.place]);
            } else if (event.key === "Escape") {
                this.close();
            }
        }

        mark(place) {
            this.place = place;
            this.options.forEach((option, number) => (option.ariaSelected = String(number === place)));
            this.input.setAttribute("aria-activedescendant", this.options[place].id);
            this.options[place].scrollIntoView({ block: "nearest" });
        }

        choose(option) {
            if (!option) return;
            this.take(option.dataset.name);
            this.close();
        }

        close() {
            this.stay();
            this.offer([]);
        }
    }

    // A field of names with commas, as a row of chips. The field itself stays, hidden: it is what is sent.
    class Chips {
        constructor(field, offers) {
            this.field = field;
            this.label = offers.label;
            this.names = field.value.split(",").map((name) => name.trim()).filter(Boolean);
            this.row = element("ul", { className: "chips" });
            this.input = element("input", { className: field.className, id: field.id, autocomplete: "off" });
            for (const name of ["aria-describedby", "aria-invalid"]) {
                if (field.hasAttribute(name)) this.input.setAttribute(name, field.getAttribute(name));
            }
            field.type = "hidden";
            field.id = `${field.id}-names`;
            field.after(this.row, this.input);
            offers.attach(this.input, (name) => this.add(name));
            this.input.addEventListener("keydown", (event) => this.press(event));
            this.input.addEventListener("blur", () => this.add(this.input.value));
            this.show();
        }

        press(event) {
            if (["Enter", ","].includes(event.key) && this.input.value.trim()) {
                event.preventDefault();
                this.add(this.input.value);
            } else if (event.key === "Backspace" && !this.input.value) {
                this.write(this.names.slice(0, -1));
            }
        }

        add(text) {
            this.input.value = "";
            const fresh = text.split(",").map((name) => name.trim()).filter(Boolean);
            if (fresh.length) this.write([...new Set([...this.names, ...fresh])]);
        }

        write(names) {
            this.names = names;
            this.field.value = names.join(", ");
            this.field.dispatchEvent(new Event("change", { bubbles: true }));
            this.show();
        }

        show() {
            this.row.replaceChildren(...this.names.map((name, number) => this.chip(name, number)));
            this.row.hidden = !this.names.length;
        }

        chip(name, number) {
            const others = this.names.filter((other) => other !== name);
            const first = element("button", { type: "button", className: "chip-name", textContent: name });
            first.ariaLabel = number ? `Make ${name} the first of ${this.label}` : `${name} is the first of ${this.label}`;
            first.addEventListener("click", () => this.write([name, ...others]));
            const away = element("button", { type: "button", className: "chip-away", textContent: "×" });
            away.ariaLabel = `Remove ${name} from ${this.label}`;
            away.addEventListener("click", () => {
                this.write(others);
                this.input.focus();
            });
            return element("li", { className: "chip" }, first, away);
        }
    }

    all("[data-suggest]").forEach(enhance);
})();

// --- Pictures in order --------------------------------------------------------------------------------------------
(() => {
    const PARTS = ["pictures", "standing", "missing", "as-seen", "twins"];
    const page = find(".cat-page");
    if (!page) return;
    let queue = Promise.resolve();
    let carried = null;

    // One answer for everybody: the page itself, of which the parts that may have changed are taken.
    function save(form, more = {}, button = null) {
        const body = new FormData(form);
        for (const [name, value] of Object.entries(more)) body.append(name, value);
        queue = queue.then(() => send(form.action, body, button)).catch(() => form.submit());
        return queue;
    }

    async function send(url, body, button) {
        const order = find(".cat-order");
        order.ariaBusy = "true";
        const answer = await fetch(url, { method: "POST", body });
        if (!answer.ok) throw new Error(answer.status);
        replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
        if (button) focusAgain(button);
    }

    function replace(fresh) {
        if (!find(".cat-page", fresh)) return location.reload();
        for (const name of PARTS) replacePart(name, document.getElementById(name), fresh.getElementById(name));
        find("#design_form [name=seen]").value = find("#design_form [name=seen]", fresh).value;
        tell(fresh);
    }

    function replacePart(name, old, fresh) {
        if (old && fresh) old.replaceWith(fresh);
        else if (old) old.remove();
        else if (fresh) find(".cat-main").prepend(fresh);
    }

    function tell(fresh) {
        find(".cat-told")?.remove();
        const sentences = all("#told li", fresh).map((line) => line.textContent.trim());
        if (!sentences.length) return;
        const told = element("p", { className: "cat-told desk-error", textContent: sentences.join(" ") });
        told.role = "alert";
        find("#pictures").append(told);
    }

    function focusAgain(value) {
        const again = find(`.cat-order button[value="${value}"]`);
        const other = again?.closest(".cat-moves");
        (again && !again.disabled ? again : find("button:not(:disabled)", other ?? find("#pictures")))?.focus();
    }

    function press(event) {
        const form = event.target.closest(".cat-order");
        if (!form) return;
        event.preventDefault();
        const button = event.submitter;
        if (button?.dataset.twice && !button.dataset.asked) return askTwice(button);
        save(form, button?.name ? { [button.name]: button.value } : {}, button?.value);
    }

    function askTwice(button) {
        button.dataset.asked = "yes";
        button.textContent = button.dataset.twice;
        button.ariaLabel = `${button.ariaLabel}: press again to remove it for good`;
    }

    page.addEventListener("submit", press);

    // --- By the mouse ---
    page.addEventListener("dragstart", (event) => {
        carried = event.target.closest?.(".cat-picture") ?? null;
        if (!carried) return;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", carried.dataset.picture);
        setTimeout(() => carried?.classList.add("cat-carried"));
    });
    page.addEventListener("dragover", (event) => {
        if (!carried) return;
        event.preventDefault();
        event.stopPropagation();
        const over = event.target.closest(".cat-picture");
        if (over && over !== carried) letIn(over, event);
    });
    page.addEventListener("drop", (event) => {
        if (!carried) return;
        event.preventDefault();
        event.stopPropagation();
    });
    page.addEventListener("dragend", () => {
        if (!carried) return;
        carried.classList.remove("cat-carried");
        carried = null;
        save(find(".cat-order"));
    });

    function letIn(over, event) {
        const comesAfter = over.compareDocumentPosition(carried) & Node.DOCUMENT_POSITION_PRECEDING;
        if (comesAfter) over.after(carried);
        else over.before(carried);
    }

    // --- New ones ---
    find("[data-adds]")?.addEventListener("stored", (event) => save(find(".cat-order"), { add: event.detail.id }));
})();

// --- What is not saved yet ----------------------------------------------------------------------------------------
(() => {
    const form = find("#design_form");
    if (!form) return;
    let isLeaving = false;
    let isChanged = false;

    form.addEventListener("change", () => {
        isChanged = true;
        find(".cat-unsaved").textContent = "Not saved yet";
    });
    form.addEventListener("submit", () => (isLeaving = true));
    window.addEventListener("beforeunload", (event) => isChanged && !isLeaving && event.preventDefault());
})();

// --- A photo before it is sent ------------------------------------------------------------------------------------
(() => {
    const form = find(".quick-form");
    if (!form) return;
    const MB = 1024 * 1024;
    const preview = find(".quick-preview");
    const told = find(".quick-told");
    const inputs = all("input[type=file]", form);
    const most = Number(form.dataset.most);

    function show(input) {
        const [file] = input.files;
        if (!file) return;
        inputs.filter((other) => other !== input).forEach((other) => (other.value = ""));
        if (file.size > most) return refuse(input, file);
        preview.src = URL.createObjectURL(file);
        preview.hidden = false;
        find(".quick-photo").classList.add("quick-has");
        told.textContent = `${file.name}, ${(file.size / MB).toFixed(1)} MB`;
        told.classList.remove("desk-error");
    }

    function refuse(input, file) {
        input.value = "";
        told.textContent = `The file is too large: ${(file.size / MB).toFixed(1)} MB, and ${(most / MB).toFixed(1)} MB is the most.`;
        told.classList.add("desk-error");
    }

    form.classList.add("quick-live");
    inputs.forEach((input) => {
        input.hasChangeListener = true; // or Unfold's own would look for its text field beside this one, and crash
        input.addEventListener("change", () => show(input));
    });
    form.addEventListener("submit", (event) => {
        if (form.dataset.sent) return event.preventDefault();
        form.dataset.sent = "yes";
        form.ariaBusy = "true";
        told.textContent = "Sending …";
    });
    window.addEventListener("pageshow", () => delete form.dataset.sent);
})();
