/* The page's behaviour: buttons that call /control, and parts that are kept up to date without
   losing what is open, where one has scrolled to, or what is being typed. */
"use strict";

const $ = (selector) => document.querySelector(selector);
const POLL = 2000;
let version = Number(document.body.dataset.version);
let filter = "";
let lastSeen = 0; // the newest exchange that was in view
const shown = new Map(); // element ID: the HTML that it was made from

/* -- Parts -------------------------------------------------------------------------------- */

// Replaces only those children (each has an ID) whose HTML differs from what it was made from.
function fill(container, html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").body;
    const wanted = new Set([...fresh.children].map((child) => child.id));
    for (const child of [...container.children]) {
        if (!wanted.has(child.id)) {
            child.remove();
            shown.delete(child.id);
        }
    }
    let place = container.firstElementChild;
    for (const child of [...fresh.children]) {
        const old = child.id && document.getElementById(child.id);
        const source = child.outerHTML;
        if (old && shown.get(child.id) === source) {
            if (old === place) place = old.nextElementSibling;
            else container.insertBefore(old, place);
            continue;
        }
        shown.set(child.id, source);
        if (old) {
            for (const details of old.querySelectorAll("details[open]")) {
                const same = child.querySelector(`#${CSS.escape(details.id)}`);
                if (same) same.open = true;
            }
            if (old === place) place = old.nextElementSibling;
            old.replaceWith(child);
        } else {
            container.insertBefore(child, place);
        }
    }
}

function show(update) {
    version = update.version;
    document.dispatchEvent(new CustomEvent("settings", { detail: update.settings }));
    for (const [id, html] of Object.entries(update.parts)) {
        if (id === "conversation") showConversation(html);
        else if (id === "seller") $("#seller").innerHTML = html;
        else fill($(`#${id}`), html);
    }
    for (const count of document.querySelectorAll("[data-count-of]")) {
        count.textContent = $(`#${count.dataset.countOf}`).querySelectorAll(".fault").length || "";
    }
}

const pane = $("#conversation");
const atEnd = () => pane.scrollHeight - pane.scrollTop - pane.clientHeight < 40;

function showConversation(html) {
    const follow = atEnd();
    fill(pane, html);
    if (follow) toEnd();
    noteSeen();
}

function toEnd() {
    pane.scrollTop = pane.scrollHeight;
}

function noteSeen() {
    const last = pane.querySelector(".exchange:last-of-type");
    const newest = last ? Number(last.id.slice(1)) : 0;
    const visible = pane.offsetParent !== null;
    if (newest < lastSeen || (visible && atEnd())) lastSeen = newest;
    $("#newest").hidden = !visible || atEnd() || newest <= lastSeen;
    $("#unseen").textContent = newest > lastSeen ? newest - lastSeen : "";
}

let asking = null;
let askOnceMore = false;

// Asks for news; while an answer is awaited, at most one more question is kept waiting.
async function refresh(force = false) {
    if (force) version = -1;
    if (asking) {
        askOnceMore = true;
        return asking;
    }
    asking = look();
    try {
        await asking;
    } finally {
        asking = null;
        if (askOnceMore) {
            askOnceMore = false;
            refresh();
        }
    }
}

async function look() {
    const query = new URLSearchParams({ version, q: $("#q").value, order: filter });
    try {
        const response = await fetch(`/parts?${query}`);
        if (response.status === 200) show(await response.json());
        setLive(true);
    } catch {
        setLive(false);
    }
}

function setLive(live) {
    $("#live").textContent = live ? "live" : "not running";
    $("#live").classList.toggle("lost", !live);
}

/* -- Calls -------------------------------------------------------------------------------- */

function toast(text, bad = false) {
    const line = document.createElement("div");
    line.textContent = text;
    line.className = bad ? "toast bad" : "toast";
    $("#toasts").append(line);
    setTimeout(() => line.remove(), bad ? 8000 : 4000);
}

