// A catalogue on its way in: how far it is, and what is here once its pictures were uploaded.
"use strict";

(() => {
    const file = document.querySelector(".imp-form input[type=file]");
    if (file) file.hasChangeListener = true; // or Unfold's own would look for its text field beside this one, and crash
})();

(() => {
    const card = document.querySelector("[data-state-url]");
    if (!card || card.dataset.state !== "running") return;
    const bar = card.querySelector("progress");
    if (!bar) return;

    async function look() {
        try {
            const answer = await fetch(card.dataset.stateUrl);
            const { state, done, total } = await answer.json();
            if (state !== "running") return location.reload();
            bar.value = done;
            card.querySelector(".imp-told").textContent = `${done} of ${total} rows`;
        } catch {
            // Offline for a moment: the next look tells.
        }
        setTimeout(look, 1000);
    }
    setTimeout(look, 500);
})();

(() => {
    const form = document.querySelector(".up-form[data-reload]");
    const see = document.querySelector(".up-see");
    if (!form || !see) return;
    see.textContent = "Look at the rows again";
    see.href = location.href;
})();
