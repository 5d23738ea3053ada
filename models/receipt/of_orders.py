from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.queries import HELD_ORDERS
from ...tools.states import FINAL, HOLDING, HOLDING_BY_NAME

#: An order tells of a request to cancel it in these states.
_TOLD = (*HOLDING, *FINAL)


class MarketplaceCancellationReceipt(models.Model):
    """Which receipts concern which orders: those that wait for them, hold them, or tell of them."""

    _inherit = "marketplace.cancellation.receipt"

    @api.model
    def _waiting_for(self, orders):
        """The receipts that wait for one of ``orders``."""
        named = {(order.marketplace_account_id, order.marketplace_order_id) for order in orders}
        return self.search(self._domain_named(orders, ("waiting",))).filtered(
            lambda own: (own.account_id, own.marketplace_order_id) in named
        )

    @api.model
    def _domain_named(self, orders, states=HOLDING_BY_NAME):
        """A domain that finds the receipts with the ID of one of ``orders``, and few others."""
        named = orders.filtered("marketplace_order_id")
        return fields.Domain(
            [
                ("account_id", "in", named.marketplace_account_id.ids),
                ("marketplace_order_id", "in", named.mapped("marketplace_order_id")),
                ("state", "in", states),
            ]
        )

    @api.model
    def _holding(self, orders):
        """The receipts because of which ``orders`` must not be shipped for the time being.

        The cancellation has just come in, waits for them, is about to be carried out, has failed,
        or a person has to decide. A replacement is held with the order that it replaces.
        """
        return self.browse().union(*self._notable(orders, HOLDING).values())

    @api.model
    def _to_tell(self, orders):
        """The receipts of which ``orders``, or those that they replace, may have to tell.

        One query, whatever the number of orders.
        """
        every = orders | orders.replaced_order_id
        if not every.filtered("marketplace_order_id"):
            return self.browse()
        states, states_by_name = self._states_to_tell()
        told = fields.Domain("sale_order_id", "in", every.ids)
        told &= fields.Domain("state", "in", states)
        return self.search_fetch(told | self._domain_named(every, states_by_name))

    @api.model
    def _states_to_tell(self):
        """The states in which a receipt's order tells of it, and those in which whichever order has
        its ID does. A hook for other kinds of requests.
        """
        return _TOLD, HOLDING_BY_NAME

    @api.model
    def _notable(self, orders, states=_TOLD, found=None):
        """The receipts of which ``orders`` tell, each with those of the order that it replaces.

        :param states: of those that know their order; those that hold it by its ID are found anyway
        :param found: what :meth:`_to_tell` finds, if that was asked just now
        :return: ``{order: receipts}``, the newest first; orders without any are left out
        """
        if found is None:
            found = self._to_tell(orders)
        by_order = found.filtered(lambda own: own.state in states).grouped("sale_order_id")
        by_name = found.filtered(lambda own: own.state in HOLDING_BY_NAME).grouped(
            lambda own: (own.account_id, own.marketplace_order_id)
        )
        notable = {}
        for order in orders:
            own = self.browse()
            for named in order | order.replaced_order_id:
                name = (named.marketplace_account_id, named.marketplace_order_id)
                own |= by_order.get(named, own.browse()) | by_name.get(name, own.browse())
            if own:
                notable[order] = own.with_prefetch(found.ids)._newest_first()
        return notable

    def _newest_first(self):
        return self.sorted(lambda receipt: (receipt.received_at, receipt.id), reverse=True)

    @api.model
    def _domain_held(self):
        """A domain that finds the orders that :meth:`_holding` finds receipts for, and few others.

        Few: a request that waits for an order holds it while it is a quotation, too.
        """
        held = SQL(HELD_ORDERS, holding=HOLDING, named=HOLDING_BY_NAME)
        self.env["sale.order"].flush_model(["marketplace_account_id", "marketplace_order_id"])
        self.flush_model(["state", "sale_order_id", "account_id", "marketplace_order_id"])
        return fields.Domain("id", "in", held) | fields.Domain("replaced_order_id", "in", held)
