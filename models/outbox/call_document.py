from odoo import models

from ...tools.any_language import InAnyLanguage, stored
from ...tools.discreet_log import discreet_logger
from ...tools.lock import is_concurrency_error
from ...tools.outbound.document import Unsendable, says_the_same
from ...tools.outbound.texts import text_of_unsendable
from ...tools.states import CALL_DOCUMENTS
from .outbound_call import ACTIVITY

_logger = discreet_logger(__name__)


class MarketplaceOutboundCall(models.Model):
    """Invoices and return invoices that are sent: as they are when they are sent first."""

    _inherit = "marketplace.outbound.call"

    def _is_document(self):
        return self.kind in CALL_DOCUMENTS

    def _is_fixed(self):
        """Whether the marketplace has, or may have, got this document: it stays as it was sent."""
        may_be_there = self.state == "pending" and self.body and self.may_be_carried_out
        return self._is_document() and bool(self.state == "sent" or may_be_there)

    def _compose(self):
        """Fill in the document that is to be sent, or end this call.

        Sent once more after no answer, or after an error of the marketplace's, it is the same:
        what has happened since is sent after it.

        :return: whether there is something to send
        """
        if self._is_fixed():
            return True
        document, order = self.invoice_id, self.sale_order_id
        if document.state != "posted":  # was reset to draft: another one may come
            self._wait_for_document(InAnyLanguage(self.env)._("It is not posted any more."))
            return False
        is_invoice = self.kind == "invoice"
        notes = document._own_notes_to_deduct(order) if is_invoice else document.browse()
        try:
            self.body = document._marketplace_invoice_body(order)
        except Unsendable as error:
            if error.reason == "credited":
                self._drop_returns(notes)
                self._wait_for_document(
                    InAnyLanguage(self.env)._("Credit notes have credited all of it.")
                )
            else:
                self._end(
                    "failed",
                    error=text_of_unsendable(InAnyLanguage(self.env), error.reason, error.name),
                )
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
        sent = order._outbound_calls("invoice", "sent").invoice_id
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
        others = self.sale_order_id._outbound_calls("invoice", "pending", "sent") - self
        if self.kind != "invoice" or others:
            self._end("obsolete", note=why)
            return
        self.write(
            {"state": "waiting", "invoice_id": False, "next_attempt_at": False, "note": stored(why)}
        )

    def _drop_returns(self, notes):
        """Do not tell of credit ``notes`` that were deducted before the invoice was sent."""
        returns = self.sale_order_id._outbound_calls("return", "pending")
        dropped = returns.filtered(lambda call: call.invoice_id in notes)
        dropped._end(
            "obsolete", note=InAnyLanguage(self.env)._("It was deducted from the invoice.")
        )

    def _end_if_obsolete(self):
        """Send this no more if there is no need; have somebody look if the marketplace may have got
        it all the same: it would hear nothing more of that invoice, nor of its return.

        :return: whether it is obsolete
        """
        if not (why := self._obsolete_because()):
            return False
        is_unknown = self._is_fixed() and not self.sale_order_id._is_told_of_cancellation()
        self._end("obsolete", note=why)
        if is_unknown:
            text = self.env._("Check whether a marketplace has an invoice of a cancelled order")
            self._ask_for_help(text)
        return True

    def _check_document(self):
        """Have somebody look if the documents, as they are now, are not what was sent."""
        for call in self:
            if call.invoice_id.state != "posted":
                call._ask_about_reset()
            elif says_the_same(call.body or {}, call._compose_again()):
                call.activity_unlink([ACTIVITY])
            else:
                call._ask_for_help(self.env._("An invoice that a marketplace has was changed"))

    def _ask_about_reset(self):
        self._ask_for_help(self.env._("An invoice that a marketplace has was reset to draft"))

    def _compose_again(self):
        """The document as it would be sent now, empty if it cannot be; nothing of it stops people
        from posting.
        """
        try:
            with self.env.cr.savepoint():
                return self.invoice_id._marketplace_invoice_body(self.sale_order_id)
        except Exception as error:
            if is_concurrency_error(error):
                raise
            if not isinstance(error, Unsendable):
                _logger.exception("Outbound call %s cannot be compared with its document", self.id)
            return {}
