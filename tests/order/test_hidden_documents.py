"""Record rules of the shop's own hide documents from the endpoint's user: nothing leaves for that.

A shop has such rules from modules for operating units or for the security of warehouses.
"Cancelled" is told of what the database holds, not of what one user sees.
"""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..helpers.common import EndpointCase
from ..helpers.warehouse import WarehouseCase

#: What a cancellation reads or writes on its way.
ON_THE_WAY = [
    "account.move",
    "account.move.line",
    "account.payment",
    "mail.activity",
    "mail.message",
    "marketplace.account",
    "marketplace.cancellation.delivery",
    "marketplace.cancellation.receipt",
    "marketplace.outbound.call",
    "product.product",
    "product.template",
    "res.partner",
    "res.users",
    "sale.order",
    "sale.order.line",
    "stock.location",
    "stock.move",
    "stock.move.line",
    "stock.picking",
    "stock.picking.batch",
    "stock.picking.type",
    "stock.quant",
    "stock.rule",
    "stock.warehouse",
]


#: The condition of a rule that hides everything.
NOTHING = "(0, '=', 1)"


class HiddenCase(WarehouseCase, EndpointCase):
    def hide(self, *models, records=NOTHING):
        """Hide ``models`` from the endpoint's user by a rule for everybody.

        :param records: the condition for what stays visible, nothing by default
        """
        for name in models:
            model = self.env["ir.model"]._get(name)
            self.env["ir.rule"].create(
                {
                    "name": f"Own rule on {name}",
                    "model_id": model.id,
                    "domain_force": f"[{records}] if user.id == {self.endpoint_user.id} else []",
                }
            )
            own = self.env[name].with_user(self.endpoint_user)
            if own.has_access("read") and records == NOTHING:
                self.assertFalse(own.search_count([], limit=1), name)

    def hidden_models(self):
        return [name for name in ON_THE_WAY if name in self.env]


@tagged("post_install", "-at_install")
class TestHiddenDocuments(HiddenCase):
    def for_each_hidden(self, check):
        """Hide one model after the other, each from the same state of the database."""
        for model in self.hidden_models():
            with self.subTest(model), self.env.cr.savepoint(flush=True) as savepoint:
                self.hide(model)
                check()
                savepoint.rollback()
            self.env.invalidate_all()

    def test_untouched_order_is_cancelled_with_documents_that_are_hidden(self):
        order = self.make_order("U-1", confirm=True)

        def check():
            self.assertConfirmed(self.call("U-1"), order)
            self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})

        self.for_each_hidden(check)

    def test_order_that_is_being_picked_and_has_draft_invoices(self):
        order = self.order_of_three("P-1", steps="two", done=1)
        invoice = self.invoice(order, "draft")

        def check():
            self.assertConfirmed(self.call("P-1"), order)
            self.assertWhollyCancelled(order)
            receipt = self.receipts("P-1")
            self.assertReturns(receipt, {(self.output_location, self.stock_location): 3})
            self.assertFalse(self.draft_lines(order), invoice.state)

        self.for_each_hidden(check)

    def draft_lines(self, order):
        lines = order.order_line.invoice_lines
        return lines.filtered(lambda line: line.parent_state == "draft")

    def test_shipped_order_is_asked_about_and_held(self):
        order = self.order_of_three("S-1")
        self.do_next_step(order, quantity=1)

        def check():
            response = self.call("S-1")
            self.assertEqual((response.status_code, response.text), (200, ""))
            receipt = self.receipts("S-1")
            self.assertEqual(receipt.state, "evaluating")
            with self.assertRaises(UserError):
                self.open_pickings(order).button_validate()
            receipt.action_accept()
            self.assertEqual(receipt.state, "cancelled", receipt.error)
            self.assertWhollyCancelled(order)

        self.for_each_hidden(check)

    def test_invoiced_order_is_asked_about(self):
        order = self.order_of_three("I-1")
        self.invoice(order, "posted")

        def check():
            self.assertEqual(self.call("I-1").text, "")
            self.assertEqual(self.receipts("I-1").state, "evaluating")

        self.for_each_hidden(check)

    def test_everything_at_once_also_in_the_background(self):
        self.account.settlement = "background"
        self.hide(*self.hidden_models())
        order = self.make_order("B-1", confirm=True)
        self.assertEqual(self.call("B-1").status_code, 200)
        self.assertEqual(self.receipts("B-1").state, "queued")
        self.run_cron("cron_settle_queued_1")
        self.assertEqual(self.receipts("B-1").state, "cancelled")
        self.assertCancelled(order)

    def test_order_that_comes_after_its_cancellation(self):
        self.hide(*self.hidden_models())
        self.assertEqual(self.call("L-1").status_code, 404)
        order = self.make_order("L-1", confirm=True)
        self.assertCancelled(order)
        self.assertEqual(self.receipts("L-1").state, "cancelled")


