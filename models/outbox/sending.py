import time
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError

from ...tools import fault
from ...tools.any_language import InAnyLanguage, joined, said_by, stored
from ...tools.clock import database_now
from ...tools.discreet_log import discreet_logger, kind_of
from ...tools.lock import is_concurrency_error
from ...tools.outbound import call as calls
from ...tools.outbound.client import Unreachable
from ...tools.outbound.next_call import lock_next_call
from ...tools.outbound.outcome import LONGEST_PAUSE, delay

_logger = discreet_logger(__name__)

#: Seconds after which the job ends, to go on later. Odoo kills a job that takes a few minutes.
_LONGEST_RUN = 30
#: How often in a row another transaction may get in the way before the job ends for now.
_COLLISIONS = 10


class MarketplaceOutboundCall(models.Model):
    """How calls are sent, and what follows if there is no answer.

    A job of any worker on any host holds a call's row locked while it sends: nobody else sends it
    at the same time, and if the server is killed the call is as it was, to be sent again.
    """

    _inherit = "marketplace.outbound.call"

    @api.model
    def _cron_send(self):
        """Send the calls that are due, one transaction each."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        ends = time.monotonic() + _LONGEST_RUN
        due = [("state", "=", "pending"), ("next_attempt_at", "<=", database_now(self.env.cr))]
        cron._commit_progress(remaining=self.search_count(due))
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
                call._put_off_for_error(error)
                time_left = cron._commit_progress(1)
            if not time_left or time.monotonic() > ends:
                break
        # Not by Odoo, which begins up to ten times at once: each may take as long as a time-out.
        self._wake_sender()
        cron._commit_progress(remaining=0)

    @api.model
    def _claim_next(self):
        """Lock the next call that is due, see :func:`lock_next_call`; return it, or none.

        The first thing that a transaction does: what it reads is as fresh as the lock.
        """
        call = self.browse(lock_next_call(self.env.cr, database_now(self.env.cr)))
        return call and call.with_context(lang=call.account_id._settings().lang)

    def _send_claimed(self, person=None):
        """Send this call, which the caller has locked, and record what came of it.

        :param person: the user who has it sent now; none if it is due by itself
        """
        if self._end_if_obsolete():
            return
        account = self.account_id
        if account._is_left_alone():  # and yet it was claimed
            self._expire()
            return
        if not account.is_connected:
            self._put_off(
                InAnyLanguage(self.env)._("Enter the address, the app key and the app token first.")
            )
            return
        if self._is_to_be_held():
            self._put_on_hold()
            return
        if not self._prepare():
            return
        self.env.flush_all()  # what somebody else has changed meanwhile ends this before it is sent
        started, reply = time.monotonic(), None
        try:
            reply = account._send(self._call(account._outbound_address()))
            fault.point("call sent")
        except Unreachable:
            self._put_off(account._explain_unreachable(), unanswered=True)
        except UserError as error:  # no address any more
            self._put_off(said_by(error))
            return
        else:
            self._take(reply)
        self._note_attempt(reply, person, time.monotonic() - started)

    def _put_off_for_error(self, error, person=None):
        """Record that this call ended in an ``error`` of our own: it may have been sent, or not."""
        why = InAnyLanguage(self.env)._(
            "Unexpected error: %s. The server's log says where.", kind_of(error)
        )
        self._put_off(why, unknown=True)
        self._note_attempt(None, person)

    def _prepare(self):
        """Have everything that is sent together, or end this call, or put it off; a hook.

        :return: whether it is to be sent now
        """
        order = self.sale_order_id  # may have been deleted
        if self._is_document():
            return self._compose()
        if self.kind == "cancel" and order and (why := order._obstacle_to_cancel_there()):
            self._end("failed", error=why)
            self._ask_for_help(self.env._("An order cannot be cancelled at the marketplace"))
            return False
        return True

    def _call(self, address):
        """What is sent to ``address``: a :class:`~tools.outbound.call.Call`; a hook."""
        return calls.BY_KIND[self.kind](address, self.marketplace_order_id, self.body)

    def _obsolete_because(self):
        """Why this call must not be sent any more, None if it is to be.

        What the marketplace has cancelled itself is never cancelled there once more (protocol,
        "No echo"), nor is a cancellation denied that was granted since.
        """
        order = self.sale_order_id
        if not order:
            return None
        if order._is_told_of_cancellation():
            return InAnyLanguage(self.env)._("The marketplace has cancelled the order itself.")
        if self.kind == "cancel" and order._with_replacements():
            return InAnyLanguage(self.env)._("The order stays open after all.")
        if self.kind in ("deny", "invoice") and order.state == "cancel":
            return InAnyLanguage(self.env)._("The order was cancelled after all.")
        if self.kind == "return" and not self._is_of_sent_invoice():
            return InAnyLanguage(self.env)._(
                "The marketplace does not have the invoice that this credit note credits."
            )
        return None

    # -- Later, or not at all ---------------------------------------------------------------------

    def _put_off(self, error, retry_after=None, unanswered=False, unknown=False):
        """Try again later, or give up if it has been tried for too long.

        :param error: why the marketplace has not taken it, as people read it
        :param retry_after: seconds that the marketplace asked to wait
        :param unanswered: whether it was called in vain
        :param unknown: whether it was called at all is not known
        """
        now = database_now(self.env.cr)
        self.write({"attempts": self.attempts + 1, "error": stored(error)})
        self.write({"last_attempt_at": now, "is_unanswered": unanswered})
        self.may_be_carried_out |= unanswered or unknown
        pause = self.account_id._rest() if unanswered else min(retry_after or 0, LONGEST_PAUSE)
        self.pause_until = pause and now + timedelta(seconds=pause)
        if pause:
            self._wake_sender(self.pause_until)  # for the other calls
        if now - self.pending_since >= timedelta(days=self.account_id.outbound_days):
            self._expire()
        else:
            seconds = round(delay(self.attempts - self.earlier_attempts, retry_after))
            self.next_attempt_at = now + timedelta(seconds=seconds)
            self._wake_sender(self.next_attempt_at)

    def _seconds_paused(self):
        """For how many seconds the marketplace was left alone after the last try."""
        return ((self.pause_until or self.last_attempt_at) - self.last_attempt_at).total_seconds()

    def _expire(self):
        """End this call, which the marketplace has not taken for too long, and ask a person."""
        account = self.account_id
        if account.outbound_stop:
            self._end("expired", error=joined(" ", [self.error, account._explain_stop()]))
            account._ask_about_expired()
        else:
            self._end("expired", error=self.error or account._explain_pause())
            self._ask_for_help(self.env._("A marketplace has not accepted a call in time"))
