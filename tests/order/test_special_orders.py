"""Orders that are not like the others: replaced, paid by card, archived, coming back already."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ...tools.decision import Shipped
from ..helpers.replacements import ReplacementCase
from ..helpers.warehouse import WarehouseCase


@tagged("post_install", "-at_install")
class TestReplacements(ReplacementCase):
    def test_replacement_is_cancelled_along(self):
        order, replacement = self.replaced()
        self.cancel_asking_nobody(order)
        for cancelled in (order, replacement):
            self.assertCancelled(cancelled)
            self.assertIn("Test Market cancelled this order.", self.chatter(cancelled))
        self.assertEqual(self.on_hand(), (100, 0))

    def test_replacement_is_held_along(self):
        self.account.on_picking = "ask"
        order, replacement = self.replaced()
        order.picking_ids.move_ids.picked = True
        self.ask(order)
        self.assertEqual(replacement.marketplace_hold, order.marketplace_hold)
        with self.assertRaisesRegex(UserError, "wait for the decision"):
            replacement.picking_ids.button_validate()
        self.assertUntouched(replacement)

    def test_replacement_goes_on_after_a_refusal(self):
        order, replacement = self.replaced(done=1)
        self.ask(order).action_refuse("It was delivered.")
        self.assertFalse(replacement.marketplace_hold)
        self.ship(replacement.picking_ids)
        self.assertEqual(replacement.picking_ids.state, "done")

    def test_facts_are_those_of_both(self):
        order, replacement = self.replaced(done=1)
        self.assertIs(self.facts(order).shipped, Shipped.PARTLY)
        replacement.picking_ids.move_ids.picked = True
        self.assertTrue(self.facts(order).picking)
        replacement.action_lock()
        self.assertTrue(self.facts(order).locked)
        self.invoice(replacement, "posted")
        self.assertTrue(self.facts(order).invoiced)
        self.ship(replacement.picking_ids)
        self.assertIs(self.facts(order).shipped, Shipped.FULLY)

    def test_what_either_has_shipped_is_to_come_back(self):
        order, replacement = self.replaced(done=1)
        self.ship(replacement.picking_ids)
        receipt = self.cancel(order)
        self.assertReturns(receipt, {(self.customer_location, self.stock_location): 5})
        self.validate(receipt.return_picking_ids)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_cancelled_replacement_does_not_count(self):
        order, replacement = self.replaced()
        self.ship(replacement.picking_ids)
        replacement.action_cancel()
        self.assertIs(self.facts(order).shipped, Shipped.NOTHING)

    def test_replacement_of_an_order_that_was_cancelled_here_is_cancelled(self):
        order, replacement = self.replaced()
        order.action_cancel()
        self.cancel_asking_nobody(order)
        self.assertCancelled(replacement)

    def test_replacements_cannot_be_replaced(self):
        order, replacement = self.replaced()
        with self.assertRaisesRegex(ValidationError, "must name the marketplace's own order"):
            self.make_order(replaced_order_id=replacement.id)
        with self.assertRaisesRegex(ValidationError, "must name the marketplace's own order"):
            order.replaced_order_id = order


@tagged("post_install", "-at_install")
class TestOtherOrders(WarehouseCase):
    def pay(self, order, state):
        """A payment of ``order`` by a payment provider, in ``state``."""
        method = self.env["payment.method"].create({"name": state, "code": f"test_{state}"})
        provider = self.env["payment.provider"].create({"name": "Provider", "code": "none"})
        provider.support_manual_capture = "full_only"
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"{order.name}-{state}",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": order.ids,
                "state": state,
            }
        )

    def test_payments(self):
        paid = "It is invoiced or paid."
        under_way = (
            "Something was bought or made for it, or a service was delivered. "
            "Found: a payment is under way."
        )
        for state, note in (
            ("pending", under_way),
            ("cancel", None),
            ("authorized", paid),
            ("done", paid),
        ):
            with self.subTest(state):
                order = self.order_of_three(f"O-{state}")
                payment = self.pay(order, state)
                if note:
                    self.assertEqual(self.ask(order).note, note)
                else:
                    self.cancel_asking_nobody(order)
                self.assertEqual(payment.state, state)

    def test_order_of_another_company_is_not_found(self):
        company = self.env["res.company"].create({"name": "Another Company"})
        account = self.make_account("another-market", company_id=company.id, user_id=False)
        order = self.order_of_three("O-1")
        answer = self.request_cancellation("O-1", account=account)
        self.assertEqual(answer.status, 404)
        self.assertEqual(self.receipts("O-1", account).state, "waiting")
        self.assertUntouched(order)
        self.assertFalse(order.marketplace_hold)

    def test_archived_product(self):
        order = self.order_of_three("O-2", "two", done=1)
        self.do_next_step(order, quantity=2)
        self.product.active = False
        receipt = self.cancel(order)
        self.assertReturns(
            receipt,
            {
                (self.customer_location, self.stock_location): 2,
                (self.output_location, self.stock_location): 1,
            },
        )
        self.validate(receipt.return_picking_ids)
        self.assertEqual(self.quantity_at(self.stock_location), 100)

    def test_archived_warehouse(self):
        """A warehouse can be archived once it is empty: what it shipped is expected there yet."""
        warehouse = self.env["stock.warehouse"].create({"name": "Barn", "code": "BARN"})
        self.put_in_stock(self.product, 3, warehouse)
        order = self.order_of_three("O-3", warehouse_id=warehouse.id, done=1)
        warehouse.active = False
        receipt = self.cancel(order)
        self.assertWhollyCancelled(order)
        self.assertReturns(receipt, {(self.customer_location, warehouse.lot_stock_id): 3})

    def test_quotation_is_cancelled(self):
        order = self.make_order("O-4")
        self.cancel_asking_nobody(order)
        self.assertEqual(order.state, "cancel")


@tagged("post_install", "-at_install")
class TestReturnsUnderWay(WarehouseCase):
    def test_return_that_the_customer_was_promised_is_still_expected(self):
        order = self.order_of_three("U-1", done=1)
        promised = self.start_return(order.picking_ids, {self.product: 2})
        receipt = self.cancel(order)
        self.assertEqual(promised.state, "assigned")
        self.assertFalse(promised.return_receipt_id)
        self.assertReturns(receipt, {(self.customer_location, self.stock_location): 1})
        self.validate(promised | receipt.return_picking_ids)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_goods_on_their_way_back_to_stock_are_not_brought_back_twice(self):
        order = self.order_of_three("U-2", "two", done=1)
        under_way = self.start_return(order.picking_ids - self.open_pickings(order))
        self.assertEqual(under_way.state, "assigned")
        receipt = self.cancel(order)
        self.assertEqual(under_way.state, "assigned")
        self.assertReturns(receipt, {})

    def packed(self, marketplace_order_id):
        """An order of 3 pieces that are picked and packed, and the packing's transfer."""
        order = self.order_of_three(marketplace_order_id, "three", done=2)
        return order, order.picking_ids.filtered(
            lambda picking: picking.location_dest_id == self.output_location
        )

    def assertAllInStockAgain(self, order, receipt):
        self.assertWhollyCancelled(order)
        self.validate(receipt.return_picking_ids)
        self.assertEqual(self.quantity_at(self.stock_location), 100)

    def test_goods_announced_to_go_back_by_one_step_go_all_the_way(self):
        order, packing = self.packed("U-3")
        back = self.start_return(packing)
        self.assertEqual(back.location_dest_id, self.pack_location)
        receipt = self.cancel(order)
        self.assertEqual(back.state, "cancel")
        self.assertAllInStockAgain(order, receipt)

    def test_goods_that_went_back_by_one_step_go_all_the_way(self):
        order, packing = self.packed("U-4")
        self.give_back(packing)
        self.assertEqual(self.quantity_at(self.pack_location), 3)
        self.assertAllInStockAgain(order, self.cancel(order))

    def test_goods_picked_once_more_after_they_went_back(self):
        order = self.order_of_three("U-5", "two", done=1)
        picking = order.picking_ids - self.open_pickings(order)
        self.give_back(self.give_back(picking))
        self.assertEqual(self.quantity_at(self.output_location), 3)
        self.assertAllInStockAgain(order, self.cancel(order))

    def test_goods_about_to_be_picked_once_more_stay_in_stock(self):
        order = self.order_of_three("U-6", "two", done=1)
        picking = order.picking_ids - self.open_pickings(order)
        again = self.start_return(self.give_back(picking))
        receipt = self.cancel(order)
        self.assertEqual(again.state, "cancel")
        self.assertAllInStockAgain(order, receipt)
