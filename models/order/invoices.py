from collections import defaultdict

from odoo import models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import plaintext2html

from ...tools.cause import Cause
from ...tools.lock import is_concurrency_error
from ..base.moments import day_of


class SaleOrder(models.Model):
    """What becomes of invoices and payments when their orders are cancelled, or afterwards."""

    _inherit = "sale.order"

    def _drop_draft_invoices(self, why):
        """Cancel drafts that bill these orders alone, and take these orders off all others.

        :param why: ``{order: its :class:`~tools.cause.Cause`}``
        """
        self._read_billing_anew()
        everything = self.sudo()  # sudo: an accountant's documents, which are proposed or named
        drafts = everything._drafts_billing()
        shared = drafts.filtered(lambda move: move._orders_billed() - everything)
        (drafts - shared).button_cancel()
        for draft in shared:
            orders = draft._orders_billed() & everything
            cause = why[orders[:1]]
            text = self.env._(
                "The lines for %(orders)s were removed from this draft. %(why)s",
                orders=", ".join(orders.mapped("name")),
                why=cause.text,
            )
            mixed = draft._take_off(orders)
            draft._message_log(body=text)
            if mixed:
                reason = self.env._("A line bills %s as well: correct it.", orders[0].name)
                orders._ask_about_money(draft, {reason}, cause)

    def _drafts_billing(self):
        """Drafts with lines of these orders, credit notes as well: Odoo itself cancels them."""
        return self.order_line.invoice_lines.move_id.filtered(
            lambda move: move.state == "draft" and move.is_sale_document(include_receipts=True)
        )

    def _credit_or_ask(self, cause):
        """Draft credit notes for what is invoiced, and ask about whatever else was paid or billed.

        :param self: in superuser mode
        :param cause: the :class:`~tools.cause.Cause` of the cancellation
        """
        quantities, reasons = self._left_to_credit(with_drafts=True)
        by_invoice = defaultdict(dict)
        for line, quantity in quantities.items():
            by_invoice[line.move_id][line] = quantity
        others = cause.order._with_replacements()
        for invoice, lines in by_invoice.items():
            if error := self._goes_on(others) or self._try_to_credit(invoice, lines, cause):
                reasons.setdefault(invoice, set()).add(error)
        for document, texts in reasons.items():
            self._ask_about_money(document, texts, cause)
        for payment in self._payments_left():
            order = payment.sale_order_ids & self
            reason = self.env._("Payment %s was received: refund it.", payment.reference)
            order[:1]._ask_about_money(order[:1], {reason}, cause)

    def _goes_on(self, others):
        """Why nobody but a person can tell what is to be credited, if ``others`` go on."""
        if not others:
            return None
        return self.env._(
            "%s stays open for the same order of the marketplace: credit what is not to be paid.",
            ", ".join(others.mapped("name")),
        )

    def _try_to_credit(self, invoice, quantities, cause):
        """Draft a credit note, or return why that cannot be: the order is cancelled anyway."""
        try:
            with self.env.cr.savepoint():
                invoice.with_company(invoice.company_id)._draft_credit_note(quantities, cause)
        except (UserError, RedirectWarning) as error:
            if is_concurrency_error(error):
                raise
            return self._describe_failure(error)
        return None

    def _ask_about_money(self, document, reasons, cause):
        """Schedule an activity for who is responsible for ``document``, or for the account.

        It stands on the order where that person may not see the document, and if the document is
        another company's.

        :param document: an invoice or the like, or an order
        :param reasons: why a person has to look at it
        """
        order, responsible = self[:1], cause.responsible
        person = document.user_id or responsible
        choices = [(order, person), (order, responsible)]
        if document.company_id == order.company_id:
            choices = [(document, person), (document, responsible), *choices]
        place, user = next((choice for choice in choices if _may_see(*choice)), choices[-1])
        note = "\n".join([f"{document.display_name}:", *sorted(reasons), cause.text])
        kind = "mail.mail_activity_data_warning"
        summary = self._summary_of_money(cause)
        place.activity_schedule(kind, day_of(user), summary, plaintext2html(note), user_id=user.id)

    def _summary_of_money(self, cause):
        if cause.of_part:
            return self.env._("Account for a part that was cancelled: %s", self[:1].name)
        return self.env._("Account for a cancelled order: %s", self[:1].name)

    def _ask_about_late_money(self, document, reason):
        """Have somebody see to ``document`` if these orders, a marketplace's, are cancelled.

        :param document: an invoice of them; none if the order is to bear the activity
        """
        orders = self._of_marketplaces().filtered(lambda order: order.state == "cancel")
        none = self.env["marketplace.cancellation.receipt"].sudo()
        notable = none._notable(orders)
        for order in orders:
            receipt = order._receipts_of_cancelled(notable.get(order, none))
            cause = receipt._as_cause() if receipt else order._cause_without_receipt()
            order._ask_about_money(document or order, {reason}, cause)

    def _cause_without_receipt(self):
        """The :class:`~tools.cause.Cause` if the seller cancelled it, or the receipt is deleted."""
        order = self._marketplaces_own()
        if order.cancelled_at_marketplace:
            text = order._headline_without_receipt()
        else:
            text = self.env._("The seller has cancelled %s.", self.name)
        none = self.env["marketplace.cancellation.receipt"]
        nobody = self.env["res.users"]
        return Cause(order, order.marketplace_account_id, text, none, nobody)

    def _payments_left(self):
        """Payments by a provider that came in, or are authorized, and were not given back."""
        left = self.transaction_ids.browse()
        for payment in self.transaction_ids:
            if payment.state not in ("authorized", "done") or payment.operation == "refund":
                continue
            if payment.currency_id.compare_amounts(payment._amount_kept(), 0.0) > 0:
                left |= payment
        return left


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _amount_kept(self):
        """What this payment brought, less what was given back of it."""
        refunds = self.child_transaction_ids.filtered(
            lambda child: child.operation == "refund" and child.state == "done"
        )
        return self.amount + sum(refunds.mapped("amount"))  # of refunds it is negative

    def _post_process(self):
        """Have somebody asked about a payment that comes in when its order is cancelled already.

        A shopper may be at the provider's page at that moment, or have a link to pay.
        """
        result = super()._post_process()
        # sudo: a user who pays need not see the orders
        for order in self.sudo().sale_order_ids:
            for payment in order._payments_left() & self.sudo():
                order._ask_about_late_money(
                    None, self.env._("Payment %s was received: refund it.", payment.reference)
                )
        return result


def _may_see(document, user):
    """Whether ``user`` works here and may read ``document``."""
    own = document.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
    return user.active and not user.share and own.has_access("read")
