"""A company at work for a while: orders in every state. Fed to Odoo's shell, with and without the
addon, see ``odoo_cli.call``.
"""

from odoo.fields import Command


def make_orders(env):
    """Orders of two companies in all states; return ``{what became of it: ID}``."""
    orders = Shop(env, env.ref("base.main_company")).orders_of_all_kinds()
    company = env["res.company"].create({"name": "A Second Company"})
    env.ref("base.user_admin").company_ids = [Command.link(company.id)]
    second = Shop(env, company)
    others = {
        "second_draft": second.order(),
        "second_confirmed": second.confirmed(),
        "second_shipped": second.shipped(),
    }
    return {name: order.id for name, order in (orders | others).items()}


class Shop:
    """One company with a product in stock, a warehouse of one step and one of three."""

    def __init__(self, env, company):
        allowed = (company | env.ref("base.main_company")).ids
        self.env = env(context={"allowed_company_ids": allowed})
        self.company = company
        self.partner = self.env["res.partner"].create({"name": f"A Shopper of {company.name}"})
        self.product = self.env["product.product"].create(
            {
                "name": "Teapot",
                "is_storable": True,
                "invoice_policy": "order",
                "taxes_id": False,
            }
        )
        steps = {"One Step": "ship_only", "Three Steps": "pick_pack_ship"}
        self.warehouse, self.three_steps = self.env["stock.warehouse"].create(
            [
                {
                    "name": name,
                    "code": name[:3],
                    "company_id": company.id,
                    "delivery_steps": delivery_steps,
                }
                for name, delivery_steps in steps.items()
            ]
        )
        for warehouse in (self.warehouse, self.three_steps):
            types = self.env["stock.picking.type"].search([("warehouse_id", "=", warehouse.id)])
            types.auto_batch = False  # transfers in batches are a story of their own
            self.env["stock.quant"]._update_available_quantity(
                self.product, warehouse.lot_stock_id, 100
            )

    def orders_of_all_kinds(self):
        sent = self.order()
        sent.action_quotation_sent()
        locked = self.confirmed()
        locked.action_lock()
        cancelled = self.confirmed()
        cancelled.action_cancel()
        return {
            "draft": self.order(),
            "sent": sent,
            "confirmed": self.confirmed(),
            "locked": locked,
            "several_steps": self.confirmed(self.three_steps),
            "picked": self.shipped(self.three_steps),
            "partly_shipped": self.shipped(quantity=1),
            "shipped": self.shipped(),
            "draft_invoice": self.invoiced(self.confirmed(), "draft"),
            "invoiced": self.invoiced(self.shipped(), "posted"),
            "paid": self.invoiced(self.confirmed(), "paid"),
            "cancelled": cancelled,
            "short": self.confirmed(quantity=1000),  # takes all that is left
        }

    def order(self, warehouse=None, quantity=3):
        line = {"product_id": self.product.id, "product_uom_qty": quantity}
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "warehouse_id": (warehouse or self.warehouse).id,
                "order_line": [Command.create(line)],
            }
        )

    def confirmed(self, warehouse=None, quantity=3):
        order = self.order(warehouse, quantity)
        order.action_confirm()
        return order

    def shipped(self, warehouse=None, quantity=None):
        """Its first transfer is done, in part and with a backorder if a quantity is given."""
        order = self.confirmed(warehouse)
        picking = order.picking_ids.sorted("id")[:1]
        assert picking.state == "assigned"
        if quantity:
            picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking._action_done()
        assert picking.state == "done"
        return order

    def invoiced(self, order, state):
        invoice = order._create_invoices()
        if state != "draft":
            invoice.action_post()
        if state == "paid":
            payment = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            payment.create({}).action_create_payments()
        return order
