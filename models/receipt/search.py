from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import escape_psql


class MarketplaceCancellationReceipt(models.Model):
    """How people find a receipt among a million."""

    _inherit = "marketplace.cancellation.receipt"
    _rec_names_search = ["protocol_code", "marketplace_order_id", "cancellation_request_id"]

    @api.model
    def _search_display_name(self, operator, value):
        """Find what somebody has in hand: an ID or its beginning, or the sales order's name.

        Letters in the middle of an ID say nothing, and to look for them would be to read every
        receipt. Each way has an index of its own, hence one query for each: joined by OR with the
        sales orders, none of them could be used.
        """
        if operator != "ilike" or not value or not isinstance(value, str):
            return super()._search_display_name(operator, value)
        beginning = escape_psql(value.strip()) + "%"
        ways = [fields.Domain(name, "=like", beginning) for name in self._rec_names_search]
        if self.env["sale.order"].has_access("read"):  # a mere marketplace user sees no orders
            ways.append(fields.Domain("sale_order_id", "ilike", value.strip()))
        # Whether the receipts may be seen is asked where the result of this is used.
        found = [self._search(way, bypass_access=True).subselect() for way in ways]
        return fields.Domain("id", "in", SQL("(%s)", SQL(" UNION ").join(found)))
