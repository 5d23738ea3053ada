from dataclasses import replace

from odoo import fields, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    is_wrapped = fields.Boolean(help="Its goods are wrapped already, each with a name on it.")
    is_on_table = fields.Boolean(help="Its goods were taken from their shelf, to be wrapped.")
    messenger_number = fields.Char(help="The parcel's number, if our own messenger brings it.")
    times_cancelled = fields.Integer(readonly=True)

    def _cancellation_facts(self, receipt, other, untouched=None):
        facts = super()._cancellation_facts(receipt, other, untouched)
        return replace(facts, picking=facts.picking or any(self.mapped("is_on_table")))

    def _signs_of_work(self):
        return [*super()._signs_of_work(), SQL("sale.is_on_table IS TRUE")]

    def _signs_of_commitment(self):
        return super()._signs_of_commitment() | {"wrapped": SQL("sale.is_wrapped IS TRUE")}

    def _texts_of_findings(self):
        return super()._texts_of_findings() | {"wrapped": self.env._("it is gift-wrapped")}

    def action_cancel(self):
        for order in self:
            order.times_cancelled += 1
        return super().action_cancel()

    def _marketplace_tracking(self, invoice):
        if not self.messenger_number:
            return super()._marketplace_tracking(invoice)
        return {"courier": "Our Messenger", "trackingNumber": self.messenger_number}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _is_marketplace_item(self):
        return super()._is_marketplace_item() and not self.product_id.is_wrapping

    def _marketplace_item_sku(self):
        return self.product_id.sku_there or super()._marketplace_item_sku()


class ProductProduct(models.Model):
    _inherit = "product.product"

    is_wrapping = fields.Boolean(help="Paper and ribbon, for which the customer pays us.")
    sku_there = fields.Char(help="The marketplace knows it by this SKU.")
    pieces_per_box = fields.Integer(default=1, help="The marketplace sells so many as one.")


class AccountMove(models.Model):
    _inherit = "account.move"

    greeting_url = fields.Char(help="Where the customer finds the invoice, with our greetings.")

    def _marketplace_invoice_body(self, order):
        body = super()._marketplace_invoice_body(order)
        return body | ({"invoiceUrl": self.greeting_url} if self.greeting_url else {})


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _marketplace_quantity(self, quantity):
        return super()._marketplace_quantity(quantity) / (self.product_id.pieces_per_box or 1)


class MarketplaceCancellationReceipt(models.Model):
    _inherit = "marketplace.cancellation.receipt"

    shop = fields.Char()

    def _prepare_values(self, account, request):
        return super()._prepare_values(account, request) | {"shop": account.code.upper()}
