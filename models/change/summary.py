import json

from odoo import api, fields, models
from odoo.tools import format_amount

from ...tools.change.items import given, taken
from ...tools.change.notices import text_of_acceptance, text_of_totals
from ...tools.states import PART_OPEN, PART_UNDECIDED
from ..base.moments import in_short

#: In which order calls come that are sent in the same second; the marketplace's are 0 and 2.
_STEPS = {"change": 0, "acknowledge": 1, "confirm": 3, "withdraw": 3}
_SALESPEOPLE = "sales_team.group_sale_salesman"


class MarketplaceCancellationReceipt(models.Model):
    """What the form of a change says: the handshake, the totals, and what accepting it would do."""

    _inherit = "marketplace.cancellation.receipt"

    agreement_text = fields.Char("Agreement", compute="_compute_agreement_text")
    is_choice_needed = fields.Boolean(
        compute="_compute_accept_text",
        help="A person has to say first how much is taken out of which line.",
    )
    change_totals = fields.Char(
        "Total of the Order", compute="_compute_change_totals", groups=_SALESPEOPLE
    )
    totals_noted = fields.Json(
        readonly=True,
        groups=_SALESPEOPLE,
        help="The order's total before the change and after it, and by how much that differs from "
        "what the marketplace says.",
    )

    @api.depends("kind")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for receipt in self.filtered(lambda own: own.kind == "part"):
            receipt.display_name = self.env._("Part of %s", receipt.display_name)
        return result

    def _is_cancellation_confirmed(self):
        """A change that the marketplace has carried out already cannot be refused."""
        return self.cancelled_there if self.kind == "part" else super()._is_cancellation_confirmed()

    # -- The handshake ----------------------------------------------------------------------------

    @api.depends("kind", "received_at", "confirmation_asked_at", "outbound_call_ids.state")
    @api.depends_context("lang", "tz")
    def _compute_agreement_text(self):
        for receipt in self:
            texts = receipt._steps_of_agreement() if receipt.kind == "part" else []
            receipt.agreement_text = " · ".join(texts) or False

    def _steps_of_agreement(self):
        """What either side has said so far, and when, in order; and what is still to be said."""
        # sudo: what the marketplace was told concerns everybody who sees the receipt
        calls = self.sudo()._calls_of_change().filtered(lambda call: call.state == "sent")
        steps = [
            (call.last_attempt_at, _STEPS[call.kind], call._told_when())
            for call in calls.filtered("last_attempt_at")
        ]
        for moment, step, label in (
            (self.received_at, 0, self.env._("Asked")),
            (self.confirmation_asked_at, 2, self.env._("Confirmation asked for")),
        ):
            if moment:
                steps.append((moment, step, f"{label} {in_short(self.env, moment)}"))
        texts = [text for _moment, _step, text in sorted(steps)]
        if self.handshake_state.startswith("to_"):
            labels = dict(self._fields["handshake_state"]._description_selection(self.env))
            texts.append(labels[self.handshake_state])
        return texts

    # -- What accepting would do ------------------------------------------------------------------

    @api.depends(
        "state",
        "may_be_repeat",
        "change_line_ids.quantity",
        "confirmation_asked_at",
        "cancelled_there",
    )
    @api.depends_context("lang")
    def _compute_accept_text(self):
        result = super()._compute_accept_text()
        self.is_choice_needed = False
        for receipt in self.filtered(lambda own: own.kind == "part"):
            own = receipt.sudo()  # sudo: a user who decides need not see the order, but the receipt
            is_undecided = own.state in PART_UNDECIDED and not own.may_be_repeat
            is_missing = is_undecided and own._is_choice_missing()
            receipt.is_choice_needed = is_missing and bool(own._candidates())
            is_clear = is_undecided and not receipt.is_choice_needed
            receipt.accept_text = is_clear and own._describe_acceptance()
        return result

    def _describe_acceptance(self):
        change, quantities = self._change(), self._quantities_taken()
        added = self._items_in_words(given(change) + change.added)
        order = self.sale_order_id
        is_all = bool(quantities) and order._is_all_of_order(quantities)
        text = self._text_of_acceptance(self._items_in_words(taken(change)), added, is_all)
        if not quantities or is_all:
            return text
        return "\n".join([text, *order._documents_of_part(quantities)])

    def _describe_choice(self):
        """What follows when somebody has chosen the lines."""
        own = self.sudo()  # sudo: as above
        added = given(own._change()) + own._change().added
        return own._text_of_acceptance("", own._items_in_words(added), is_all=False)

    def _text_of_acceptance(self, out, added, is_all):
        return text_of_acceptance(
            self.env,
            out,
            added,
            is_all=is_all and not added,
            is_due=self._is_waited_for(),
            is_connected=self.account_id.is_connected and self.account_id.active,
        )

    def _quantities_taken(self):
        """``{order line: how much}`` that this change takes out, as far as it is known."""
        lines = self.change_line_ids.filtered(
            lambda own: own.kind == "remove" and own.sale_line_id and own.quantity
        )
        return lines._quantities()

    # -- Totals -----------------------------------------------------------------------------------

    @api.depends("state", "change_line_ids.quantity", "totals_noted")
    @api.depends_context("lang")
    def _compute_change_totals(self):
        for receipt in self:
            own = receipt.sudo()  # sudo: the total is told to salespeople; of the order no more
            totals = own.totals_noted
            if own.kind == "part" and own.state in PART_OPEN and own.sale_order_id:
                totals = own._totals(own._quantities_taken())
            receipt.change_totals = totals and own._describe_totals(*totals)

    def _totals(self, quantities):
        """The order's total before this change and after it, and the difference to what the
        marketplace says; None if it is not known what is taken out.
        """
        if not quantities or self._is_choice_missing():
            return None
        order = self.sale_order_id
        before, after = order._amounts_of_change(quantities)
        told = None if self._adds() else self._change().total_change
        return [before, after, order._difference_to_marketplace(told, before, after)]

    def _adds(self):
        change = self._change()
        return bool(given(change) or change.added)

    def _describe_totals(self, before, after, rest):
        currency = self.sale_order_id.currency_id or self.company_id.currency_id
        told = self._change().total_change
        there = -abs(told) / 100 if told and after <= before else (told or 0) / 100

        def amount(value):
            return format_amount(self.env, value, currency)

        return text_of_totals(
            self.env,
            amount(before),
            amount(after),
            amount(there) if told is not None else "",
            amount(rest) if rest else "",
            is_whole=not self._adds(),
            is_done=self.state not in PART_OPEN,
        )

    def _carry_out_part(self, order, quantities):
        """Note the totals as they are at this moment: the order may change again."""
        self.sale_order_id = order
        own = self.sudo()  # sudo: nobody else may write what the order costs
        own.totals_noted = own._totals(quantities)
        return super()._carry_out_part(order, quantities)

    # -- The calls --------------------------------------------------------------------------------

    @api.depends("kind", "change_body", "cancellation_request_id")
    def _compute_request_text(self):
        result = super()._compute_request_text()
        for receipt in self.filtered(lambda own: own.kind == "part" and own.change_body):
            document = dict(receipt.change_body)
            receipt.request_text = json.dumps(document, indent=2, ensure_ascii=False)
            receipt.request_line = receipt.path_order_id and (
                f"PATCH /marketplace/{receipt.account_id.code}"
                f"/pvt/orders/{receipt.path_order_id}/changes"
            )
        return result


