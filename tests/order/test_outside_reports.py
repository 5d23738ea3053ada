"""What went wrong elsewhere when an order was cancelled, as public reports tell it."""

from odoo.exceptions import UserError
from odoo.fields import Command, Datetime
from odoo.tests import tagged

from ..helpers.notices import CancelledCase
from ..helpers.other_modules import OtherModulesCase
from ..helpers.supply import PurchaseCase
from ..helpers.transfers import ChainCase


def open_quantities(pickings):
    """``{transfer: quantity}`` of those that are open."""
    moves = pickings.move_ids.filtered(lambda move: move._is_open())
    return {
        picking: sum(own.mapped("product_qty"))
        for picking, own in moves.grouped("picking_id").items()
    }


@tagged("post_install", "-at_install")
class TestDoneTransfers(CancelledCase):
    """odoo/odoo #102500, #135865: what is entered on a done transfer that is unlocked moves."""

    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("R-1")
        self.done = self.order.picking_ids
        self.ship(self.done, quantity=1)
        self.done.is_locked = False

    def ways_to_ship_more(self):
        move, line = self.done.move_ids, self.done.move_line_ids
        return {
            "move": lambda: move.write({"quantity": 3}),
            "line": lambda: line.write({"quantity": 3}),
            "another line": lambda: line.copy({"quantity": 2}),
            "another move": lambda: line.copy({"quantity": 2, "move_id": False}),
        }

    def assertNoMoreLeaves(self):
        for name, way in self.ways_to_ship_more().items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, f"^{self.done.name}: "),
                self.env.cr.savepoint(),
            ):
                way()
            self.env.invalidate_all()
            self.assertEqual(self.on_hand()[0], 99)

    def test_nothing_is_added_after_the_cancellation(self):
        self.cancel(self.order)
        self.assertNoMoreLeaves()

    def test_nothing_is_added_while_it_is_asked_for(self):
        self.ask(self.order)
        self.assertNoMoreLeaves()

    def test_correction_downwards(self):
        self.cancel(self.order)
        self.done.move_ids.quantity = 0
        self.assertEqual(self.on_hand(), (100, 0))

    def test_order_that_goes_on(self):
        for way in self.ways_to_ship_more().values():
            with self.env.cr.savepoint() as point:
                way()
                self.assertEqual(self.on_hand()[0], 97)
                point.rollback()
            self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestExcessReturns(CancelledCase):
    """odoo/odoo #272343: Odoo returns what it cannot take off a delivery that was printed."""

    def reduced(self, shipped=0):
        """An order of 3 of which some have left, reduced to 1; and the return that Odoo made."""
        order = self.order_of_three("R-2")
        if shipped:
            self.ship(order.picking_ids, quantity=shipped)
        self.open_pickings(order).printed = True
        order.order_line.product_uom_qty = 1
        excess = order.picking_ids.filtered(lambda picking: picking.location_id.usage == "customer")
        self.assertEqual(open_quantities(excess), {excess: 2})
        return order, excess

    def test_nothing_has_left(self):
        order, excess = self.reduced()
        self.cancel_asking_nobody(order)
        self.assertEqual(excess.state, "cancel")
        self.assertIn("the rest never left", "".join(self.chatter(excess)))

    def test_less_has_left_than_is_expected(self):
        """odoo/odoo #97159"""
        order, excess = self.reduced(shipped=1)
        self.cancel(order)
        self.assertEqual(open_quantities(order.picking_ids), {excess: 1})
        self.assertEqual(excess.state, "assigned")
        self.validate(excess)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_somebody_has_begun_with_it(self):
        order, excess = self.reduced()
        excess.move_ids.picked = True
        self.cancel(order)
        self.assertEqual(open_quantities(order.picking_ids), {excess: 2})

    def test_what_a_person_has_made_goes_before(self):
        order = self.order_of_three("R-3")
        self.ship(order.picking_ids, quantity=1)
        backorder = self.open_pickings(order)
        promised = self.start_return(order.picking_ids - backorder)
        backorder.printed = True
        order.order_line.product_uom_qty = 1
        self.cancel(order)
        self.assertEqual(open_quantities(order.picking_ids), {promised: 1})

    def test_exchange_for_another_orders_goods(self):
        """A line of negative quantity: what comes back had left for somebody's earlier order."""
        lines = [
            {"product_id": self.product.id, "product_uom_qty": quantity} for quantity in (2, -1)
        ]
        order = self.make_order(
            "R-4", confirm=True, order_line=[Command.create(line) for line in lines]
        )
        coming = order.picking_ids.filtered(lambda picking: picking.location_id.usage == "customer")
        self.cancel(order)
        self.assertEqual(open_quantities(order.picking_ids), {coming: 1})


