from odoo import models

from ...tools.quote import listing
from ..base.quantities import of_product


class SaleOrder(models.Model):
    """What a seller is told before taking a part out of a marketplace's order."""

    _inherit = "sale.order"

    def _preview_part(self, quantities):
        """What follows if ``quantities`` are taken out: sentences, ``[]`` for nothing but less.

        :param quantities: ``{line: quantity in its unit}``, such as can be taken out
        """
        # sudo: what follows concerns a user who may change the order; documents are only named
        order = self.sudo()._in_context_of_follow_up()
        questions = order._questions_of_part(quantities)
        look = self.env._("Please check it yourself: %s", " ".join(questions))
        return order._documents_of_part(quantities) + [look] * bool(questions)

    def _documents_of_part(self, quantities):
        """What becomes of documents if ``quantities`` are taken out: a list of sentences."""
        part = self._with_combos({line.with_env(self.env): q for line, q in quantities.items()})
        found = {
            self.env._("Transfers bring less: %s"): self._transfers_of_part(part),
            self.env._("A return is proposed of: %s"): self._returned_of_part(part),
            self.env._("Draft invoices bill less: %s"): self._drafts_of_part(part),
            self.env._("A draft credit note is made for: %s"): self._credited_of_part(part),
        }
        return [listing(text, names) for text, names in found.items() if names]

    def _transfers_of_part(self, part):
        lines = self.order_line.browse().concat(*part)
        return lines._open_outward().picking_id.mapped("name")

    def _returned_of_part(self, part):
        """What has left of ``part``, or is picked: it is proposed to come back."""
        words = []
        for line, step in self._steps_to_take_out(part).items():
            if line._is_goods() and (left := step.target - step.remaining) > 0:
                words.append(of_product(left, line.product_uom_id, line.product_id))
        return words

    def _drafts_of_part(self, part):
        lines = self.order_line.browse().concat(*part)
        drafts = self._drafts_billing().filtered(
            lambda draft: draft.invoice_line_ids.sale_line_ids & lines
        )
        return drafts.mapped("display_name")

    def _credited_of_part(self, part):
        beyond = self._billed_beyond(part)
        lines = self.order_line.browse().concat(*beyond)
        documents = lines.invoice_lines.move_id.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
        return documents.mapped("name")
