from odoo import api, fields, models

from ..tools.inbound.texts import text_of_keeping, text_of_refusal


class MarketplaceDecision(models.TransientModel):
    """Asks for the reason why a cancellation is refused, or the order kept open."""

    _name = "marketplace.decision"
    _description = "Decide on a Marketplace's Cancellation"

    receipt_id = fields.Many2one("marketplace.cancellation.receipt", required=True, readonly=True)
    receipt_kind = fields.Char(compute="_compute_refusal")
    decision = fields.Selection(
        [("refuse", "Refuse"), ("keep", "Keep the order open")], required=True, readonly=True
    )
    reason = fields.Text(required=True)
    cancelled_by_hand = fields.Text("Cancelled by Hand", compute="_compute_refusal")
    is_confirmed = fields.Boolean(compute="_compute_refusal")
    is_connected = fields.Boolean("Can Be Called", compute="_compute_refusal")
    is_archived = fields.Boolean(compute="_compute_refusal")
    follows = fields.Text("What Follows", compute="_compute_follows")
    refusal = fields.Selection(
        [
            ("denial", "The request is denied"),
            ("invoice", "The invoice is sent"),
            ("invoice_later", "The invoice is sent once it is posted"),
            ("none", "Nothing is sent"),
        ],
        compute="_compute_refusal",
        help="How the marketplace hears of a refusal without asking again.",
    )

    @api.onchange("receipt_id")
    def _offer_to_keep(self):
        """Offer to keep the order open where a refusal is not possible any more.

        This happens only when the dialog is opened: a click on "Refuse" never keeps an order open.
        """
        if self.decision == "refuse" and self.is_confirmed:
            self.decision = "keep"

    @api.depends("receipt_id")
    def _compute_refusal(self):
        self.receipt_id.check_access("read")
        for wizard in self:
            # sudo: a user who decides need not see invoices, but the receipt
            receipt = wizard.receipt_id.sudo()
            refusal = receipt.account_id.refusal_call if receipt.is_connected else "none"
            if refusal == "invoice" and not receipt.sale_order_id._posted_invoices():
                refusal = "invoice_later"
            wizard.refusal = refusal
            wizard.is_confirmed = receipt.is_confirmed
            wizard.is_connected = receipt.is_connected
            wizard.is_archived = not receipt.account_id.active
            wizard.receipt_kind = receipt.kind
            wizard.cancelled_by_hand = receipt.cancelled_by_hand

    @api.depends("is_archived", "decision")
    def _compute_follows(self):
        """What becomes of the order, and whether the marketplace learns of it."""
        self.receipt_id.check_access("read")
        for wizard in self:
            is_known = wizard.receipt_id._is_known_there()
            wizard.follows = (
                text_of_refusal(self.env, wizard.is_archived)
                if wizard.decision == "refuse"
                else text_of_keeping(self.env, is_known, wizard.is_archived)
            )

    def action_apply(self):
        """Carry the decision out."""
        self.ensure_one()
        if self.decision == "refuse":
            self.receipt_id.action_refuse(self.reason)
        else:
            self.receipt_id.action_keep(self.reason)
