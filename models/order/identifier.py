from odoo import api, models
from odoo.exceptions import ValidationError

from ...tools.inbound.identifier import MAX_ID_LENGTH, flaw_of_id, trim_id


class SaleOrder(models.Model):
    """The marketplace's ID on an order is one that a call can name, whoever stores it.

    An order whose ID a call cannot name would be shipped although it was cancelled.
    """

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_trimmed_id(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_trimmed_id(vals))

    @api.model
    def _with_trimmed_id(self, vals):
        """``vals`` without the blanks around the marketplace's ID, which importers bring along."""
        order_id = vals.get("marketplace_order_id")
        if not isinstance(order_id, str):
            return vals
        return {**vals, "marketplace_order_id": trim_id(order_id) or False}

    @api.constrains("marketplace_order_id")
    def _check_marketplace_order_id(self):
        for order in self.filtered("marketplace_order_id"):
            if flaw := flaw_of_id(order.marketplace_order_id):
                raise ValidationError(order._text_of_flaw(flaw))

    def _text_of_flaw(self, flaw):
        """What is wrong with this order's ID at the marketplace, see ``flaw_of_id``."""
        if flaw == "long":
            return self.env._(
                "%(order)s: the order's ID at the marketplace is longer than %(number)s"
                " characters.",
                order=self.name,
                number=MAX_ID_LENGTH,
            )
        return self.env._(
            "%(order)s: %(id)s cannot be an order's ID at the marketplace. It must be neither"
            " “.” nor “..”, and hold no line breaks, invisible characters or unusual blanks.",
            order=self.name,
            id=ascii(self.marketplace_order_id),
        )
