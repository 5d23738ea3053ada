from odoo import models

#: Reports that say themselves, in large letters, that a transfer is on hold.
_SAYS_SO = ("stock.report_picking",)


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        """Print no document that lets a held transfer go out.

        The way of every report on transfers: delivery slips, packages, labels, and the lists of
        batches.
        """
        if report.report_name not in _SAYS_SO:
            self._transfers_printed(report.model, docids)._check_not_on_hold()
        return super()._get_rendering_context(report, docids, data)

    def _transfers_printed(self, model, docids):
        """The transfers that a report on records ``docids`` of ``model`` is about."""
        pickings = self.env["stock.picking"]
        if not docids:
            return pickings
        if model == "stock.picking":
            return pickings.browse(docids)
        if model == "stock.picking.batch":
            return self.env[model].browse(docids).picking_ids
        return pickings
