// The pictures' desk: how many are chosen in the grid, and uploading many files, each with its own card.
"use strict";

(() => {
    const words = document.querySelector("[data-chosen]");
    if (!words) return;

    function count() {
        const chosen = document.querySelectorAll("input.action-select:checked").length;
        words.textContent = chosen === 1 ? "1 picture chosen" : `${chosen} pictures chosen`;
    }

    document.addEventListener("change", count);
    document.addEventListener("reset", () => setTimeout(count));
    window.addEventListener("pageshow", count);
})();

(() => {
    const AT_ONCE = 3;
    const PATIENCE = 5 * 60 * 1000;
    const MB = 1024 * 1024;
    const form = document.querySelector(".up-form");
    if (!form) return;

    const find = (selector, inside = document) => inside.querySelector(selector);
    const input = find("#files");
    const token = find("[name=csrfmiddlewaretoken]", form);
    const alert = find(".up-alert");
    const most = Number(form.dataset.most);
    const uploads = [];
    let isSignedOut = false;
    let pausedUntil = 0;

    // --- Cards ---------------------------------------------------------------------------------------------------
    function cardFor(upload) {
        const card = find("#up-card").content.cloneNode(true).firstElementChild;
        const { name } = upload.file;
        upload.preview = URL.createObjectURL(upload.file);
        find("img", card).src = upload.preview;
        find("img", card).addEventListener("error", (event) => (event.target.hidden = true));
        find(".up-name", card).textContent = name;
        find(".up-size", card).textContent = inWords(upload.file.size);
        find("progress", card).ariaLabel = `Upload of ${name}`;
        find(".up-open", card).ariaLabel = `Open ${name}`;
        find(".up-retry", card).ariaLabel = `Retry ${name}`;
        find(".up-remove", card).ariaLabel = `Remove ${name} from this list`;
        find(".up-retry", card).addEventListener("click", () => retry([upload]));
        find(".up-remove", card).addEventListener("click", () => remove(upload));
        find(".up-cards").append(card);
        return card;
    }

    function show(upload, state, sentence) {
        const { card } = upload;
        upload.state = card.dataset.state = state;
        find(".up-state", card).textContent = sentence;
        find("progress", card).hidden = !["waiting", "sending"].includes(state);
        find(".up-open", card).hidden = state !== "done";
        find(".up-retry", card).hidden = state !== "lost";
        find(".up-remove", card).hidden = state !== "refused";
        tell();
    }

    function progress(upload, share) {
        upload.share = share;
        find("progress", upload.card).value = share;
        tellProgress();
    }

    function remove(upload) {
        uploads.splice(uploads.indexOf(upload), 1);
        URL.revokeObjectURL(upload.preview);
        upload.card.remove();
        input.focus();
        tell();
    }

    // --- The line that sums up -----------------------------------------------------------------------------------
    const count = (...states) => uploads.filter((upload) => states.includes(upload.state)).length;
    const isBusy = () => count("waiting", "sending") > 0;

    function tell() {
        const failed = count("lost", "refused");
        const sentence = `${count("done")} of ${uploads.length} uploaded${failed ? `, ${failed} failed` : ""}`;
        const line = find(".up-words");
        if (line.textContent !== sentence) line.textContent = sentence;
        find(".up-summary").hidden = !uploads.length;
        find(".up-retry-all").hidden = count("lost") < 2;
        find(".up-see").hidden = isBusy() || !count("done");
        tellProgress();
    }

    function tellProgress() {
        const shares = uploads.map((upload) => (["done", "refused"].includes(upload.state) ? 1 : upload.share));
        find(".up-all").value = shares.reduce((sum, share) => sum + share, 0) / (uploads.length || 1);
    }

    // --- Sending -------------------------------------------------------------------------------------------------
    function choose(files) {
        files.forEach(add);
        pump();
    }

    function add(file) {
        const upload = { file, key: randomKey(), share: 0 };
        uploads.push(upload);
        upload.card = cardFor(upload);
        if (!file.size) return show(upload, "refused", "The file is empty.");
        if (file.size <= most) return show(upload, "waiting", "Waiting");
        show(upload, "refused", `The file is too large: ${inWords(file.size)}, and ${inWords(most)} is the most.`);
    }

    function pump() {
        if (isSignedOut || Date.now() < pausedUntil) return;
        const waiting = uploads.filter((upload) => upload.state === "waiting");
        waiting.slice(0, Math.max(0, AT_ONCE - count("sending"))).forEach(send);
    }

    function send(upload) {
        const request = new XMLHttpRequest();
        request.open("POST", form.dataset.door);
        request.timeout = PATIENCE;
        request.setRequestHeader("X-CSRFToken", token.value);
        request.setRequestHeader("Idempotency-Key", upload.key);
        request.upload.addEventListener("progress", (event) => progress(upload, (0.9 * event.loaded) / event.total));
        request.upload.addEventListener("load", () => show(upload, "sending", "Being made ready …"));
        request.addEventListener("load", () => settle(upload, request));
        for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, () => lose(upload));
        show(upload, "sending", "Uploading");
        request.send(bodyOf(upload));
    }

    function bodyOf(upload) {
        const body = new FormData();
        body.append("category", form.dataset.category);
        body.append("file", upload.file);
        return body;
    }

    function lose(upload) {
        progress(upload, 0);
        show(upload, "lost", "The connection was lost. Nothing is stored twice when you retry.");
        pump();
    }

    // --- Answers -------------------------------------------------------------------------------------------------
    function settle(upload, request) {
        const body = parsed(request.responseText);
        const seconds = Number(request.getResponseHeader("Retry-After"));
        if (request.status === 200 && body.id) finish(upload, body);
        else if ([409, 429].includes(request.status) && seconds) wait(upload, seconds, request.status);
        else if (request.status === 401 || body.message?.startsWith("CSRF")) askToSignIn(upload);
        else refuse(upload, body.message || `The server answered ${request.status}.`, request.status);
        pump();
    }

    function finish(upload, picture) {
        const image = find("img", upload.card);
        const url = picture.variants[0]?.url ?? picture.public_url;
        image.hidden = false;
        image.src = url.startsWith(form.dataset.own) ? url.slice(form.dataset.own.length) : url;
        URL.revokeObjectURL(upload.preview);
        find(".up-open", upload.card).href = form.dataset.picture.replace("/0/", `/${picture.id}/`);
        show(upload, "done", picture.duplicate_of ? "Already here" : "Done");
        form.dispatchEvent(new CustomEvent("stored", { detail: picture }));
    }

    function wait(upload, seconds, status) {
        const reason = status === 429 ? "Too many at once" : "The first try is still at work";
        pausedUntil = Math.max(pausedUntil, Date.now() + seconds * 1000);
        progress(upload, 0);
        show(upload, "waiting", `${reason}. It goes on by itself in ${seconds} seconds.`);
        setTimeout(pump, seconds * 1000 + 100);
    }

    function askToSignIn(upload) {
        isSignedOut = true;
        alert.hidden = false;
        progress(upload, 0);
        show(upload, "lost", "Please sign in again.");
    }

    function refuse(upload, sentence, status) {
        const mayWorkLater = status >= 500 || [403, 408, 409].includes(status);
        show(upload, mayWorkLater ? "lost" : "refused", sentence);
    }

    async function retry(chosen) {
        if (isSignedOut && !(await isSignedInAgain())) return chosen.forEach(askToSignIn);
        chosen.forEach((upload) => show(upload, "waiting", "Waiting"));
        pump();
    }

    async function isSignedInAgain() {
        try {
            const answer = await fetch(location.href);
            if (!answer.ok || answer.redirected) return false;
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            token.value = find("[name=csrfmiddlewaretoken]", page).value;
        } catch {
            return false;
        }
        isSignedOut = false;
        alert.hidden = true;
        return true;
    }

    // --- Small things --------------------------------------------------------------------------------------------
    function inWords(bytes) {
        return bytes >= MB ? `${(bytes / MB).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
    }

    function randomKey() {
        // Not randomUUID: there is none on a page without HTTPS.
        return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }

    function parsed(text) {
        try {
            return JSON.parse(text) ?? {};
        } catch {
            return {};
        }
    }

    function dropped(event) {
        return [...event.dataTransfer.items]
            .filter((item) => item.kind === "file" && !item.webkitGetAsEntry?.()?.isDirectory)
            .map((item) => item.getAsFile());
    }

    function over(event) {
        event.preventDefault();
        form.classList.add("up-over");
    }

    function drop(event) {
        event.preventDefault();
        form.classList.remove("up-over");
        choose(dropped(event));
    }

    form.classList.add("up-live");
    input.required = false;
    input.hasChangeListener = true; // or Unfold's own would look for its text field beside this one, and crash
    input.addEventListener("change", () => {
        const files = [...input.files];
        input.value = ""; // so that the same file may be chosen again
        choose(files);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    find(".up-retry-all").addEventListener("click", () => retry(uploads.filter((upload) => upload.state === "lost")));
    window.addEventListener("dragover", over);
    window.addEventListener("dragleave", () => form.classList.remove("up-over"));
    window.addEventListener("drop", drop);
    window.addEventListener("beforeunload", (event) => isBusy() && event.preventDefault());
})();
