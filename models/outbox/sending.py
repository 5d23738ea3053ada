import time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import fault
from ...tools.clock import database_now
from ...tools.discreet_log import discreet_logger, kind_of
from ...tools.lock import is_concurrency_error
from ...tools.outbound import call as calls
from ...tools.outbound.client import Unreachable
from ...tools.outbound.next_call import lock_next_call

_logger = discreet_logger(__name__)

#: Seconds after which the job ends, to go on later. Odoo kills a job that takes a few minutes.
_LONGEST_RUN = 30
#: How often in a row another transaction may get in the way before the job ends for now.
_COLLISIONS = 10


class MarketplaceOutboundCall(models.Model):
    """How calls are sent: by a job that any worker on any host may run.

    The job holds a call's row locked while it sends: nobody else sends it at the same time, and if
    the server is killed the lock is gone and the call as it was, to be sent again.
    """

    _inherit = "marketplace.outbound.call"

    @api.model
    def _cron_send(self):
        """Send the calls that are due, one transaction each."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        ends = time.monotonic() + _LONGEST_RUN
        cron._commit_progress(remaining=self.search_count(self._due_domain()))
        collisions = 0
        while collisions < _COLLISIONS:
            call = self.browse()
            try:
                call = self._claim_next()
                if not call:
                    cron._commit_progress(remaining=0)
                    return
                fault.point("call claimed")
                call._send_claimed()
                fault.point("call recorded")
                time_left = cron._commit_progress(1)
                fault.point("call committed")
            except Exception as error:
                self.env.cr.rollback()
                if is_concurrency_error(error):
                    collisions += 1  # somebody gave it up, say
                    continue
                _logger.exception("Outbound call %s could not be sent", call.id)
                call._put_off(
                    self.env._(
                        "Unexpected error: %s. The server's log says where.", kind_of(error)
                    ),
                    unknown=True,
                )
                time_left = cron._commit_progress(1)
            if not time_left or time.monotonic() > ends:
                break
        # Not by Odoo, which begins up to ten times at once: each may take as long as a time-out.
        self._wake_sender()
        cron._commit_progress(remaining=0)

    @api.model
    def _due_domain(self):
        return fields.Domain("state", "=", "pending") & fields.Domain(
            "next_attempt_at", "<=", database_now(self.env.cr)
        )

    @api.model
    def _claim_next(self):
        """Lock the call whose turn it is, see :func:`lock_next_call`; return it, or none."""
        self.flush_model()
        self.env["marketplace.account"].flush_model()
        call = self.browse(lock_next_call(self.env.cr, database_now(self.env.cr)))
        if not call:
            return call
        call.invalidate_recordset()
        call.account_id.invalidate_recordset()  # somebody may have changed the key
        return call.with_context(lang=call.account_id._endpoint_context()["lang"])

    def _send_claimed(self):
        """Send this call, which the caller has locked, and record what came of it."""
        self.ensure_one()
        if why := self._obsolete_because():
            self._end_as_obsolete(why)
            return
        account = self.account_id
        if account._is_left_alone():  # and yet it was claimed
            self._expire()
            return
        if not account.is_connected:
            self._put_off(self.env._("Enter the address, the app key and the app token first."))
            return
        if self.kind in ("invoice", "return") and not self._compose():
            return
        if self.kind == "cancel" and (obstacle := self._obstacle_to_cancel()):
            self._end("failed", error=obstacle)
            self._ask_for_help(self.env._("An order cannot be cancelled at the marketplace"))
            return
        self.env.flush_all()  # what somebody else has changed meanwhile ends this before it is sent
        try:
            build = calls.BY_KIND[self.kind]
            address = account._outbound_address()
            reply = account._send(build(address, self.marketplace_order_id, self.body))
            fault.point("call sent")
        except Unreachable:
            self._put_off(account._explain_unreachable(), unanswered=True)
        except UserError as error:  # no address any more
            self._put_off(str(error))
        else:
            self._take(reply)

    def _obstacle_to_cancel(self):
        order = self.sale_order_id  # may have been deleted
        return order and order._obstacle_to_cancel_there()

    def _obsolete_because(self):
        """Why this call must not be sent any more, None if it is to be.

        What the marketplace has cancelled itself is never cancelled there once more (protocol,
        "No echo"), nor is a cancellation denied that was granted since.
        """
        order = self.sale_order_id
        if not order:
            return None
        if order._is_cancelled_at_marketplace():
            return self.env._("The marketplace has cancelled the order itself.")
        if self.kind == "cancel" and order._with_replacements():
            return self.env._("The order goes on after all.")
        if self.kind in ("deny", "invoice") and order.state == "cancel":
            return self.env._("The order was cancelled after all.")
        if self.kind == "return" and not self._is_of_sent_invoice():
            return self.env._("The marketplace has no invoice that it credits.")
        return None
