from markupsafe import Markup, escape

from odoo import fields, models
from odoo.fields import Domain

from ...tools.erasure import find_in_html
from ...tools.quote import quoted
from ...tools.states import CALL_OPEN

#: What of a call is the reason of a decision, by its kind.
_REASONS = {"deny": "denyReason", "withdraw": "reason"}


class MarketplaceCancellationReceipt(models.Model):
    """Erases personal texts on demand (LGPD, art. 18; GDPR, art. 17).

    What was asked, answered and done stays, and the log still verifies: it holds only hashes, and
    notes the erasure like every change.
    """

    _inherit = "marketplace.cancellation.receipt"

    erased_at = fields.Datetime("Erased", readonly=True)
    erased_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    def action_erase(self, with_decisions=False):
        """Erase the personal texts of all requests for the orders of these ones.

        :param with_decisions: also why people decided as they did, and what the marketplace was
            told of it; a call that is still to be sent keeps it
        """
        self.check_access("read")
        self.account_id.check_access("write")  # a manager's
        orders = {(receipt.account_id.id, receipt.marketplace_order_id) for receipt in self}
        # sudo: receipts and messages are nobody's
        receipts = self.sudo().search(
            Domain.OR(
                [("account_id", "=", account_id), ("marketplace_order_id", "=", name)]
                for account_id, name in orders
            )
        )
        for receipt in receipts:
            receipt._erase(with_decisions)
        receipts._message_log_batch(
            bodies=dict.fromkeys(receipts.ids, self.env._("Personal texts were erased.")),
            author_id=self.env.user.partner_id.id,
        )
        return True

    def _erase(self, with_decisions):
        self.ensure_one()
        erased = self.env._("[erased]")
        names = ["reason", "error"]
        if with_decisions:
            names += ["decision_reason", "resolution_note"]
        values = {name: erased for name in names if self[name]}
        written = [(self[name] or "").strip() for name in names]
        texts = {*written, *map(quoted, written)} - {"", erased}
        if texts:
            pattern = find_in_html(texts)
            for documents in self._documents_that_tell():
                self._erase_from(documents, pattern, erased)
            if self.note and pattern.search(self.note):
                values["note"] = pattern.sub(erased, self.note)
        if with_decisions:
            self._erase_from_answers(erased)
        self.outbound_call_ids._forget_answer()
        values |= {"erased_at": fields.Datetime.now(), "erased_by_id": self.env.uid}
        self._overwrite(values)

    def _erase_from_answers(self, erased):
        """Replace the decision's reason in what the marketplace was told, or is told once more."""
        if self.state == "refused" and self.decision:
            self.answer_body = self._refusal(erased).body
        for call in self.outbound_call_ids:
            name = _REASONS.get(call.kind)
            if name in (call.body or {}) and call.state not in CALL_OPEN:
                call.body = call.body | {name: erased}

    def _documents_that_tell(self):
        """Recordsets of the documents into whose chatters the addon writes of this request."""
        orders = self.sale_order_id | self.sale_order_id.replacement_order_ids
        invoices = orders.invoice_ids
        documents = [
            self,
            orders,
            orders.picking_ids | self.return_picking_ids,
            invoices | invoices.reversal_move_ids,
        ]
        if hasattr(orders, "_get_purchase_orders"):
            documents.append(orders._get_purchase_orders())
        if "mrp_production_ids" in orders._fields:
            documents.append(orders.mrp_production_ids)
        return filter(None, documents)

    def _erase_from(self, documents, pattern, erased):
        """Replace what the ``pattern`` finds in the chatter and the activities of ``documents``."""
        messages = self.env["mail.message"].search(
            [("model", "=", documents._name), ("res_id", "in", documents.ids)]
        )
        told = self._replace_found(messages, "body", pattern, erased)
        mails = self.env["mail.mail"].search([("mail_message_id", "in", told.ids)])
        self._replace_found(mails, "body_html", pattern, erased)
        # done ones as well, which are archived
        activities = self.env["mail.activity"].with_context(active_test=False)
        activities = activities.search(
            [("res_model", "=", documents._name), ("res_id", "in", documents.ids)]
        )
        self._replace_found(activities, "note", pattern, erased)
        self._replace_found(activities, "summary", pattern, erased)

    def _replace_found(self, records, name, pattern, erased):
        """Replace what the ``pattern`` finds in a field.

        :return: the records in which it was found
        """
        found = records.filtered(lambda record: record[name] and pattern.search(record[name]))
        is_html = records._fields[name].type == "html"
        for record in found:
            text = pattern.sub(str(escape(erased)), str(record[name]))
            record[name] = Markup(text) if is_html else text  # noqa: S704  # as it was, safe
        return found
