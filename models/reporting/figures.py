from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.decision import Stage, find_stage

#: How the ID of every sample order begins.
TEST_PREFIX = "TEST-"
#: Leaves out what somebody has asked for as a test: no marketplace has.
NO_TEST = ("marketplace_order_id", "not =like", f"{TEST_PREFIX}%")


class MarketplaceCancellationReceipt(models.Model):
    """What reports count: noted when it happens, for orders change afterwards, and may be deleted.

    No evidence, so it is in no log: the marketplace neither asked for it nor was told it.
    """

    _inherit = "marketplace.cancellation.receipt"

    stage = fields.Selection(
        [
            (Stage.UNTOUCHED.value, "Not begun"),
            (Stage.COMMITTED.value, "Bought, made or served for it"),
            (Stage.INVOICED.value, "Invoiced or paid"),
            (Stage.PICKING.value, "Being picked"),
            (Stage.PARTLY_SHIPPED.value, "Shipped in part"),
            (Stage.SHIPPED.value, "Shipped"),
            (Stage.CANCELLED.value, "Cancelled already"),
        ],
        "How Far the Order Had Got",
        readonly=True,
        help="When its cancellation was looked at. Empty if there was no order, and for requests "
        "from before this was recorded.",
    )
    # No monetary field: to write one, each request would have to read the company's currency.
    called_off = fields.Float(
        "Value Called Off",
        readonly=True,
        groups="sales_team.group_sale_salesman",
        help="Of the order that was cancelled because of this request, without taxes, in the "
        "company's currency. Several requests for one order count it once.",
    )
    hours_to_settle = fields.Float(
        "Hours to Settle",
        compute="_compute_hours_to_settle",
        store=True,
        precompute=True,
        aggregator="avg",
        help="From the marketplace's first call to the outcome.",
    )

    @api.depends("received_at", "settled_at")
    def _compute_hours_to_settle(self):
        for receipt in self:
            if not receipt.settled_at:
                receipt.hours_to_settle = False
                continue
            took = (receipt.settled_at - receipt.received_at).total_seconds()
            receipt.hours_to_settle = max(took, 0) / 3600

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Average over what is settled: a column of numbers has 0 for what is not."""
        if aggregate_spec != "hours_to_settle:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "AVG(%s) FILTER (WHERE %s IS NOT NULL)",
            self._field_to_sql(self._table, "hours_to_settle", query),
            self._field_to_sql(self._table, "settled_at", query),
        )

    @api.model
    def _figures(self, stage, order=None):
        """How far the order had got, and what it was worth."""
        figures = super()._figures(stage, order)
        if stage:
            figures["stage"] = stage.value
        if order:
            # The rate is that of the order's date, as it is in Odoo's own reports.
            figures["called_off"] = order.amount_untaxed / (order.currency_rate or 1)
        return figures

    def _figures_when_decided(self, order):
        """The same when a person has decided to cancel ``order``."""
        self.ensure_one()
        if self.stage:  # it was looked at when the person was asked, and on hold ever since
            return self._figures(None, order)
        return self._figures(find_stage(order._cancellation_facts(self, order.browse())), order)

    def _count_once(self, order, asked_by):
        """Count the value of ``order``, which is cancelled now, for one of the requests for it.

        :param self: the requests that are settled along with it, each of which may have counted it
            while it was queued
        :param asked_by: IDs of the receipts because of which it was cancelled
        """
        if self:
            asked = self.browse(asked_by).filtered(lambda own: own.sale_order_id == order)
            counted = (asked or self)[:1]
            ((self | asked) - counted).called_off = False
            counted.write(self._figures(None, order))

    def _set_kept(self, order, note):
        """What was about to be cancelled is not called off after all."""
        self.called_off = False
        return super()._set_kept(order, note)