@tagged("post_install", "-at_install")
class TestNothingOpenIsConfirmed(HiddenCase):
    """200 is told of what the database holds."""

    def test_transfer_that_the_order_was_cancelled_without(self):
        """A salesperson who does not see the delivery cancels the order."""
        order = self.make_order("C-1", confirm=True)
        picking = order.picking_ids
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET state = 'cancel' WHERE id = %s", (order.id,))
        self.env.invalidate_all()
        self.assertEqual(picking.state, "assigned")
        self.assertConfirmed(self.call("C-1"), order)
        self.assertEqual(picking.state, "cancel")

    def test_goods_in_output_of_an_order_that_was_cancelled_here(self):
        """Nothing is about to bring them back: a person is asked to see to it."""
        order = self.order_of_three("C-4", steps="two", done=1)
        order.action_cancel()
        order.seller_return_ids.action_cancel()
        self.assertConfirmation(self.request_cancellation("C-4"), order)
        receipt = self.receipts("C-4")
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(len(receipt.activity_ids), 1)

    def test_goods_that_are_to_come_back_from_output_already(self):
        order = self.order_of_three("C-5", steps="two", done=1)
        order.action_cancel()
        self.assertTrue(order.seller_return_ids)
        self.assertConfirmation(self.request_cancellation("C-5"), order)
        self.assertFalse(self.receipts("C-5").activity_ids)

    def test_transfer_that_another_addon_leaves_open(self):
        """An override that cancels no transfers makes the cancellation fail."""
        order = self.make_order("C-2", confirm=True)
        picking = order.picking_ids
        moves = type(self.env["stock.move"])
        cancel = moves._action_cancel
        self.patch(moves, "_action_cancel", lambda moves: True)
        response = self.call("C-2")
        self.assertProblem(response, 500, "cancellation-failed")
        receipt = self.receipts("C-2")
        self.assertEqual((receipt.state, order.state), ("failed", "sale"))
        self.assertIn(picking.name, receipt.error)
        with self.assertRaises(UserError):
            picking.button_validate()
        self.patch(moves, "_action_cancel", cancel)
        self.assertConfirmed(self.call("C-2"), order)

    def test_draft_invoice_that_another_addon_leaves_open(self):
        order = self.order_of_three("C-3", steps="two", done=1)
        invoice = self.invoice(order, "draft")
        invoices = type(self.env["account.move"])
        self.patch(invoices, "button_cancel", lambda moves: True)
        self.patch(invoices, "unlink", lambda moves: True)
        self.assertProblem(self.call("C-3"), 500, "cancellation-failed")
        self.assertEqual((self.receipts("C-3").state, invoice.state), ("failed", "draft"))
        self.assertEqual(order.state, "sale")


@tagged("post_install", "-at_install")
class TestReach(HiddenCase):
    """The endpoint sees everything of its account's orders, and reaches nothing else."""

    def test_order_of_another_account_of_the_same_company(self):
        other = self.make_account("other-market")
        order = self.make_order("R-1", marketplace_account_id=other.id, confirm=True)
        response = self.call("R-1")
        self.assertProblem(response, 404, "unknown-order")
        self.assertNotIn(order.name, response.text)
        self.assertUntouched(order)
        self.assertEqual(self.call("R-2", path_order_id=order.name).status_code, 404)
        self.assertUntouched(order)

    def test_order_that_is_no_marketplaces(self):
        order = self.make_order(confirm=True)
        own = self.make_order("R-3", confirm=True)
        self.assertConfirmed(self.call("R-3", path_order_id=order.name), own)
        self.assertUntouched(order)

    def test_order_whose_company_is_another_one(self):
        """However it came to be: an import past the ORM, a company that was changed."""
        order = self.make_order("R-4", confirm=True)
        other = self.env["res.company"].create({"name": "Another company"})
        self.rewrite(order, company_id=other.id)
        response = self.call("R-4")
        self.assertProblem(response, 404, "unknown-order")
        self.assertNotIn(order.name, response.text)
        self.assertUntouched(order)

    def test_technical_user_is_the_author(self):
        order = self.order_of_three("R-5", steps="two", done=1)
        receipt = self.assertConfirmed(self.call("R-5"), order)
        partner = self.endpoint_user.partner_id
        self.assertEqual(receipt.create_uid, self.endpoint_user)
        self.assertEqual(receipt.return_picking_ids.create_uid, self.endpoint_user)
        self.assertEqual(order.message_ids[:1].author_id, partner)
        # by its state: which one is first depends on the second in which each was scheduled
        (cancelled,) = order.picking_ids.filtered(lambda own: own.state == "cancel")
        self.assertEqual(cancelled.write_uid, self.endpoint_user)
