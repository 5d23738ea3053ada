"""Whether a page fits on a phone."""

#: How wide and high it is, in pixels.
PHONE = {"width": 390, "height": 844}

#: What is not looked at: what Odoo lets people move sideways (columns of cards, lists, the tabs of
#: a notebook, pivots and graphs, a calendar and its filters, what one writes), the ribbon that lies
#: across a corner, and the buttons of Odoo's messages, which do not fit.
MOVED = [
    ".o_kanban_renderer.o_kanban_grouped",
    ".o_list_renderer",
    ".o_notebook_headers",
    ".o_pivot",
    ".o_graph_renderer",
    ".o_calendar_renderer",
    ".o_filter",
    "input",
    "textarea",
    ".ribbon",
    ".o-mail-Form-chatter",
]

LOOK = """
([own, moved]) => {
    const pages = document.querySelectorAll(".modal-body, .o_content");
    const wide = [document.scrollingElement, ...pages]
        .filter((element) => !element.querySelector(":scope > .o_kanban_grouped"))
        .filter((element) => element.scrollWidth > element.clientWidth + 1);
    const isCut = (element) => {
        const { left, right, width, height } = element.getBoundingClientRect();
        const isSeen = width > 1 && height > 1 && element.checkVisibility({ checkOpacity: true });
        return isSeen && (left < -1 || right > innerWidth + 1);
    };
    // Where a line goes on behind an edge that nobody can move.
    const isClipped = (element) => {
        const { overflowX, textOverflow } = getComputedStyle(element);
        const isHidden = ["hidden", "clip"].includes(overflowX) && textOverflow !== "ellipsis";
        return isHidden && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1;
    };
    const inside = own
        .flatMap((selector) => [...document.querySelectorAll(selector)])
        .flatMap((element) => [element, ...element.querySelectorAll("*")])
        .filter((element) => !element.closest(moved))
        .filter((element) => isCut(element) || isClipped(element));
    return [...new Set([...wide, ...inside])].map((element) => {
        const { left, right } = element.getBoundingClientRect();
        const what = element.outerHTML.replace(/\\s+/g, " ").slice(0, 200);
        return `${Math.round(left)} to ${Math.round(right)}, ${element.scrollWidth} wide: ${what}`;
    });
}
"""


def cut_off(page, own):
    """What is wider than the page, or cut off inside of what ``own`` selects; a text for each."""
    return page.evaluate(LOOK, [list(own), ", ".join(MOVED)])


TORN = """
(own) => {
    const characterAt = (text, index) => {
        const range = new Range();
        range.setStart(text, index);
        range.setEnd(text, index + 1);
        return range.getBoundingClientRect();
    };
    const found = [];
    for (const element of own.flatMap((selector) => [...document.querySelectorAll(selector)])) {
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        let before = null; // the last text that is to be seen
        while (walker.nextNode()) {
            const text = walker.currentNode;
            const last = text.data.trimEnd().length - 1;
            if (last < 0 || !text.parentElement.checkVisibility()) {
                continue;
            }
            if (before && /^[.,;:]/.test(text.data)) {
                const { bottom } = characterAt(before, before.data.trimEnd().length - 1);
                if (characterAt(text, 0).top >= bottom - 5) {
                    found.push(text.parentElement.innerText);
                }
            }
            before = text;
        }
    }
    return found;
}
"""


def torn(page, own):
    """Sentences inside of what ``own`` selects of which a stop stands at the start of a line."""
    return page.evaluate(TORN, list(own))
