from datetime import datetime, time, timedelta
from operator import itemgetter

from odoo import api, fields, models
from odoo.tools import SQL, date_utils
from odoo.tools.misc import get_lang

from ...tools.decision import find_stage
from ...tools.figures import COLORS, STAGES
from ...tools.states import FINAL, PART_FINAL, UNDECIDED


class MarketplaceCancellationReceipt(models.Model):
    """What reports count: noted when it happens, for orders change afterwards, and may be deleted.

    No evidence, so it is in no log: the marketplace neither asked for it nor was told it. And what
    overviews need: colours, groups and measures.
    """

    _inherit = "marketplace.cancellation.receipt"

    stage = fields.Selection(
        STAGES,
        "How Far the Order Had Got",
        readonly=True,
        help="How far the order had got when its cancellation was processed. Empty if there was "
        "no order, and for old requests, for which it was not recorded.",
    )
    # No monetary field: to write one, each request would have to read the company's currency.
    called_off = fields.Float(
        "Cancelled Value",
        readonly=True,
        groups="sales_team.group_sale_salesman",
        help="The value, without taxes, of the order, or of the part of it, that was cancelled "
        "because of this request, in the company's currency. Several requests for one order "
        "count it once.",
    )
    hours_to_settle = fields.Float(
        "Hours to Settle",
        compute="_compute_hours_to_settle",
        store=True,
        precompute=True,
        aggregator="avg",
        help="From the marketplace's first call to the outcome.",
    )
    answer_time = fields.Float(
        "Duration of Calls (ms)",
        compute="_compute_answer_time",
        aggregator="avg",
        help="From a call's arrival to its answer, on average over all calls.",
    )
    state = fields.Selection(group_expand="_group_expand_state")
    color = fields.Integer(compute="_compute_color", aggregator=None)
    calendar_title = fields.Char(compute="_compute_calendar_title")

    @api.depends("received_at", "settled_at")
    def _compute_hours_to_settle(self):
        for receipt in self:
            receipt.hours_to_settle = _hours(receipt.received_at, receipt.settled_at)

    @api.model
    def _known_when_created(self, values):
        took = _hours(values["received_at"], values.get("settled_at"))
        return super()._known_when_created(values) | {"hours_to_settle": took}

    @api.depends("delivery_ids")
    def _compute_answer_time(self):
        deliveries = self.env["marketplace.cancellation.delivery"]
        ours = [("receipt_id", "in", self.ids)]
        averages = dict(deliveries._read_group(ours, ["receipt_id"], ["duration:avg"]))
        for receipt in self:
            receipt.answer_time = averages.get(receipt, 0)

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "hours_to_settle:avg":
            # Over what is settled: a column of numbers has 0 for what is not.
            return SQL(
                "AVG(%s) FILTER (WHERE %s IS NOT NULL)",
                self._field_to_sql(self._table, "hours_to_settle", query),
                self._field_to_sql(self._table, "settled_at", query),
            )
        if aggregate_spec == "answer_time:avg":
            duration = self.env["marketplace.cancellation.delivery"]._fields["duration"]
            return SQL(
                "AVG((SELECT AVG(%s) FROM marketplace_cancellation_delivery delivery"
                " WHERE delivery.receipt_id = %s))",
                SQL.identifier("delivery", "duration", to_flush=duration),
                SQL.identifier(self._table, "id"),
            )
        return super()._read_group_select(aggregate_spec, query)

    # -- What is noted when it happens ------------------------------------------------------------

    @api.model
    def _report_values(self, stage, order=None):
        """How far the order had got, and what it was worth."""
        figures = super()._report_values(stage, order)
        if stage:
            figures["stage"] = stage.value
        if order:
            # The rate is that of the order's date, as it is in Odoo's own reports.
            figures["called_off"] = order.amount_untaxed / (order.currency_rate or 1)
        return figures

    def _stage_when_decided(self, order):
        if self.stage:  # it was looked at when the person was asked, and on hold ever since
            return super()._stage_when_decided(order)
        return find_stage(order._cancellation_facts(self, order.browse()))

    def _count_once(self, order, asked_by):
        """Count the value of ``order`` for one of the requests, each of which may have counted it
        while it was queued.
        """
        if self:
            asked = self.browse(asked_by).filtered(lambda own: own.sale_order_id == order)
            counted = (asked or self)[:1]
            ((self | asked) - counted).called_off = False
            counted.write(self._report_values(None, order))
        return super()._count_once(order, asked_by)

    def _set_kept(self, order, note):
        """What was about to be cancelled is not cancelled after all."""
        self.called_off = False
        return super()._set_kept(order, note)

    # -- Overviews --------------------------------------------------------------------------------

    @api.depends("state")
    def _compute_color(self):
        for receipt in self:
            receipt.color = COLORS.get(receipt.state, 0)

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

    @api.model
    def _group_expand_state(self, states, domain):
        # those to decide on even if there is none: that is good news, unless it is of a part
        good = [state for state in UNDECIDED if f"part_{state}" not in states]
        return [state for state in COLORS if state in states or state in good]

    @api.model
    def _web_read_group_fill_temporal(
        self, groups, groupby, aggregates, fill_from=False, fill_to=False, min_groups=False
    ):
        """A graph of moments may have bounds, too, which Odoo only knows of dates: it gives them
        the user's time zone, and its groups have none. So an empty group is put at each bound, and
        Odoo fills up what is between.
        """
        field, _, interval = groupby[0].partition(":")
        if (fill_from or fill_to) and self._fields[field].type == "datetime":
            for bound in filter(None, (fill_from, fill_to)):
                moment = self._begin_of(interval, fields.Date.to_date(bound))
                if moment not in {group[0] for group in groups}:
                    empty = [
                        self._read_group_empty_value(own) for own in [*groupby[1:], *aggregates]
                    ]
                    groups = [*groups, (moment, *empty)]
            groups = sorted(groups, key=itemgetter(0))
            fill_from = fill_to = False
        return super()._web_read_group_fill_temporal(
            groups, groupby, aggregates, fill_from, fill_to, min_groups
        )

    @api.model
    def _begin_of(self, interval, day):
        """The first moment of the day, week, month … in which ``day`` is, in the user's time."""
        if interval == "week":
            begin = day - timedelta((day.isoweekday() - int(get_lang(self.env).week_start)) % 7)
        else:
            begin = date_utils.start_of(day, interval)
        return datetime.combine(begin, time.min)

    @api.model
    def _web_read_group_format(self, groupby, aggregates, groups):
        """Fold what is settled: nobody has to do anything about it."""
        result = super()._web_read_group_format(groupby, aggregates, groups)
        if tuple(groupby) == ("state",) and self._web_read_group_field_expand(groupby):
            for group in result:
                group["__fold"] = group["state"] in (*FINAL, *PART_FINAL)
        return result


def _hours(received_at, settled_at):
    return (settled_at and max((settled_at - received_at).total_seconds(), 0) / 3600) or 0
