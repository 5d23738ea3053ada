"""Ways to bill that were reported as trouble, with Odoo or with VTEX: what is told of them."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.outbound_invoices import OddCase


@tagged("post_install", "-at_install")
class TestReturns(OddCase):
    def test_of_each_sku_there_is_one_entry(self):
        order = self.order_with({"product_uom_qty": 7, "price_unit": 10 / 7})
        self.posted(order)
        self.refuse(order)
        self.send()
        self.credit(order.invoice_ids)
        self.send()
        kind, value, items = self.sent()[1]
        self.assertEqual((kind, value, items), ("Input", 1000, [("TEAPOT", 7, 142)]))

    def test_order_that_is_told_of_in_part(self):
        order = self.order_with({"product_uom_qty": 4})
        first = self.part(order, 1)
        self.refuse(order)
        self.send()
        self.credit(first)
        self.send()
        self.assertEqual(self.kinds(), [("Output", 10000)])
        self.assertIn("told of only a part", self.calls(order)[1:].error)
        self.assertTrue(self.activities(order))
        self.part(order, 3)
        self.send()
        self.calls(order)[1].action_send_again()
        self.send()
        self.assertEqual(self.kinds()[1:], [("Output", 30000), ("Input", 10000)])

    def test_reverse_and_create_anew(self):
        order = self.told()
        invoice = order.invoice_ids
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        action = wizard.modify_moves()
        new = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((new.state, new.move_type), ("draft", "out_invoice"))
        self.send()
        self.assertEqual(self.kinds(), [("Output", 40000), ("Input", 40000)])
        new.invoice_line_ids.quantity = 3
        new.action_post()
        self.send()
        self.assertEqual(self.kinds()[2:], [("Output", 30000)])
        self.assertFalse(self.activities(order))

    def test_resequenced(self):
        order = self.told()
        invoice = order.invoice_ids
        wizard = self.env["account.resequence.wizard"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({"first_name": "INV/2026/90001"}).resequence()
        self.assertEqual(invoice.name, "INV/2026/90001")
        self.assertIn("was changed", self.activities(order).summary)
        invoice.name = self.calls(order).body["invoiceNumber"].replace("-", "/")
        self.assertFalse(self.activities(order))

    def test_fiscal_number_that_comes_later(self):
        self.account.write({"invoice_number_source": "field", "invoice_number_field": "ref"})
        order = self.order_with({})
        self.posted(order, ref="35-1")
        self.refuse(order)
        self.send()
        order.invoice_ids.name = "INV/2026/90001"
        self.assertFalse(self.activities(order))
        order.invoice_ids.ref = "35-2"
        self.assertIn("was changed", self.activities(order).summary)

    def unanswered(self):
        """An order whose invoice the marketplace may have got to refuse a cancellation."""
        order = self.order_with({"product_uom_qty": 4})
        self.posted(order)
        self.refuse(order)
        self.marketplace.answers.append(None)
        self.send()
        self.assertTrue(self.calls(order).may_be_carried_out)
        return order

    def test_credited_after_it_expired_unanswered(self):
        order = self.unanswered()
        call = self.calls(order)
        self.make_due(call, timedelta(days=30))
        self.marketplace.answers.append(None)
        self.send()
        self.assertEqual(call.state, "expired")
        self.credit(order.invoice_ids, {order.invoice_ids.invoice_line_ids: 3})
        call.action_send_again()
        self.send()
        self.assertEqual(self.kinds()[2:], [("Output", 40000)])
        self.assertTrue(self.activities(order))

    def test_expired_unanswered_is_no_order_without_an_invoice(self):
        order = self.unanswered()
        self.assertIn("Post its credit note", order._obstacle_to_cancel_there())
        for state in ("expired", "given_up", "obsolete"):
            with self.subTest(state):
                self.calls(order)._end(state)
                self.assertIn("not known whether", order._obstacle_to_cancel_there())

    def test_cancelled_here_while_the_marketplace_may_have_the_invoice(self):
        """Nobody else would see to what the shopper has paid."""
        order = self.unanswered()
        self.env["marketplace.order.cancel"].create({"order_id": order.id}).action_cancel_order()
        self.make_due(self.calls(order))
        self.send()
        self.assertEqual(self.calls(order).state, "obsolete")
        self.assertIn("has an invoice", self.activities(order).summary)
        with self.assertRaises(UserError):
            order.action_cancel_at_marketplace()

    def test_what_was_never_sent_asks_nobody(self):
        order = self.order_with({})
        self.posted(order)
        self.refuse(order)
        self.env["marketplace.order.cancel"].create({"order_id": order.id}).action_cancel_order()
        self.send()
        self.assertEqual(self.calls(order).state, "obsolete")
        self.assertFalse(self.activities(order))

    def test_return_that_was_refused_is_what_is_in_the_way(self):
        order = self.told()
        note = self.credit(order.invoice_ids)
        self.marketplace.answers.append((400, {}, {}))
        self.send()
        obstacle = order._obstacle_to_cancel_there()
        self.assertIn(f"has not accepted the return invoice {note.name}", obstacle)
        self.calls(order)[1].action_send_again()
        self.send()
        self.assertIsNone(order._obstacle_to_cancel_there())

    def test_mixed_final(self):
        self.product.invoice_policy = self.cup.invoice_policy = "delivery"
        order = self.order_with(
            {"product_uom_qty": 4},
            {"product_id": self.cup.id, "price_unit": 30, "product_uom_qty": 2},
        )
        self.ship(self.open_pickings(order))
        self.posted(order)
        self.ask(order).action_refuse("It has left.")
        self.send()
        self.give_back(order.picking_ids, {self.product: 2})
        order.order_line[1].product_uom_qty = 3
        self.ship(self.open_pickings(order))
        note = order._create_invoices(final=True)
        self.assertEqual((note.move_type, note.amount_total), ("out_refund", 170))
        note.action_post()
        self.send()
        self.assertEqual(self.kinds(), [("Output", 46000)])
        self.assertTrue(self.activities(order))


@tagged("post_install", "-at_install")
class TestAmounts(OddCase):
    def test_cash_rounding_in_the_biggest_tax(self):
        rounding = self.env["account.cash.rounding"].create(
            {"name": "5 cents", "rounding": 0.05, "strategy": "biggest_tax"}
        )
        taxes = [Command.set(self.tax.ids)]
        order = self.order_with({"price_unit": 9.99, "tax_ids": taxes})
        invoice = self.posted(order, invoice_cash_rounding_id=rounding.id)
        self.assertEqual(invoice.amount_total, 11)
        body = invoice._marketplace_invoice_body(order)
        self.assertEqual(body["invoiceValue"], 1099)

    def test_line_for_two_skus(self):
        order = self.order_with({"product_uom_qty": 2}, {"product_id": self.cup.id})
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids[1].unlink()
        invoice.invoice_line_ids.write(
            {"quantity": 3, "sale_line_ids": [Command.set(order.order_line.ids)]}
        )
        invoice.action_post()
        self.assertUnsendable("several", order)
        order.order_line.marketplace_sku = "SET"
        body = invoice._marketplace_invoice_body(order)
        self.assertEqual(self.items(body), [("SET", 3, 10000)])

    def test_zone_that_nobody_knows_any_more(self):
        order = self.order_with({})
        self.posted(order)
        self.rewrite(self.env.company.partner_id, tz="US/Pacific-New")
        self.refuse(order)
        self.send()
        self.assertEqual(self.kinds(), [("Output", 10000)])

    def test_product_of_another_unit_on_the_invoice(self):
        dozens = self.make_product("Eggs", uom_id=self.env.ref("uom.product_uom_dozen").id)
        order = self.order_with({"product_uom_qty": 24})
        invoice = self.invoice(order, "draft")
        invoice.invoice_line_ids.product_id = dozens
        invoice.invoice_line_ids.write(
            {
                "price_unit": 100,
                "quantity": 24,
                "product_uom_id": self.env.ref("uom.product_uom_unit").id,
                "tax_ids": [Command.clear()],
            }
        )
        invoice.action_post()
        self.assertEqual(
            self.items(invoice._marketplace_invoice_body(order)), [("TEAPOT", 24, 10000)]
        )

    def test_withheld_beside_included(self):
        taxes = self.env["account.tax"]
        included = taxes.create(
            {"name": "21 incl x", "amount": 21, "price_include_override": "tax_included"}
        )
        withheld = taxes.create(
            {"name": "W15", "amount": -15, "price_include_override": "tax_excluded"}
        )
        order = self.order_with(
            {"price_unit": 121, "tax_ids": [Command.set((included | withheld).ids)]}
        )
        invoice = self.posted(order)
        self.assertEqual(invoice.amount_total, 106)
        self.assertEqual(invoice._marketplace_invoice_body(order)["invoiceValue"], 12100)

    def test_withheld_in_a_group(self):
        taxes = self.env["account.tax"]
        included = taxes.create(
            {"name": "21 g", "amount": 21, "price_include_override": "tax_excluded"}
        )
        withheld = taxes.create(
            {"name": "W15 g", "amount": -15, "price_include_override": "tax_excluded"}
        )
        group = taxes.create(
            {
                "name": "G",
                "amount_type": "group",
                "children_tax_ids": [Command.set((included | withheld).ids)],
            }
        )
        order = self.order_with({"price_unit": 100, "tax_ids": [Command.set(group.ids)]})
        invoice = self.posted(order)
        self.assertEqual(invoice._marketplace_invoice_body(order)["invoiceValue"], 12100)

    def test_withheld_globally_rounded(self):
        self.env.company.tax_calculation_rounding_method = "round_globally"
        taxes = self.env["account.tax"]
        plain = taxes.create({"name": "5.5 w", "amount": 5.5})
        withheld = taxes.create({"name": "W15 r", "amount": -1.5})
        lines = [
            {"price_unit": 0.09, "tax_ids": [Command.set((plain | withheld).ids)]}
            for _n in range(9)
        ]
        order = self.order_with(*lines)
        invoice = self.posted(order)
        self.assertEqual(invoice.amount_total, 0.84)  # 0.81 and 0.04, less 0.01
        self.assertEqual(invoice._marketplace_invoice_body(order)["invoiceValue"], 85)

    def test_autoposted(self):
        order = self.order_with({})
        self.refuse(order)
        draft = self.invoice(order, "draft")
        tomorrow = fields.Date.context_today(draft) + timedelta(days=1)  # where the user is
        draft.write({"invoice_date": tomorrow, "date": tomorrow, "auto_post": "at_date"})
        draft._post(soft=True)
        self.assertEqual(draft.state, "draft")
        self.send()
        self.assertFalse(self.sent())
        today = fields.Date.today()
        draft.write({"invoice_date": today, "date": today})
        with self.own_transactions() as env:
            env["account.move"]._autopost_draft_entries()
        self.assertEqual(draft.state, "posted")
        self.send()
        self.assertEqual(self.kinds(), [("Output", 10000)])

    def test_tax_edited_by_hand(self):
        order = self.order_with(
            {"price_unit": 100, "tax_ids": [Command.set(self.tax.ids)], "product_uom_qty": 4}
        )
        invoice = self.invoice(order, "draft")
        line = invoice.line_ids.filtered("tax_line_id")
        receivable = invoice.line_ids.filtered(lambda one: one.display_type == "payment_term")
        invoice.write(
            {
                "line_ids": [
                    Command.update(line.id, {"amount_currency": line.amount_currency - 0.02}),
                    Command.update(
                        receivable.id, {"amount_currency": receivable.amount_currency + 0.02}
                    ),
                ]
            }
        )
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 440.02)
        self.assertEqual(
            invoice._marketplace_invoice_body(order)["invoiceValue"],
            round(invoice.amount_total * 100),
        )

    def test_rounding_method_changed_before_the_credit_note(self):
        tax = self.env["account.tax"].create({"name": "15 r", "amount": 15})
        lines = [
            {
                "product_uom_qty": 10,
                "price_unit": 30.75,
                "discount": 5,
                "tax_ids": [Command.set(tax.ids)],
            },
            {
                "product_id": self.cup.id,
                "price_unit": 70,
                "discount": 5,
                "tax_ids": [Command.set(tax.ids)],
            },
        ]
        self.env.company.tax_calculation_rounding_method = "round_per_line"
        order = self.order_with(*lines)
        invoice = self.posted(order)
        self.env.company.tax_calculation_rounding_method = "round_globally"
        self.refuse(order)
        note = self.credit(invoice)
        self.assertEqual((invoice.amount_total, note.amount_total), (412.43, 412.42))
        self.send()
        self.assertFalse(self.sent())

    def goodwill(self, order):
        """A credit note for what was added to ``order``, and is on no invoice."""
        order.order_line = [
            Command.create(
                {
                    "product_id": self.freight.id,
                    "name": "Goodwill",
                    "price_unit": -20,
                    "tax_ids": [Command.clear()],
                }
            )
        ]
        order.order_line[-1].qty_delivered = 1
        note = order._create_invoices(final=True)
        note.action_post()
        self.assertEqual((note.move_type, note.amount_total), ("out_refund", 20))
        return note

    def test_goodwill_after_the_invoice_was_sent(self):
        order = self.told()
        self.goodwill(order)
        self.send()
        self.assertEqual(self.kinds(), [("Output", 40000)])
        self.assertIn("not clear", self.calls(order)[1:].error)
        self.assertTrue(self.activities(order))

    def test_goodwill_before_the_invoice_was_sent(self):
        order = self.order_with({"product_uom_qty": 4})
        self.posted(order)
        self.goodwill(order)
        self.refuse(order)
        self.send()
        self.send()
        self.assertEqual(self.kinds(), [("Output", 40000)])
        self.assertIn("not clear", self.calls(order)[1:].error)
        self.assertTrue(self.activities(order))

    def test_line_of_a_negative_quantity(self):
        order = self.order_with(
            {"product_uom_qty": 3},
            {"product_id": self.cup.id, "product_uom_qty": -1, "price_unit": 20},
        )
        self.posted(order)
        self.ship(self.open_pickings(order))
        self.ask(order).action_refuse("It has left.")
        self.send()
        self.assertEqual(self.sent(), [("Output", 30000, [("TEAPOT", 3, 10000)])])
        order._create_invoices(final=True).action_post()
        self.send()
        self.assertEqual(len(self.sent()), 1)
        self.assertTrue(self.activities(order))
