from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.states import UNSETTLED

_UNRESOLVED = {"resolved_at": False, "resolved_by_id": False, "resolution_note": False}


class MarketplaceCancellationReceipt(models.Model):
    """What somebody has looked at, and about which nothing more is to be done."""

    _inherit = "marketplace.cancellation.receipt"

    resolved_at = fields.Datetime("Resolved", readonly=True, index="btree_not_null")
    resolved_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    resolution_note = fields.Text(
        "Resolution", readonly=True, help="Why nothing more is to be done about it."
    )

    def action_resolve(self, note):
        """Note that nothing more is to be done about these requests, and why.

        A repeat of the marketplace is settled as ever.
        """
        self._check_may_decide()
        if not (note or "").strip():
            raise UserError(self.env._("Please say why nothing more is to be done."))
        receipts = self.sudo()  # sudo: receipts are read-only to people
        receipts.sale_order_id._claim_fulfilment()  # nobody revives the order at this moment
        for receipt in receipts:
            if obstacle := receipt._obstacle_to_resolution():
                raise UserError(obstacle)
        receipts.write(
            {
                "resolved_at": fields.Datetime.now(),
                "resolved_by_id": self.env.uid,
                "resolution_note": note,
            }
        )
        receipts.activity_unlink(["marketplace_order_cancellation.activity_decide"])
        message = self.env._("Marked as resolved: %s", note)
        receipts._message_log_batch(
            bodies=dict.fromkeys(receipts.ids, message), author_id=self.env.user.partner_id.id
        )
        return True

    def _obstacle_to_resolution(self):
        """Why this request cannot be left as it is, False if it can."""
        self.ensure_one()
        if self.resolved_at:
            return self.env._("%s is marked as resolved already.", self.display_name)
        if self.state not in UNSETTLED:
            return self.env._(
                "%s is none of those that can be marked as resolved: they have failed, wait for "
                "their order, or name two orders.",
                self.display_name,
            )
        if held := self._open_orders_held():
            orders = ", ".join(held.mapped("name"))
            if self.state == "waiting":
                return self.env._(
                    "%s is here, and will be cancelled when it is confirmed. Cancel it, and the "
                    "request is settled.",
                    orders,
                )
            return self.env._(
                "%s is still open, and on hold because of this request. Decide on it first: process"
                " the request again, refuse it, or keep the order open.",
                orders,
            )
        return False

    def _open_orders_held(self):
        """The orders, not cancelled yet, that must not be shipped because of this request."""
        orders = self.env["sale.order"]
        orders = self.sale_order_id | orders._find_marketplace_order(
            self.account_id, self.marketplace_order_id
        )
        if self not in self._holding(orders):
            return orders.browse()
        return orders._with_replacements()

    def write(self, vals):
        """What changes is no longer resolved; nor is what has failed once more."""
        if "state" not in vals or "resolved_at" in vals:
            return super().write(vals)
        state = vals["state"]
        changed = self.filtered(lambda receipt: receipt.state != state or state == "failed")
        if unchanged := self - changed:
            super(MarketplaceCancellationReceipt, unchanged).write(vals)
        if changed:
            super(MarketplaceCancellationReceipt, changed).write(vals | _UNRESOLVED)
        return True
