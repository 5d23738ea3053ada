from contextlib import nullcontext

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.outbound.look import text_of_look
from ...tools.reading_sql import HOLDS_STOCK


class MarketplaceAccount(models.Model):
    """Whether the marketplace is asked about an order before its goods leave."""

    _inherit = "marketplace.account"

    before_leaving = fields.Selection(
        [
            ("off", "Do not ask"),
            ("go", "Ask, and validate without an answer"),
            ("stop", "Ask, and stop without an answer"),
        ],
        "Before Goods Leave",
        required=True,
        default="off",
        tracking=True,
        help="When a transfer that brings goods to a customer is validated, the marketplace is "
        "asked first whether it has cancelled the order. It has two seconds to answer.",
    )

    def _is_reading_wanted(self):
        return self.before_leaving != "off" or super()._is_reading_wanted()

    @api.model
    def _asked_before_leaving(self):
        """The accounts, in superuser mode, whose marketplaces are asked just now.

        Not those that cannot be: while a permission is missing, goods leave as if nobody asked.
        """
        # sudo: a user who moves goods need not see accounts
        asked = self.sudo().browse(self._ids_asked_before_leaving()).exists()
        return asked.filtered(lambda own: not own.reading_stop and own.is_connected)

    @api.model
    @tools.ormcache()
    def _ids_asked_before_leaving(self):
        """Those of the accounts in use whose settings have their marketplaces asked.

        Read as they are now: a long transaction would keep for all others what it began with. While
        modules are installed, another transaction would see no tables, or wait for them.
        """
        registry = self.env.registry
        with registry.cursor() if registry.ready else nullcontext(self.env.cr) as cr:
            # sudo: as above
            accounts = self.with_env(self.env(cr=cr)).sudo().with_context(active_test=True)
            return accounts.search([("before_leaving", "!=", "off")])._ids

    def write(self, vals):
        result = super().write(vals)
        if "before_leaving" in vals:
            self._forget_settings()
        return result


class StockPicking(models.Model):
    """Asks marketplaces before goods leave: an order may be cancelled there although no call has
    said so.

    It asks only here, where nothing is changed yet. Programs that do transfers in another way do
    not ask.
    """

    _inherit = "stock.picking"

    def button_validate(self):
        """Ask first whether the orders of what is about to leave are cancelled there."""
        self._look_before_leaving()
        return super().button_validate()

    def _look_before_leaving(self):
        """:raise UserError: naming the transfers that must not be done, and why"""
        accounts = self.env["marketplace.account"]._asked_before_leaving()
        if not accounts:
            return
        # sudo: a rule that hides a move or an order from its user lets nothing leave
        moves = self.sudo().move_ids.filtered(lambda move: move._is_open() and move._leaves())
        supplied = moves._orders_supplied()
        moves._check_may_leave(supplied)  # what is known here need not be asked
        orders = self.env["sale.order"].sudo().union(*supplied.values())  # sudo: as above
        if found := orders._look_before_leaving(accounts):
            stopped = {
                move: orders
                for move, orders in supplied.items()
                if orders and all(order in found for order in orders)
            }
            self._refuse_to_leave(stopped, found)

    def _refuse_to_leave(self, stopped, found):
        """:raise UserError: if anything is ``stopped``

        :param stopped: ``{move: orders}``
        :param found: ``{order: what the look has shown}``
        """
        lines = {}
        for move, orders in stopped.items():
            for order in orders:
                own, transfer = order._marketplaces_own(), move.picking_id.display_name
                names = (own.marketplace_account_id.name, own.marketplace_order_id)
                lines[transfer, own] = text_of_look(self.env, found[order], transfer, *names)
        if not lines:
            return
        texts = list(lines.values())
        if len(self) > len(self.browse().union(*(move.picking_id for move in stopped))):
            texts.append(
                self.env._(
                    "Nothing was validated. Take these transfers out to validate the others."
                )
            )
        raise UserError("\n".join(texts))

    @api.model
    def _holds_stock(self):
        """Whether this transaction keeps others from stock, or from transfers, that it has changed.

        What is not flushed yet keeps nobody from anything.
        """
        self.env.cr.execute(SQL(HOLDS_STOCK))
        return self.env.cr.fetchone()[0]
