from odoo import fields, models


class MarketplaceCancellationDelivery(models.Model):
    """One arrival of a cancellation request; a repeat is a further delivery of the same receipt."""

    _name = "marketplace.cancellation.delivery"
    _description = "Marketplace Cancellation Delivery"
    _rec_name = "received_at"
    _order = "id desc"

    receipt_id = fields.Many2one(
        "marketplace.cancellation.receipt",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    received_at = fields.Datetime(required=True, readonly=True)
    http_status = fields.Integer("HTTP Status", required=True, readonly=True, aggregator=None)
    duration = fields.Integer(
        "Duration (ms)",
        required=True,
        readonly=True,
        aggregator="avg",
        help="From the request's arrival to the answer, in milliseconds.",
    )
    remote_address = fields.Char(readonly=True)
