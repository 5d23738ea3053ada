"""Orders of a line and two cups in every state in which a part may be taken out of them."""

from odoo.fields import Command

from .changes import ChangeCase
from .warehouse import DELIVERY_STEPS


class PartStateCase(ChangeCase):
    """Each ``state_…`` makes the order ``TAB``; prices are 10, so that it costs 50."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.list_price = 10
        cls.bowl = cls.make_product("Bowl", default_code="BOWL", list_price=7)
        cls.put_in_stock(cls.bowl, 10, cls.warehouse)

    def order_of(self, product=None, steps="one", confirm=True, more=()):
        """Three of the product, two cups, and ``more`` lines of three."""
        self.warehouse.delivery_steps = DELIVERY_STEPS[steps]
        lines = [(product or self.product, 3), (self.cup, 2), *((own, 3) for own in more)]
        return self.make_order(
            "TAB",
            confirm=confirm,
            order_line=[
                Command.create({"product_id": own.id, "product_uom_qty": quantity})
                for own, quantity in lines
            ],
        )

    def make_priced(self, name, **values):
        return self.make_product(name, list_price=10, invoice_policy="order", **values)

    def state_quotation(self):
        return self.order_of(confirm=False)

    def state_untouched(self):
        return self.order_of()

    def state_locked(self):
        order = self.order_of()
        order.action_lock()
        return order

    # -- In the warehouse -------------------------------------------------------------------------

    def state_picked(self, product=None):
        order = self.order_of(product)
        order.picking_ids.action_assign()
        order.picking_ids.move_ids.picked = True
        return order

    def state_output(self):
        """It stands in the output location."""
        order = self.order_of(steps="two")
        self.do_next_step(order)
        return order

    def state_one_shipped(self):
        """One of three; the rest, and the cups, are a backorder."""
        order = self.order_of()
        picking = order.picking_ids
        picking.action_assign()
        pots, cups = picking.move_ids
        pots.write({"quantity": 1, "picked": True})
        cups.quantity = 0
        picking._action_done()
        return order

    def state_shipped(self):
        order = self.order_of()
        self.do_next_step(order)
        return order

    def state_one_back(self):
        """Everything has left, and one of three has come back."""
        order = self.state_shipped()
        self.give_back(order.picking_ids, {self.product: 1})
        return order

    # -- Accounting -------------------------------------------------------------------------------

    def state_drafted(self):
        return self.invoiced("draft")

    def state_posted(self):
        return self.invoiced("posted")

    def state_paid(self):
        return self.invoiced("paid")

    def invoiced(self, state):
        order = self.order_of()
        self.invoice(order, state)
        return order

    # -- Other kinds of lines ---------------------------------------------------------------------

    def state_kit(self):
        """Sets of a pot and a cup each."""
        self.needs("sale_mrp", "mrp.production")
        kit = self.make_priced("Set", default_code="SET")
        parts = [Command.create({"product_id": own.id}) for own in (self.product, self.cup)]
        self.env["mrp.bom"].create(
            {"product_tmpl_id": kit.product_tmpl_id.id, "type": "phantom", "bom_line_ids": parts}
        )
        return self.order_of(kit)

    def state_service(self):
        """One of three was rendered."""
        course = self.make_priced("Course", type="service", is_storable=False, default_code="HOUR")
        order = self.order_of(course)
        order.order_line[0].qty_delivered = 1
        return order

    def state_lots(self):
        """Picked, of two lots."""
        tea = self.make_priced("Tea", tracking="lot", default_code="TEA")
        for lot in self.env["stock.lot"].create([{"product_id": tea.id} for _lot in range(2)]):
            self.env["stock.quant"]._update_available_quantity(
                tea, self.stock_location, 2, lot_id=lot
            )
        return self.state_picked(tea)

    def state_twins(self):
        """A third line sells three more of the same."""
        return self.order_of(more=[self.product])
