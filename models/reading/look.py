from psycopg2 import Error

from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError
from odoo.sql_db import PoolError

from ...tools.clock import is_past
from ...tools.discreet_log import discreet_logger, kind_of
from ...tools.outbound import call as calls
from ...tools.outbound.look import TO_SETTLE, Look, look
from ...tools.outbound.together import send_together
from ...tools.recently import Recently
from ...tools.states import FINAL

_logger = discreet_logger(__name__)

#: For how many seconds marketplaces are waited for: what surrounds it needs the rest of two.
SECONDS = 1.75
#: Orders that went on a moment ago: Odoo validates once more after asking about backorders, and
#: when two transactions collide.
went_on = Recently(5)


class SaleOrder(models.Model):
    """Looks at orders at their marketplaces, all at once, while somebody waits for it."""

    _inherit = "sale.order"

    def _look_before_leaving(self, accounts):
        """Ask about those of these orders, in superuser mode, whose account is among ``accounts``.

        An order that somebody keeps open is to be shipped, whatever the marketplace says.

        :return: ``{order: Look}`` of those for which nothing may leave
        """
        owns = {order: order._marketplaces_own() for order in self._of_marketplaces()}
        every = self.browse().union(*owns.values())
        looks = every.filtered(lambda own: own._is_to_be_looked_at(accounts))._looks()
        stopped = {own: found for own, found in looks.items() if own._is_stopped_by(found)}
        for own in looks.keys() - stopped.keys():
            own._go_on(looks[own])
        return {order: stopped[own] for order, own in owns.items() if own in stopped}

    def _is_to_be_looked_at(self, accounts):
        return (
            self.marketplace_account_id in accounts
            and not self.is_kept_open
            and not went_on.has(self._look_key())
        )

    def _look_key(self):
        return self.env.cr.dbname, self.marketplace_account_id.id, self.marketplace_order_id

    def _looks(self):
        """``{order: Look}`` of these orders of marketplaces; what is to be done follows."""
        if not self:
            return {}
        if self.env["stock.picking"]._holds_stock():
            return dict.fromkeys(self, Look.NOT_ASKED)
        to_send = self._calls_to_look()
        networks = self.marketplace_account_id._allowed_networks()
        replies = send_together(to_send, networks, SECONDS)
        looks = {order: order._look(replies.get(order)) for order in self}
        self.browse().union(*to_send)._count_looks()
        self._note_found(looks)
        for account, orders in self.grouped("marketplace_account_id").items():
            account._note_replies([replies[order] for order in orders if order in replies])
        return looks

    def _calls_to_look(self):
        """``{order: (call, credentials)}`` of those whose marketplace may be called just now."""
        found = {}
        for account, orders in self.grouped("marketplace_account_id").items():
            paused = account.reading_paused_until
            if paused and not is_past(self.env.cr, paused):
                continue
            try:
                address = account._outbound_address()
            except UserError:
                continue
            credentials = account._outbound_credentials()
            for order in orders:
                found[order] = calls.read_order(address, order.marketplace_order_id), credentials
        return found

    def _look(self, reply):
        """The :class:`Look` at this order; what is asked for and decided already goes on."""
        found, shown = look(reply, self.marketplace_order_id)
        if found is Look.GOES_ON and shown and self._is_changed_there(shown):
            return Look.CHANGED
        if found is not Look.ASKED_FOR:
            return found
        receipts = self.env["marketplace.cancellation.receipt"]
        decided = (
            receipts._find(self.marketplace_account_id, request).state in FINAL
            for request in shown.requests
        )
        return Look.GOES_ON if all(decided) else found

    def _is_changed_there(self, shown):
        """Whether the marketplace has changed this order, and nobody knows of it here; a hook.

        :param shown: a :class:`~tools.inbound.marketplace_order.MarketplaceOrder`
        """
        return False

    def _is_stopped_by(self, found):
        if found in (Look.SILENT, Look.NOT_ASKED):
            return self.marketplace_account_id.before_leaving == "stop"
        return found in TO_SETTLE

    def _go_on(self, found):
        """Let the goods leave; read the order later if the marketplace has said nothing."""
        if found is not Look.NOT_ASKED:
            went_on.note(self._look_key())
        if found in (Look.SILENT, Look.NOT_ASKED):
            reading = self.env["marketplace.order.reading"]
            reading._note(self.marketplace_account_id, self.marketplace_order_id, "left")

    def _count_looks(self):
        """Count them: the job that reads orders, which can wait, reads so many fewer."""
        rates = self.env["marketplace.call.rate"]
        for account, orders in self.grouped("marketplace_account_id").items():
            rates._count_anyway(account._rate_of_reads(), account.read_rate, len(orders))

    def _note_found(self, looks):
        """Have what was found settled as if the marketplace had called."""
        found = [order for order in self if looks[order] in TO_SETTLE]

        def note(env):
            for order in found:
                account, order_id = order.marketplace_account_id, order.marketplace_order_id
                env["marketplace.order.reading"]._note(account, order_id, "check")

        if found:
            self.marketplace_account_id[0]._do_apart(note)


class MarketplaceAccount(models.Model):
    _inherit = "marketplace.account"

    def _note_replies(self, replies):
        """Leave the marketplace alone if it wants that, or lets the key read no orders."""
        by_status = {reply.status: reply for reply in replies}
        status = next((status for status in (403, 401, 429) if status in by_status), None)
        if status:
            self._do_apart(lambda env: self.with_env(env)._note_reply(by_status[status]))

    def _note_reply(self, reply):
        if reply.status == 429:
            self._pause_reading(reply.retry_after)
        else:
            self._stop_reading_for_status(reply.status)

    def _do_apart(self, step):
        """Take a ``step`` in a transaction of its own: the present one may be rolled back.

        If it fails, another worker does the same at this moment; or else the next look finds it.

        :param step: gets the environment of that transaction
        """
        try:
            with self.env.registry.cursor() as cr:
                cr.execute("SET LOCAL lock_timeout = '300ms'")
                # nobody waits for mail to be sent
                context = {"lang": self._settings().lang, "mail_notify_force_send": False}
                step(self.env(cr=cr, user=SUPERUSER_ID, context=context))
        except (Error, PoolError) as error:
            _logger.warning("What a look has shown could not be noted: %s", kind_of(error))