function value(field) {
    if (field.type === "checkbox") return field.checked || undefined;
    if (field.value === "") return field.dataset.empty === "null" ? null : undefined;
    if (field.type === "number" || field.dataset.type === "number") return Number(field.value);
    if (field.dataset.type === "goods") return JSON.parse(field.value);
    return field.value;
}

function values(form) {
    const data = {};
    for (const field of form.elements) {
        const label = field.closest("label");
        if (!field.name || (label && label.hidden)) continue;
        const given = value(field);
        if (given !== undefined) data[field.name] = given;
    }
    return data;
}

function summary(result) {
    const words = Object.entries(result.verdicts).map(([verdict, n]) => `${n} ${verdict}`);
    if (result.violations) words.push(`${result.violations} against the protocol`);
    return words.join(", ") || "Done";
}

async function call(element, body) {
    const [method, address] = element.dataset.call.split(" ");
    if (element.dataset.sure && !confirm(element.dataset.sure)) return;
    if ("how" in element.dataset) {
        const how = values($("#how"));
        if (body.request === "last") delete how.request;
        body = { ...body, ...how };
    }
    if (element.dataset.orders === "open") {
        body.orders = [...document.querySelectorAll(".order")]
            .map((order) => order.dataset.open)
            .filter(Boolean);
    }
    const button = element.matches("form") ? element.querySelector("button") : element;
    button.classList.add("busy");
    button.disabled = true;
    setTimeout(refresh, 150); // the call itself shows before its answer
    try {
        const options = { method };
        if (method === "POST" || method === "PATCH") {
            options.headers = { "Content-Type": "application/json" };
            options.body = JSON.stringify(body);
        }
        const response = await fetch(address, options);
        const result = response.status === 204 ? {} : await response.json();
        if (!response.ok) toast(result.error.message, true);
        else if (result.verdicts) toast(summary(result), result.violations > 0);
        else if (element.matches("form")) {
            toast(result.orderId ? `Order ${result.orderId} is made` : "Done");
            for (const secret of element.querySelectorAll("[type=password]")) secret.value = "";
        }
    } catch {
        toast("The simulator does not answer", true);
    }
    button.classList.remove("busy");
    button.disabled = false;
    await refresh();
}

document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-call], [data-filter], button[data-tab]");
    if (!target) {
        closeTools(event.target);
    } else if (target.matches("button[data-call]")) {
        call(target, JSON.parse(target.dataset.body || "{}"));
    } else if (target.dataset.filter) {
        setFilter(target.dataset.filter);
    } else if (target.matches("button[data-tab]")) {
        setTab(target.dataset.tab);
    }
});

document.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.dataset.call) call(event.target, values(event.target));
});

/* -- Around ------------------------------------------------------------------------------- */

function closeTools(target) {
    for (const tool of document.querySelectorAll(".tool[open]")) {
        if (!tool.contains(target)) tool.open = false;
    }
}

document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeTools(null);
});

function setFilter(order) {
    filter = order;
    $("#filter").hidden = !order;
    $("#filter").textContent = `only ${order} ✕`;
    if (order) setTab("talk");
    refresh(true).then(toEnd);
}

function setTab(tab) {
    document.body.dataset.tab = tab;
    for (const button of document.querySelectorAll("button[data-tab]")) {
        button.setAttribute("aria-selected", button.dataset.tab === tab);
    }
    if (tab === "talk") toEnd();
    noteSeen();
}

let typing = null;
$("#q").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => refresh(true), 150);
});
$("#filter").addEventListener("click", () => setFilter(""));
$("#newest").addEventListener("click", toEnd);
$("#fold").addEventListener("click", () => {
    for (const details of pane.querySelectorAll("details[open]")) details.open = false;
});
pane.addEventListener("scroll", noteSeen);

setTab("orders");
refresh(true).then(toEnd);
setInterval(() => document.hidden || refresh(), POLL);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
