from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.states import FINAL, NOT_FINAL, UNDECIDED

#: In which order the states come, those first that somebody has to see to.
_ORDER = (*NOT_FINAL, *FINAL)
#: Odoo's number of each state's colour: those of the badges.
_COLORS = {
    "received": 4,
    "waiting": 3,
    "mismatch": 3,
    "failed": 1,
    "evaluating": 2,
    "queued": 4,
    "cancelled": 10,
    "refused": 5,
    "kept": 7,
}


class MarketplaceCancellationReceipt(models.Model):
    """What overviews need to know: colours, groups and measures."""

    _inherit = "marketplace.cancellation.receipt"

    state = fields.Selection(group_expand="_group_expand_state")
    color = fields.Integer(compute="_compute_color", aggregator=None)
    calendar_title = fields.Char(compute="_compute_calendar_title")
    answer_time = fields.Float(
        "Duration of Deliveries (ms)",
        compute="_compute_answer_time",
        aggregator="avg",
        help="From a call's arrival to its answer, on average over the deliveries.",
    )

    @api.depends("state")
    def _compute_color(self):
        for receipt in self:
            receipt.color = _COLORS.get(receipt.state, 0)

    @api.depends("state", "resolved_at", "marketplace_order_id")
    @api.depends_context("lang")
    def _compute_calendar_title(self):
        """Which order it is, and in words what its colour says."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for receipt in self:
            receipt.calendar_title = self.env._(
                "%(order)s: %(outcome)s",
                order=receipt.marketplace_order_id,
                outcome=self.env._("Resolved") if receipt.resolved_at else labels[receipt.state],
            )

    @api.depends("delivery_ids")
    def _compute_answer_time(self):
        deliveries = self.env["marketplace.cancellation.delivery"]
        averages = dict(
            deliveries._read_group(
                [("receipt_id", "in", self.ids)], ["receipt_id"], ["duration:avg"]
            )
        )
        for receipt in self:
            receipt.answer_time = averages.get(receipt, 0)

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec != "answer_time:avg":
            return super()._read_group_select(aggregate_spec, query)
        duration = self.env["marketplace.cancellation.delivery"]._fields["duration"]
        return SQL(
            "AVG((SELECT AVG(%s) FROM marketplace_cancellation_delivery delivery"
            " WHERE delivery.receipt_id = %s))",
            SQL.identifier("delivery", "duration", to_flush=duration),
            SQL.identifier(self._table, "id"),
        )

    @api.model
    def _group_expand_state(self, states, domain):
        # those to decide on even if there is none: that is good news
        return [state for state in _ORDER if state in states or state in UNDECIDED]

    @api.model
    def _web_read_group_format(self, groupby, aggregates, groups):
        """Fold what is settled: nobody has to do anything about it."""
        result = super()._web_read_group_format(groupby, aggregates, groups)
        if tuple(groupby) == ("state",) and self._web_read_group_field_expand(groupby):
            for group in result:
                group["__fold"] = group["state"] in FINAL
        return result
