"""An order that delivers a marketplace's order once more is held and cancelled along with it."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..helpers.warehouse import WarehouseCase


@tagged("post_install", "-at_install")
class TestReplacements(WarehouseCase):
    def replace(self, order):
        return self.make_order(replaced_order_id=order.id, confirm=True)

    def test_replacement_that_comes_after_its_order_was_queued(self):
        self.account.settlement = "background"
        order = self.make_order("R-1", confirm=True)
        self.assertConfirmation(self.request_cancellation("R-1"), order)
        self.assertEqual(self.receipts("R-1").state, "queued")
        replacement = self.replace(order)
        self.assertTrue(replacement.marketplace_hold)
        with self.assertRaisesRegex(UserError, "must not be shipped"):
            replacement.picking_ids.button_validate()
        with self.assertRaisesRegex(UserError, "about to be cancelled"):
            replacement._create_invoices().action_post()
        self.run_cron("cron_settle_queued_1")
        self.assertCancelled(order)
        self.assertCancelled(replacement)
        self.assertEqual(self.receipts("R-1").state, "cancelled")

    def test_what_the_marketplace_has_cancelled_is_not_delivered_once_more(self):
        order = self.make_order("R-2", confirm=True)
        self.cancel_asking_nobody(order)
        replacement = self.make_order(replaced_order_id=order.id)
        with self.assertRaisesRegex(UserError, order.name):
            replacement.action_confirm()
        self.assertEqual((replacement.state, replacement.picking_ids.ids), ("draft", []))
        replacement.replaced_order_id = False
        replacement.action_confirm()
        self.assertEqual(replacement.state, "sale")

    def test_order_that_becomes_a_replacement_when_it_is_confirmed_already(self):
        order = self.make_order("R-3", confirm=True)
        self.cancel_asking_nobody(order)
        other = self.make_order(confirm=True)
        with self.assertRaisesRegex(UserError, order.name), self.env.cr.savepoint():
            other.replaced_order_id = order

    def test_refused_and_lost_orders_are_delivered_once_more(self):
        refused = self.order_of_three("R-4", done=1)
        self.ask(refused).action_refuse("It has left.")
        lost = self.make_order("R-5", confirm=True)
        lost.action_cancel()
        for order in (refused, lost):
            with self.subTest(order.marketplace_order_id):
                self.assertEqual(self.replace(order).state, "sale")

    def test_invoice_of_a_replacement_waits_for_the_cancellation(self):
        self.account.settlement = "background"
        order = self.make_order("R-6", confirm=True)
        replacement = self.replace(order)
        invoice = replacement._create_invoices()
        self.request_cancellation("R-6")
        self.assertEqual(self.receipts("R-6").state, "queued")
        with self.assertRaisesRegex(UserError, "about to be cancelled"):
            invoice.action_post()

    def test_claim_of_a_replacement_is_one_of_its_order(self):
        order = self.make_order("R-7", confirm=True)
        replacement = self.replace(order)
        for claimed in (order, replacement):
            with self.subTest(claimed.name):
                before = self.claims(order)
                claimed._claim_fulfilment()
                self.assertEqual(self.claims(order), before + 1)

    def claims(self, order):
        self.env.cr.execute("SELECT fulfilment_claims FROM sale_order WHERE id = %s", [order.id])
        return self.env.cr.fetchone()[0] or 0
