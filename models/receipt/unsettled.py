import time
from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.discreet_log import discreet_logger
from ...tools.lock import ATTEMPTS, is_concurrency_error
from ...tools.notification import notification
from ...tools.states import UNSETTLED

_logger = discreet_logger(__name__)

#: For how long one click may go on, in seconds: the server ends what takes much longer.
_PATIENCE = 60
#: How many orders a message names.
_NAMED = 5
_UNRESOLVED = {"resolved_at": False, "resolved_by_id": False, "resolution_note": False}


class MarketplaceCancellationReceipt(models.Model):
    """What people do about requests that could not be settled: have another go at what has failed,
    or note that nothing more is to be done.
    """

    _inherit = "marketplace.cancellation.receipt"

    resolved_at = fields.Datetime("Resolved", readonly=True, index="btree_not_null")
    resolved_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    resolution_note = fields.Text(
        "Resolution", readonly=True, help="Why nothing more is to be done about it."
    )

    def action_process_again(self):
        """Process those of these requests that have failed once more, and tell what came of it.

        Each is committed before the next one begins: whatever happens then, it stays.
        """
        self._check_may_decide()
        outcomes = defaultdict(self.browse)
        deadline = time.monotonic() + _PATIENCE
        failed = self.filtered(lambda receipt: receipt.state == "failed")
        for number, receipt in enumerate(failed):
            if number:
                self.env.cr.commit()  # pylint: disable=invalid-commit  # the one before is done
            late = time.monotonic() > deadline
            outcomes["late" if late else receipt._process_again()] |= receipt
        outcomes["untouched"] |= self - failed
        return self._notify_processed(outcomes)

    def _process_again(self):
        """Have another go at this request.

        Whoever else is at work on the order goes first; then it is looked at anew.

        :return: its state; or ``untouched``, if somebody else has settled it meanwhile
        """
        cr = self.env.cr
        for attempt in range(1, ATTEMPTS + 1):
            if self.state != "failed":
                return "untouched"
            try:
                with cr.savepoint():
                    self._try_again()
                return self.state
            except Exception as error:
                if not is_concurrency_error(error):
                    _logger.exception("Receipt %s could not be processed again", self.id)
                    return "failed"
                cr.rollback()
                _logger.info("Receipt %s: try %s to process it again", self.id, attempt)
        return "failed"

    def _try_again(self):
        """Cancel the order as somebody wishes; what failed before it was found is settled anew."""
        if self.sale_order_id:
            self._decide("accept")
            return
        # sudo: receipts are read-only to people
        env = self.sudo().account_id._as_endpoint().env
        env["marketplace.cancellation.service"]._settle(self.with_env(env))

    def _notify_processed(self, outcomes):
        """Tell what came of it, and show the records as they are now.

        :param outcomes: ``{state, "untouched" or "late": receipts}``
        """
        failed, late = outcomes.pop("failed", self.browse()), outcomes.pop("late", self.browse())
        untouched = outcomes.pop("untouched", self.browse())
        done = sum(map(len, outcomes.values()))
        names = ", ".join(failed[:_NAMED].mapped("marketplace_order_id"))
        if len(failed) > _NAMED:
            names += ", …"
        sentences = [
            done and self.env._("Processed: %s.", done),
            failed
            and self.env._("Failed again: %(count)s (%(names)s).", count=len(failed), names=names),
            untouched and self.env._("Left alone, since they have not failed: %s.", len(untouched)),
            late and self.env._("Not reached yet: %s. Process them again.", len(late)),
        ]
        kind = "danger" if failed else "warning" if late or not done else "success"
        title, text = self.env._("Process Again"), " ".join(filter(None, sentences))
        then = {"type": "ir.actions.client", "tag": "soft_reload"}
        return notification(kind, title, text, sticky=bool(failed or late), next=then)

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
                "%s cannot be marked as resolved: only requests that have failed, wait for their "
                "order, or name two orders can.",
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