@tagged("post_install", "-at_install")
class TestTransfers(CancelledCase):
    def test_exchange(self):
        """odoo/odoo #218431: what is to be sent in exchange is not sent."""
        order = self.order_of_three("R-5")
        done = order.picking_ids
        self.ship(done)
        wizard = self.env["stock.return.picking"].create({"picking_id": done.id})
        wizard.product_return_moves.quantity = 3
        wizard.action_create_exchanges()
        again = self.open_pickings(order, to=self.customer_location)
        back = self.open_pickings(order) - again
        self.assertEqual(open_quantities(again | back), {again: 3, back: 3})
        self.cancel(order)
        self.assertEqual(open_quantities(order.picking_ids), {back: 3})
        self.assertStays(self.back_to_draft(again), "cancelled")

    def test_reservation_that_is_out_of_step(self):
        """odoo/odoo #62139, #82681: less is reserved of the stock than transfers have reserved."""
        order = self.order_of_three("R-6")
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.product.id), ("location_id", "=", self.stock_location.id)]
        )
        self.rewrite(quants, reserved_quantity=0)
        self.cancel_asking_nobody(order)
        self.assertCancelled(order)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_wizard_of_backorders_that_was_open_all_the_time(self):
        order = self.order_of_three("R-7")
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        action = picking.button_validate()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        self.cancel(order)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.process()
        self.assertEqual(open_quantities(order.picking_ids), {})
        self.assertEqual(self.on_hand(), (100, 0))

    def test_scheduler(self):
        """odoo/odoo #30541: nothing is procured for it once more."""
        order = self.order_of_three("R-8")
        self.cancel_asking_nobody(order)
        self.env["stock.rule"].run_scheduler()
        self.assertEqual(order.order_line.move_ids.mapped("state"), ["cancel"])

    def test_revived_order(self):
        """odoo/odoo #254781, #20156: confirmed once more, it is delivered once."""
        order = self.order_of_three("R-9")
        self.cancel_asking_nobody(order)
        order.action_draft()
        order.is_kept_open = True
        order.action_confirm()
        self.assertEqual(list(open_quantities(order.picking_ids).values()), [3])

    def test_shipment_cancelled_by_hand_after_it_was_picked(self):
        """odoo/odoo #280737: what lies in the output location comes back."""
        order = self.order_of_three("R-10", steps="two", done=1)
        self.open_pickings(order).action_cancel()
        receipt = self.cancel(order)
        self.assertReturns(receipt, {(self.output_location, self.stock_location): 3})

    def test_batch_with_another_order(self):
        """odoo/odoo #90425: the batch goes on with the others."""
        self.needs("stock_picking_batch", "stock.picking.batch")
        order, other = self.order_of_three("R-11"), self.order_of_three("R-12")
        pickings = (order | other).picking_ids
        batch = self.env["stock.picking.batch"].create({"picking_ids": pickings.ids})
        batch.action_confirm()
        self.cancel(order)
        self.assertEqual(batch.picking_ids, other.picking_ids)
        batch.move_ids.picked = True
        batch.action_done()
        self.assertEqual((other.picking_ids.state, batch.state), ("done", "done"))


