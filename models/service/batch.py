from functools import partial

from odoo import api, models

from ...tools import fault
from ...tools.discreet_log import discreet_logger
from ...tools.lock import StillLocked, repeat

_logger = discreet_logger(__name__)

#: For how long a job waits for a row that another transaction has locked, in seconds, and after how
#: many orders of a batch that had to be left because of one it tries no more of them.
_ROW_PATIENCE, _MOST_BLOCKED = 0.2, 5


class MarketplaceCancellationService(models.AbstractModel):
    """Cancels the orders of one batch; one that fails, or is locked, stops no other."""

    _inherit = "marketplace.cancellation.service"

    @api.model
    def _settle_batch(self, receipts, blocked):
        """Cancel the orders of ``receipts`` and commit; halve what fails, until one fails alone.

        :param blocked: IDs of those that could not be settled since others keep what they need
            locked are added; they stay queued
        """
        try:
            repeat(self.env.cr, partial(self._cancel_queued, receipts), _ROW_PATIENCE)
            fault.point("batch committed")
            return
        except StillLocked:
            if len(receipts) == 1 or len(blocked) >= _MOST_BLOCKED:
                blocked.update(receipts.ids)
                return
        except Exception as error:
            if len(receipts) == 1:
                _logger.exception("Receipt %s could not be settled", receipts.id)
                self._fail_queued(receipts, error)
                return
        middle = len(receipts) // 2
        self._settle_batch(receipts[:middle], blocked)
        fault.point("half of batch settled")
        self._settle_batch(receipts[middle:], blocked)

    @api.model
    def _fail_queued(self, receipt, error):
        """Record that the order of ``receipt``, if it is queued still, could not be cancelled."""
        if receipt.state != "queued":
            return
        cr, order = self.env.cr, receipt.sale_order_id
        receipt._set_failed(order, order._describe_failure(error))
        fault.point("failure in batch written")
        cr.commit()  # pylint: disable=invalid-commit  # the failure is on record
        fault.point("failure in batch committed")

    @api.model
    def _cancel_queued(self, receipts):
        """Cancel the orders of those of ``receipts`` that are queued still."""
        queued = receipts.filtered(lambda receipt: receipt.state == "queued")
        for account, own in queued.grouped("account_id").items():
            receipts_of_account = own.with_env(account._as_endpoint().env)
            orders = receipts_of_account.sale_order_id
            orders._claim_fulfilment()
            orders._cancel_for_marketplace(
                {receipt.sale_order_id: receipt for receipt in receipts_of_account}
            )
            fault.point("batch cancelled")
            receipts_of_account._set_carried_out()
            thread = receipts_of_account.env["mail.thread"]
            thread._log_tracked_together("sale.order", "stock.picking")
        fault.point("batch written")
