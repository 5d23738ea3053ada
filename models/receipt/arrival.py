from odoo import api, fields, models
from odoo.tools import SQL


class MarketplaceCancellationDelivery(models.Model):
    """One arrival of a cancellation request; a repeat is a further delivery of the same receipt."""

    _name = "marketplace.cancellation.delivery"
    _description = "Marketplace Cancellation Delivery"
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
    is_repeat = fields.Boolean(readonly=True, help="The request had been delivered before.")

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

    @api.model
    def _count_errors(self, account, since, limit):
        """``{status: number}`` of the calls of ``account`` that got one of 400 or more.

        :param since: naive, UTC
        :param limit: as many are counted at the most
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT http_status, count(*)
                  FROM (SELECT delivery.http_status
                          FROM marketplace_cancellation_delivery delivery
                          JOIN marketplace_cancellation_receipt receipt
                            ON receipt.id = delivery.receipt_id
                         WHERE delivery.http_status >= 400
                           AND delivery.received_at >= %s
                           AND receipt.account_id = %s
                         LIMIT %s) latest
                 GROUP BY http_status
                 ORDER BY http_status
                """,
                since,
                account.id,
                limit,
            )
        )
        return dict(self.env.cr.fetchall())
