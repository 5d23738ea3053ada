/* What forms remember, and which of their fields matter. After page.js. */
"use strict";

// How to call is remembered: it is a way of working, not a single action.
const how = $("#how");

function noteHow() {
    const chosen = values(how);
    const unusual = Object.entries(chosen).filter(
        ([name, given]) => how.elements[name].selectedIndex !== 0 && given !== ""
    ).length;
    $("#how-summary").textContent = unusual || "";
    localStorage.setItem("how", JSON.stringify(chosen));
}

for (const [name, given] of Object.entries(JSON.parse(localStorage.getItem("how") || "{}"))) {
    const field = how.elements[name];
    if (field) field[field.type === "checkbox" ? "checked" : "value"] = given;
}
how.addEventListener("input", noteHow);
how.addEventListener("reset", () => setTimeout(noteHow));
noteHow();

// Of a fault, only those fields that matter.
const faultForm = $("#fault-form");

function chooseFault() {
    const kind = faultForm.elements.kind.value;
    for (const label of faultForm.querySelectorAll("[data-for]")) {
        label.hidden = label.dataset.for !== kind;
    }
    for (const label of faultForm.querySelectorAll("[data-not-for]")) {
        label.hidden = label.dataset.notFor.split(" ").includes(kind);
    }
}

faultForm.addEventListener("input", chooseFault);
chooseFault();

// Numbers in forms of settings follow what has been set elsewhere, unless one is typing.
const NUMBERS = "form[data-call='PATCH /control/settings'] input[type=number]";

document.addEventListener("settings", (event) => {
    for (const field of document.querySelectorAll(NUMBERS)) {
        if (!field.form.dataset.typed) field.value = event.detail[field.name];
    }
});

document.addEventListener("input", (event) => {
    if (event.target.matches(NUMBERS)) event.target.form.dataset.typed = "yes";
});

document.addEventListener("submit", (event) => {
    delete event.target.dataset.typed;
});
