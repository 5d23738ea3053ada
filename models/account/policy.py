from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...tools.clock import database_now
from ...tools.decision import Policy

_CANCEL, _ASK, _REFUSE = ("cancel", "Cancel"), ("ask", "Ask a person"), ("refuse", "Refuse")


class MarketplaceAccount(models.Model):
    """What an account wants done with cancellations that do not come early enough."""

    _inherit = "marketplace.account"

    on_picking = fields.Selection(
        [_CANCEL, _ASK],
        "Picking has begun",
        required=True,
        default="cancel",
        tracking=True,
        help="Goods are picked, packed, or stand in an output location. When the order is "
        "cancelled, a transfer back to stock is proposed.",
    )
    on_partly_shipped = fields.Selection(
        [_ASK, ("cancel", "Cancel the rest")],
        "Shipped in part",
        required=True,
        default="ask",
        tracking=True,
        help="Some goods have left. When the rest is cancelled, a return of what has left is "
        "expected.",
    )
    on_shipped = fields.Selection(
        [_ASK, _REFUSE],
        "Shipped",
        required=True,
        default="ask",
        tracking=True,
        help="Everything has left: goods can only be brought back.",
    )
    on_invoiced = fields.Selection(
        [_ASK, _REFUSE, ("credit_note", "Cancel and draft a credit note")],
        "Invoiced or paid",
        required=True,
        default="ask",
        tracking=True,
        help="An invoice is posted or a payment was received. Draft invoices do not count: the "
        "order's lines are removed from them, and drafts for this order alone are cancelled.",
    )
    on_locked = fields.Selection(
        [("cancel", "Unlock and cancel"), _ASK],
        "Locked",
        required=True,
        default="cancel",
        tracking=True,
        help="A user or your settings have locked the confirmed order against changes.",
    )
    on_committed = fields.Selection(
        [_ASK, _CANCEL],
        "Bought, made or done for it",
        required=True,
        default="ask",
        tracking=True,
        help="A purchase is confirmed, a manufacturing order is running or done, or a service is "
        "delivered for this order. Odoo leaves these as they are when the order is cancelled.",
    )
    settlement = fields.Selection(
        [
            ("immediate", "Before the answer"),
            ("background", "After the answer"),
        ],
        "Orders Are Cancelled",
        required=True,
        default="immediate",
        tracking=True,
        help="Before: the order is cancelled, then the marketplace is answered. After: the "
        "marketplace is answered at once; the order is on hold from then on, and is "
        "cancelled in a batch with others.",
    )
    background_after = fields.Integer(
        "Wait at Most (ms)",
        required=True,
        default=20,
        tracking=True,
        help="If a request waits for longer than this, for other cancellations or because all of "
        "Odoo's workers are busy, the order is put on hold, the marketplace is answered, and the "
        "order is cancelled after that. 0: it is always cancelled before the answer.",
    )
    cancellation_window = fields.Integer(
        "Cancellation Window (minutes)",
        tracking=True,
        help="For this many minutes, the shopper's own cancellation is always accepted if nothing "
        "has left. They begin when the order was made at the marketplace, or was first "
        "confirmed here if its importer does not tell that time. 0: no such window.",
    )
    return_state = fields.Selection(
        [("draft", "Draft"), ("ready", "Ready")],
        "Transfers Back to Stock",
        required=True,
        default="draft",
        tracking=True,
        help="How a return that a cancellation makes necessary is proposed to the warehouse.",
    )
    decision_hours = fields.Integer(
        "Decide Within (hours)",
        default=24,
        tracking=True,
        help="If a person was asked and has not decided by then, the default decision applies. "
        "The responsible user is reminded after half of the time. 0: no deadline.",
    )
    default_decision = fields.Selection(
        [("accept", "Accept"), ("refuse", "Refuse")],
        required=True,
        default="accept",
        tracking=True,
        help="What applies when nobody decides in time.",
    )
    decider_id = fields.Many2one(
        "res.users",
        "Who Decides",
        compute="_compute_decider_id",
        compute_sudo=True,
        help="The user who is asked: the responsible user or a deputy.",
    )

    _cancellation_window_positive = models.Constraint(
        "CHECK(cancellation_window >= 0)", "The cancellation window cannot be negative."
    )
    _background_after_positive = models.Constraint(
        "CHECK(background_after >= 0)", "The time to wait cannot be negative."
    )
    _decision_hours_positive = models.Constraint(
        "CHECK(decision_hours >= 0)", "The time to decide cannot be negative."
    )

    def _cancellation_policy(self):
        """This account's :class:`~tools.decision.Policy`; kept in its settings."""
        self.ensure_one()
        return Policy(
            picking=self.on_picking,
            partly_shipped=self.on_partly_shipped,
            shipped=self.on_shipped,
            invoiced=self.on_invoiced,
            locked=self.on_locked,
            committed=self.on_committed,
        )

    def _decision_deadline(self):
        """Until when a person has to decide if asked now, False if there is no deadline."""
        self.ensure_one()
        if not self.decision_hours:
            return False
        return database_now(self.env.cr) + timedelta(hours=self.decision_hours)

    @api.depends("user_id")
    def _compute_decider_id(self):
        for account in self:
            account.decider_id = account._responsible_user()

    def _check_may_decide(self):
        """Decisions are for the responsible user, salespeople who see all orders, and managers.

        :raise AccessError: for anybody else
        """
        if not self._may_decide():
            text = self.env._("Cancellations are decided by the responsible user or by a manager.")
            raise AccessError(text)

    def _may_decide(self):
        """Whether the user may decide on the cancellations of all of these accounts."""
        return self._may_decide_on_any() or all(
            account.user_id == self.env.user for account in self
        )

    def _may_user_decide(self):
        """The same for one account that may be read in superuser mode, as documents do."""
        return self.sudo(False)._may_decide_on_any() or self.user_id == self.env.user

    def _may_be_asked_to_decide(self, user):
        """Whether ``user`` may decide on the cancellations of this account, and sees them."""
        # sudo: the account says who is responsible
        return self._can_be_asked(user) and self.with_user(user).sudo()._may_user_decide()

    def _check_may_be_asked(self, user):
        """A decision is not passed on to who cannot settle it: it would wait for nobody.

        :raise ValidationError: if ``user`` may not decide
        """
        if not self._may_be_asked_to_decide(user):
            raise ValidationError(
                self.env._(
                    "%s may not decide on this cancellation. Choose the account's responsible "
                    "user, or a manager.",
                    user.name,
                )
            )

    @api.model
    def _may_decide_on_any(self):
        """Whether the user may decide whichever account it is."""
        return self.env.su or any(
            self.env.user.has_group(group)
            for group in (
                "sales_team.group_sale_salesman_all_leads",
                "marketplace_order_cancellation.group_marketplace_manager",
            )
        )
