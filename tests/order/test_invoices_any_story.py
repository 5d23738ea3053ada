"""Random orders, invoiced and credited in all sorts of ways, and then one of them is cancelled.

After its draft credit notes are posted nothing is billed of it, line by line, and all others are
billed as they were; or a person was asked. ``./dev test --long`` tries more stories.
"""

from unittest import skipUnless

from odoo.tests import tagged

from ..helpers.billing_stories import BillingStoryCase, stories
from ..helpers.random_examples import given


@skipUnless(given, "hypothesis is not installed")
@tagged("post_install", "-at_install")
class TestAnyBilling(BillingStoryCase):
    def test_cancelled_order_and_the_others(self):
        self.clear, self.asked = 0, 0
        self.for_all(stories(), lambda story: self.check(self.play(story)), 12, 300)
        self.assertGreater(self.clear, self.asked)  # or else this tests nothing

    def check(self, orders):
        order, others = orders[0], orders[1:]
        was_billed, before = self.billed(others), self.posted(others)
        self.cancel_asking_nobody(order)
        self.assertEqual(self.billed(others), was_billed)
        self.assertEqual(self.posted(others), before)
        documents = order.order_line.invoice_lines.move_id
        self.assertFalse(
            documents.filtered(lambda m: m.state == "draft" and m.move_type != "out_refund")
        )
        notes = self.post_drafted(order)
        self.assertEqual(self.billed(others), was_billed)
        self.assertFalse(notes.reversed_entry_id.filtered(lambda m: m.move_type == "out_refund"))
        if documents.activity_ids or order.activity_ids:
            self.asked += 1
            return
        self.clear += 1
        for line in order.order_line:
            self.assertAlmostEqual(line.qty_invoiced, 0)
            # each document is rounded by itself
            cents = 0.01 * len(line.invoice_lines)
            self.assertAlmostEqual(line.amount_invoiced, 0, delta=cents)
        self.assertFalse(self.facts_after(order))

    def posted(self, orders):
        """What posted documents say of ``orders``."""
        lines = orders.order_line.invoice_lines.filtered(lambda line: line.parent_state == "posted")
        return sorted(
            (line.id, line.quantity, line.price_total, line.move_id.amount_total) for line in lines
        )

    def facts_after(self, order):
        """Whether anything counts as invoiced when all is credited."""
        return order.sudo()._is_invoiced()
