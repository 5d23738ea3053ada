"""One way to show a moment in a view, as CONTRIBUTING has it ("Colours and dates")."""

from odoo.tests import tagged

from ..helpers.views import ArchCase

WIDGET = "marketplace_relative_time"
VIEWS = ("list", "kanban", "form", "search", "pivot", "graph", "calendar")
#: Lists of calls: people look for the same moments in the logs of the other side.
EXACT_LISTS = ("delivery_ids", "attempt_ids")


@tagged("post_install", "-at_install")
class TestDates(ArchCase):
    def moments(self):
        """``(view, field's node, the node of its list, card or form)`` of the addon's own views.

        Odoo's own show moments as they do.
        """
        for model, view, arch in self.archs:
            if not model.startswith("marketplace."):
                continue
            for node in arch.xpath(
                "//field[not(@invisible='1' or @column_invisible or parent::kanban)]"
            ):
                holder = next(node.iterancestors(*VIEWS), arch)
                field = self.model_of(model, node)._fields[node.get("name")]
                if field.type == "datetime" and holder.tag in VIEWS[:3]:
                    yield view, node, holder

    def test_moments_are_shown_as_people_tell_them(self):
        shown, wrong = 0, []
        for view, node, holder in self.moments():
            is_exact = "show_exact" in (node.get("options") or "")
            is_in_sentence = "oe_inline" in (node.get("class") or "")
            of_list = holder.getparent() is not None and holder.getparent().get("name")
            wants_exact = holder.tag == "form" or of_list in EXACT_LISTS
            found = (node.get("widget"), is_exact)
            expected = (None, False) if is_in_sentence else (WIDGET, wants_exact)
            shown += not is_in_sentence
            if found != expected:
                wrong.append((view, of_list, holder.tag, node.get("name"), found, expected))
        self.assertEqual(wrong, [])
        self.assertGreater(shown, 30)