@tagged("post_install", "-at_install")
class TestChains(ChainCase):
    def test_shipment_cancelled_by_hand(self):
        """odoo/odoo #204540, #205120: the steps before it are open still."""
        order, pick, pack, ship = self.pulled_order("R-20")
        ship.picking_id.action_cancel()
        self.assertEqual((pick.state, pack.state), ("assigned", "waiting"))
        self.cancel(order)
        self.assertEqual((pick.state, pack.state), ("cancel", "cancel"))

    def test_steps_that_lost_their_order(self):
        """They cannot be found any more, and cannot be done either."""
        order, pick, pack, ship = self.pulled_order("R-21")
        (pick | pack).sale_line_id = False
        ship.picking_id.action_cancel()
        self.cancel(order)
        pick.picked = True
        with self.assertRaisesRegex(UserError, "must not be shipped"):
            pick.picking_id.button_validate()

    def merged(self):
        """Two orders, one pick for both, and what follows it for the second one."""
        order, pick, _pack, _ship = self.pulled_order("R-22")
        other, pick2, pack2, ship2 = self.pulled_order("R-23")
        pick2.propagate_cancel = False
        pick2._action_cancel()
        pack2.write({"move_orig_ids": pick.ids, "procure_method": "make_to_order"})
        pick.product_uom_qty = 6
        pick.picking_id.action_assign()
        return order, other, pick, pack2 | ship2

    def assertLeftToOther(self, order, other, pick, later):
        self.cancel(order)
        self.assertEqual((other.state, pick.state), ("sale", "assigned"))
        self.assertEqual(later.mapped("state"), ["waiting", "waiting"])
        (asked,) = order.activity_ids
        self.assertIn(pick.picking_id.name, asked.note)
        self.assertIn("perhaps more than they need", asked.note)

    def test_merged(self):
        """OCA/stock-logistics-workflow #713: the other order has its goods, and somebody knows of
        what is picked for nobody.
        """
        order, other, pick, later = self.merged()
        pick.sale_line_id = False
        self.assertLeftToOther(order, other, pick, later)

    def test_merged_with_a_line_of_the_cancelled_order(self):
        """Odoo cancels the pick, and all that the other order waits for with it."""
        self.assertLeftToOther(*self.merged())

    def test_merged_and_both_are_cancelled(self):
        order, other, pick, _later = self.merged()
        self.cancel(order)
        self.cancel(other)
        self.assertEqual((order.state, other.state, pick.state), ("cancel", "cancel", "cancel"))


@tagged("post_install", "-at_install")
class TestSupply(PurchaseCase):
    def test_received_and_not_put_away(self):
        """odoo/odoo #237890: what lies in the input location goes to stock."""
        self.warehouse.reception_steps = "two_steps"
        routes = ("stock.route_warehouse0_mto", "purchase_stock.route_warehouse0_buy")
        order, purchase = self.bought(*routes)
        purchase.button_confirm()
        self.ship(purchase.picking_ids.filtered(lambda own: own.picking_type_id.code == "incoming"))
        product = order.order_line.product_id
        put_away = self.env["stock.move"].search(
            [("product_id", "=", product.id), ("location_dest_id", "=", self.stock_location.id)]
        )
        receipt = self.cancel(order)
        self.assertEqual(put_away.state, "assigned")
        self.assertFalse(receipt.return_picking_ids)
        self.validate(put_away.picking_id)
        self.assertEqual(self.quantity_at(self.stock_location, product), 3)


