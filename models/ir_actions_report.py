from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        """Print no document that lets a held transfer go out.

        The way of every report on transfers: picking slips, delivery slips, labels.
        """
        if report.model == "stock.picking" and docids:
            self.env["stock.picking"].browse(docids)._check_not_on_hold()
        return super()._get_rendering_context(report, docids, data)