class MarketplaceChangeLine(models.Model):
    """What is known of an order line that a change concerns, side by side with the others."""

    _inherit = "marketplace.change.line"

    shipped = fields.Float(compute="_compute_order_line", digits="Product Unit")
    invoiced = fields.Float(compute="_compute_order_line", digits="Product Unit")
    remaining = fields.Float(
        "Then Remain",
        compute="_compute_order_line",
        digits="Product Unit",
        help="How much of the line is left after the change.",
    )
    unit = fields.Char(compute="_compute_order_line")
    description = fields.Char(compute="_compute_order_line")
    price_text = fields.Char("Price", compute="_compute_order_line", groups=_SALESPEOPLE)

    @api.depends("sale_line_id", "quantity", "ordered_before", "price_cents")
    def _compute_order_line(self):
        for line in self:
            sold = line.sudo().sale_line_id  # sudo: as above
            line.shipped = sold.qty_delivered
            line.invoiced = sold.qty_invoiced
            line.remaining = line.ordered_before - (line.kind == "remove" and line.quantity)
            line.unit = sold.product_uom_id.name
            line.description = " ".join((sold.name or "").split())
            line.price_text = line._price_in_words(sold)

    def _price_in_words(self, sold):
        if not (sold or self.price_cents):
            return False
        order = self.sudo().receipt_id.sale_order_id  # sudo: as above
        currency = order.currency_id or self.company_id.currency_id
        price = sold.price_unit if sold else self.price_cents / 100
        return format_amount(self.env, price, currency)
