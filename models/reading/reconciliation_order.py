from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.comparison import text_of_comparison, text_of_orders_without
from ...tools.inbound.marketplace_order import CANCELLED
from ..base.moments import in_words

#: States at the marketplace in which it no longer expects that an order is delivered.
_ENDED = (*CANCELLED, "invoice", "invoiced")
#: How many orders a message names.
_NAMED = 5


class SaleOrder(models.Model):
    """Orders that are compared with their marketplace, and those that are open only there."""

    _inherit = "sale.order"

    is_open_there = fields.Boolean(
        "Open There",
        compute="_compute_is_open_there",
        search="_search_is_open_there",
        groups="base.group_user",
        help="Cancelled here; when it was compared, its marketplace still had it open.",
    )
    open_there_text = fields.Text(compute="_compute_open_there_text", groups="base.group_user")

    # -- Open there, cancelled here ---------------------------------------------------------------

    @api.depends("state", "outbound_call_ids.state", "cancellation_receipt_ids.state")
    def _compute_is_open_there(self):
        # sudo: what its marketplace says of an order concerns everybody who sees the order
        found = self.filtered(lambda order: order.state == "cancel").sudo()._archived_too()
        if found:
            found = found.search(self._domain_open_there() & Domain("id", "in", found._origin.ids))
        for order in self:
            order.is_open_there = order._origin.id in found._ids

    @api.model
    def _search_is_open_there(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        # sudo: as above
        return Domain("id", "in", self.sudo()._search(self._domain_open_there(), active_test=False))

    @api.model
    def _domain_open_there(self):
        """A domain that finds, in superuser mode, what was found open at its marketplace, while it
        is cancelled here, and has not been told of, or found cancelled, since.
        """
        findings = self.env["marketplace.reconciliation.finding"].sudo()  # sudo: as above
        found = findings._search([("kind", "=", "open"), ("is_past", "=", False)])
        return (
            Domain("state", "=", "cancel")
            & Domain("id", "in", found.subselect("sale_order_id"))
            & ~self._domain_known_to_be_cancelled_there()
            & ~Domain("replacement_order_ids", "any", [("state", "!=", "cancel")])
        )

    @api.depends("is_open_there")
    @api.depends_context("lang", "tz", "uid")
    def _compute_open_there_text(self):
        findings = self.env["marketplace.reconciliation.finding"].sudo()  # sudo: as above
        for order in self:
            domain = [("sale_order_id", "=", order._origin.id), ("kind", "=", "open")]
            found = order.is_open_there and findings.search(domain, limit=1)
            order.open_there_text = found and order.sudo()._explain_open_there(found)

    def _explain_open_there(self, found):
        text = self.env._(
            "This order is cancelled here. %(marketplace)s still had it open on %(moment)s.",
            marketplace=self.marketplace_account_id.name,
            moment=in_words(self.env, found.found_at),
        )
        obstacle = self._obstacle_to_cancel_there()
        return f"{text} {obstacle}" if obstacle else text

    def _is_expected_there(self, status):
        """Whether the marketplace, where the order has this state, still waits for its goods."""
        return self.is_untold and status not in _ENDED

    def _tell_if_always(self):
        """Have the marketplace told that this order is cancelled, if the account wants that.

        If such a call has failed before, it is left to people: it would fail again.

        :return: what is in the way, as people read it; False if nothing is
        """
        account = self.marketplace_account_id
        if account.on_open_there != "tell" or self._outbound_calls("cancel"):
            return False
        if obstacle := self._obstacle_to_cancel_there():
            return obstacle
        self.action_cancel_at_marketplace()
        return False

    def _note_not_open_there(self):
        """Note that the marketplace does not have this order open any more."""
        findings = self.env["marketplace.reconciliation.finding"].sudo()  # sudo: as above
        domain = [("sale_order_id", "in", self.ids), ("kind", "=", "open"), ("is_past", "=", False)]
        findings.search(domain).is_past = True

    # -- What is compared -------------------------------------------------------------------------

    @api.model
    def _domain_to_compare(self, account):
        """A domain that finds the orders of ``account`` of which its marketplace may know more.

        Not those that are known to be cancelled there: they are here, too, or somebody wants them
        open, or a person is asked.
        """
        return (
            Domain(self._domain_of(account))
            & Domain("marketplace_order_id", "!=", False)
            & Domain("is_marketplace_test", "=", False)
            & ~self._domain_known_to_be_cancelled_there()
        )

    @api.model
    def _domain_made_since(self, moment):
        made = Domain("marketplace_created_at", ">=", moment)
        unknown = Domain("marketplace_created_at", "=", False)
        return made | (unknown & Domain("create_date", ">=", moment))

    @api.model
    def _domain_known_to_be_cancelled_there(self):
        """A domain that finds, in superuser mode, what its marketplace has cancelled, or hears of.

        In SQL what :meth:`_marketplace_expectation` says of one order; what is kept open besides.
        """
        receipts = self.env["marketplace.cancellation.receipt"].sudo()  # sudo: as above
        answered = Domain("state", "in", ("cancelled", "kept")) & Domain("source", "=", "call")
        known = Domain("cancelled_there", "=", True) | answered
        known = receipts._search(known & Domain("sale_order_id", "!=", False))
        calls = self.env["marketplace.outbound.call"].sudo()  # sudo: as above
        told = Domain("kind", "=", "cancel") & Domain("state", "in", ("pending", "sent"))
        told = calls._search(told & Domain("sale_order_id", "!=", False))
        return (
            Domain("is_kept_open", "=", True)
            | Domain("cancelled_at_marketplace", "=", True)
            | Domain("id", "in", known.subselect("sale_order_id"))
            | Domain("id", "in", told.subselect("sale_order_id"))
        )

    def action_compare_with_marketplace(self):
        """Have these orders compared with their marketplaces, and say which are."""
        self.check_access("write")
        # sudo: a user who works with the order need not see accounts, nor the order that it
        # replaces
        own = self.sudo()._marketplaces_owns()
        without = self.filtered(lambda order: not order.sudo()._marketplaces_own())
        texts, runs = [], self.env["marketplace.reconciliation"]
        for account, orders in own.grouped("marketplace_account_id").items():
            run, text = account._compare_orders(orders)
            runs |= run
            texts.append(text)
        if without:
            names = without[:_NAMED].mapped("name") + (["…"] if len(without) > _NAMED else [])
            texts.append(text_of_orders_without(self.env, names))
        return runs._notification(" ".join(texts))

    def _marketplaces_owns(self):
        """The marketplaces' own orders that these are, or replace."""
        return self.browse().union(*(order._marketplaces_own() for order in self))

    # -- What its own calls say of it -------------------------------------------------------------

    def _is_cancelled_there_by_seller(self):
        """Whether the seller has cancelled this order unasked, and had it cancelled there.

        Its marketplace's order is cancelled because of that, and tells nothing that is new.
        """
        order = self.sudo()  # sudo: calls and receipts concern everybody who may cancel the order
        return bool(
            order.state == "cancel"
            and order._outbound_calls("cancel", "pending", "sent")
            and not order.cancellation_receipt_ids
        )


class MarketplaceAccount(models.Model):
    """Which of an account's orders are compared."""

    _inherit = "marketplace.account"

    def _compare_orders(self, orders):
        """Have ``orders`` of this account compared because a person wants it.

        :return: ``(the new comparison, what becomes of the orders)``; may be empty
        """
        if why := self._why_not_compared():
            return self.env["marketplace.reconciliation"], why
        sold = orders.sudo()  # sudo: as above
        known = len(orders) - sold._archived_too().search_count(
            sold._domain_to_compare(self) & Domain("id", "in", orders.ids)
        )
        run = self.env["marketplace.reconciliation"]._begin(self, "person", orders)
        noted = run.sudo().order_count
        waiting = len(orders) - known - noted
        return run, text_of_comparison(self.env, self.name, noted, waiting, known)
