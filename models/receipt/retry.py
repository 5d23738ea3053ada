import time
from collections import defaultdict

from odoo import models

from ...tools.discreet_log import discreet_logger
from ...tools.lock import ATTEMPTS, is_concurrency_error

_logger = discreet_logger(__name__)

#: For how long one click may go on, in seconds: the server ends what takes much longer.
_PATIENCE = 60
#: How many orders a message names.
_NAMED = 5


class MarketplaceCancellationReceipt(models.Model):
    """How people have another go at what has failed."""

    _inherit = "marketplace.cancellation.receipt"

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
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if failed else "warning" if late or not done else "success",
                "title": self.env._("Process Again"),
                "message": " ".join(filter(None, sentences)),
                "sticky": bool(failed or late),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
