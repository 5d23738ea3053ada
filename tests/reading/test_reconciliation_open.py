"""Orders that are cancelled here, and that the marketplace still has open."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..helpers.reconciliation import ReconciliationCase


@tagged("post_install", "-at_install")
class TestOpenThere(ReconciliationCase):
    def cancelled_order(self, order_id="H-1"):
        """An order that somebody has cancelled here without telling the marketplace."""
        order = self.order_of_three(order_id)
        order._action_cancel()
        return order

    def found_open(self, order, status="handling"):
        run = self.compare()
        name = order.marketplace_order_id
        self.read_all({name: self.open(name, status)})
        return run

    def assertShown(self, order, is_shown=True):
        self.env.invalidate_all()
        self.assertEqual(order.is_open_there, is_shown)
        found = self.env["sale.order"].search([("is_open_there", "=", True)])
        self.assertEqual(order in found, is_shown)
        others = self.env["sale.order"].search([("is_open_there", "!=", True)])
        self.assertEqual(order not in others, is_shown)

    def test_it_is_shown_and_told_on_a_click(self):
        order = self.cancelled_order()
        self.assertShown(order, False)
        run = self.found_open(order)
        self.assertEqual((run.open_count, run.cancelled_count), (1, 0))
        self.assertEqual(run.finding_ids.note, "being handled (handling)")
        self.assertShown(order)
        self.assertIn("Test Market still had it open", order.open_there_text)
        self.assertFalse(order.outbound_call_ids)
        order.action_cancel_at_marketplace()
        self.assertShown(order, False)
        self.assertEqual(order.outbound_call_ids.kind, "cancel")
        self.send()
        self.assertFalse(self.compare(), "it is told")

    def test_always_told(self):
        self.account.on_open_there = "tell"
        order = self.cancelled_order()
        run = self.found_open(order)
        self.assertEqual(run.open_count, 1)
        self.assertEqual(
            (order.outbound_call_ids.kind, len(order.outbound_call_ids)), ("cancel", 1)
        )
        self.assertShown(order, False)

    def test_what_is_in_the_way_is_said(self):
        self.account.on_open_there = "tell"
        order = self.order_of_three("H-1", done=1)
        invoice = self.invoice(order, "INV-1")
        order._add_outbound_call("invoice", None, invoice).state = "sent"
        order._action_cancel()
        run = self.found_open(order)
        self.assertFalse(order._outbound_calls("cancel"))
        self.assertShown(order)
        obstacle = order._obstacle_to_cancel_there()
        self.assertTrue(obstacle)
        self.assertIn(obstacle, order.open_there_text)
        self.assertEqual(run.finding_ids.note, obstacle)
        with self.assertRaises(UserError):
            order.action_cancel_at_marketplace()

    def test_call_that_ended_badly_is_left_to_people(self):
        self.account.on_open_there = "tell"
        order = self.order_of_three("H-1")
        self.cancelled_here(order).state = "given_up"
        self.found_open(order)
        self.assertEqual(len(order.outbound_call_ids), 1)
        self.assertShown(order)

    def test_it_ends_when_it_is_found_cancelled(self):
        order = self.cancelled_order()
        self.found_open(order)
        self.compare()
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.assertShown(order, False)
        self.assertFalse(order.outbound_call_ids, "no echo")
        self.assertFalse(self.compare())

    def test_it_ends_when_the_marketplace_asks_for_it(self):
        order = self.cancelled_order()
        self.found_open(order)
        self.compare()
        self.read_all({"H-1": self.requested("H-1")})
        self.assertShown(order, False)
        self.assertEqual(order.outbound_call_ids.kind, "cancel", "the request is granted")

    def test_invoiced_orders_are_not_open(self):
        order = self.cancelled_order()
        self.found_open(order)
        self.found_open(order, "invoiced")
        self.assertShown(order, False)
        self.found_open(order)
        self.assertShown(order)

    def test_order_that_goes_on_here_after_all(self):
        order = self.cancelled_order()
        self.found_open(order)
        order.action_draft()
        self.assertShown(order, False)

    def test_order_whose_replacement_goes_on_is_expected_there(self):
        order = self.order_of_three("H-1")
        replacement = self.make_order(quantity=1, replaced_order_id=order.id, confirm=True)
        order._action_cancel()
        self.assertEqual(self.compare().order_count, 1)
        self.read_all({"H-1": self.open("H-1")})
        self.assertShown(order, False)
        self.compare()
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.assertEqual(replacement.state, "cancel", "the marketplace has cancelled both")

    def test_replacement_is_compared_by_the_order_that_it_replaces(self):
        order = self.order_of_three("H-1")
        replacement = self.make_order(quantity=1, replaced_order_id=order.id, confirm=True)
        replacement.action_compare_with_marketplace()
        self.assertEqual(self.readings().mapped("marketplace_order_id"), ["H-1"])

    def test_notification_ends_it_as_well(self):
        order = self.cancelled_order()
        self.found_open(order)
        self.tell("H-1")
        self.read(self.canceled("H-1", reason="Late"))
        self.assertShown(order, False)

    def test_banner(self):
        order = self.cancelled_order()
        self.found_open(order)
        form = Form(order)
        self.assertTrue(form.is_open_there)
        self.assertTrue(form.is_untold)

    def test_order_cancelled_between_noting_and_reading_here(self):
        order = self.order_of_three("H-1")
        run = self.compare()
        order._action_cancel()
        self.read_all({"H-1": self.open("H-1")})
        self.assertEqual(run.open_count, 1)
        self.assertShown(order)

    def test_findings_stay_with_each_comparison(self):
        order = self.cancelled_order()
        first, second = self.found_open(order), self.found_open(order)
        self.assertEqual((first.open_count, second.open_count), (1, 1))
        self.rewrite(first, started_at=first.started_at - timedelta(days=91))
        first._gc_old()
        self.assertShown(order)
