"""Money that a machine does not give back: a person is asked."""

from odoo.tests import tagged

from ..helpers.change_money import PartMoneyCase
from ..helpers.work_sold import SoldWorkCase


@tagged("post_install", "-at_install")
class TestPaidInAdvance(PartMoneyCase):
    def test_by_a_provider(self):
        order = self.order_of_three("P-1")
        self.pay(order, 30)
        self.take_out({order.order_line: 1})
        self.assertAsked(order, "10.00")
        ((_user, note),) = self.activities(order)
        self.assertIn("20.00 now", note.replace("\N{NO-BREAK SPACE}", " ").replace("$ ", ""))
        self.assertIn("part that was cancelled", order.activity_ids.summary)

    def test_by_a_provider_less_than_it_costs(self):
        order = self.order_of_three("P-1")
        self.pay(order, 20)
        self.take_out({order.order_line: 1})
        self.assertEqual(self.activities(order), [])

    def test_given_back_already(self):
        order = self.order_of_three("P-1")
        payment = self.pay(order, 30)
        payment._create_child_transaction(10, is_refund=True).state = "done"
        self.take_out({order.order_line: 1})
        self.assertEqual(self.activities(order), [])

    def test_what_has_left_and_is_to_come_back(self):
        order = self.order_of_three("P-1")
        self.invoice(order, "posted")
        self.pay(order, 30)
        order.order_line.marketplace_taken_out = 1
        order._account_for_part({order.order_line: 1}, self.cause(order))
        ((_user, note),) = self.activities(order)
        self.assertIn("exceeds that by 10.00", note.replace("$\N{NO-BREAK SPACE}", ""))
        self.assertIn("1 of “Teapot” has left and stays billed", note)
        self.assertFalse(order.invoice_ids.reversal_move_ids)
        self.assertEqual(order._billed_beyond({order.order_line: 1}), {order.order_line: 1})

    def test_for_several_orders(self):
        orders = self.orders(2)
        self.pay(orders, 50)
        self.take_out({orders[0].order_line: 1})
        self.assertEqual(self.activities(orders[0]), [])
        self.take_out({orders[0].order_line: 1})
        self.assertAsked(orders[0], "paid, or billed in advance")

    def test_in_another_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "rate": 2, "name": "2020-01-01"}
        )
        order = self.order_of_three("P-1")
        self.pay(order, 40, currency_id=euro.id)
        self.take_out({order.order_line: 1})
        self.assertEqual(self.activities(order), [])
        self.take_out({order.order_line: 1})
        self.assertAsked(order, "refund it")

    def test_down_payment(self):
        order = self.order_of_three("P-1")
        self.down_payment(order)
        self.take_out({order.order_line[0]: 1})
        self.assertEqual(self.activities(order), [])
        self.take_out({order.order_line[0]: 1})
        self.assertAsked(order, "5.00")

    def test_down_payment_that_is_deducted(self):
        order = self.order_of_three("P-1")
        self.down_payment(order)
        invoice = self.final_invoice(order)
        self.take_out({order.order_line[0]: 2})
        self.assertEqual(self.drafted(invoice).amount_total, 20)
        self.assertEqual(self.activities(order, invoice), [])

    def test_down_payment_deducted_on_a_draft(self):
        order = self.order_of_three("P-1")
        self.down_payment(order)
        draft = self.final_invoice(order, post=False)
        self.take_out({order.order_line[0]: 1})
        self.assertEqual(draft.amount_total, 5)
        self.assertEqual(self.activities(order, draft), [])
        self.take_out({order.order_line[0]: 1})
        self.assertEqual(draft.amount_total, -5)
        self.assertAsked(draft, "deducts more than it bills")
        self.assertAsked(order, "5.00")

    def test_gift_card(self):
        self.needs("sale_loyalty", "loyalty.program")
        program = self.env["loyalty.program"].create(
            {"name": "Gift cards", "program_type": "gift_card"}
        )
        reward = self.env["loyalty.reward"].create(
            {"program_id": program.id, "reward_type": "discount", "discount_mode": "per_point"}
        )
        product = reward.discount_line_product_id
        order = self.order_of("P-1", (self.product.id, 3, 10), (product.id, 1, -15))
        order.order_line[1].reward_id = reward
        self.take_out({order.order_line[0]: 1})
        self.assertEqual(self.activities(order), [])
        self.take_out({order.order_line[0]: 1})
        self.assertAsked(order, "5.00")


@tagged("post_install", "-at_install")
class TestPointOfSale(PartMoneyCase, SoldWorkCase):
    """What is sold there is billed as well, and has no invoice."""

    def test_billed_there(self):
        order = self.order_of_three("P-1")
        self.settle(order, 2)
        line = order.order_line
        self.assertEqual(order._billed_beyond({line: 1}), {})
        self.assertEqual(order._billed_beyond({line: 2}), {line: 1})
        order._account_for_part({line: 1}, self.cause(order))
        self.assertEqual(self.activities(order), [])

    def test_billed_there_too_much(self):
        order = self.order_of_three("P-1")
        self.settle(order, 3)
        order.order_line.qty_delivered = 0  # it stays at the till
        self.take_out({order.order_line: 1})
        self.assertAsked(order, "“Teapot” is billed without an invoice")


@tagged("post_install", "-at_install")
class TestGiven(SoldWorkCase, PartMoneyCase):
    """Cards that were bought, and points that were earned, stay as they are."""

    def check(self, order):
        self.account.user_id = order.user_id = self.responsible
        order._account_for_part({order.order_line: 1}, self.cause(order))
        self.assertAsked(order, "points and gift cards", self.responsible)

    def test_gift_card(self):
        self.check(self.gift_card_sold()[0])

    def test_points(self):
        self.check(self.points_earned()[0])


@tagged("post_install", "-at_install")
class TestOddBills(PartMoneyCase):
    def test_billed_without_an_invoice(self):
        """As a point of sale does: the line counts as invoiced, and no invoice says so."""
        order = self.order_of_three("P-1")
        self.patch_qty_invoiced(order.order_line, 3)
        self.assertEqual(order._billed_beyond({order.order_line: 1}), {order.order_line: 1})
        self.lower({order.order_line: 1})
        self.patch_qty_invoiced(order.order_line, 3)
        order._account_for_part({order.order_line: 1}, self.cause(order))
        self.assertAsked(order, "“Teapot” is billed without an invoice")

    def patch_qty_invoiced(self, line, quantity):
        self.env.flush_all()
        self.rewrite(line, qty_invoiced=quantity)

    def test_invoice_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
        self.env.user.company_ids += company
        order = self.order_of_three("P-1")
        line = {"name": "Teapot", "quantity": 3, "price_unit": 10, "tax_ids": [(5,)]}
        line["sale_line_ids"] = [(6, 0, order.order_line.ids)]
        invoice = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner.id,
                    "invoice_line_ids": [(0, 0, line)],
                }
            )
        )
        invoice.action_post()
        self.take_out({order.order_line: 1})
        self.assertFalse(self.drafted(invoice))
        self.assertAsked(order, "belongs to another company", self.responsible)

    def test_credit_note_that_cannot_be_made(self):
        order = self.order_of_three("P-1")
        invoice = self.invoice(order, "posted")
        self.env["account.journal"].search([]).active = False
        self.take_out({order.order_line: 1})
        self.assertEqual(len(self.activities(invoice)), 1)
