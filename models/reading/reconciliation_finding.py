from odoo import api, fields, models

from ...tools.any_language import stored
from ..base.any_language import AnyLanguage

KINDS = [
    ("cancelled", "Cancelled there, open here"),
    ("asked", "Its cancellation is asked for"),
    ("open", "Cancelled here, open there"),
    ("unread", "Could not be read"),
]


class MarketplaceReconciliationFinding(models.Model):
    """What a comparison has found of one order; of an order that is the same there, nothing."""

    _name = "marketplace.reconciliation.finding"
    _description = "Finding of a Comparison with a Marketplace"
    _order = "kind, id desc"  # what could not be read comes last
    _rec_name = "marketplace_order_id"

    reconciliation_id = fields.Many2one(
        "marketplace.reconciliation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    marketplace_order_id = fields.Char(required=True, readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order", "Sales Order", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    kind = fields.Selection(KINDS, "Found", required=True, readonly=True)
    note = AnyLanguage(readonly=True)
    found_at = fields.Datetime(
        "Time", required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    is_past = fields.Boolean(
        readonly=True,
        help="The marketplace's order was read again later, and this was no longer so.",
    )

    _order_unique = models.UniqueIndex(
        "(reconciliation_id, marketplace_order_id, kind)", "This was found already."
    )

    @api.model
    def _note(self, runs, kind, marketplace_order_id, order, note=False):
        """Note for each of ``runs`` what was found of an order, once.

        :param order: the ``sale.order``, may be empty
        :param note: what there is to say of it
        """
        known = self.sudo().search(  # sudo: nobody may write what was found
            [
                ("reconciliation_id", "in", runs.ids),
                ("marketplace_order_id", "=", marketplace_order_id),
                ("kind", "=", kind),
            ]
        )
        note = note and stored(note)
        known.write({"note": note, "is_past": False})
        return known.create(
            [
                {
                    "reconciliation_id": run.id,
                    "marketplace_order_id": marketplace_order_id,
                    "sale_order_id": order.id,
                    "kind": kind,
                    "note": note,
                }
                for run in runs - known.reconciliation_id
            ]
        )

    def action_view_order(self):
        """Open the order."""
        self.ensure_one()
        self.check_access("read")
        return self.sale_order_id.get_formview_action()
