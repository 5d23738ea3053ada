from contextlib import suppress

from markupsafe import escape

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.inbound.order_status import text_of_status
from ...tools.lock import ROW_PATIENCE, StillLocked, repeat
from ...tools.reading_sql import ASKED
from ...tools.samples import TEST_PREFIX
from ...tools.states import CALL_ENDED_BADLY
from ...tools.told_sql import TO_TELL, TOLD_BY_OTHERS
from ..base.moments import day_of

ACTIVITY = "marketplace_order_cancellation.activity_untold"
#: Why an order is read: no call has told of it, so what is found is not a request that arrived.
CONFIRMATION = "confirmation"
#: How many orders are noted in one run of the job: as many as may be read until the next one.
_MOST = 500
#: For how many days a marketplace waits, before it cancels an order by itself as VTEX does.
_DAYS = 30
#: The order cannot be cancelled there any more, whatever was asked for before.
_INVOICED = ("invoice", "invoiced")


class MarketplaceAccount(models.Model):
    """How long a marketplace may take to ask again."""

    _inherit = "marketplace.account"

    tell_after = fields.Integer(
        "Tell Automatically after (minutes)",
        required=True,
        default=60,
        tracking=True,
        help="If the marketplace has not asked again for an accepted cancellation in this time, "
        "its order is read there, and cancelled there if it still waits. 0: never.",
    )

    _tell_after_in_range = models.Constraint(
        "CHECK(tell_after BETWEEN 0 AND 10080)", "Enter 0 to 10080 minutes, which are a week."
    )

    def _is_reading_wanted(self):
        return super()._is_reading_wanted() or bool(self.tell_after and self._has_untold())

    def _has_untold(self):
        untold = [("account_id", "=", self.id), ("told_state", "=", "untold")]
        # sudo: whether there are any at all
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        return bool(receipts.search_count([*untold, ("settled_at", "!=", False)], limit=1))