@tagged("post_install", "-at_install")
class TestMoney(OtherModulesCase):
    def setUp(self):
        super().setUp()
        self.product.lst_price = 10
        self.order = self.order_of_three("R-30")

    def asked_about(self, document):
        return [str(note) for note in document.activity_ids.mapped("note")]

    def test_payment_that_comes_in_later(self):
        """odoo/odoo #83419, #85728: the shopper was at the provider's page, or has a link."""
        amount, partner = self.order.amount_total, self.order.partner_id
        payment = self.env["account.payment"].create({"amount": amount, "partner_id": partner.id})
        provider = self.env["payment.provider"].create({"name": "Bank", "code": "none"})
        method = self.env["payment.method"].create({"name": "Slip", "code": "test_slip"})
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "payment_id": payment.id,
                "reference": "R-30",
                "amount": amount,
                "currency_id": self.order.currency_id.id,
                "partner_id": partner.id,
                "sale_order_ids": self.order.ids,
            }
        )
        self.cancel(self.order)
        self.assertFalse(self.asked_about(self.order))
        transaction.state = "done"
        transaction._post_process()
        self.assertEqual(self.order.state, "cancel")
        self.assertFalse(self.order.invoice_ids)
        (asked,) = self.asked_about(self.order)
        self.assertIn("Payment R-30 was received: refund it.", asked)

    def assertBillIsAskedAbout(self, invoice):
        invoice.action_post()
        (asked,) = self.asked_about(invoice)
        self.assertIn("It bills an order that is cancelled.", asked)

    def test_down_payment_that_is_billed_later(self):
        """odoo/odoo #82376"""
        self.cancel_asking_nobody(self.order)
        self.assertBillIsAskedAbout(self.down_payment(self.order, post=False))

    def test_invoice_that_is_set_back_to_draft(self):
        """OCA/sale-workflow #2909, odoo/odoo #213365"""
        invoice = self.invoice(self.order, "draft")
        self.cancel(self.order)
        self.assertEqual(invoice.state, "cancel")
        invoice.button_draft()
        self.assertBillIsAskedAbout(invoice)

    def test_invoice_of_an_order_that_goes_on(self):
        self.assertFalse(self.asked_about(self.invoice(self.order, "posted")))

    def test_credited_is_not_billed_again(self):
        """OCA/sale-workflow #2109, #4104: automatic workflows bill what was credited."""
        invoice = self.invoice(self.order, "posted")
        self.cancel(self.order)
        notes = self.credit_notes(invoice)
        notes.action_post()
        self.assertFalse(self.asked_about(notes))
        self.assertEqual(self.order.invoice_status, "no")
        with self.assertRaises(UserError):
            self.order._create_invoices(final=True)

    def test_settled_at_a_point_of_sale_before_it_was_picked(self):
        """odoo/odoo #130988: the earlier steps are cancelled as well."""
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.order_of_three("R-31", steps="three")
        order.order_line.price_unit = 10
        self.settle(order, 3)
        self.ask(order).action_accept()
        self.assertWhollyCancelled(order)
        self.assertEqual(open_quantities(order.picking_ids), {})

    def test_down_payment_at_a_point_of_sale(self):
        """odoo/odoo #178844: money is there that no invoice tells of."""
        session = self.till()
        session.config_id.down_payment_product_id = self.service()
        line = {
            "product_id": session.config_id.down_payment_product_id.id,
            "qty": 1,
            **dict.fromkeys(("price_unit", "price_subtotal", "price_subtotal_incl"), 5),
            "sale_order_origin_id": self.order.id,
            "down_payment_details": "[]",
        }
        paid = {
            "amount": 5,
            "name": Datetime.now(),
            "payment_method_id": session.config_id.payment_method_ids[0].id,
        }
        sold = {
            **dict.fromkeys(("amount_paid", "amount_total"), 5),
            **dict.fromkeys(("amount_return", "amount_tax"), 0),
            "date_order": Datetime.to_string(Datetime.now()),
            "lines": [Command.create(line)],
            "partner_id": self.order.partner_id.id,
            "payment_ids": [Command.create(paid)],
            "session_id": session.id,
            "user_id": self.env.uid,
            "uuid": "R-30",
        }
        self.env["pos.order"].sync_from_ui([sold])
        self.assertTrue(self.order.order_line.filtered("is_downpayment"))
        self.assertIn("invoiced or paid", self.ask(self.order).note)
