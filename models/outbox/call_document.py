from odoo import models

from ...tools.discreet_log import discreet_logger
from ...tools.lock import is_concurrency_error
from ...tools.outbound.document import Unsendable

_logger = discreet_logger(__name__)


class MarketplaceOutboundCall(models.Model):
    """Invoices and return invoices that are sent: as they are when they are sent first."""

    _inherit = "marketplace.outbound.call"

    def _is_fixed(self):
        """Whether the marketplace has, or may have, got this document: it stays as it was sent."""
        self.ensure_one()
        tried = bool(self.body) and self.may_be_carried_out
        return self.kind in ("invoice", "return") and (
            self.state == "sent" or (self.state == "pending" and tried)
        )

    def _forget_refused_documents(self):
        """What the marketplace has refused is composed anew if it is sent again."""
        refused = self.filtered(
            lambda call: call.state == "failed" and call.kind in ("invoice", "return")
        )
        refused.body = False

    def _compose(self):
        """Fill in the document that is to be sent, or end this call.

        Sent once more after no answer, or after an error of the marketplace's, it is the same:
        what has happened since is sent after it.

        :return: whether there is something to send
        """
        self.ensure_one()
        if self._is_fixed():
            return True
        document, order = self.invoice_id, self.sale_order_id
        if document.state != "posted":  # was reset to draft: another one may come
            self._wait_for_document(self.env._("It is not posted any more."))
            return False
        notes = document.browse()
        if self.kind == "invoice":
            notes = document._own_notes_to_deduct(order)
        try:
            self.body = document._marketplace_invoice_body(order)
        except Unsendable as error:
            if error.reason == "credited":
                self._drop_returns(notes)
                self._wait_for_document(self.env._("Credit notes have left nothing of it."))
            else:
                self._end("failed", error=self._explain_unsendable(error))
                self._ask_for_help(self.env._("An invoice cannot be sent to the marketplace"))
            return False
        self.deducted_ids = notes
        self._drop_returns(notes)
        return True

    def _is_of_sent_invoice(self):
        """Whether the marketplace has an invoice that this credit note may credit, or nobody can
        tell: if it credits what no invoice bills, a line that was added with a negative price say.
        """
        order = self.sale_order_id
        sent = order.outbound_call_ids.filtered(
            lambda call: call.kind == "invoice" and call.state == "sent"
        ).invoice_id
        invoices = order._billing_documents(with_drafts=False)[0] | sent
        if credited := self.invoice_id._invoices_credited(invoices):
            return bool(credited & sent)
        return bool(sent) and order in self.invoice_id._orders_concerned()

    def _have_other_notes_follow(self):
        """Tell of credit notes for what no invoice bills: nothing else leads to them."""
        order = self.sale_order_id
        invoices, notes, _others = order._billing_documents(with_drafts=False)
        for note in notes._of_delivered_goods() - order._notes_told_of():
            if note._is_marketplace_return() and not note._invoices_credited(invoices):
                order._add_outbound_call("return", self.receipt_id, note)

    def _wait_for_document(self, why):
        """Wait for another invoice, unless the marketplace has one; a return is not needed."""
        others = self.sale_order_id.outbound_call_ids.filtered(
            lambda call: call.kind == "invoice" and call.state in ("pending", "sent")
        )
        if self.kind == "invoice" and not others - self:
            values = {"state": "waiting", "invoice_id": False, "next_attempt_at": False}
            self.write({**values, "note": why})
        else:
            self._end("obsolete", note=why)

    def _drop_returns(self, notes):
        """Do not tell of credit ``notes`` that were deducted before the invoice was sent."""
        returns = self.sale_order_id.outbound_call_ids.filtered(
            lambda call: (
                call.kind == "return" and call.state == "pending" and call.invoice_id in notes
            )
        )
        for call in returns:
            call._end("obsolete", note=self.env._("It was deducted from the invoice."))

    def _explain_unsendable(self, error):
        """In words, why the marketplace cannot take this document, and what helps."""
        return {
            "value": self.env._(
                "Its value is zero, and the marketplace takes amounts above zero only."
            ),
            "negative": self.env._("More was credited than it bills."),
            "items": self.env._("None of its lines is an item of the marketplace's order."),
            "quantity": self.env._(
                "%s: the marketplace takes whole numbers of pieces only, and of a combo all of it.",
                error.name,
            ),
            "sku": self.env._(
                "%s has no SKU that the marketplace knows: enter one, then send the call again.",
                error.name,
            ),
            "currency": self.env._("It is in %s, which is not the order's currency.", error.name),
            "debit": self.env._(
                "It is a debit note for %s: no call tells of more money for the same pieces.",
                error.name,
            ),
            "mixed": self.env._("One of its lines bills several orders."),
            "several": self.env._("One of its lines bills several items: %s", error.name),
            "part": self.env._(
                "The marketplace has been told of a part of this order only, and gives nothing "
                "back for a return (%s) before it has been told of all: send the call again then.",
                error.name,
            ),
            "unclear": self.env._("%s: it is not clear which pieces were credited.", error.name),
            "number": self.env._(
                "%s has no number where the marketplace account looks for it.", error.name
            ),
            "number_used": self.env._(
                "The marketplace has another document of this order with the number %s.",
                error.name,
            ),
        }.get(error.reason, error.name)  # others have reasons of their own

    def _end_as_obsolete(self, why):
        """Send this no more; have somebody look if the marketplace may have got it all the same.

        It would have an invoice of which it hears nothing more, and whose return nobody tells it.
        """
        is_unknown = self._is_fixed() and not self.sale_order_id._is_cancelled_at_marketplace()
        self._end("obsolete", note=why)
        if is_unknown:
            self._ask_about_document(
                self.env._("See whether a marketplace has got an invoice of a cancelled order")
            )

    # -- Afterwards -------------------------------------------------------------------------------

    def _check_document(self):
        """Have somebody look if the document, as it is now, is not what was sent."""
        self.ensure_one()
        if self.invoice_id.state != "posted":
            self._ask_about_reset()
            return
        body = self._compose_again()
        told = ("invoiceNumber", "invoiceValue", "items")
        if all(body.get(key) == (self.body or {}).get(key) for key in told):
            self.activity_unlink(["marketplace_order_cancellation.activity_call"])
        else:
            self._ask_about_document(self.env._("An invoice that a marketplace has was changed"))

    def _ask_about_reset(self):
        self._ask_about_document(self.env._("An invoice that a marketplace has was reset to draft"))

    def _compose_again(self):
        """The document as it would be sent now, empty if it cannot be; nothing of it stops people
        from posting.
        """
        try:
            with self.env.cr.savepoint():
                return self.invoice_id._marketplace_invoice_body(self.sale_order_id)
        except Unsendable:
            return {}
        except Exception as error:
            if is_concurrency_error(error):
                raise
            _logger.exception("Outbound call %s could not be compared with its document", self.id)
            return {}

    def _ask_about_document(self, summary):
        """Have the responsible user tell the marketplace what no call can tell it."""
        self.activity_unlink(["marketplace_order_cancellation.activity_call"])
        self._ask_for_help(summary)
