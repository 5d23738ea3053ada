from odoo import models

from ...tools.decision import find_stage


class MarketplaceCancellationReceipt(models.Model):
    """What reports count of a change: how far its lines had got, and the value of what it takes
    out."""

    _inherit = "marketplace.cancellation.receipt"

    def _carry_out_part(self, order, quantities):
        """Note the value first: afterwards the items are no longer on the order."""
        figures = self._figures_of_part(order.sudo(), quantities)  # sudo: only figures come out
        result = super()._carry_out_part(order, quantities)
        self.write(figures)
        return result

    def _figures_of_part(self, order, quantities):
        facts = None if self.stage else order._facts_of_part(quantities)
        figures = self._report_values(facts and find_stage(facts))
        if not quantities or order.state == "cancel":
            value = 0.0
        else:
            value = order._value_without({})
            if not order._is_all_of_order(quantities):
                value -= order._value_without(quantities)
        return figures | {"called_off": value / (order.currency_rate or 1)}
