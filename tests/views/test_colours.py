"""One colour for one meaning: the same state looks the same wherever it is shown."""

import ast
import re
from itertools import product

from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..helpers.colours import BESIDES, ENDS, OBSTACLES, OF_ALERT, RIBBONS, STATES, TEST, meaning
from ..helpers.views import VIEW_FILES, ArchCase


def names_in(expressions):
    """The fields that ``expressions`` look at."""
    nodes = [node for text in expressions for node in ast.walk(ast.parse(text, mode="eval"))]
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def situations(field, values, expressions):
    """Each of the ``values`` with each other field of the expressions set, or empty."""
    others = sorted(names_in(expressions) - {field})
    for value in values:
        for chosen in product((False, True), repeat=len(others)):
            yield {field: value, **dict(zip(others, chosen, strict=True))}


def decorations(node):
    return {
        name.removeprefix("decoration-"): text
        for name, text in node.attrib.items()
        if name.startswith("decoration-") and name != "decoration-bf"
    }


def colour_of_badge(node, situation):
    """As Odoo's badge does."""
    shown = (name for name, text in decorations(node).items() if safe_eval(text, situation))
    return next(shown, "muted")


def colour_of_alert(node):
    found = re.search(r"(?<![\w-])alert-(\w+)", node.get("class"))
    return found and found[1]


@tagged("post_install", "-at_install")
class TestColours(ArchCase):
    def wrong(self, model, field, expressions, colour):
        """The situations in which ``colour(situation)`` is not what they mean; None: not shown."""
        expressions = [text.replace("parent.", "parent_") for text in expressions]
        for situation in situations(field, STATES[model][field], expressions):
            facts = {name for name, own in situation.items() if own and name != field}
            expected = meaning(model, field, situation[field], facts)
            own = expected and colour(situation)
            if own and own != expected:
                yield model, situation, own, expected

    def test_badges(self):
        seen, wrong = set(), []
        for model, view, node in self.nodes("//field[@widget='badge']"):
            field = node.get("name")
            if field in STATES.get(model, {}):
                seen.add((model, field))
                found = self.wrong(
                    model,
                    field,
                    decorations(node).values(),
                    lambda situation, node=node: colour_of_badge(node, situation),
                )
                wrong += [(view, *one) for one in found]
        self.assertEqual(wrong, [])
        self.assertEqual({model for model, _field in seen}, STATES.keys())

    def test_alerts(self):
        seen, wrong = set(), []
        for model, view, node in self.nodes("//*[contains(@class, 'alert-')][@invisible]"):
            hidden = node.get("invisible")
            names = names_in([hidden]) if node.get("name") not in BESIDES else set()

            def colour(situation, node=node, hidden=hidden):
                own = colour_of_alert(node)
                return None if safe_eval(hidden, situation) else OF_ALERT.get(own, own)

            for field in names & STATES.get(model, {}).keys():
                seen.add((model, field))
                found = self.wrong(model, field, [hidden], colour)
                wrong += [(view, hidden, *one) for one in found]
            for name in names & set(OBSTACLES):
                if colour({**dict.fromkeys(names, False), name: True}) not in (None, "warning"):
                    wrong.append((view, hidden, name))
        self.assertEqual(wrong, [])
        self.assertGreater(len(seen), 4)

    def test_ribbons_and_marks(self):
        wrong, marks = [], []
        for file in (*VIEW_FILES, *VIEW_FILES[0].parents[1].glob("static/src/**/*.xml")):
            for node in etree.parse(file).xpath("//widget[@name='web_ribbon']"):
                title, own = node.get("title"), node.get("bg_color").removeprefix("text-bg-")
                if OF_ALERT.get(own, own) != RIBBONS[title]:
                    wrong.append((file.name, title, own))
            marks += etree.parse(file).xpath("//*[contains(@class, 'badge')][text()='Test']/@class")
        self.assertEqual(wrong, [])
        self.assertGreater(len(marks), 1)
        for classes in marks:
            self.assertIn(f"text-bg-{TEST}", classes)

    def test_hand_of_what_is_on_hold(self):
        """Is as the badge beside it."""
        hands = [node for *_, node in self.nodes("//i[contains(@class, 'fa-hand-paper-o')]")]
        self.assertGreater(len(hands), 2)
        for node in hands:
            self.assertNotRegex(node.get("class"), "text-(?!warning)")

    def test_status_bar_shows_no_step_that_is_not_taken(self):
        """What was refused never reads "Cancelled", what was not taken never "Sent"."""
        seen, wrong = set(), []
        for model, view, node in self.nodes("//header/field[@widget='statusbar']"):
            for step, ends in ENDS.get(model, {}).items():
                seen.add(model)
                hidden = node.get("invisible") or "False"
                kind = "part" if step.startswith("part_") else "whole"
                is_there = step in node.get("statusbar_visible").split(",")
                wrong += [
                    (view, situation["state"])
                    for situation in situations("state", ends, [hidden])
                    if is_there and not safe_eval(hidden, {**situation, "kind": kind})
                ]
        self.assertEqual(wrong, [])
        self.assertEqual(seen, ENDS.keys())
