"""Credit notes that were made by hand and say by reconciliation alone what they credit."""

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..helpers.outbound_invoices import OddCase


class ReconciledCase(OddCase):
    def by_hand(self, price=30, post=True, name="Goodwill"):
        """A credit note that names neither an invoice nor a line of an order."""
        line = {"name": name, "price_unit": price, "tax_ids": [Command.clear()]}
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.partner.id,
                "invoice_date": "2026-01-01",
                "invoice_line_ids": [Command.create(line)],
            }
        )
        if post:
            note.action_post()
        return note

    def receivable(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def reconcile(self, *moves):
        self.receivable(self.env["account.move"].concat(*moves)).reconcile()

    def undo(self, note):
        self.receivable(note).remove_move_reconcile()


@tagged("post_install", "-at_install")
class TestReconciled(ReconciledCase):
    def assertAsked(self, order):
        """Somebody is asked about one credit note, and nothing was sent of it."""
        self.send()
        self.assertEqual(len(self.sent()), 1)
        call = self.calls(order)[1:]
        self.assertEqual((call.kind, call.state), ("return", "failed"))
        self.assertIn("not clear which pieces", call.error)
        self.assertEqual(len(self.activities(order)), 1)

    def test_after_it_was_posted(self):
        order = self.told()
        note = self.by_hand()
        self.assertEqual(len(self.calls(order)), 1)
        self.reconcile(order.invoice_ids, note)
        self.assertAsked(order)
        self.assertEqual(self.calls(order)[1:].invoice_id, note)

    def test_with_the_button_on_the_invoice(self):
        order = self.told()
        note = self.by_hand()
        order.invoice_ids.js_assign_outstanding_line(self.receivable(note).id)
        self.assertAsked(order)

    def test_before_it_was_posted(self):
        order = self.told()
        note = self.by_hand(post=False)
        self.reconcile(order.invoice_ids, note)
        self.assertEqual(len(self.calls(order)), 1)
        note.action_post()
        self.assertAsked(order)

    def test_by_an_import(self):
        order = self.told()
        note = self.by_hand(post=False)
        for document in (order.invoice_ids, note):
            self.receivable(document).matching_number = "I1"
        note.action_post()
        self.assertTrue(note._get_reconciled_invoices())
        self.assertAsked(order)

    def test_it_was_told_of_already(self):
        order = self.told()
        note = self.by_hand(500)
        self.reconcile(order.invoice_ids, note)
        self.assertAsked(order)
        self.undo(note)
        self.reconcile(order.invoice_ids, note)
        self.assertAsked(order)
        self.activities(order).action_feedback()
        self.undo(note)
        self.reconcile(order.invoice_ids, note)
        self.send()
        self.assertEqual(len(self.calls(order)), 2)
        self.assertFalse(self.activities(order))

    def test_reconciliation_that_is_undone_at_once(self):
        order = self.told()
        note = self.by_hand()
        self.reconcile(order.invoice_ids, note)
        self.undo(note)
        self.send()
        self.assertEqual(self.calls(order).mapped("state"), ["sent", "obsolete"])
        self.assertFalse(self.activities(order))
        self.reconcile(order.invoice_ids, note)
        self.send()
        self.assertEqual(self.calls(order)[-1].state, "failed")
        self.assertEqual(len(self.activities(order)), 1)

    def test_before_the_answer(self):
        order = self.order_with({"product_uom_qty": 4})
        invoice = self.posted(order)
        self.refuse(order)
        self.marketplace.answers.append((503, {}, {}))
        self.send()
        self.reconcile(invoice, self.by_hand())
        self.make_due(self.calls(order))
        self.send()
        self.send()
        self.assertEqual(self.kinds(), [("Output", 40000)] * 2)
        self.assertEqual(self.calls(order).mapped("state"), ["sent", "failed"])
        self.assertEqual(len(self.activities(order)), 1)

    def test_of_two_invoices_one_was_taken(self):
        for refused in (0, 1):
            with self.subTest(refused=refused):
                order = self.order_with({"product_uom_qty": 4})
                invoices = self.part(order, 1)
                self.refuse(order)
                invoices |= self.posted(order)
                calls = self.calls(order)
                self.send()
                calls[refused]._end("failed")
                self.reconcile(*invoices, self.by_hand(400))
                self.send()
                self.assertEqual((self.calls(order) - calls).state, "failed")

    def test_invoice_that_was_told_of_by_hand(self):
        order = self.order_with({"product_uom_qty": 4})
        invoice = self.posted(order)
        self.refuse(order)
        self.calls(order).action_give_up("By phone.")
        self.reconcile(invoice, self.by_hand())
        self.assertIn("by hand", self.activities(order).summary)

    def test_invoice_of_two_orders(self):
        orders = self.order_with({"product_uom_qty": 2}) | self.order_with({})
        orders |= self.make_order(quantity=1, confirm=True)
        invoice = orders._create_invoices()
        self.assertEqual(len(invoice), 1)
        invoice.action_post()
        for order in orders[:2]:
            self.refuse(order)
        self.send()
        self.reconcile(invoice, self.by_hand())
        self.send()
        for order in orders[:2]:
            self.assertEqual(self.calls(order).mapped("state"), ["sent", "failed"])
        self.assertEqual(len(self.sent()), 2)

    def test_by_somebody_who_sees_no_order(self):
        """Nor are what they have read before the orders that there are."""
        order = self.told()
        groups = "account.group_account_invoice,sales_team.group_sale_salesman"
        user = new_test_user(self.env, "accountant of her own orders", groups)
        order.user_id = self.env.user
        note = self.by_hand()
        self.env.flush_all()
        self.env.invalidate_all()
        lines = (order.invoice_ids | note).with_user(user).line_ids
        self.assertFalse(lines.sale_line_ids)
        self.receivable((order.invoice_ids | note).with_user(user)).reconcile()
        self.env.invalidate_all()
        self.assertAsked(order)


@tagged("post_install", "-at_install")
class TestNotConcerned(ReconciledCase):
    def test_payment_asks_nobody_and_sends_nothing(self):
        order = self.told()
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=order.invoice_ids.ids
        )
        wizard.create({}).action_create_payments()
        self.assertIn(order.invoice_ids.payment_state, ("paid", "in_payment"))
        self.assertEqual(len(self.calls(order)), 1)
        self.assertFalse(self.activities(order))

    def test_credit_note_of_another_order_that_pays_for_this_one(self):
        order = self.told()
        other = self.order_with({})
        note = self.credit(self.posted(other), post=False)
        note.reversed_entry_id = False
        note.action_post()
        self.reconcile(order.invoice_ids, note)
        self.assertEqual(len(self.calls(order)), 1)
        self.assertFalse(self.calls(other))

    def test_invoice_of_which_no_marketplace_was_told(self):
        order = self.order_with({})
        self.reconcile(self.posted(order), self.by_hand())
        self.assertFalse(self.calls(order))

    def test_one_query_for_all(self):
        self.told()
        invoices = self.env["account.move"].union(
            *(self.posted(self.order_with({})) for _number in range(3))
        )
        notes = self.env["account.move"].union(*(self.by_hand() for _number in range(3)))
        self.reconcile(invoices, notes)
        partials = self.receivable(notes).matched_debit_ids
        self.assertEqual(len(partials), 3)
        self.env.flush_all()
        moves = partials._moves_reconciled()
        moves.mapped("reversed_entry_id")
        with self.assertQueryCount(0):
            invoices._naming_no_invoice()._tell_of_reconciliation(invoices)
        with self.assertQueryCount(1):
            moves._naming_no_invoice()._tell_of_reconciliation(moves)


@tagged("post_install", "-at_install")
class TestDeducted(ReconciledCase):
    def setUp(self):
        super().setUp()
        self.order = self.order_with({"product_uom_qty": 4})
        self.invoice_of_all = self.invoice(self.order, "draft")
        fee = {"name": "Fee", "price_unit": 5, "tax_ids": [Command.clear()]}
        self.invoice_of_all.invoice_line_ids = [Command.create(fee)]
        self.invoice_of_all.action_post()
        self.note = self.by_hand(5, name="Fee")
        self.reconcile(self.invoice_of_all, self.note)
        self.refuse(self.order)
        self.send()
        self.assertEqual(self.kinds(), [("Output", 40000)])

    def test_reconciliation_that_is_undone(self):
        self.undo(self.note)
        self.assertIn("was changed", self.activities(self.order).summary)

    def test_and_made_again(self):
        self.undo(self.note)
        self.reconcile(self.invoice_of_all, self.note)
        self.assertFalse(self.activities(self.order))
        self.send()
        self.assertEqual(self.kinds(), [("Output", 40000)])
        self.assertEqual(len(self.calls(self.order)), 1)
