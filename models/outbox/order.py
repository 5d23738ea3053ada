from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context

from ...tools.any_language import InAnyLanguage, stored
from ...tools.billing import is_less
from ...tools.outbound.texts import text_of_obstacle
from ...tools.states import CALL_DOCUMENTS, CALL_ENDED_BADLY, CALL_OF_ORDER


class SaleOrder(models.Model):
    """What a marketplace is told of its order."""

    _inherit = "sale.order"

    outbound_call_ids = fields.One2many(
        "marketplace.outbound.call",
        "sale_order_id",
        "Calls to the Marketplace",
        groups="marketplace_order_cancellation.group_marketplace_user",
    )
    outbound_call_count = fields.Integer(
        compute="_compute_outbound_call_count",
        groups="marketplace_order_cancellation.group_marketplace_user",
    )

    is_untold = fields.Boolean(
        compute="_compute_is_untold",
        groups="base.group_user",
        help="Cancelled here, but its marketplace, which can be called, expects the goods.",
    )

    @api.depends("outbound_call_ids", "marketplace_order_id", "replaced_order_id")
    def _compute_outbound_call_count(self):
        for order in self:
            order.outbound_call_count = len(order._ever_of_marketplaces().outbound_call_ids)

    @api.depends("state", "outbound_call_ids.state", "cancellation_receipt_ids.state")
    def _compute_is_untold(self):
        for order in self:
            # sudo: replacements may be somebody else's orders
            order.is_untold = (
                order.state == "cancel"
                and order.marketplace_order_id
                and not order.sudo()._with_replacements()
                and order._can_cancel_at_marketplace()
            )

    def _outbound_calls(self, kind, *states):
        """The calls of ``kind`` for these orders in one of ``states``, in any if none is given."""
        return self.outbound_call_ids.filtered(
            lambda call: call.kind == kind and (call.state in states or not states)
        )

    def _add_outbound_call(self, kind, receipt=None, invoice=None, **values):
        """The call of ``kind`` for this marketplace order; written now unless there is one.

        It is sent after this transaction's commit, if it is not to wait for something.

        :param self: none if the order was deleted: ``receipt`` says which it was
        :param receipt: the cancellation that it answers, if it does
        :param invoice: the invoice that it sends, if it does
        """
        order = self.sudo()  # sudo: the outbox is written by the addon alone
        invoice = invoice or self.env["account.move"]
        if told := order._calls_alike(kind, receipt, invoice):
            return told[0]
        if kind in CALL_DOCUMENTS and order._holds_documents():
            values |= order.env["marketplace.outbound.call"]._values_on_hold()
        calls = order.env["marketplace.outbound.call"]
        call = calls.with_context(clean_context(self.env.context)).create(  # without its defaults
            {
                "account_id": (order.marketplace_account_id or receipt.account_id).id,
                "kind": kind,
                "marketplace_order_id": (order or receipt).marketplace_order_id,
                "sale_order_id": order.id,
                "receipt_id": receipt.id if receipt else False,
                "invoice_id": invoice.id,
                **values,
            }
        )
        if call.state == "pending":
            call._wake_sender()
        return call

    def _calls_alike(self, kind, receipt, invoice):
        """Calls by which the marketplace is told, or was told, of the same already."""
        # One order's invoice is sent once, however many requests it refuses.
        alive = ("pending", "sent") if kind != "invoice" or invoice else ()
        told = self._outbound_calls(kind, "waiting", *alive)
        told = told.filtered(lambda call: call.invoice_id == invoice)
        if kind in CALL_OF_ORDER:
            return told
        return told.filtered(lambda call: receipt and call.receipt_id == receipt)

    def _send_invoices_to_marketplace(self, receipt):
        """Have this order's invoices sent, or the first one as soon as it is posted."""
        # sudo: the endpoint's user, a salesperson, need not see invoices
        invoices = self.sudo()._posted_invoices()
        for invoice in invoices:
            self._add_outbound_call("invoice", receipt, invoice)
        if not invoices:
            self._add_outbound_call("invoice", receipt, state="waiting", next_attempt_at=False)

    def _deny_at_marketplace(self, receipt, reason):
        """Have the request of ``receipt`` denied; somebody is asked for help if it has no ID."""
        request_id = receipt.cancellation_request_id
        values = {"body": {"cancellationRequestId": request_id, "denyReason": reason}}
        if not request_id:
            text = InAnyLanguage(self.env)._(
                "The request came without an ID (cancellationRequestId), so it cannot be denied. "
                "Tell the marketplace in another way."
            )
            values |= {"state": "failed", "error": stored(text)}
        call = self._add_outbound_call("deny", receipt, **values)
        if call.state == "failed":
            call._ask_for_help(self.env._("The marketplace cannot be told of a refusal"))

    def _cancel_at_marketplace(self, reason, receipt=None):
        """Have this order cancelled at the marketplace, for ``reason``.

        :param receipt: the cancellation that it grants, if it does
        """
        reason = reason or self.env._("Cancelled by the seller.")
        return self._add_outbound_call("cancel", receipt, body={"reason": reason})

    def action_cancel_at_marketplace(self):
        """Tell the marketplace of an order that was cancelled here without telling it.

        :raise UserError: if one of the orders cannot be cancelled there, saying why
        """
        for order in self:
            order.check_access("write")
            # sudo: a user who cancels the order need not see what its marketplace was sent
            if obstacle := order.sudo()._obstacle_to_cancel_there():
                raise UserError(obstacle)
            if order.state == "cancel" and order._can_cancel_at_marketplace():
                order._cancel_at_marketplace(order.seller_cancel_reason)
                name = order.marketplace_account_id.name
                text = order.env._("%s will be told that the order is cancelled.", name)
                order._message_log(body=text, author_id=order.env.user.partner_id.id)
        return True

    def _can_cancel_at_marketplace(self):
        """Whether the marketplace takes calls, and still expects the goods of this order."""
        self.ensure_one()
        # sudo: a user who cancels the order need not see accounts
        account = self.sudo().marketplace_account_id
        return account.is_connected and self._marketplace_expectation() == "goods"

    def action_view_outbound_calls(self):
        """Open the calls to the marketplace for this order, the only one directly."""
        self.ensure_one()
        calls = self.outbound_call_ids
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_order_cancellation.action_marketplace_outbound_call"
        )
        if len(calls) == 1:
            return dict(action, views=[(False, "form")], res_id=calls.id, context={})
        return dict(action, domain=[("id", "in", calls.ids)], context={})

    # -- Invoices ---------------------------------------------------------------------------------

    def _posted_invoices(self):
        """Posted invoices of more than down payments that are not taken back, oldest first."""
        invoices = self._invoices_in_order()
        notes = invoices.reversal_move_ids.filtered(lambda note: note.state == "posted")
        return invoices.filtered(lambda move: not move._is_credited_wholly(notes))

    def _invoices_in_order(self):
        """Posted invoices of more than down payments, oldest first."""
        documents = self.order_line.invoice_lines.move_id._of_delivered_goods()
        posted = documents.filtered(lambda move: move.state == "posted")
        return posted.filtered(lambda move: not move._is_marketplace_return())._oldest_first()

    def _fixed_calls(self, kind):
        """The calls of ``kind`` whose documents the marketplace has, or may have, got."""
        return self._outbound_calls(kind).filtered(lambda call: call._is_fixed())

    def _notes_told_of(self):
        """Credit notes that have a call of their own, or had one and somebody was asked."""
        calls = self._outbound_calls("return")
        return calls.filtered(lambda call: call.state != "obsolete").invoice_id

    def _obstacle_to_cancel_there(self):
        """Why the marketplace would not cancel this order for the seller, None if it would.

        Of an invoiced order it wants a return invoice first, and one that is invoiced in part it
        never cancels (protocol, "Outbound: seller → marketplace").
        """
        self.ensure_one()
        order = self.sudo()  # sudo: a user who cancels the order need not see invoices or calls
        if (account := order.marketplace_account_id) and not account.active:
            return self.env._(
                "Odoo does not call %s, as its account is archived. It still expects the goods: "
                "cancel the order there yourself, or once somebody has unarchived the account.",
                account.name,
            )
        if account and not account.is_connected:
            return self.env._(
                "Odoo has no connection to %s, which still expects the goods: cancel the order "
                "there yourself.",
                account.name,
            )
        told = order._outbound_calls("invoice", "pending", "sent").invoice_id
        deducted = order._fixed_calls("invoice").deducted_ids
        ended = order._outbound_calls("invoice", "expired", "given_up", "obsolete")
        if unknown := ended.filtered("may_be_carried_out").invoice_id - told:
            return order._explain_obstacle("unknown", unknown)
        if not told:
            return None
        if order._is_told_of_a_part(told, deducted):
            return order._explain_obstacle("part", told)
        if order._is_taken_back(told, deducted):
            return None
        refused = order._returns_in(CALL_ENDED_BADLY)
        if order._is_taken_back(told, deducted | refused):
            return order._explain_obstacle("refused", refused)
        return order._explain_obstacle("invoiced", told)

    def _explain_obstacle(self, obstacle, documents):
        names = ", ".join(documents.mapped("name"))
        return text_of_obstacle(
            InAnyLanguage(self.env), obstacle, self.marketplace_account_id.name, names
        )

    def _is_told_of_a_part(self, invoices, deducted):
        """Whether ``invoices``, less credit notes ``deducted``, bill less than what was ordered."""
        billed = defaultdict(float)
        for line in (invoices | deducted).invoice_line_ids:
            sign = -1 if line.move_id in deducted else line.move_id._marketplace_sign()
            for sold in line.sale_line_ids:
                billed[sold] += sign * line.quantity * line._factor_to_order_unit()
        return any(
            is_less(billed[line], line.product_uom_qty)
            for line in self.order_line
            if not line.display_type and line._is_owed_as_item()
        )

    def _is_taken_back(self, invoices, deducted):
        """Whether all of ``invoices`` was ``deducted``, or has return invoices, sent or not yet."""
        notes = self._returns_in(("pending", "sent")) | deducted
        left = self._left_of_invoices(invoices, notes)
        return not left.quantities and not left.unclear

    def _left_of_invoices(self, invoices, notes):
        """What ``notes`` have left of ``invoices``, the oldest first where a note names none."""
        credited = {
            line: note._invoice_credited(invoices)
            for note in notes
            for line in self._billed_lines(note)
        }
        return self._left_after(credited, invoices._oldest_first(), notes)

    def _returns_in(self, states):
        """Posted credit notes of which there are calls in one of ``states``."""
        notes = self._outbound_calls("return", *states).invoice_id
        return notes.filtered(lambda note: note.state == "posted")
