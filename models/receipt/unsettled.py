import time
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.discreet_log import discreet_logger
from ...tools.inbound.texts import result_of_processing, text_of_unresolved
from ...tools.lock import ATTEMPTS, is_concurrency_error
from ...tools.notification import notification
from ...tools.states import UNSETTLED

_logger = discreet_logger(__name__)

#: For how long one click may go on, in seconds: the server ends what takes much longer.
_PATIENCE = 60


class MarketplaceCancellationReceipt(models.Model):
    """What people do about requests that are not settled: process them again, or resolve them."""

    _inherit = "marketplace.cancellation.receipt"

    resolved_at = fields.Datetime("Resolved", readonly=True, index="btree_not_null")
    resolved_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    resolution_note = fields.Text(
        "Resolution", readonly=True, help="Why nothing more is to be done about it."
    )

    def action_process_again(self):
        """Process the requests that have failed once more, and tell what came of them.

        Each is committed before the next one begins, so that it stays if that one fails.
        """
        self._check_may_decide()
        outcomes = defaultdict(list)
        deadline = time.monotonic() + _PATIENCE
        failed = self.filtered(lambda receipt: receipt._has_failed())
        for number, receipt in enumerate(failed):
            if number:
                self.env.cr.commit()  # pylint: disable=invalid-commit  # the one before is done
            outcome = "late" if time.monotonic() > deadline else receipt._process_again()
            outcomes[outcome].append(receipt.marketplace_order_id)
        outcomes["untouched"] += (self - failed).mapped("marketplace_order_id")
        kind, text = result_of_processing(self.env, outcomes)
        then = {"type": "ir.actions.client", "tag": "soft_reload"}  # the records as they are now
        sticky = bool(outcomes["failed"] or outcomes["late"])
        return notification(kind, self.env._("Process Again"), text, sticky=sticky, next=then)

    def _process_again(self):
        """Process this request once more, after any other transaction that works on its order.

        :return: its state; or ``untouched``, if somebody else has settled it meanwhile
        """
        cr = self.env.cr
        for attempt in range(1, ATTEMPTS + 1):
            if not self._has_failed():
                return "untouched"
            try:
                with cr.savepoint():
                    self._try_again()
                return "failed" if self._has_failed() else self.state
            except Exception as error:
                if not is_concurrency_error(error):
                    _logger.exception("Receipt %s could not be processed again", self.id)
                    return "failed"
                cr.rollback()
                _logger.info("Receipt %s: try %s to process it again", self.id, attempt)
        return "failed"

    def _has_failed(self):
        """Whether this request can be processed once more; a hook for other kinds of requests."""
        return self.state == "failed"

    def _try_again(self):
        """Cancel the order; a request that failed before its order was found is settled anew."""
        if self.sale_order_id:
            self._decide("accept")
        else:
            self._settle_anew()

    def _settle_anew(self):
        """Settle this request as if the marketplace had asked again."""
        # sudo: receipts are read-only to people
        env = self.sudo().account_id._as_endpoint().env
        env["marketplace.cancellation.service"]._decide_and_carry_out(self.with_env(env))

    def action_resolve(self, note):
        """Note that nothing more is to be done about these requests, and why.

        A repeat of the call is settled as usual.
        """
        self._check_may_decide()
        if not (note or "").strip():
            raise UserError(self.env._("Please say why nothing more is to be done."))
        receipts = self.sudo()  # sudo: receipts are read-only to people
        receipts.sale_order_id._claim_fulfilment()  # nobody else reopens the order at this moment
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
            return text_of_unresolved(self.env, "resolved", self.display_name)
        if self.state not in self._unsettled():
            return text_of_unresolved(self.env, "settled", self.display_name)
        if held := self._open_orders_held():
            obstacle = "waiting" if self.state == "waiting" else "held"
            return text_of_unresolved(self.env, obstacle, ", ".join(held.mapped("name")))
        return False

    @api.model
    def _unsettled(self):
        """The states in which a request can be resolved; a hook for other kinds of requests."""
        return UNSETTLED

    def _open_orders_held(self):
        """The orders, not cancelled yet, that must not be shipped because of this request."""
        key = (self.account_id, self.marketplace_order_id)
        orders = self.sale_order_id | self.env["sale.order"]._find_marketplace_order(*key)
        if self not in self._holding(orders):
            return orders.browse()
        return orders._with_replacements()
