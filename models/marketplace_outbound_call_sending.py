import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import fault
from ..clock import database_now
from ..discretion import discreet_logger, kind_of
from ..outbound import call as calls
from ..outbound.client import Unreachable
from ..outbound.outcome import LONGEST_PAUSE, Outcome, delay, outcome

_logger = discreet_logger(__name__)

#: How often in a row another transaction may get in the way before the job ends for now.
_COLLISIONS = 10
#: Characters of an answer that are kept.
_KEPT_ANSWER = 4000
#: States of the marketplace's order in which a call has reached what it is for, should an earlier
#: attempt have been carried out without our hearing of it (protocol, "States of an order").
_REACHED = {
    "cancel": ("cancel", "canceled"),
    "deny": ("ready-for-handling", "start-handling", "handling", "invoice", "invoiced"),
    "invoice": ("invoiced",),
}


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
                if self.env["marketplace.cancellation.service"]._is_concurrency_error(error):
                    collisions += 1  # somebody gave it up, say
                    continue
                _logger.exception("Outbound call %s could not be sent", call.id)
                call._put_off(
                    self.env._("Unexpected error: %s. The server's log says where.", kind_of(error))
                )
                time_left = cron._commit_progress(1)
            if not time_left:
                return
        self._wake_sender()

    @api.model
    def _due_domain(self):
        return fields.Domain("state", "=", "pending") & fields.Domain(
            "next_attempt_at", "<=", database_now(self.env.cr)
        )

    @api.model
    def _claim_next(self):
        """Lock the call that has been due for longest, and return it, or none.

        Not one that another worker is sending, and none before the earlier ones of its order.
        """
        self.flush_model()
        now = database_now(self.env.cr)
        self.env.cr.execute(
            SQL(
                """
                SELECT call.id
                  FROM marketplace_outbound_call call
                 WHERE call.state = 'pending'
                   AND call.next_attempt_at <= %s
                   AND NOT EXISTS (
                        SELECT 1
                          FROM marketplace_outbound_call earlier
                         WHERE earlier.sale_order_id = call.sale_order_id
                           AND earlier.state = 'pending'
                           AND earlier.id < call.id
                   )
                   AND NOT EXISTS (
                        SELECT 1
                          FROM marketplace_outbound_call pausing
                         WHERE pausing.account_id = call.account_id
                           AND pausing.state = 'pending'
                           AND pausing.pause_until > %s
                   )
                 ORDER BY call.next_attempt_at, call.id
                 LIMIT 1
                   FOR NO KEY UPDATE OF call SKIP LOCKED
                """,
                now,
                now,
            )
        )
        call = self.browse([call_id for (call_id,) in self.env.cr.fetchall()])
        if not call:
            return call
        call.invalidate_recordset()
        return call.with_context(lang=call.account_id._endpoint_context()["lang"])

    def _send_claimed(self):
        """Send this call, which the caller has locked, and record what came of it."""
        self.ensure_one()
        if why := self._obsolete_because():
            self._end("obsolete", note=why)
            return
        account = self.account_id
        if not account.is_connected:
            self._put_off(self.env._("Enter the address, the app key and the app token first."))
            return
        if self.kind == "invoice":
            if self.invoice_id.state != "posted":  # was reset to draft: another one may come
                self.write({"state": "waiting", "invoice_id": False, "next_attempt_at": False})
                return
            self.body = self.invoice_id._marketplace_invoice_body(self.sale_order_id)
        try:
            build = calls.BY_KIND[self.kind]
            address = account._outbound_address()
            reply = account._send(build(address, self.marketplace_order_id, self.body))
            fault.point("call sent")
        except Unreachable:
            self._put_off(account._explain_unreachable())
        except UserError as error:  # no address any more
            self._put_off(str(error))
        else:
            self._take(reply)

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
        if self.kind != "cancel" and order.state == "cancel":
            return self.env._("The order was cancelled after all.")
        return None

    def _take(self, reply):
        """Record what the marketplace answered.

        :param reply: a :class:`~..outbound.client.Reply`
        """
        now = database_now(self.env.cr)
        self.write(
            {
                "last_attempt_at": now,
                "answer_status": reply.status,
                "answer_body": reply.text[:_KEPT_ANSWER],
            }
        )
        error = self.account_id._explain_status(reply.status, self.marketplace_order_id)
        match outcome(reply.status):
            case Outcome.DONE:
                self._end("sent", attempts=self.attempts + 1, error=False)
            case Outcome.LATER:
                self._put_off(error, reply.retry_after)
            case Outcome.FINAL if self._was_carried_out():
                note = self.env._("The marketplace's order had got there already.")
                self._end("sent", attempts=self.attempts + 1, error=False, note=note)
            case Outcome.FINAL:
                self._end("failed", attempts=self.attempts + 1, error=error)
                self._ask_for_help(self.env._("A marketplace refused a call"))

    def _was_carried_out(self):
        """Whether the marketplace's order has got where this call was to bring it.

        A call whose answer got lost is sent again, and may then be refused because it was carried
        out the first time. So the order itself is looked at.
        """
        if self.answer_status in (401, 403, 404):
            return False  # nor could the order be read, or it is not what was refused
        try:
            reply = self.account_id._send(
                calls.read_order(self.account_id._outbound_address(), self.marketplace_order_id)
            )
            status = json.loads(reply.text).get("status") if reply.status == 200 else None
        except (Unreachable, ValueError, AttributeError, RecursionError):
            return False
        return status in _REACHED[self.kind]

    def _put_off(self, error, retry_after=None):
        """Try again later, or give up if it has been tried for too long.

        :param error: why the marketplace has not taken it, as people read it
        :param retry_after: seconds that the marketplace asked to wait
        """
        now = database_now(self.env.cr)
        attempts = self.attempts + 1
        pause = retry_after and now + timedelta(seconds=min(retry_after, LONGEST_PAUSE))
        self.write(
            {"attempts": attempts, "error": error, "last_attempt_at": now, "pause_until": pause}
        )
        next_attempt_at = now + timedelta(seconds=round(delay(attempts, retry_after)))
        age = now - self.pending_since
        if age >= timedelta(days=self.account_id.outbound_days):
            self._end("expired")
            self._ask_for_help(self.env._("A marketplace has not taken a call in time"))
        else:
            self.next_attempt_at = next_attempt_at
            self._wake_sender(next_attempt_at)
