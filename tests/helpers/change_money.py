"""Parts that are taken out of orders, as far as money is concerned."""

from odoo.fields import Command

from ...tools.cause import Cause
from .invoices import DownPaymentCase


class PartMoneyCase(DownPaymentCase):
    """Orders of three pieces for 10 each, of which a part is taken out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.end_programs()
        cls.cup = cls.make_product("Cup", list_price=5, invoice_policy="order")

    def order_of(self, name, *lines, **values):
        """A confirmed order of lines: ``(product, quantity, price)``, or dictionaries of values."""
        commands = [
            Command.create(
                line
                if isinstance(line, dict)
                else dict(zip(("product_id", "product_uom_qty", "price_unit"), line, strict=True))
            )
            for line in lines
        ]
        return self.make_order(name, confirm=True, order_line=commands, **values)

    def pay(self, orders, amount, **values):
        """A payment by a provider that is in, for ``orders``."""
        methods, providers = self.env["payment.method"], self.env["payment.provider"]
        return self.env["payment.transaction"].create(
            {
                "provider_id": providers.create({"name": "Provider", "code": "none"}).id,
                "payment_method_id": methods.create({"name": "Card", "code": "card"}).id,
                "reference": f"{orders[0].name}-paid",
                "amount": amount,
                "currency_id": orders.currency_id.id,
                "partner_id": orders.partner_id.id,
                "sale_order_ids": orders.ids,
                "state": "done",
                **values,
            }
        )

    def cause(self, order):
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        text = f"Test Market takes a part out of {order.name}."
        nobody = self.env["res.users"].sudo()
        return Cause(order.sudo(), self.account.sudo(), text, receipts, nobody)

    def take_out(self, quantities):
        """Take ``{order line: quantity}`` out of their order, goods aside, and account for it."""
        order = next(iter(quantities)).order_id.sudo()
        self.lower(quantities)
        order._account_for_part(quantities, self.cause(order))
        self.env.invalidate_all()

    def lower(self, quantities):
        """Lower the quantities of lines of an order, as taking a part out does."""
        for line, quantity in quantities.items():
            values = {"product_uom_qty": line.product_uom_qty - quantity}
            # or else Odoo looks them up anew
            line.sudo().write(values | {"price_unit": line.price_unit, "discount": line.discount})

    def net(self, line):
        """What is billed of an order line, less what is credited, drafts included."""
        self.env.invalidate_all()
        return line.qty_invoiced
