from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ...tools.any_language import InAnyLanguage, stored
from ...tools.change.there import ChangeThere
from ...tools.clock import database_now
from ...tools.reading_sql import ASKED, CHANGE
from ...tools.states import PART_OPEN
from .hold import OPEN_CHANGES

#: How long after our acknowledgement the marketplace may ask for the confirmation, in seconds.
_PATIENCE = 15 * 60
#: How often the change is read after that, in seconds.
_AGAIN = 3600
#: And for how long, in hours, unless people have a longer time to decide.
_LONGEST = 7 * 24


class MarketplaceOutboundCall(models.Model):
    _inherit = "marketplace.outbound.call"

    def _have_change_read(self, seconds=0):
        """Have the state of this call's change read after ``seconds``."""
        if self.receipt_id.state in PART_OPEN:
            named = (self.account_id, self.marketplace_order_id, CHANGE)
            self.env["marketplace.order.reading"]._note(*named, seconds, priority=ASKED)

    def _look_for_confirmation(self):
        """Have read whether the marketplace waits for the confirmation, if it does not ask."""
        self._have_change_read(_PATIENCE)


class MarketplaceCancellationReceipt(models.Model):
    _inherit = "marketplace.cancellation.receipt"

    def _ask_about_silence(self, why=None):
        """Ask a person about a change with which the marketplace does not go on.

        :param why: what keeps it from being read, if anything does
        """
        text = self.env._(
            "The marketplace has not asked for the confirmation of this change, and its order is "
            "on hold until then. See there what has become of it; then carry it out, or refuse it."
        )
        summary = self.env._("A marketplace does not continue a change")
        self._ask_responsible(summary, " ".join(filter(None, (text, why))))


class MarketplaceOrderReading(models.Model):
    """Changes that are read at their marketplace, as it has not asked for the confirmation."""

    _inherit = "marketplace.order.reading"

    @api.model
    def _cron_read(self):
        self._end_long_ones()
        return super()._cron_read()

    @api.model
    def _end_long_ones(self):
        """Ask people about changes that were read for long without a result, or could not be
        read."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        now = database_now(self.env.cr)
        long_ago = [("source", "=", CHANGE), ("noted_at", "<=", now - timedelta(hours=_LONGEST))]
        for reading in self.search(long_ago):
            account = reading.account_id
            if now - reading.noted_at < timedelta(hours=account.decision_hours):
                continue
            receipt = reading._change_asked_about()
            receipt = receipt.with_context(lang=account._settings().lang)
            receipt._ask_about_silence(reading.error or account.reading_stop)
            reading._forget()
            cron._commit_progress()

    def _read(self):
        if self.source == CHANGE and not self._change_asked_about():
            return self._forget()
        return super()._read()

    def _change_asked_about(self):
        """The oldest change of this order that is open, and that the marketplace knows."""
        named = [
            ("account_id", "=", self.account_id.id),
            ("marketplace_order_id", "=", self.marketplace_order_id),
        ]
        receipts = self.env["marketplace.cancellation.receipt"]
        receipts = receipts.search(Domain(named) & OPEN_CHANGES, order="id")
        return receipts.filtered(lambda own: own._change_id_known())[:1]

    def _ask(self, account):
        if self.source != CHANGE:
            return super()._ask(account)
        change_id = self._change_asked_about()._change_id_known()
        return account._read_change_apart(self.marketplace_order_id, change_id)

    def _take(self, account, reply, same):
        if self.source == CHANGE and reply.status not in (200, 401, 429):
            # 403 concerns another permission than to read orders: those are read all the same.
            why = InAnyLanguage(account.env)._("The marketplace answered %s.", reply.status)
            return self._look_again(why, same)
        return super()._take(account, reply, same)

    def _settle(self, account, text, same):
        if self.source != CHANGE:
            return super()._settle(account, text, same)
        try:
            there = ChangeThere.from_text(text, self.marketplace_order_id)
        except ValueError:
            why = InAnyLanguage(self.env)._("The answer could not be understood as a change.")
            return self._look_again(why, same)
        receipt = self._change_asked_about()
        if receipt._change_id_known() == there.change_id:
            receipt._take_status_there(there.status)
        return self._look_again(None, same)

    def _look_again(self, why, same):
        """Read the change later as long as it is open, see :meth:`_end_long_ones`."""
        (same - self)._forget()
        if not self._change_asked_about():
            return self._forget()
        self.error = why and stored(why)
        return self._put_off(_AGAIN)
