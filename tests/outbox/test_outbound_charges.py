"""Credit notes that credit a part of the freight, a fee or a discount beside whole pieces."""

from odoo.tests import tagged

from ..helpers.outbound_invoices import OddCase


@tagged("post_install", "-at_install")
class TestCharges(OddCase):
    def told_with(self, price, **values):
        """An order of 4 for 100 each that was told of, with one more line for ``price``."""
        other = {"product_id": self.freight.id, "price_unit": price, **values}
        order = self.order_with({"product_uom_qty": 4, "marketplace_line_id": "U1"}, other)
        self.posted(order)
        self.refuse(order)
        self.send()
        self.assertEqual(self.calls(order).state, "sent")
        self.marketplace.received.clear()
        return order

    def credited(self, order, pieces, charge, **values):
        """A credit note of ``pieces``, and of ``charge`` of the other line's money."""
        note = self.credit(self.invoice_of(order), post=False)
        items, other = note.invoice_line_ids.sorted(lambda line: line.sale_line_ids.id)
        items.write({"quantity": pieces, **values})
        if not pieces:
            items.unlink()
        other.price_unit = charge
        note.action_post()
        self.send()
        return note

    def invoice_of(self, order):
        return order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")

    def assertAsked(self, order):
        self.assertFalse(self.sent())
        call = self.calls(order)[-1]
        self.assertEqual((call.kind, call.state), ("return", "failed"))
        self.assertTrue(call.activity_ids)

    def test_part_of_the_freight(self):
        order = self.told_with(15)
        self.credited(order, 3, 5)
        self.assertEqual(self.sent(), [("Input", 30500, [("TEAPOT", 3, 10000)])])
        self.assertFalse(self.activities(order))
        self.credited(order, 1, 4)
        self.assertEqual(self.sent()[1:], [("Input", 10400, [("TEAPOT", 1, 10000)])])
        self.assertIn("Post its credit note first", order._obstacle_to_cancel_there())

    def test_part_of_a_discount(self):
        order = self.told_with(-40)
        self.credited(order, 2, -20)
        self.assertEqual(self.sent(), [("Input", 18000, [("TEAPOT", 2, 9000)])])

    def test_rest_of_the_freight(self):
        order = self.told_with(15)
        self.credited(order, 3, 5)
        self.credited(order, 1, 10)
        self.assertEqual([value for _kind, value, _items in self.sent()], [30500, 11000])
        self.assertIsNone(order._obstacle_to_cancel_there())

    def test_more_freight_than_was_billed(self):
        order = self.told_with(15)
        self.credited(order, 3, 16)
        self.assertAsked(order)

    def test_freight_that_is_billed_once_more(self):
        order = self.told_with(15)
        self.credited(order, 3, -5)
        self.assertAsked(order)

    def test_freight_alone(self):
        order = self.told_with(15)
        self.credited(order, 0, 5)
        self.assertAsked(order)

    def test_pieces_at_another_price(self):
        order = self.told_with(15)
        self.credited(order, 3, 5, price_unit=33)
        self.assertAsked(order)

    def test_part_of_another_item(self):
        order = self.told_with(15, marketplace_line_id="U2")
        self.credited(order, 3, 5)
        self.assertAsked(order)

    def test_item_that_comes_back_for_nothing(self):
        """It is no gift of the seller's: the marketplace knows it."""
        order = self.told_with(15, marketplace_line_id="U2")
        self.credited(order, 3, 0)
        self.assertAsked(order)
