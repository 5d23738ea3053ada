"""What a cancellation does to a sales order in each of its states."""

import json

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..helpers.common import MarketplaceCase


@tagged("post_install", "-at_install")
class TestOrders(MarketplaceCase):
    def cancelled(self, order, **body):
        """Have ``order`` cancelled, check that it is, and return its receipt."""
        answer = self.request_cancellation(order.marketplace_order_id, **body)
        receipt = self.receipts(order.marketplace_order_id)
        self.assertEqual(answer.status, 200, receipt.error)
        self.assertEqual(answer.body, receipt.answer_body)
        self.assertCancelled(order)
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(receipt.sale_order_id, order)
        self.assertEqual(receipt.answer_status, 200)
        self.assertEqual(receipt.protocol_code, json.loads(answer.body)["receipt"])
        return receipt

    # -- States -----------------------------------------------------------------------------------

    def test_quotation_is_cancelled(self):
        order = self.make_order("Q-1")
        self.assertEqual(order.state, "draft")
        self.assertFalse(self.cancelled(order).note)

    def test_sent_quotation_is_cancelled(self):
        order = self.make_order("Q-2")
        order.action_quotation_sent()
        self.assertEqual(order.state, "sent")
        self.cancelled(order)

    def test_confirmed_order(self):
        order = self.make_order("C-1", quantity=7, confirm=True)
        self.assertEqual(self.on_hand(), (100, 7))
        self.cancelled(order)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_confirmed_order_that_stock_does_not_suffice_for(self):
        order = self.make_order("C-2", quantity=120, confirm=True)
        self.assertEqual(self.on_hand(), (100, 100))
        self.cancelled(order)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_locked_order(self):
        order = self.make_order("L-1", confirm=True)
        order.action_lock()
        self.cancelled(order)

    def test_cancelled_order(self):
        order = self.make_order("X-1", confirm=True)
        order.action_cancel()
        self.assertEqual(self.cancelled(order).note, "The order was cancelled already.")

    def test_order_without_transfers(self):
        service = self.env["product.product"].create({"name": "Gift Wrap", "type": "service"})
        order = self.make_order("S-1", confirm=True, product=service)
        self.assertFalse(order.picking_ids)
        self.cancelled(order)

    def test_order_without_lines(self):
        self.cancelled(self.make_order("S-2", order_line=[]))

    def test_order_with_several_lines(self):
        kettle = self.make_product("Kettle")
        self.put_in_stock(kettle, 10, self.warehouse)
        lines = [
            Command.create({"product_id": self.product.id, "product_uom_qty": 2}),
            Command.create({"display_type": "line_section", "name": "Kitchen"}),
            Command.create({"product_id": kettle.id, "product_uom_qty": 3}),
        ]
        self.cancelled(self.make_order("M-1", confirm=True, order_line=lines))
        self.assertEqual(self.on_hand(), (100, 0))
        self.assertEqual(self.on_hand(kettle), (10, 0))

    def invoiced_order(self, marketplace_order_id):
        self.product.invoice_policy = "order"
        order = self.make_order(marketplace_order_id, quantity=2, confirm=True)
        return order, order._create_invoices()

    def test_order_with_a_draft_invoice(self):
        order, invoice = self.invoiced_order("I-1")
        self.cancelled(order)
        self.assertEqual(invoice.state, "cancel")

    def test_order_with_a_posted_invoice_that_is_kept(self):
        self.account.on_invoiced = "credit_note"
        order, invoice = self.invoiced_order("I-2")
        invoice.action_post()
        self.cancelled(order)
        self.assertEqual(invoice.state, "posted")
        credit_note = invoice.reversal_move_ids
        self.assertEqual((len(credit_note), credit_note.state), (1, "draft"))
        self.assertEqual(credit_note.amount_total, invoice.amount_total)

    def test_other_orders_are_left_alone(self):
        other = self.make_order("959311096", confirm=True)
        longer = self.make_order("9593110950", confirm=True)
        padded = self.make_order("0959311095", confirm=True)
        plain = self.make_order(confirm=True)
        self.cancelled(self.make_order("959311095", confirm=True))
        for order in (other, longer, padded, plain):
            self.assertUntouched(order)

    def test_ids_are_told_apart_by_case_and_by_wildcards(self):
        lower = self.make_order("abc_1", confirm=True)
        wild = self.make_order("abcX1", confirm=True)
        self.cancelled(self.make_order("ABC_1", confirm=True))
        self.assertUntouched(lower)
        self.assertUntouched(wild)
        self.cancelled(lower)
        self.assertUntouched(wild)

    # -- Chatter ----------------------------------------------------------------------------------

    def last_words(self, marketplace_order_id, **body):
        order = self.make_order(marketplace_order_id, confirm=True)
        self.cancelled(order, **body)
        sentences = {*self.chatter(order)} & {*self.chatter(order.picking_ids)} - {""}
        self.assertEqual(len(sentences), 1, sentences)
        return sentences.pop()

    def test_chatter_names_who_asked(self):
        self.assertEqual(
            self.last_words("W-1", requestedByUser=True),
            "Test Market cancelled this order; the shopper asked for it.",
        )
        self.assertEqual(
            self.last_words("W-2", requestedByUser=False, reason="Fraud"),
            "Test Market cancelled this order on its own initiative. Reason: “Fraud”.",
        )
        self.assertEqual(self.last_words("W-3"), "Test Market cancelled this order.")

    def test_chatter_takes_a_reason_as_plain_text(self):
        order = self.make_order("W-4", confirm=True)
        self.cancelled(order, reason="100 %s <b>off</b> <img src=x onerror=alert(1)>")
        for document in (order, order.picking_ids):
            bodies = "".join(document.message_ids.mapped("body"))
            self.assertIn("100 %s &lt;b&gt;off&lt;/b&gt; &lt;img", bodies)
            self.assertNotIn("<img", bodies)

    # -- The marketplace's order ID ---------------------------------------------------------------

    def test_account_and_order_id_come_together(self):
        with self.assertRaises(ValidationError):
            self.make_order("959311095", marketplace_account_id=False)
        with self.assertRaises(ValidationError):
            self.make_order(marketplace_account_id=self.account.id)

    @mute_logger("odoo.sql_db")
    def test_order_id_is_unique_at_its_marketplace(self):
        self.make_order("959311095")
        with self.assertRaisesRegex(Exception, "marketplace_order_unique"):
            self.make_order("959311095")

    def test_same_order_id_may_exist_at_another_marketplace(self):
        self.make_order("959311095")
        other = self.make_account("other-market")
        self.make_order("959311095", marketplace_account_id=other.id)

    def test_copy_of_an_order_is_no_marketplace_order(self):
        copy = self.make_order("959311095").copy()
        self.assertFalse(copy.marketplace_order_id)
        self.assertFalse(copy.marketplace_account_id)
