from odoo import api, models


class AccountPartialReconcile(models.Model):
    """Credit notes made by hand say by this alone which invoices they credit."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Have marketplaces hear of what such credit notes credit by it."""
        partials = super().create(vals_list)
        moves = partials._moves_reconciled()
        moves._naming_no_invoice()._heed_reconciliation(moves)
        return partials

    def unlink(self):
        """Have somebody look if such a credit note was deducted from what a marketplace has."""
        moves = self._moves_reconciled()
        notes = moves._naming_no_invoice()
        result = super().unlink()
        notes._heed_reconciliation(moves)
        return result

    def _moves_reconciled(self):
        # sudo: whoever reconciles may not see everything that is reconciled
        return self.sudo().debit_move_id.move_id | self.sudo().credit_move_id.move_id
