"""While a change of an order is open its invoice is not posted, and nothing else is hindered."""

from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.fields import Date
from odoo.tests import tagged

from ..helpers.change_money import PartMoneyCase
from ..helpers.changes import ChangeCase


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
        self.assertIn("The order is paid, but not invoiced", "".join(self.chatter(self.held)))


@tagged("post_install", "-at_install")
class TestWholeWay(ChangeCase):
    """From the request to the bill, in steps as they come."""

    def test_draft_waits_and_goes_down(self):
        order = self.order_of_both("W-1")
        draft = self.invoice(order, "draft")
        before = draft.amount_untaxed
        self.ask_change("W-1", remove=self.items(CUP=2))
        with self.assertRaisesRegex(UserError, "cannot be posted now"):
            draft.action_post()
        self.confirm_change("W-1")
        self.assertEqual(self.change_of("W-1").state, "part_cancelled")
        self.assertEqual(draft.amount_untaxed, before - 20)
        draft.action_post()
        self.assertEqual(order.invoice_status, "invoiced")

    def test_refused_and_posted_as_it_was(self):
        self.account.on_picking = "ask"
        order = self.order_of_both("W-1")
        order.order_line.move_ids.picked = True
        draft = self.invoice(order, "draft")
        before = draft.amount_total
        self.ask_change("W-1", remove=self.items(CUP=1))
        self.assertEqual(self.change_of("W-1").state, "part_evaluating")
        with self.assertRaisesRegex(UserError, "cannot be posted now"):
            draft.action_post()
        self.change_of("W-1").action_refuse("It is packed.")
        draft.action_post()
        self.assertEqual(draft.amount_total, before)

    def test_posted_invoice_by_policy(self):
        for policy, state, credited in (
            ("credit_note", "part_cancelled", 10),
            ("ask", "part_evaluating", 0),
            ("refuse", "part_refused", 0),
        ):
            with self.subTest(policy):
                self.account.on_invoiced = policy
                order = self.order_of_both(policy)
                invoice = self.invoice(order, "posted")
                self.ask_change(policy, remove=self.items(CUP=1))
                if policy == "credit_note":
                    self.confirm_change(policy)
                self.assertEqual(self.change_of(policy).state, state)
                self.assertEqual(sum(invoice.reversal_move_ids.mapped("amount_untaxed")), credited)

    def test_accepted_by_a_person(self):
        order = self.order_of_both("W-1")
        invoice = self.invoice(order, "posted")
        self.ask_change("W-1", remove=self.items(CUP=1))
        self.change_of("W-1").action_accept()
        self.confirm_change("W-1")
        self.assertEqual(self.change_of("W-1").state, "part_cancelled")
        self.assertEqual(invoice.reversal_move_ids.amount_untaxed, 10)
        self.assertEqual(order.order_line.mapped("qty_invoiced"), [3, 1])

    def test_shipped_and_accepted(self):
        """What the customer has stays billed until it is back, and a person knows."""
        order = self.order_of_both("W-1")
        invoice = self.invoice(order, "posted")
        self.ship(order.picking_ids)
        self.ask_change("W-1", remove=self.items(CUP=1))
        self.change_of("W-1").action_accept()
        self.confirm_change("W-1")
        receipt = self.change_of("W-1")
        self.assertEqual((receipt.state, receipt.called_off), ("part_cancelled", 10))
        self.assertFalse(invoice.reversal_move_ids)
        notes = "".join(order.activity_ids.mapped("note"))
        self.assertIn("1 of “Cup” has left and stays billed", notes.replace("[CUP] ", ""))
