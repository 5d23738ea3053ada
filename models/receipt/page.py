from odoo import api, fields, models

from ...tools.inbound.problem import CANCELLATION_REFUSED
from ...tools.inbound.texts import text_of_acceptance
from ...tools.states import UNDECIDED
from ..base.moments import in_short

_SALESPEOPLE = "sales_team.group_sale_salesman"
#: Odoo lets warehouse users read sales orders, too, but not their invoices.
_ORDER_READERS = f"{_SALESPEOPLE},stock.group_stock_user"


class MarketplaceCancellationReceipt(models.Model):
    """What the page of a receipt shows to whom has to decide: the order, and what follows."""

    _inherit = "marketplace.cancellation.receipt"

    accept_text = fields.Text("If You Accept", compute="_compute_accept_text")
    cancelled_by_hand = fields.Text(related="sale_order_id.cancelled_by_hand")
    # The order, for who may see it; empty for others.
    customer_id = fields.Many2one(
        "res.partner",
        compute="_compute_order_in_short",
        search="_search_customer",
        groups=_ORDER_READERS,
    )
    order_total = fields.Monetary(compute="_compute_order_on_page", groups=_SALESPEOPLE)
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_order_on_page", groups=_SALESPEOPLE
    )
    order_line_ids = fields.Many2many(
        "sale.order.line",
        string="Order Lines",
        compute="_compute_order_on_page",
        groups=_SALESPEOPLE,
    )
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_order_in_short",
        search="_search_product",
        groups=_ORDER_READERS,
        help="Empty if the order has several.",
    )
    order_transfers = fields.Char(
        "Its Transfers",
        compute="_compute_order_in_short",
        search="_search_transfers",
        groups=_ORDER_READERS,
    )
    order_returns = fields.Text(
        "What Comes Back", compute="_compute_order_on_page", groups=_SALESPEOPLE
    )
    order_tracking = fields.Char("Tracking", compute="_compute_order_on_page", groups=_SALESPEOPLE)
    order_invoices = fields.Char(
        "Its Invoices",
        compute="_compute_order_on_page",
        search="_search_invoices",
        groups=_SALESPEOPLE,
    )
    told_text = fields.Char(
        "The Marketplace Knows",
        compute="_compute_told_text",
        help="Whether the marketplace knows what has become of its request, and since when.",
    )
    is_answer_sent = fields.Boolean(
        compute="_compute_is_answer_sent", help="A call was answered like this."
    )

    # -- The order --------------------------------------------------------------------------------

    @api.depends("sale_order_id")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_order_in_short(self):
        visible = self._visible_orders()
        for receipt in self:
            order = receipt._order_to_show(visible)
            receipt.customer_id = order.partner_id
            products = order.order_line.product_id
            receipt.product_id = len(products) == 1 and products
            # sudo: users who see an order see how far it has got; documents are only named
            receipt.order_transfers = ", ".join(map(_named_with_state, order.sudo().picking_ids))

    @api.depends("sale_order_id")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_order_on_page(self):
        visible = self._visible_orders()
        for receipt in self:
            order = receipt._order_to_show(visible)
            receipt.order_total = order.amount_total
            receipt.currency_id = order.currency_id
            receipt.order_line_ids = order.order_line.filtered(
                lambda line: not line.display_type and not line.is_downpayment  # an invoice tells
            )
            own = order.sudo()  # as above
            transfers = own.picking_ids.filtered(lambda picking: picking.state != "cancel")
            tracking = "carrier_tracking_ref" in transfers._fields
            references = transfers.mapped("carrier_tracking_ref") if tracking else []
            returns = receipt.sudo().return_picking_ids
            receipt.order_returns = bool(order) and returns._describe_coming_back()
            receipt.order_tracking = ", ".join(filter(None, references))
            documents = own.invoice_ids.filtered(lambda move: move.state != "cancel")
            receipt.order_invoices = ", ".join(map(_named_with_state, documents))

    def _order_to_show(self, visible):
        """The order, read together with all those that are ``visible``."""
        order = self.sudo().sale_order_id  # sudo: its ID
        shown = visible.browse(order.ids if order in visible else ())
        return shown.with_prefetch(visible._prefetch_ids)

    # -- What accepting would do ------------------------------------------------------------------

    @api.depends("state", "sale_order_id", "account_id.active")
    @api.depends_context("lang")
    def _compute_accept_text(self):
        for receipt in self:
            own = receipt.sudo()  # sudo: a user who decides need not see the order, but the receipt
            receipt.accept_text = False
            if own.kind == "whole" and own.state in UNDECIDED and own.sale_order_id:
                acceptance = text_of_acceptance(
                    self.env,
                    own.cancelled_there,
                    own.source == "call",
                    not own.account_id.active,
                )
                _so_far, follows = own.sale_order_id._with_replacements()._describe_preview()
                receipt.accept_text = f"{acceptance}\n{follows}".strip()

    # -- What the marketplace knows ---------------------------------------------------------------

    @api.depends("state", "answer_status", "delivery_ids.http_status")
    def _compute_is_answer_sent(self):
        """Apart from what lists show: they need not read every arrival."""
        for receipt in self:
            receipt.is_answer_sent = receipt._is_answer_sent()

    @api.depends("state", "told_state", "told_at", "account_id.active")
    @api.depends_context("lang", "tz")
    def _compute_told_text(self):
        refusals = self._refusals_answered()
        for receipt in self:
            receipt.told_text = receipt._told_in_words(refusals.get(receipt.id))

    def _is_answer_sent(self):
        """Whether a call got the answer that is stored."""
        if self._is_confirmed():
            return any(self.delivery_ids.mapped("is_confirmation"))
        return self.answer_status in self.delivery_ids.mapped("http_status")

    def _refusals_answered(self):
        """``{ID: when}`` of those of these receipts that answered a call with a refusal first."""
        # sudo: who sees a receipt may know what its calls were answered
        answered = self.env["marketplace.cancellation.delivery"].sudo()
        refused = self.filtered(lambda own: own.state in ("refused", "part_refused"))
        groups = answered._read_group(
            [("receipt_id", "in", refused.ids), ("http_status", "=", CANCELLATION_REFUSED.status)],
            ["receipt_id"],
            ["received_at:min"],
        )
        return {receipt.id: moment for receipt, moment in groups}

    def _told_in_words(self, refused_at):
        """Whether the marketplace knows what came of its request, False if that is no matter.

        :param refused_at: when a call was first answered that the seller refuses, if one was
        """
        if known_at := self._known_at(refused_at):
            return self.env._("Told %s", in_short(self.env, known_at))
        if not self._is_to_be_known():
            return False
        if self._is_being_told():
            return self.env._("Not told yet: a call is on its way")
        if self._is_call_not_accepted():
            return self.env._("Not told: a call was not accepted")
        if self.source == "call" and not self.account_id.active:
            return self.env._("Not told: its calls are rejected, as the account is archived")
        if self.source == "call":
            return self.env._("Not told yet: learns at its next call")
        return self.env._("Not told yet")

    def _known_at(self, refused_at):
        """Since when the marketplace knows it; see :meth:`_told_in_words`. A hook for calls."""
        return refused_at if self.state == "refused" else self.told_at

    def _is_to_be_known(self):
        """Whether something is settled that the marketplace has to know; a hook for changes."""
        return self.told_state != "none" or self.state == "refused"

    def _describe_told(self):
        """A sentence for a document on whether the marketplace knows, False if it need not."""
        told = self and self.told_text
        return told and self.env._(
            "%(told)s (%(marketplace)s).", marketplace=self.account_id.name, told=told
        )

    def _is_being_told(self):
        """Whether the marketplace is about to be told without calling; a hook for the outbox."""
        return False

    def _is_call_not_accepted(self):
        """Whether it did not accept the call that tells it; a hook for the outbox."""
        return False


def _named_with_state(document):
    """``WH/OUT/00018 (Ready)``"""
    labels = dict(document._fields["state"]._description_selection(document.env))
    return f"{document.display_name} ({labels[document.state]})"
