from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql


class MarketplaceCancellationReceipt(models.Model):
    """How people find a receipt among a million, and which of them wait for somebody."""

    _inherit = "marketplace.cancellation.receipt"
    _rec_names_search = ["protocol_code", "marketplace_order_id", "cancellation_request_id"]

    needs_attention = fields.Boolean(
        compute="_compute_needs_attention",
        search="_search_needs_attention",
        help="Somebody has to decide on it, or it has failed, or it names two orders.",
    )

    @api.depends("state", "resolved_at")
    def _compute_needs_attention(self):
        waiting = self.filtered_domain(self._domain_attention())
        for receipt in self:
            receipt.needs_attention = receipt in waiting

    @api.model
    def _search_needs_attention(self, operator, _value):
        return self._domain_attention() if operator == "in" else NotImplemented

    @api.model
    def _domain_attention(self):
        waiting = Domain("state", "in", (*self._undecided(), "mismatch"))
        return waiting & Domain("resolved_at", "=", False)

    @api.model
    def _search_display_name(self, operator, value):
        """Find receipts by an ID or its beginning, or by the sales order's name.

        Letters in the middle of an ID would be looked for in every receipt. Each way is a query of
        its own, as PostgreSQL uses no index where they are joined by OR with the sales orders.
        """
        if operator != "ilike" or not value or not isinstance(value, str):
            return super()._search_display_name(operator, value)
        beginning = escape_psql(value.strip()) + "%"
        ways = [Domain(name, "=like", beginning) for name in self._rec_names_search]
        if self.env["sale.order"].has_access("read"):  # a mere marketplace user sees no orders
            ways.append(Domain("sale_order_id", "ilike", value.strip()))
        # Access to the receipts is checked where this domain is used.
        found = [self._search(way, bypass_access=True).subselect() for way in ways]
        return Domain("id", "in", SQL("(%s)", SQL(" UNION ").join(found)))

    # -- By what is known of the order ------------------------------------------------------------

    @api.model
    def _search_customer(self, operator, value):
        return self._search_by_order("partner_id", operator, value)

    @api.model
    def _search_product(self, operator, value):
        return self._search_by_order("order_line.product_id", operator, value)

    @api.model
    def _search_transfers(self, operator, value):
        return self._search_by_order("picking_ids.name", operator, value)

    @api.model
    def _search_invoices(self, operator, value):
        return self._search_by_order("order_line.invoice_lines.move_id.name", operator, value)

    @api.model
    def _search_by_order(self, path, operator, value):
        """Find the receipts of the orders with such a value at ``path``, or of those they replace.

        The user's rights and record rules hold for the orders, and for what is looked at of them.
        """
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        found = self.env["sale.order"]._search(Domain(path, operator, value), active_test=False)
        replaced = SQL.identifier(found.table, "replaced_order_id")
        # An array is made first. PostgreSQL takes it for a short one, and uses the index by it,
        # instead of reading the receipts of all orders.
        ids = SQL("%s UNION %s", found.subselect(), found.subselect(replaced))
        ids = SQL("(SELECT unnest(ARRAY(%s)))", ids)
        return Domain("sale_order_id", "in", ids)
