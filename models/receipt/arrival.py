from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class MarketplaceCancellationDelivery(models.Model):
    """One arrival of a cancellation request; a repeat is a further delivery of the same receipt."""

    _name = "marketplace.cancellation.delivery"
    _description = "Marketplace Cancellation Arrival"
    _rec_name = "received_at"
    _order = "id desc"

    receipt_id = fields.Many2one(
        "marketplace.cancellation.receipt",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    received_at = fields.Datetime(required=True, readonly=True)
    http_status = fields.Integer("HTTP Status", required=True, readonly=True, aggregator=None)
    duration = fields.Integer(
        "Duration (ms)",
        required=True,
        readonly=True,
        aggregator="avg",
        help="From the request's arrival to the answer, in milliseconds.",
    )
    remote_address = fields.Char(readonly=True)
    is_repeat = fields.Boolean(readonly=True, help="The request had arrived before.")

    # Few are repeats: whoever looks for them need not count all deliveries.
    _repeat_idx = models.Index("(receipt_id) WHERE is_repeat")

    @api.model_create_multi
    def create(self, vals_list):
        """Note which of the new deliveries are repeats, unless who records them says so."""
        # sudo: what is a repeat does not depend on who records it
        deliveries = self.sudo()
        delivered = {
            receipt_id
            for receipt_id in {
                values.get("receipt_id") for values in vals_list if "is_repeat" not in values
            }
            if deliveries.search_count([("receipt_id", "=", receipt_id)], limit=1)
        }
        noted = []
        for values in vals_list:
            receipt_id = values.get("receipt_id")
            noted.append({"is_repeat": receipt_id in delivered, **values})
            delivered.add(receipt_id)
        return super().create(noted)

    # Few are: whoever looks for those of a day reads no others.
    _errors_idx = models.Index("(received_at) WHERE http_status >= 400")


class MarketplaceCancellationReceipt(models.Model):
    """How often, when and from where one request came."""

    _inherit = "marketplace.cancellation.receipt"

    delivery_ids = fields.One2many(
        "marketplace.cancellation.delivery", "receipt_id", "Arrivals", readonly=True
    )
    delivery_count = fields.Integer(
        "Number of Arrivals", compute="_compute_deliveries", search="_search_delivery_count"
    )
    last_delivery_at = fields.Datetime("Latest Arrival", compute="_compute_deliveries")
    http_status = fields.Integer("HTTP Status", compute="_compute_deliveries")
    duration = fields.Integer("Duration (ms)", compute="_compute_deliveries")
    remote_address = fields.Char(compute="_compute_deliveries")

    @api.depends("delivery_ids")
    def _compute_deliveries(self):
        """Read the number of deliveries and the latest one, with one query each for all records."""
        groups = {
            receipt.id: (count, latest)
            for receipt, count, latest in self.env["marketplace.cancellation.delivery"]._read_group(
                [("receipt_id", "in", self.ids)], ["receipt_id"], ["__count", "id:max"]
            )
        }
        latest_ids = [latest for _count, latest in groups.values()]
        self.env["marketplace.cancellation.delivery"].browse(latest_ids).fetch()
        for receipt in self:
            count, latest_id = groups.get(receipt.id, (0, False))
            latest = self.env["marketplace.cancellation.delivery"].browse(latest_id or [])
            receipt.delivery_count = count
            receipt.last_delivery_at = latest.received_at
            receipt.http_status = latest.http_status
            receipt.duration = latest.duration
            receipt.remote_address = latest.remote_address

    @api.model
    def _search_delivery_count(self, operator, value):
        """Only "more than N" is offered: it is what finds repeats."""
        if operator not in (">", ">="):
            raise UserError(self.env._("Search for more than a number of arrivals."))
        least = value + 1 if operator == ">" else value
        if least <= 0:
            return fields.Domain.TRUE
        if least == 1:
            return fields.Domain("delivery_ids", "!=", False)
        repeated = SQL(
            "(SELECT receipt_id FROM marketplace_cancellation_delivery WHERE is_repeat"
            " GROUP BY receipt_id HAVING count(*) >= %s)",
            least - 1,
        )
        return fields.Domain("id", "in", repeated)

    def _record_delivery(self, arrival, http_status, **values):
        """Count one more delivery of this request.

        :param arrival: the :class:`~tools.arrival.Arrival` of the call, None if nobody has called
        :param http_status: the status that is answered
        :param values: further values, such as ``is_repeat`` from who knows
        """
        self.ensure_one()
        deliveries = self.env["marketplace.cancellation.delivery"]
        if not arrival:
            return deliveries
        return deliveries.create(
            {
                "receipt_id": self.id,
                "received_at": arrival.received_at,
                "http_status": http_status,
                "duration": arrival.elapsed_milliseconds(),
                "remote_address": arrival.remote_address,
                **values,
            }
        )