class MarketplaceCancellationReceipt(models.Model):
    """Cancellations that were accepted after "still deciding", or after an error.

    The marketplace hears of them when it asks again; if it does not, it is looked at, and told.
    """

    _inherit = "marketplace.cancellation.receipt"

    told_checked_at = fields.Datetime(
        "Read There",
        copy=False,
        readonly=True,
        help="When the order was read at the marketplace, because it had not asked again.",
    )

    @api.model
    def _cron_tell(self):
        """Have the orders read whose marketplaces have not asked again in time."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        receipts = self.sudo()  # sudo: the receipts of every company
        for step in (receipts._note_told_by_others, receipts._ask_no_more_about_told):
            with suppress(StillLocked):  # calls are answered just now: next time
                repeat(self.env.cr, step, ROW_PATIENCE)
        cron._work_off(receipts._search_to_tell(), type(self)._look_there)

    @api.model
    def _search_to_tell(self):
        """The receipts, one for each order, whose orders are to be read now."""
        accounts = self.env["marketplace.account"].search(
            [("tell_after", ">", 0), ("reading_stop", "=", False)]
        )
        self.env.flush_all()
        named = {
            "accounts": accounts.filtered("is_connected").ids,
            "tests": f"{TEST_PREFIX}%",
            "source": CONFIRMATION,
            "under_way": ("pending", *CALL_ENDED_BADLY),
            "number": _MOST,
            "days": _DAYS,
        }
        found = self.env.execute_query(SQL(TO_TELL, **named))
        receipts = self.browse(receipt_id for (receipt_id,) in found)
        orders = receipts.grouped(lambda own: (own.account_id, own.marketplace_order_id))
        return self.browse().concat(*(own[:1] for own in orders.values()))

    def _look_there(self):
        """Have the order read at the marketplace."""
        readings = self.env["marketplace.order.reading"]
        named = (self.account_id, self.marketplace_order_id, CONFIRMATION)
        readings._note(*named, priority=ASKED)

    @api.model
    def _note_told_by_others(self):
        """Note what the marketplace has learned by another request for the same order."""
        self.env.flush_all()
        for receipt_id, other_id in self.env.execute_query(SQL(TOLD_BY_OTHERS)):
            other = self.browse(other_id)
            self.browse(receipt_id).write({"told_at": other.told_at, "told_how": other.told_how})

    @api.model
    def _ask_no_more_about_told(self):
        """Take the question back where the marketplace has learned of it in another way."""
        kind = self.env.ref(ACTIVITY).id
        asked = [("activity_ids.activity_type_id", "=", kind), ("told_state", "!=", "untold")]
        self.search(asked).activity_unlink([ACTIVITY])

    # -- What was found there ---------------------------------------------------------------------

    def _note_cancelled_there(self):
        """Note that the marketplace has cancelled the order of these receipts itself."""
        for receipt in self:
            receipt._add_news({"cancelled_there": True})
            receipt._set_told("there")
        self._message_log_batch(
            bodies=dict.fromkeys(self.ids, self.env._("The marketplace has cancelled the order."))
        )

    def _tell_there(self, found, why=None):
        """Have the order cancelled where it waits for that, or have a person see to it, once.

        :param self: receipts of one order, none of them looked at before
        :param found: a :class:`~tools.inbound.marketplace_order.MarketplaceOrder`
        :param why: what kept the order from being read, if anything did
        """
        self.told_checked_at = fields.Datetime.now()
        order = self.sale_order_id[:1]
        if order._outbound_calls("cancel", "pending"):
            return
        if why := why or self._obstacle_to_telling(order, found):
            self._ask_to_tell(why)
        else:
            reason = self.filtered("reason")[:1].reason or self.env._("The seller agrees.")
            order._cancel_at_marketplace(reason, self[:1])

    def _obstacle_to_telling(self, order, found):
        """Why the marketplace's order is not cancelled by a call of ours, None if it is."""
        if not found.requests or found.status in _INVOICED:
            return self.env._(
                "At the marketplace, the order does not wait to be cancelled. Its status there: "
                "%s.",
                text_of_status(self.env, found.status),
            )
        if not order:
            return self.env._("There is no order here any more.")
        if order._with_replacements():
            return self.env._(
                "At the marketplace the order still waits for a decision; here it stays open."
            )
        if order._outbound_calls("cancel", "sent"):
            return self.env._("It was cancelled there by a call, but still waits for a decision.")
        return order._obstacle_to_cancel_there()

    def _ask_to_tell(self, why):
        """Have the responsible user see to what the marketplace does not know."""
        # a context given by RPC does not keep anybody from being asked
        for receipt in self[:1].with_context(mail_activity_automation_skip=False):
            user = receipt.account_id._responsible_user()
            summary = self.env._("Tell a marketplace of a cancellation")
            note = self.env._("Accepted here, and the marketplace has not asked again. %s", why)
            receipt.activity_schedule(
                ACTIVITY, day_of(user), summary, escape(note), user_id=user.id
            )


class MarketplaceOrderReading(models.Model):
    """What an order says there of a cancellation that the marketplace was not told of."""

    _inherit = "marketplace.order.reading"

    def _on_read(self, account, found):
        # First: it may begin anew, and what others have written here would be lost.
        self._tell_after_reading(account, found.order_id, found=found)
        return super()._on_read(account, found)

    def _give_up(self, why):
        account = self.account_id.with_context(lang=self.account_id._settings().lang)
        self._tell_after_reading(account, self[:1].marketplace_order_id, why=why)
        return super()._give_up(why)

    def _tell_after_reading(self, account, marketplace_order_id, found=None, why=None):
        """Do what follows for those not told; it commits by itself.

        :param why: what is in the way if the order could not be read

        A call that asks again at this moment writes the same receipts: one of the two begins anew,
        and sees what the other has done.
        """
        untold = [
            ("account_id", "=", account.id),
            ("marketplace_order_id", "=", marketplace_order_id),
            ("told_state", "=", "untold"),
        ]
        is_for_it = CONFIRMATION in self.mapped("source")

        def tell():
            receipts = account.env["marketplace.cancellation.receipt"].search(untold, order="id")
            if found and found.is_cancelled:
                receipts._note_cancelled_there()
            elif is_for_it and (unseen := receipts.filtered(lambda own: not own.told_checked_at)):
                unseen._tell_there(found, why)

        repeat(self.env.cr, tell, ROW_PATIENCE)
