from odoo import api, models

from ...tools.needed import TO_CANCEL, TO_FREE


class SaleOrder(models.Model):
    """Reads what the cancellation of untouched orders needs, and no more."""

    _inherit = "sale.order"

    def _fetch_to_free(self, moves):
        """Read what the deletion of the lines of ``moves`` needs: it empties Odoo's cache.

        :param moves: in superuser mode, as those who cancel need not see all that is read
        """
        lines = moves.move_line_ids
        self._fetch_fields(TO_FREE, moves, lines)
        products = moves.product_id
        self._fetch_fields(TO_FREE, lines.location_id, products)
        self._fetch_fields(TO_FREE, products.product_tmpl_id, moves.sale_line_id)

    def _fetch_to_cancel(self, moves):
        """Read what the cancellation of these orders needs, whose ``moves`` are all open ones."""
        orders = self.sudo()  # sudo: as above; nothing is returned
        self._fetch_fields(TO_CANCEL, orders, moves)
        self._fetch_fields(TO_CANCEL, orders.order_line, moves.picking_id, moves.product_id)
        self._fetch_fields(
            TO_CANCEL, moves.location_id | moves.location_dest_id, moves.picking_type_id
        )
        self._fetch_fields(TO_CANCEL, moves.product_id.product_tmpl_id)
        self._fetch_fields(TO_CANCEL, self.env.user, orders.company_id)
        self._fetch_fields(TO_CANCEL, self.env.user.partner_id)

    @api.model
    def _fetch_fields(self, needed, *documents):
        """Read of each of ``documents`` the fields that ``needed`` has for its model.

        Some are of addons that may not be installed.

        :param needed: ``{model: names of fields}``
        """
        for records in documents:
            records.fetch([name for name in needed[records._name] if name in records._fields])
