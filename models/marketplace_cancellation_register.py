from datetime import timedelta

from psycopg2.errors import LockNotAvailable

from odoo import api, models

from ..tools import fault
from ..tools.clock import database_now
from ..tools.inbound.problem import UNAVAILABLE
from ..tools.lock import StillLocked, limit_waiting
from .marketplace_cancellation_service import ATTEMPTS, ROW_PATIENCE


class MarketplaceCancellationService(models.AbstractModel):
    """Puts a request on record before it is settled, and where it cannot be settled for now."""

    _inherit = "marketplace.cancellation.service"

    @api.model
    def _put_on_record(self, account, request, path_order_id, arrival):
        """The receipt of ``request``, committed: it survives from here on, and holds its order.

        Who answers at once (:meth:`_answer_at_once`) may create the same receipt meanwhile.

        :raise StillLocked: if it cannot be written, since another transaction is about to
        """
        cr = self.env.cr
        receipts = self.env["marketplace.cancellation.receipt"]
        for _attempt in range(ATTEMPTS):
            try:
                limit_waiting(cr, ROW_PATIENCE)
                receipt = receipts._find_or_create(
                    account,
                    request,
                    path_order_id=path_order_id,
                    received_at=arrival.received_at,
                )
                fault.point("receipt written")
                cr.commit()  # pylint: disable=invalid-commit  # the receipt survives from here on
                fault.point("receipt committed")
                return receipt
            except Exception as error:
                cr.rollback()
                if not self._is_collision(error):
                    raise
        raise StillLocked

    @api.model
    def _put_off(self, account, request, path_order_id, arrival):
        """Leave a request to the job, or to its repeat, that others have kept from being settled.

        Nothing is confirmed, as nothing is known of the order: who keeps its row may be shipping
        it. But nothing more of it leaves: its receipt, *received*, holds it.
        """
        cr = self.env.cr
        receipt = self._put_on_record(account, request, path_order_id, arrival)
        try:
            limit_waiting(cr, ROW_PATIENCE)
            receipt._record_delivery(arrival, UNAVAILABLE.status)
            soon = database_now(cr) + timedelta(seconds=ROW_PATIENCE)
            self.env["ir.cron"]._wake_own("cron_settle_pending", soon)
            cr.commit()  # pylint: disable=invalid-commit  # on record before it is answered
        except (
            LockNotAvailable
        ):  # the receipt itself is kept locked; it holds its order all the same
            cr.rollback()
