from odoo import fields, models


class MarketplaceCancellationReceipt(models.Model):
    """How a cancellation arrived without a call: the marketplace's order shows it."""

    _inherit = "marketplace.cancellation.receipt"

    source = fields.Selection(
        selection_add=[
            ("hook", "Told by the Orders hook"),
            ("reconciliation", "Found by reconciliation"),
            ("check", "Found before it left"),
            ("left", "Found after it left"),
        ],
        ondelete={
            "hook": "set default",
            "reconciliation": "set default",
            "check": "set default",
            "left": "set default",
        },
    )

    # Few come in another way than by a call: those are found without reading the others.
    _source_idx = models.Index("(source, received_at DESC, id DESC) WHERE source <> 'call'")
