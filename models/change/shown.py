from odoo import models

from ...tools.arrival import Arrival
from ...tools.change.known import pair
from ...tools.states import PART_OPEN
from ..reading.order_reading import OWN_QUESTIONS


class MarketplaceOrderReading(models.Model):
    """Changes that an order shows when it is read: a VTEX store's own back office hears of them in
    no other way (protocol, "The Orders hook").
    """

    _inherit = "marketplace.order.reading"

    def _on_read(self, account, found):
        result = super()._on_read(account, found)
        arrived = self.filtered(lambda own: own.source not in OWN_QUESTIONS)[:1]
        if arrived and not found.is_cancelled:
            arrived._settle_changes(account, found.changes)
        return result

    def _settle_changes(self, account, shown):
        """Settle those of the changes ``shown`` that are news, as facts; each commits by itself.

        An order that is not here yet will be imported in its changed state.
        """
        endpoint = account._as_endpoint()
        order = self.with_env(endpoint.env)._order_here(endpoint)
        if not shown or not order._with_replacements():
            return
        service = endpoint.env["marketplace.change.service"]
        for there, known in pair(shown, order._known_changes()):
            if not known:
                arrival = Arrival.now(source=self.source)
                service._answer(endpoint, there.change, arrival, asked_at=there.date)
            elif known.key.state in PART_OPEN and not known.key.cancelled_there:
                known.key._take_status_there("done")


class MarketplaceAccount(models.Model):
    _inherit = "marketplace.account"

    def _take_notification(self, notification):
        """Have an order read that may have changed, too; one that is not here will be imported in
        its changed state."""
        result = super()._take_notification(notification)
        if notification.order_id and notification.concerns_change:
            orders = self.env["sale.order"]
            if orders._find_marketplace_order(self, notification.order_id)._with_replacements():
                self.env["marketplace.order.reading"]._note(self, notification.order_id, "hook")
        return result
