import time
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools import fault
from ...tools.any_language import InAnyLanguage, said_by, stored
from ...tools.arrival import Arrival
from ...tools.clock import database_now
from ...tools.discreet_log import discreet_logger, kind_of
from ...tools.inbound.marketplace_order import MarketplaceOrder
from ...tools.lock import StillLocked, is_concurrency_error
from ...tools.outbound.client import Reply, Unreachable
from ...tools.outbound.outcome import delay
from ...tools.outbound.together import AT_ONCE
from ...tools.reading_sql import CLAIM, NOTE, NOTED_UNTIL_NOW, TOLD
from ..base.any_language import AnyLanguage

_logger = discreet_logger(__name__)

#: Seconds after which the job ends, to go on later. Odoo kills a job that takes a few minutes.
_LONGEST_RUN = 30
#: For how long it waits for an account that may read one more order then, in seconds.
_LONGEST_WAIT = 30
#: For how long a job has an order to itself, in seconds: longer than a marketplace may take.
_LEASE = 60
#: After how many seconds an order is read again whose reason has not come yet, and how often.
_REASON_DELAY, _REASON_TRIES = 20, 3
#: How often an order is read that the marketplace does not know: it has told of it.
_UNKNOWN_TRIES = 3
#: The sources of readings that nothing has arrived for: what they find settles no request.
OWN_QUESTIONS = ("confirmation",)


