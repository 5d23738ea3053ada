from odoo import fields, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    is_wrapped = fields.Boolean(help="Its goods are wrapped already, each with a name on it.")
    times_cancelled = fields.Integer(readonly=True)

    def _signs_of_commitment(self):
        return super()._signs_of_commitment() | {"wrapped": SQL("sale.is_wrapped IS TRUE")}

    def _texts_of_findings(self):
        return super()._texts_of_findings() | {"wrapped": self.env._("it is gift-wrapped")}

    def action_cancel(self):
        for order in self:
            order.times_cancelled += 1
        return super().action_cancel()


class MarketplaceCancellationReceipt(models.Model):
    _inherit = "marketplace.cancellation.receipt"

    shop = fields.Char()

    def _prepare_values(self, account, request):
        return super()._prepare_values(account, request) | {"shop": account.code.upper()}
