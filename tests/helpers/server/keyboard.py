"""A page and somebody who has no mouse."""

#: More presses of the tabulator than it takes to get anywhere on the addon's screens.
ENOUGH = 90

#: What shows that an element has the focus.
LOOKS = ["outline", "boxShadow", "backgroundColor", "borderColor", "textDecoration", "color"]

SHOWS_FOCUS = """
(looks) => {
    const element = document.activeElement;
    const look = () => looks.map((name) => getComputedStyle(element)[name]).join();
    element.getAnimations({ subtree: true }).forEach((animation) => animation.finish());
    const focused = look();
    element.blur();
    element.getAnimations({ subtree: true }).forEach((animation) => animation.finish());
    const blurred = look();
    element.focus({ focusVisible: true });
    return focused !== blurred;
}
"""


class Keyboard:
    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text):
        self.page.keyboard.type(text)

    def go_to(self, selector, key="Tab"):
        """Press ``key`` until what ``selector`` selects has the focus, and shows that it has."""
        seen = []
        for _press in range(ENOUGH):
            if self.is_at(selector):
                assert self.page.evaluate(SHOWS_FOCUS, LOOKS), f"{selector} does not show its focus"
                return
            self.press(key)
            seen.append(self.where())
        raise AssertionError("\n".join([f"{key} does not lead to {selector}, but to:", *seen]))

    def is_at(self, selector):
        return self.page.evaluate(
            "(selector) => document.activeElement.matches(selector)", selector
        )

    def where(self):
        return self.page.evaluate(
            "document.activeElement.outerHTML.replace(/\\s+/g, ' ').slice(0, 120)"
        )

    def use(self, selector, key="Tab"):
        """Go there, and press Enter."""
        self.go_to(selector, key)
        self.press("Enter")