class MarketplaceOrderReading(models.Model):
    """An order that is to be read at its marketplace, since its cancellation may be asked for.

    Each notification leaves one, without waiting for anybody. A job reads each order once for all
    that was noted until then, and deletes them when what it found is settled.
    """

    _name = "marketplace.order.reading"
    _description = "Order to Read at a Marketplace"
    _rec_name = "marketplace_order_id"
    _order = "due_at, id"
    _log_access = False

    account_id = fields.Many2one(
        "marketplace.account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id")
    marketplace_order_id = fields.Char(required=True, readonly=True)
    source = fields.Char(required=True, readonly=True)
    noted_at = fields.Datetime("Noted", required=True, readonly=True)
    due_at = fields.Datetime("Next Attempt", required=True, readonly=True)
    priority = fields.Integer(required=True, readonly=True, default=TOLD, aggregator=None)
    attempts = fields.Integer(required=True, readonly=True, aggregator=None)
    error = AnyLanguage(readonly=True)

    # What is due next, and what else was noted of the same order: asked for each order.
    _due_idx = models.Index("(account_id, priority, due_at, id)")
    _order_idx = models.Index("(account_id, marketplace_order_id)")

    @api.model
    def _note(self, account, marketplace_order_id, source, seconds=0, priority=TOLD):
        """Have an order read by the job.

        :param source: how it came that it is to be read, a key of the receipt's field ``source`` or
            one of :data:`OWN_QUESTIONS`
        :param seconds: after how many it is to be read
        """
        named = {"account": account.id, "order": marketplace_order_id, "source": source}
        self.env.cr.execute(SQL(NOTE, **named, delay=seconds, priority=priority))
        self._wake(database_now(self.env.cr) + timedelta(seconds=seconds) if seconds else None)

    @api.model
    def _wake(self, at=None):
        self.env["ir.cron"]._wake_own("cron_read_orders", at)

    @api.model
    def _cron_read(self):
        """Read the orders that are due, and settle what is found."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        self.env["marketplace.account"]._test_permissions()
        ends = time.monotonic() + _LONGEST_RUN
        spent = {}  # until when
        while True:
            now = time.monotonic()
            spent = {account: until for account, until in spent.items() if until > now}
            if not (readings := self._claim_next(spent)):
                if not spent or min(spent.values()) > now + _LONGEST_WAIT:
                    break
                time.sleep(1)  # Odoo would begin again only after a minute
            elif wait := readings._seconds_to_wait():
                spent[readings.account_id.id] = now + wait
                readings._put_back(wait)
            else:
                readings._read_claimed(ends)
            has_time = cron._commit_progress(len(readings))
            if not has_time or time.monotonic() > ends:
                self._wake()
                break
        cron._commit_progress(remaining=0)

    @api.model
    def _claim_next(self, spent):
        """The next order that is due, for this job alone; empty if there is none.

        Of orders that are compared it may be several, of one account.

        :param spent: IDs of accounts that have read as many as they may
        """
        self.env.cr.execute(SQL(CLAIM, lease=_LEASE, spent=list(spent), most=AT_ONCE))
        found = self.env.cr.fetchall()
        self.env.cr.commit()  # pylint: disable=invalid-commit  # it is claimed, and nothing locked
        self.env.invalidate_all()
        fault.point("reading claimed")
        return self.browse(reading_id for (reading_id,) in found)

    def _seconds_to_wait(self):
        return self._seconds_to_read(self.account_id, len(self))

    @api.model
    def _seconds_to_read(self, account, orders=1):
        """0 if ``account`` may read so many orders more, or after how many seconds it may."""
        rates = self.env["marketplace.call.rate"]
        return rates._seconds_to_wait(account._rate_of_reads(), account.read_rate, steadily=orders)

    def _alone(self, step):
        """Take the ``step`` for these orders; what goes wrong keeps no others from being read."""
        try:
            step()
            self.env.cr.commit()  # pylint: disable=invalid-commit  # the job commits each
        except Exception as error:
            self.env.cr.rollback()
            if is_concurrency_error(error) or isinstance(error, StillLocked):
                why = InAnyLanguage(self.env)._("Another user or job was working on the order.")
            else:
                _logger.exception("Reading %s failed", self.ids)
                kind = kind_of(error)
                why = InAnyLanguage(self.env)._(
                    "Unexpected error: %s. The server's log says where.", kind
                )
            for reading in self.exists():
                reading.error = stored(why)
                reading._put_off(delay(reading.attempts))
            # what goes wrong with the next one must not undo this
            self.env.cr.commit()  # pylint: disable=invalid-commit

    def _read(self):
        """Read this order at its marketplace, and settle what is found there."""
        account, same = self._account_in_its_language(), self._noted_until_now()
        self._take_up(account, partial(self._ask, account), same)

    def _account_in_its_language(self):
        return self.account_id.with_context(lang=self.account_id._settings().lang)

    def _noted_until_now(self):
        """All that is noted of the same orders: what comes later knows more than is read now."""
        self.env.cr.execute(SQL(NOTED_UNTIL_NOW, readings=self.ids))
        return self.browse(reading_id for (reading_id,) in self.env.cr.fetchall())

    def _take_up(self, account, ask, same):
        """Settle what ``ask`` returns, the marketplace's reply."""
        try:
            reply = ask()
        except Unreachable:  # each try may take as long as a time-out
            account._pause_reading()
            self._try_later(account._explain_unreachable())
        except UserError as error:  # no address, or none that can be called
            account._stop_reading(said_by(error))
        else:
            self._take(account, reply, same)

    def _ask(self, account):
        """Read what this is about, and return the reply; it commits before and after that."""
        return account._read_order_apart(self.marketplace_order_id)

    def _take(self, account, reply: Reply, same):
        """Do what follows from the marketplace's answer."""
        if reply.status == 200:
            self._settle(account, reply.text, same)
        elif reply.status == 404:
            self._take_unknown(account, same)
        elif reply.status == 429:
            account._pause_reading(reply.retry_after)
            self._put_back(0)
        elif reply.status in (401, 403):
            account._stop_reading_for_status(reply.status)
            self._put_back(0)
        else:
            self._try_later(InAnyLanguage(self.env)._("The marketplace answered %s.", reply.status))

    def _take_unknown(self, account, same):
        """Read an order that the marketplace does not know once more, if its hook told of it."""
        why = InAnyLanguage(self.env)._("The marketplace does not know the order.")
        is_told = same._is_told_by_hook()
        if is_told and self.attempts < _UNKNOWN_TRIES:
            self._try_later(why)
            return
        _logger.info("Reading %s: the marketplace does not know the order", self.id)
        if is_told and self._order_here(account)._with_replacements():
            text = account.env._(
                "The Orders hook told of order %s, but the marketplace does not know it when "
                "asked. See there whether it is cancelled.",
                self.marketplace_order_id,
            )
            account.sudo()._tell_followers("health", text)  # sudo: the job changes no account
        same._give_up(why)

    def _is_told_by_hook(self):
        return "hook" in self.mapped("source")

    def _settle(self, account, text, same):
        """Settle each cancellation that the order asks for, or tells of."""
        try:
            order = MarketplaceOrder.from_text(text, self.marketplace_order_id)
        except ValueError:
            self._try_later(
                InAnyLanguage(self.env)._("The answer could not be understood as an order.")
            )
            return
        try:
            same._on_found(account, order)
            arrived = same.filtered(lambda own: own.source not in OWN_QUESTIONS)[:1]
            for request in order.requests if arrived else ():
                arrived._settle_request(account, request)
            same._on_read(account, order)
        except StillLocked:  # the receipt holds the order, if it could be written
            self._try_later(
                InAnyLanguage(self.env)._("Another user or job was working on the order.")
            )
            return
        # What the hook told may come late, as the reason does.
        is_late = order.lacks_reason or (same._is_told_by_hook() and not order.requests)
        if arrived and is_late and self.attempts <= _REASON_TRIES:
            arrived.attempts = self.attempts
            arrived._put_off(_REASON_DELAY * self.attempts)
            (same - arrived)._forget()
        else:
            same._forget()

    def _settle_request(self, account, request):
        """Settle ``request`` as if the marketplace had called; it commits by itself."""
        if request.is_fact and self._order_here(account)._is_cancelled_there_by_seller():
            return  # what we have told, as an echo
        endpoint = account._as_endpoint()
        service = endpoint.env["marketplace.cancellation.service"]
        arrival = Arrival.now(source=self.source)
        service._answer(endpoint, request, None, arrival)
        fault.point("reading settled")

    def _order_here(self, account):
        """The order of these readings in Odoo, empty if it is not here."""
        name = self[:1].marketplace_order_id
        return self.env["sale.order"]._find_marketplace_order(account, name)

    def _on_found(self, account, found):
        """The order of these readings was read; nothing of what it asks for is settled yet.

        :param found: a :class:`~tools.inbound.marketplace_order.MarketplaceOrder`
        """

    def _on_read(self, account, found):
        """The order of these readings was read, and what it asks for, or tells of, is settled.

        :param found: a :class:`~tools.inbound.marketplace_order.MarketplaceOrder`
        """

    def _try_later(self, why):
        """Read this order again, the later the more often it was tried in vain."""
        self.error = stored(why)
        self._put_off(delay(self.attempts))

    def _put_off(self, seconds):
        self.due_at = at = database_now(self.env.cr) + timedelta(seconds=seconds)
        self._wake(at)

    def _put_back(self, seconds):
        """Read these orders later: this was no try."""
        for reading in self:
            reading.attempts -= 1
        self._put_off(seconds)

    def _give_up(self, why):
        """Read this order no more; ``why`` says what is in the way, as people read it."""
        self._forget()

    def _forget(self):
        self.sudo().unlink()
