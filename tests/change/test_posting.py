"""While a change of an order is open its invoice is not posted, and nothing else is hindered."""

from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.fields import Date
from odoo.tests import tagged

from ..helpers.change_money import PartMoneyCase


@tagged("post_install", "-at_install")
class TestPosting(PartMoneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = "Europe/Brussels"
        cls.held = cls.make_order("H-1", quantity=3, confirm=True)
        cls.free = cls.make_order("H-2", quantity=3, confirm=True)
        cls.receipt = cls.env["marketplace.cancellation.receipt"].create(
            {
                "account_id": cls.account.id,
                "marketplace_order_id": "H-1",
                "cancellation_request_id": "change-1",
                "kind": "part",
                "state": "part_evaluating",
                "received_at": "2026-05-04 10:00:00",
            }
        )

    @contextmanager
    def settled(self):
        self.receipt.state = "part_refused"
        yield
        self.receipt.state = "part_evaluating"

    def test_invoice(self):
        draft = self.invoice(self.held, "draft")
        with self.assertRaises(UserError) as caught:
            draft.action_post()
        for text in (
            "Test Market changes order H-1",
            "change-1",
            "5/4/26, 12:00 PM (Europe/Brussels",
        ):
            self.assertIn(text, str(caught.exception).replace("\N{NARROW NO-BREAK SPACE}", " "))
        self.assertEqual(draft.state, "draft")

    def test_accountant(self):
        draft = self.invoice(self.held, "draft")
        with self.assertRaisesRegex(UserError, "cannot be posted now"):
            draft.with_user(self.accountant).action_post()

    def test_down_payment(self):
        draft = self.down_payment(self.held, post=False)
        with self.assertRaisesRegex(UserError, "cannot be posted now"):
            draft.action_post()

    def test_final_credit_note_that_bills(self):
        with self.settled():
            self.down_payment(self.held, 100)
        self.held.order_line[0].product_uom_qty = 2
        final = self.final_invoice(self.held, post=False)
        self.assertEqual(final.move_type, "out_refund")
        with self.assertRaisesRegex(UserError, "cannot be posted now"):
            final.action_post()

    def test_credit_note(self):
        with self.settled():
            invoice = self.invoice(self.held, "posted")
        self.assertEqual(self.credit(invoice, {self.held.order_line: 1}).state, "posted")

    def test_payment(self):
        with self.settled():
            self.assertEqual(self.invoice(self.held, "paid").state, "posted")

    def test_other_order(self):
        self.assertEqual(self.invoice(self.free, "posted").state, "posted")

    def test_scheduled(self):
        drafts = self.invoice(self.held, "draft") | self.invoice(self.free, "draft")
        drafts.write({"auto_post": "at_date", "date": Date.today()})
        with self.own_transactions() as env:
            env.ref("account.ir_cron_auto_post_draft_entry").method_direct_trigger()
        self.assertEqual(drafts.mapped("state"), ["draft", "posted"])
        self.assertIn("cannot be posted now", self.chatter(drafts[0])[0])

    def test_paid_and_invoiced_by_itself(self):
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        for order, states in ((self.held, []), (self.free, ["posted"])):
            payment = self.pay(order, 30, operation="validation")  # books nothing itself
            payment.with_context(skip_sale_auto_invoice_send=True)._post_process()
            self.assertEqual(order.invoice_ids.mapped("state"), states)
        self.assertIn("Paid, and not invoiced", "".join(self.chatter(self.held)))
