from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.comparison import text_of_comparison

#: What an interruption, or its end, is written to.
_INTERRUPTING = {"active", "is_paused", "reading_stop", "hook_state"}


class MarketplaceAccount(models.Model):
    """How often an account's orders are compared with the marketplace, and why not just now."""

    _inherit = "marketplace.account"

    compare_hours = fields.Integer(
        "Compare Every (hours)",
        required=True,
        default=24,
        tracking=True,
        help="How often open orders are compared with the marketplace, in hours. 0: never by "
        "itself. Otherwise they are compared after a pause and after an outage as well.",
    )
    compare_days = fields.Integer(
        "Orders of the Last (days)",
        required=True,
        default=30,
        tracking=True,
        help="How old an order may be to be compared.",
    )
    on_open_there = fields.Selection(
        [("ask", "Ask a person"), ("tell", "Tell the marketplace")],
        "Cancelled Here, Open There",
        required=True,
        default="ask",
        tracking=True,
        help="What is done when an order is cancelled here but still open at the marketplace.",
    )
    comparing_count = fields.Integer(compute="_compute_comparing_count")

    _compare_hours_not_negative = models.Constraint(
        "CHECK(compare_hours BETWEEN 0 AND 720)",
        "Enter 1 to 720 hours, or 0 if orders are never to be compared.",
    )
    _compare_days_positive = models.Constraint(
        "CHECK(compare_days BETWEEN 1 AND 365)",
        "Enter 1 to 365 days.",
    )

    def _compute_comparing_count(self):
        runs = self.env["marketplace.reconciliation"]
        running = [("account_id", "in", self.ids), ("state", "=", "running")]
        counts = dict(runs._read_group(running, ["account_id"], ["__count"]))
        for account in self:
            account.comparing_count = counts.get(account, 0)

    # -- What is in the way -----------------------------------------------------------------------

    def _is_reading_wanted(self):
        return bool(self.compare_hours) or super()._is_reading_wanted()

    def _why_not_compared(self):
        """Why no comparison begins just now, None if it can."""
        self.ensure_one()
        if self.is_paused:
            return self.env._("%s: the account is paused.", self.name)
        return self._why_not_read()

    def _why_not_read(self):
        """Why no order is read at the marketplace until somebody sees to it, None if it is."""
        account = self.sudo()  # sudo: a user who works with orders need not see accounts
        if not account.active:
            return self.env._("%s: the account is archived.", account.name)
        if not account.is_connected:
            return self.env._(
                "%s: enter address, app key and app token on the page Calls to the Marketplace.",
                account.name,
            )
        if account.reading_stop:
            return f"{account.name}: {account.reading_stop}"
        return None

    # -- What people do ---------------------------------------------------------------------------

    def action_compare_now(self):
        """Have all open orders of the account's time compared now, and say how many they are.

        :raise UserError: if they cannot be
        """
        self.ensure_one()
        self.check_access("write")
        if why := self._why_not_compared():
            raise UserError(why)
        run = self.env["marketplace.reconciliation"]._begin(self, "person")
        waiting = not run and self.sudo().reading_count
        text = text_of_comparison(self.env, self.name, run.order_count, waiting, 0)
        text = text or self.env._("%s: there is no open order to be compared.", self.name)
        then = {"type": "ir.actions.client", "tag": "soft_reload"}
        return run._notification(text, next=then)

    def action_view_reconciliations(self):
        """Open the comparisons of this account's orders."""
        return self._open("action_marketplace_reconciliation", "account_id")

    # -- After a pause ----------------------------------------------------------------------------

    def write(self, vals):
        """Compare orders when what kept cancellations from arriving has come to its end."""
        if _INTERRUPTING.isdisjoint(vals):
            return super().write(vals)
        before = {account: account._interruptions() for account in self}
        result = super().write(vals)
        for account in self:
            if before[account] - account._interruptions():
                account._compare_by_itself("pause")
        return result

    def _interruptions(self):
        """What keeps this account from hearing of cancellations."""
        account = self.sudo()  # sudo: a user who changes an account need not see all of it
        interruptions = {
            "archived": not account.active,
            "paused": account.is_paused,
            "not read": bool(account.reading_stop),
            "no hook": account.hook_state != "connected",
        }
        return {name for name, is_so in interruptions.items() if is_so}

    def _compare_by_itself(self, cause):
        """Compare orders, unless nobody wants that, or it cannot be."""
        if self.compare_hours and not self._why_not_compared():
            self.env["marketplace.reconciliation"]._begin(self, cause)
