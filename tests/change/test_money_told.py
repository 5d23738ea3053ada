"""What a marketplace gets of the credit note of a part that was taken out of an order."""

from odoo.tests import tagged

from ..helpers.change_money import PartMoneyCase
from ..helpers.outbound_invoices import OddCase


@tagged("post_install", "-at_install")
class TestTold(OddCase, PartMoneyCase):
    def refuse(self, order, **body):
        """Have the marketplace told of the invoices of ``order``, and nothing shipped."""
        receipt = self.register(order.marketplace_order_id)
        order._send_invoices_to_marketplace(receipt)
        return receipt

    def test_invoice_was_told(self):
        order = self.told()
        self.take_out({order.order_line: 1})
        self.post_drafted(order)
        self.send()
        self.assertEqual(
            self.sent(),
            [
                ("Output", 40000, [("TEAPOT", 4, 10000)]),
                ("Input", 10000, [("TEAPOT", 1, 10000)]),
            ],
        )
        self.assertFalse(self.activities(order))

    def test_part_by_part_until_nothing_is_left(self):
        order = self.told()
        for _number in range(2):
            self.take_out({order.order_line: 2})
            self.post_drafted(order)
            self.send()
        self.assertEqual(self.kinds(), [("Output", 40000), *[("Input", 20000)] * 2])
        self.assertFalse(self.activities(order))

    def test_invoice_was_not_told_yet(self):
        order = self.order_with({"product_uom_qty": 4})
        self.posted(order)
        self.take_out({order.order_line: 1})
        self.post_drafted(order)
        self.refuse(order)
        self.send()
        self.assertEqual(self.sent(), [("Output", 30000, [("TEAPOT", 3, 10000)])])

    def test_invoice_is_made_afterwards(self):
        order = self.order_with({"product_uom_qty": 4})
        self.take_out({order.order_line: 1})
        self.posted(order)
        self.refuse(order)
        self.send()
        self.assertEqual(self.sent(), [("Output", 30000, [("TEAPOT", 3, 10000)])])

    def test_one_of_two_invoices_was_told(self):
        order = self.order_with({"product_uom_qty": 4})
        self.part(order, 3)
        self.refuse(order)
        self.send()
        self.posted(order)
        self.take_out({order.order_line: 2})
        self.post_drafted(order)
        self.send()
        self.send()
        self.assertEqual(self.kinds(), [("Output", 30000), ("Input", 10000)])
        self.assertFalse(self.calls(order).activity_ids)

    def test_then_the_order_is_cancelled_there(self):
        """What the marketplace was told covers what is still on the order."""
        order = self.told()
        invoice = order.invoice_ids
        self.take_out({order.order_line: 1})
        self.post_drafted(order)
        self.send()
        self.assertIn("return", order._obstacle_to_cancel_there())
        self.credit(invoice, {invoice.invoice_line_ids: 3})
        self.assertIsNone(order._obstacle_to_cancel_there())

    def test_other_line(self):
        order = self.order_with({"product_uom_qty": 4}, {"product_id": self.cup.id})
        self.posted(order)
        self.refuse(order)
        self.send()
        self.take_out({order.order_line[1]: 1})
        self.post_drafted(order)
        self.send()
        self.assertEqual(self.sent()[1:], [("Input", 10000, [("CUP", 1, 10000)])])

    def test_combo(self):
        """The lines of which it is made have the prices."""
        order = self.combo()
        self.assertEqual(order._amounts_of_change({order.order_line[0]: 1}), (500, 250))
        part = dict.fromkeys(order.order_line, 1)
        self.assertEqual(order._amounts_of_change(part), (500, 250))
