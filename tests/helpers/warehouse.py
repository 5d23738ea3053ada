"""Orders on their way through a warehouse, and their invoices."""

import json

from .common import MarketplaceCase

#: Keys of ``stock.warehouse.delivery_steps``, by the number of transfers a delivery takes.
DELIVERY_STEPS = {"one": "ship_only", "two": "pick_ship", "three": "pick_pack_ship"}


class WarehouseCase(MarketplaceCase):
    """Deliveries of one, two or three steps, as far as a test wants them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.invoice_policy = "order"
        cls.stock_location = cls.warehouse.lot_stock_id
        cls.output_location = cls.warehouse.wh_output_stock_loc_id
        cls.pack_location = cls.warehouse.wh_pack_stock_loc_id
        cls.customer_location = cls.env.ref("stock.stock_location_customers")

    def needs(self, module, model):
        """Skip the test where ``module``, which brings ``model``, is not installed."""
        if model not in self.env:
            self.skipTest(f"{module} is not installed")

    # -- The warehouse at work --------------------------------------------------------------------

    def order_of_three(self, marketplace_order_id, steps="one", done=0, **values):
        """A confirmed order of 3 pieces with ``done`` of its ``steps`` done."""
        self.warehouse.delivery_steps = DELIVERY_STEPS[steps]
        order = self.make_order(marketplace_order_id, quantity=3, confirm=True, **values)
        self.do_steps(order, done)
        return order

    def open_pickings(self, order, to=None):
        """The transfers of ``order`` that are not done (those ``to`` a location), oldest first."""
        return order.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking.location_dest_id == (to or picking.location_dest_id)
            )
        ).sorted("id")

    def do_next_step(self, order, quantity=None):
        """Do the only transfer of ``order`` that is ready, and return it."""
        ready = self.open_pickings(order).filtered(lambda picking: picking.state == "assigned")
        self.assertEqual(len(ready), 1)
        self.ship(ready, quantity)
        return ready

    def do_steps(self, order, number):
        """Do the next ``number`` transfers of ``order``, and return the last of them."""
        picking = order.picking_ids.browse()
        for _step in range(number):
            picking = self.do_next_step(order)
        return picking

    def start_return(self, picking, quantities=None):
        """A return of the done ``picking`` by Odoo's own wizard, to be validated yet.

        :param quantities: ``{product: quantity}``; by default all that the transfer moved
        """
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for line in wizard.product_return_moves:
            everything = line.move_quantity
            line.quantity = quantities.get(line.product_id, 0) if quantities else everything
        return wizard._create_return()

    def give_back(self, picking, quantities=None):
        """A return of ``picking`` that is done, see :meth:`start_return`."""
        back = self.start_return(picking, quantities)
        self.ship(back)
        return back

    def validate(self, pickings):
        """Do the proposed transfers ``pickings`` the way a person does, with the button."""
        for picking in pickings:
            if picking.state == "draft":
                picking.action_confirm()
            picking.action_assign()
            self.assertEqual(picking.state, "assigned", picking.name)
            picking.button_validate()
        self.assertEqual(set(pickings.mapped("state")) - {"done"}, set())

    def quantity_at(self, location, product=None, lot=None):
        """What is in ``location`` itself, reserved or not."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.product).id),
                ("location_id", "=", location.id),
                *([("lot_id", "=", lot.id)] if lot else []),
            ]
        )
        return sum(quants.mapped("quantity"))

    # -- Accounting -------------------------------------------------------------------------------

    def invoice(self, order, state):
        """The invoice of ``order`` in ``state``: draft, posted or paid."""
        invoice = order._create_invoices()
        if state != "draft":
            invoice.action_post()
        if state == "paid":
            payment = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            payment.create({}).action_create_payments()
            self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        return invoice

    def down_payment(self, order, percent=50, post=True):
        """The invoice of a down payment of ``percent`` of ``order``."""
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids)
        invoice = wizard.create({"advance_payment_method": "percentage", "amount": percent})
        invoice = invoice._create_invoices(order)
        if post:
            invoice.action_post()
        return invoice

    def credit_notes(self, invoices):
        return invoices.reversal_move_ids

    # -- Decisions --------------------------------------------------------------------------------

    def cancel(self, order):
        """Have ``order`` cancelled, at once or after a person has accepted; return the receipt."""
        answer = self.request_cancellation(order.marketplace_order_id)
        receipt = self.receipts(order.marketplace_order_id)[-1]
        if receipt.state == "evaluating":
            self.assertEqual((answer.status, answer.body), (200, ""))
            receipt.action_accept()
        self.assertEqual(receipt.state, "cancelled", receipt.error)
        return receipt

    def cancel_asking_nobody(self, order):
        """Have ``order`` cancelled at once; return the receipt."""
        answer = self.request_cancellation(order.marketplace_order_id)
        self.assertConfirmation(answer, order)
        return self.receipts(order.marketplace_order_id)[-1]

    def facts(self, order, **receipt):
        """The facts for a request to cancel ``order``; ``receipt`` may say more about it."""
        receipts = self.env["marketplace.cancellation.receipt"]
        values = {"account_id": self.account.id, **receipt}
        return order._cancellation_facts(receipts.new(values), order.browse())

    def ask(self, order, **body):
        """Have the cancellation of ``order`` requested, such that a person is asked for it."""
        answer = self.request_cancellation(order.marketplace_order_id, **body)
        self.assertEqual((answer.status, answer.body), (200, ""))
        receipt = self.receipts(order.marketplace_order_id)[-1]
        self.assertEqual(receipt.state, "evaluating")
        self.assertTrue(order.marketplace_hold)
        return receipt

    def assertConfirmation(self, answer, order):
        """``answer`` confirms the cancellation of ``order``, with the protocol's four keys."""
        receipts = self.receipts(order.marketplace_order_id)
        self.assertEqual(answer.status, 200, (answer.body, *receipts.mapped("error")))
        document = json.loads(answer.body)
        self.assertEqual(list(document), ["date", "marketplaceOrderId", "orderId", "receipt"])
        self.assertEqual(document["marketplaceOrderId"], order.marketplace_order_id)
        self.assertEqual(document["orderId"], order.name)
        self.assertIn(document["receipt"], receipts.mapped("protocol_code"))

    def assertWhollyCancelled(self, order):
        """``order`` is cancelled, and nothing of it is open but what brings goods back."""
        self.assertEqual(order.state, "cancel")
        still_open = order.order_line.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        self.assertTrue(all(still_open.picking_id.mapped("return_receipt_id")), still_open)
        self.assertFalse(still_open.filtered(lambda move: not move.picking_id), still_open)

    def assertReturns(self, receipt, expected):
        """``receipt`` has proposed these returns and no others.

        :param expected: ``{(from location, to location): quantity of the test's product}``
        """
        found = {}
        for move in receipt.return_picking_ids.move_ids:
            key = (move.location_id, move.location_dest_id)
            found[key] = found.get(key, 0) + move.product_qty
        self.assertEqual(found, expected)
