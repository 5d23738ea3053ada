from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class MarketplaceCancellationReceipt(models.Model):
    """How often, when and from where one request came."""

    _inherit = "marketplace.cancellation.receipt"

    delivery_ids = fields.One2many(
        "marketplace.cancellation.delivery", "receipt_id", "Arrivals", readonly=True
    )
    delivery_count = fields.Integer(
        "Deliveries", compute="_compute_deliveries", search="_search_delivery_count"
    )
    last_delivery_at = fields.Datetime("Latest Delivery", compute="_compute_deliveries")
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
            raise UserError(self.env._("Search for more than a number of deliveries."))
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
