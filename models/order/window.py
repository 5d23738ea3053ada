from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.clock import is_past
from ...tools.inbound.cancellation_request import YEARS


class SaleOrder(models.Model):
    """Since when there is an order: from then on its shopper may cancel it for a while.

    Not by the order's date, which importers set as they like, and each confirmation anew.
    """

    _inherit = "sale.order"

    marketplace_created_at = fields.Datetime(
        "Ordered at the Marketplace",
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="When the order was made at the marketplace, as the importer says. The shopper's "
        "cancellation window runs from then on; without it, from the order's first confirmation.",
    )
    first_confirmed_at = fields.Datetime(
        "First Confirmed", copy=False, readonly=True, groups=fields.NO_ACCESS
    )

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == "sale")._note_first_confirmation()
        return orders

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "sale":
            self._note_first_confirmation()
        return result

    def _note_first_confirmation(self):
        """Note that these orders are confirmed now, by the database's clock, if none was before.

        Of marketplaces' orders alone: one that becomes theirs when it is confirmed already, and has
        no date of theirs, has no window, and a person is asked. One statement, whoever confirms.
        """
        orders = self.filtered("marketplace_account_id")
        if not orders.ids:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE sale_order
                   SET first_confirmed_at = date_trunc(
                           'second', clock_timestamp() AT TIME ZONE 'UTC'
                       )
                 WHERE id IN %s AND first_confirmed_at IS NULL
                """,
                tuple(orders.ids),
            )
        )
        # nothing else writes it
        orders.invalidate_recordset(["first_confirmed_at"], flush=False)

    def _is_in_cancellation_window(self, receipt):
        """Whether the shopper asked within the account's cancellation window.

        :param self: the order that the marketplace knows, also when another one replaces it
        """
        window = receipt.account_id._settings().cancellation_window
        if not window or receipt.requested_by_user != "shopper":
            return False
        begin = self._window_begins(receipt.received_at)
        return bool(begin) and receipt.received_at - begin <= timedelta(minutes=window)

    def _window_begins(self, asked_at):
        """When this order was made, as far as that is known (naive, UTC); None if it is not.

        :param asked_at: when it was to be cancelled; no order is made after that, whereas it may
            well be confirmed after that: a request may come before its order
        """
        order = self.sudo()  # sudo: nobody may read one, and the other concerns the decision
        made_at = order.marketplace_created_at
        begin = made_at or order.first_confirmed_at
        if not begin or begin.year not in YEARS or not is_past(self.env.cr, begin):
            return None
        return None if made_at and made_at > asked_at else begin
