"""Invoices that wait until their order is settled, and what is sent meanwhile."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from ...models.outbox.progress import SaleOrder
from ...tools.outbound import next_call
from ..helpers.outbound import CALL
from ..helpers.outbound_invoices import SentCase


@tagged("post_install", "-at_install")
class TestOnHold(SentCase):
    def hold(self, order):
        """Let ``order`` hold its documents, for the rest of this test or until :meth:`release`."""
        self.holding |= order
        order._hold_invoice_calls()

    def release(self, order):
        self.holding -= order
        order._release_invoice_calls()

    def setUp(self):
        super().setUp()
        self.holding = self.env["sale.order"]
        is_held = patch.object(SaleOrder, "_holds_documents", lambda order: order in self.holding)
        self.enterContext(is_held)

    def invoiced(self):
        """An order of four with an invoice that is to be sent, and the call."""
        order = self.order_with({"product_uom_qty": 4})
        self.posted(order)
        self.refuse(order)
        return order, self.calls(order)

    def test_it_is_sent_when_it_is_released(self):
        order, call = self.invoiced()
        self.hold(order)
        self.send()
        self.assertFalse(self.marketplace.received)
        self.assertEqual((call.state, call.on_hold), ("pending", True))
        self.release(order)
        self.assertFalse(call.on_hold)
        self.send()
        self.assertEqual(call.state, "sent")

    def test_document_is_composed_anew(self):
        order, call = self.invoiced()
        self.marketplace.answers.append((429, {}, {}))
        self.send()
        self.assertEqual(call.body["invoiceValue"], 40000)
        self.hold(order)
        self.credit(order.invoice_ids, {order.invoice_ids.invoice_line_ids: 1})
        self.release(order)
        self.send()
        self.assertEqual([value for _kind, value, _items in self.sent()], [40000, 30000])

    def test_what_the_marketplace_may_have_goes_on(self):
        order, call = self.invoiced()
        self.marketplace.answers.append((503, {}, {}))
        self.send()
        self.hold(order)
        self.assertFalse(call.on_hold)
        self.make_due(call)
        self.send()
        self.assertEqual(call.state, "sent")

    def test_documents_that_are_posted_meanwhile_wait_too(self):
        order = self.told()
        self.hold(order)
        self.credit(order.invoice_ids, {order.invoice_ids.invoice_line_ids: 3})
        note = order._outbound_calls("return")
        self.assertTrue(note.on_hold)
        self.assertFalse(note.next_attempt_at)
        self.send()
        self.assertEqual(len(self.sent()), 1)
        self.release(order)
        self.send()
        self.assertEqual([value for _kind, value, _items in self.sent()], [40000, 30000])

    def test_call_that_waits_for_its_invoice_waits_on_when_that_is_posted(self):
        order = self.order_with({"product_uom_qty": 4})
        self.refuse(order)
        self.assertEqual(self.calls(order).state, "waiting")
        self.hold(order)
        self.posted(order)
        self.send()
        self.assertFalse(self.marketplace.received)
        self.assertEqual(self.calls(order).state, "pending")
        self.release(order)
        self.send()
        self.assertEqual(self.calls(order).state, "sent")

    def test_released_call_waits_for_its_invoice_still(self):
        order = self.order_with({"product_uom_qty": 4})
        self.refuse(order)
        self.hold(order)
        self.release(order)
        call = self.calls(order)
        self.assertEqual((call.state, call.on_hold), ("waiting", False))
        self.assertFalse(call.next_attempt_at)

    def test_it_is_not_released_as_long_as_something_else_holds_it(self):
        order, call = self.invoiced()
        self.hold(order)
        order._release_invoice_calls()
        self.assertTrue(call.on_hold)

    def test_call_that_was_not_put_on_hold_is_found_before_it_is_sent(self):
        order, call = self.invoiced()
        self.holding |= order  # another worker was sending it at that moment, in vain
        self.send()
        self.assertFalse(self.marketplace.received)
        self.assertTrue(call.on_hold)

    def test_one_that_is_sent_again_by_hand_waits(self):
        order, call = self.invoiced()
        self.hold(order)
        call.action_send_again()
        self.send()
        self.assertFalse(self.marketplace.received)
        self.assertTrue(call.on_hold)
        self.assertFalse(call.next_attempt_at)

    def test_it_keeps_no_other_call_of_its_order_from_being_sent(self):
        order, call = self.invoiced()
        self.hold(order)
        other = order._add_outbound_call("deny", call.receipt_id, body={"denyReason": "No."})
        self.send()
        self.assertEqual((call.state, other.state), ("pending", "sent"))

    def test_one_that_has_a_time_lets_others_pass_and_is_sent_then(self):
        order, call = self.invoiced()
        other = order._add_outbound_call("deny", call.receipt_id, body={"denyReason": "No."})
        now = fields.Datetime.now()
        call.write({"on_hold": True, "on_hold_since": now})
        call.next_attempt_at = now + timedelta(hours=1)
        self.send()
        self.assertEqual((call.state, other.state), ("pending", "sent"))
        self.make_due(call)
        self.send()
        self.assertEqual((call.state, call.on_hold), ("sent", False))

    def test_time_on_hold_does_not_count(self):
        order, call = self.invoiced()
        days = timedelta(days=self.account.outbound_days)
        call.pending_since -= timedelta(days=1)
        self.hold(order)
        call.on_hold_since -= days
        call.pending_since -= days
        self.send()
        self.assertEqual(call.state, "pending")
        self.release(order)
        age = fields.Datetime.now() - call.pending_since
        self.assertAlmostEqual(age / timedelta(days=1), 1, delta=0.01)
        self.marketplace.answers.append(None)
        self.send()
        self.assertEqual(call.state, "pending")

    def test_one_that_ends_is_not_on_hold(self):
        order, call = self.invoiced()
        self.hold(order)
        call.action_give_up("Told by hand.")
        self.assertFalse(call.on_hold)
        self.release(order)
        self.send()
        self.assertEqual(call.state, "given_up")

    def test_health_does_not_complain(self):
        order, call = self.invoiced()
        call.pending_since -= timedelta(hours=5)
        self.assertTrue(self.account._open_calls())
        self.hold(order)
        self.assertFalse(self.account._open_calls())

    def test_next_call_is_found_by_an_index(self):
        order, call = self.invoiced()
        self.hold(order)
        self.env.flush_all()
        self.env.cr.execute(
            f"""
            INSERT INTO marketplace_outbound_call
                   (account_id, company_id, kind, marketplace_order_id, state, on_hold,
                    next_attempt_at, pending_since)
            SELECT account_id, company_id, 'deny', 'X-' || number, 'pending', number %% 100 = 0,
                   now() + interval '1 hour', now()
              FROM {self.env[CALL]._table}, generate_series(1, 20000) number
             WHERE id = %s
            """,
            [call.id],
        )
        self.env.cr.execute("ANALYZE marketplace_outbound_call")
        now = fields.Datetime.now()
        query = SQL("EXPLAIN " + next_call._NEXT, now, None, None, now, now, now)
        plan = "\n".join(row for (row,) in self.env.execute_query(query))
        self.assertIn("Index Cond: (next_attempt_at <=", plan)
        self.assertIn("Index Cond: (sale_order_id =", plan)
        self.assertNotIn("Seq Scan on marketplace_outbound_call", plan)
