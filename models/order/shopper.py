import re

from odoo import models
from odoo.exceptions import UserError

from ...tools.discreet_log import kind_of

#: What a message may tell of a shopper.
_PERSONAL = ("name", "email", "phone", "vat", "street", "street2", "zip", "city")

#: Shorter values, the state in a city's field say, tell nothing.
_SHORTEST = 3


class SaleOrder(models.Model):
    """Who has ordered: nobody whom a receipt or the log needs to name."""

    _inherit = "sale.order"

    def _without_shopper(self, text):
        """``text`` with what it says of these orders' shoppers replaced: names, addresses.

        Odoo's messages, and other addons', name the partner whom they are about.
        """
        # sudo: the endpoint's user may not see every partner
        orders = self.sudo()
        partners = orders.partner_id | orders.partner_invoice_id | orders.partner_shipping_id
        known = (partners | partners.commercial_partner_id).read(_PERSONAL, load="")
        values = {values[name] for values in known for name in _PERSONAL}
        values = {value for value in values if value and len(value) >= _SHORTEST}
        if not values:
            return text
        # the longer first, as one may begin with another
        named = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
        named = re.compile(rf"(?<!\w)(?:{named})(?!\w)", re.IGNORECASE)
        customer = self.env._("[customer]")
        return named.sub(lambda _name: customer, text)

    def _describe_failure(self, error):
        """The cause of a failure to cancel this order as people read it on the receipt.

        Without what tells who the shopper is: receipts outlast what is kept of shoppers.
        """
        if isinstance(error, UserError):
            return self._without_shopper(str(error))
        return self.env._("Unexpected error: %s. The server's log says where.", kind_of(error))
